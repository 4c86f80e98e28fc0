import { Pipeline, PipelineRun } from '../../src/entities';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import type { BootedVendure } from './vendure';

/** Runs a pipeline in this process, without the job queue, and returns the run as it ended. */
export async function runToEnd(
    shop: BootedVendure,
    pipelineCode: string,
    options: { dryRun?: boolean } = {},
): Promise<PipelineRun> {
    const { rawConnection } = shop.connection;
    const pipeline = await rawConnection.getRepository(Pipeline).findOneByOrFail({ code: pipelineCode });
    const runner = shop.app.get(PipelineRunnerService);
    const run = await runner.enqueue(shop.ctx, pipeline.id, { ...options, triggeredBy: 'test' });
    await runner.execute(run.id);
    return rawConnection.getRepository(PipelineRun).findOneByOrFail({ id: run.id });
}
