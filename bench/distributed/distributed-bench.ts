import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { printTable } from '../../demo/terminal';
import { removeRedisKeys, whyNoRedis } from '../../e2e/support/redis';
import { CATALOG_FILE, spreadBoot, type SpreadShop } from '../../e2e/support/spread-shop';
import { type BootedVendure, bootVendure } from '../../e2e/support/vendure';
import { WorkerProcess } from '../../e2e/support/worker-process';
import { Pipeline, PipelineRun } from '../../src/entities';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { type GeneratedCatalog, writeCatalogCsv } from '../catalog/catalog-csv';

const folder = join(__dirname, '..', '..', '.bench', 'distributed');

interface Contender {
    title: string;
    pipeline: 'catalog' | 'catalog-local';
    workers: number;
}

interface Line extends Contender {
    seconds: number;
    /** Of the workers; the database's and Redis's own are not in it. */
    cpuSeconds: number;
}

/** The same import by one worker alone and by several together, each into an empty shop of its own on PostgreSQL. */
export async function distributedBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            products: { type: 'string', default: '10000' },
            workers: { type: 'string', default: '1,2,4' },
            'batch-size': { type: 'string', default: '250' },
            /** Batches in flight. */
            concurrency: { type: 'string', default: '8' },
            /** The SQL job queue, which is used anyway when Redis does not answer. */
            sql: { type: 'boolean', default: false },
        },
    });
    const usesRedis = !values.sql && whyNoRedis() === undefined;
    const shop: SpreadShop = {
        database: 'postgres',
        databaseName: 'dh_bench_spread',
        folder,
        leaseTtlMs: 30_000,
        batchSize: Number(values['batch-size']),
        concurrency: Number(values.concurrency),
    };
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const catalog = await writeCatalogCsv(join(folder, CATALOG_FILE), { products: Number(values.products), seed: 42 });
    const contenders: Contender[] = [
        { title: 'LOCAL, 1 worker', pipeline: 'catalog-local', workers: 1 },
        ...values.workers.split(',').map((count): Contender => ({
            title: `DISTRIBUTED, ${count} worker${count === '1' ? '' : 's'}`,
            pipeline: 'catalog',
            workers: Number(count),
        })),
    ];
    const lines: Line[] = [];
    try {
        for (const contender of contenders) {
            const line = await measure(contender, catalog, {
                ...shop,
                ...(usesRedis ? { redisPrefix: `data-hub-bench-${randomBytes(4).toString('hex')}` } : {}),
            });
            console.log(`  ${line.title}: ${line.seconds.toFixed(1)} s, ${line.cpuSeconds.toFixed(1)} CPU seconds`);
            lines.push(line);
        }
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
    print(lines, catalog, usesRedis ? 'BullMQ' : 'the SQL job queue');
}

async function measure(contender: Contender, catalog: GeneratedCatalog, shop: SpreadShop): Promise<Line> {
    const workers: WorkerProcess[] = [];
    const vendure = await bootVendure(spreadBoot(shop));
    try {
        for (let i = 0; i < contender.workers; i++) workers.push(new WorkerProcess('spread-worker', shop));
        await until(workers, async () => workers.every(({ sent }) => sent.includes('READY')));
        const cpuBefore = await cpuSecondsOf(workers);
        const run = await runToEnd(vendure, contender.pipeline, workers);
        const cpuSeconds = (await cpuSecondsOf(workers)) - cpuBefore;
        if (run.status !== 'COMPLETED' || run.created !== catalog.products)
            throw new Error(`${contender.title}: ${run.status}, ${run.created} created. ${run.error}`);
        return { ...contender, seconds: (run.finishedAt!.getTime() - run.startedAt!.getTime()) / 1000, cpuSeconds };
    } finally {
        await Promise.all(workers.map(worker => worker.kill()));
        await vendure.close();
        if (shop.redisPrefix) await removeRedisKeys(shop.redisPrefix);
    }
}

async function runToEnd(vendure: BootedVendure, code: string, workers: WorkerProcess[]): Promise<PipelineRun> {
    const { rawConnection } = vendure.connection;
    const { id: pipelineId } = await rawConnection.getRepository(Pipeline).findOneByOrFail({ code });
    const { id } = await vendure.app
        .get(PipelineRunnerService)
        .enqueue(vendure.ctx, pipelineId, { triggeredBy: 'bench' });
    const runs = rawConnection.getRepository(PipelineRun);
    await until(workers, async () => (await runs.findOneByOrFail({ id })).finishedAt !== null);
    return runs.findOneByOrFail({ id });
}

async function cpuSecondsOf(workers: WorkerProcess[]): Promise<number> {
    let microseconds = 0;
    for (const worker of workers) {
        const told = worker.sent.length;
        worker.send('cpu');
        await until([worker], async () => worker.sent.length > told);
        const { cpu } = worker.sent.at(-1) as { cpu: NodeJS.CpuUsage };
        microseconds += cpu.user + cpu.system;
    }
    return microseconds / 1e6;
}

async function until(workers: WorkerProcess[], isReached: () => Promise<boolean>): Promise<void> {
    for (; !(await isReached()); await sleep(200)) for (const worker of workers) worker.assertRunning();
}

function print(lines: Line[], { products, variants }: GeneratedCatalog, queue: string): void {
    const [local] = lines;
    console.log(`\nPostgreSQL, ${queue}, ${cpus().length} cores, node ${process.version}, ${products} products:`);
    printTable(
        ['', 'seconds', 'variants/s', 'speed against LOCAL', 'CPU seconds', 'CPU against LOCAL'],
        lines.map(({ title, seconds, cpuSeconds }) => [
            title,
            seconds.toFixed(1),
            Math.round(variants / seconds),
            `${(local!.seconds / seconds).toFixed(2)}×`,
            cpuSeconds.toFixed(1),
            `${(cpuSeconds / local!.cpuSeconds).toFixed(2)}×`,
        ]),
    );
}
