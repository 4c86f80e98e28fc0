import { bootstrapWorker, DefaultLogger, LogLevel } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { bullMqPlugins } from './bullmq-shop';
import { allDatabases, type TestDatabase } from './databases';
import { onTheWay } from './tax-category-loader';
import { vendureConfig } from './vendure';
import { fail, untilStopped } from './worker-lifetime';

export interface JobWorkerInput {
    database: TestDatabase['name'];
    databaseName: string;
    redisPrefix: string;
    leaseTtlMs: number;
    /** So slow is its source; a page is ten records. */
    msPerPage: number;
}

/** A Vendure worker, as `bootstrapWorker` makes it: without an API, on the jobs that the server queues. */
async function main(input: JobWorkerInput): Promise<void> {
    onTheWay.beforePage = () => sleep(input.msPerPage);
    const database = allDatabases.find(({ name }) => name === input.database)!;
    const worker = await bootstrapWorker(
        vendureConfig({
            database,
            databaseName: input.databaseName,
            plugins: bullMqPlugins(input.redisPrefix, input.leaseTtlMs),
            config: { logger: new DefaultLogger({ level: LogLevel.Warn }) },
        }),
    );
    await worker.startJobQueue();
    untilStopped(() => worker.app.close());
}

main(JSON.parse(process.argv[2]!) as JobWorkerInput).catch(fail);
