import { Pipeline } from '../../src/entities';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { RunHistoryService } from '../../src/services/run-history.service';
import { ContenderInput, cpuSecondsSince, Measured, peakRssMb } from './contender';
import { type BenchShop, openShop } from './shop';

/** The same file through a pipeline, with the ledger on, as a worker executes it. */
export async function dataHub(input: ContenderInput): Promise<Measured> {
    for (const database of input.warmUpDatabases ?? []) {
        const before = await openShop({ ...input, database });
        await runPipeline(before, input.pipeline ?? 'catalog-warm-up');
        await before.close();
    }
    const shop = await openShop(input);
    const code = input.pipeline ?? 'vendure-catalog';
    for (let left = input.warmUps ?? 0; left > 0; left--) {
        for (const warmUp of input.warmUpPipelines ?? [code]) await runPipeline(shop, warmUp);
    }
    const measured = await runPipeline(shop, code);
    await shop.close();
    return measured;
}

export async function runPipeline(shop: BenchShop, code: string): Promise<Measured> {
    const runner = shop.app.get(PipelineRunnerService);
    const pipeline = await shop.connection.rawConnection.getRepository(Pipeline).findOneByOrFail({ code });
    const run = await runner.enqueue(shop.ctx, pipeline.id, { triggeredBy: 'bench' });
    shop.statements.reset();
    const started = performance.now();
    const cpu = process.cpuUsage();
    await runner.execute(run.id);
    const seconds = (performance.now() - started) / 1000;
    const cpuSeconds = cpuSecondsSince(cpu);
    const { all: statements, transactions, shopWrites } = shop.statements;
    const ended = await shop.app.get(RunHistoryService).findOne(shop.ctx, run.id);
    const note = `${ended?.status}: ${ended?.created} created, ${ended?.updated} updated, ${ended?.unchanged} unchanged, ${ended?.rejected} rejected`;
    return { seconds, cpuSeconds, statements, transactions, shopWrites, peakRssMb: peakRssMb(), note };
}
