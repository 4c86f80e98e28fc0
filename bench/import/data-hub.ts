import { Pipeline } from '../../src/entities';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { RunHistoryService } from '../../src/services/run-history.service';
import { ContenderInput, cpuSecondsSince, Measured, peakRssMb } from './contender';
import { openShop } from './shop';

/** The same file through a pipeline, with the ledger on, as a worker executes it. */
export async function dataHub(input: ContenderInput): Promise<Measured> {
    const shop = await openShop(input);
    const runner = shop.app.get(PipelineRunnerService);
    const pipeline = await shop.connection.rawConnection
        .getRepository(Pipeline)
        .findOneByOrFail({ code: 'vendure-catalog' });
    const run = await runner.enqueue(shop.ctx, pipeline.id, { triggeredBy: 'bench' });
    shop.statements.reset();
    const cpu = process.cpuUsage();
    const started = performance.now();
    await runner.execute(run.id);
    const seconds = (performance.now() - started) / 1000;
    const cpuSeconds = cpuSecondsSince(cpu);
    const { all: statements, transactions, shopWrites } = shop.statements;
    const ended = await shop.app.get(RunHistoryService).findOne(shop.ctx, run.id);
    const note = `${ended?.status}: ${ended?.created} created, ${ended?.updated} updated, ${ended?.unchanged} unchanged, ${ended?.rejected} rejected`;
    const measured = { seconds, cpuSeconds, statements, transactions, shopWrites, peakRssMb: peakRssMb(), note };
    await shop.close();
    return measured;
}
