import { DefaultJobQueuePlugin, DefaultLogger, LogLevel } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataHubPlugin } from '../../src/data-hub.plugin';
import { Pipeline } from '../../src/entities';
import type { CodeFirstPipeline } from '../../src/services/data-hub-options';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { RunWatch } from '../../src/services/run-watch';
import { allDatabases, type TestDatabase } from './databases';
import { type BackendName, lockOptions } from './lock-backends';
import { namesExtractor, onTheWay, taxCategoryLoader } from './tax-category-loader';
import { type BootedVendure, bootVendure } from './vendure';
import { fail } from './worker-lifetime';

export interface OwnershipWorkerInput {
    database: TestDatabase['name'];
    databaseName: string;
    backend: BackendName;
    keyPrefix: string;
    leaseTtlMs: number;
    /** By code; each loads `<code>0` … in batches of ten. */
    pipelines: { code: string; count: number; onConcurrentRun?: 'QUEUE' | 'SKIP' | 'PARALLEL' }[];
    msPerPage: number;
    /** When this name is about to be written, the transaction of its batch stays open for a while, and the parent is told. */
    holdAtName?: string;
    /** Nothing tells it that its run was cancelled or went to somebody else. */
    isDeaf?: boolean;
    /** Makes the shop in the empty database. */
    first: boolean;
    /** False for one that only asks for runs. */
    executes: boolean;
}

export type OwnershipNews = 'READY' | 'HOLDING' | 'ASKED';

/** Asks for runs of the pipeline, all at once. */
export interface AskForRuns {
    code: string;
    times: number;
}

const holdMs = 300;

/** A server that works on its jobs, on Vendure's SQL job queue: to be killed, or stopped and woken. */
async function main(input: OwnershipWorkerInput): Promise<void> {
    const tell = (news: OwnershipNews) => process.send!(news);
    onTheWay.beforePage = () => sleep(input.msPerPage);
    onTheWay.beforeApply = async names => {
        if (!input.holdAtName || !names.includes(input.holdAtName)) return;
        tell('HOLDING');
        await sleep(holdMs);
    };
    if (input.isDeaf) RunWatch.prototype.stop = () => undefined;
    const vendure = await bootVendure({
        database: existing(input),
        databaseName: input.databaseName,
        keepDatabase: !input.first,
        runJobs: input.executes,
        config: { logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: true }) },
        plugins: [
            DefaultJobQueuePlugin.init({ pollInterval: 50 }),
            DataHubPlugin.init({
                adapters: [namesExtractor, taxCategoryLoader],
                pipelines: input.pipelines.map(({ code, count, onConcurrentRun }): CodeFirstPipeline => ({
                    code,
                    name: code,
                    definition: {
                        version: 1,
                        steps: [
                            {
                                key: 'read',
                                type: 'EXTRACT',
                                config: { adapterCode: 'testNames', prefix: code, count, bad: [] },
                            },
                            { key: 'write', type: 'LOAD', config: { adapterCode: 'testTaxCategory' } },
                        ],
                        context: {
                            throughput: { batchSize: 10, concurrency: 1 },
                            ...(onConcurrentRun ? { onConcurrentRun } : {}),
                        },
                    },
                })),
                distributedLock: lockOptions(input.backend, input.leaseTtlMs, input.keyPrefix),
            }),
        ],
    });
    process.on('message', message => {
        if (message === 'stop') {
            vendure.close({ dropDatabase: false }).then(() => process.exit(0), fail);
        } else {
            askForRuns(vendure, message as AskForRuns).then(() => tell('ASKED'), fail);
        }
    });
    tell('READY');
}

/** The parent has created the database, and only the first process makes its tables. */
function existing({ database, first }: OwnershipWorkerInput): TestDatabase {
    const found = allDatabases.find(({ name }) => name === database)!;
    return {
        ...found,
        create: () => Promise.resolve(),
        connectionOptions: name => ({ ...found.connectionOptions(name), synchronize: first }),
    };
}

async function askForRuns({ app, connection, ctx }: BootedVendure, { code, times }: AskForRuns): Promise<void> {
    const { id } = await connection.rawConnection.getRepository(Pipeline).findOneByOrFail({ code });
    const runner = app.get(PipelineRunnerService);
    await Promise.all(Array.from({ length: times }, () => runner.enqueue(ctx, id, { triggeredBy: 'ownership test' })));
}

main(JSON.parse(process.argv[2]!) as OwnershipWorkerInput).catch(fail);
