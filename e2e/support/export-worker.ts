import { DefaultJobQueuePlugin, DefaultLogger, LogLevel } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataHubPlugin } from '../../src/data-hub.plugin';
import { Pipeline } from '../../src/entities';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { allDatabases, type TestDatabase } from './databases';
import { namesExtractor, onTheWay } from './tax-category-loader';
import { bootVendure } from './vendure';
import { fail } from './worker-lifetime';

export interface ExportWorkerInput {
    database: TestDatabase['name'];
    databaseName: string;
    outputDir: string;
    /** The pipeline `names` writes `name-0` … to `names.ndjson` and `names.csv.gz`, in batches of ten. */
    count: number;
    msPerPage: number;
    leaseTtlMs: number;
    /** Makes the shop in the empty database, and asks for a run when it is told so. */
    first: boolean;
}

/** A server that exports; to be killed. */
async function main(input: ExportWorkerInput): Promise<void> {
    onTheWay.beforePage = () => sleep(input.msPerPage);
    const { count, outputDir } = input;
    const toFile = (key: string, path: string, settings: object = {}) =>
        ({ key, type: 'EXPORT', config: { adapterCode: 'file', path, ...settings } }) as const;
    const vendure = await bootVendure({
        database: existing(input),
        databaseName: input.databaseName,
        keepDatabase: !input.first,
        runJobs: true,
        config: { logger: new DefaultLogger({ level: LogLevel.Warn }) },
        plugins: [
            DefaultJobQueuePlugin.init({ pollInterval: 50 }),
            DataHubPlugin.init({
                adapters: [namesExtractor],
                files: { outputDir },
                distributedLock: { defaultTtlMs: input.leaseTtlMs },
                pipelines: [
                    {
                        code: 'names',
                        name: 'Names',
                        definition: {
                            version: 1,
                            steps: [
                                {
                                    key: 'read',
                                    type: 'EXTRACT',
                                    config: { adapterCode: 'testNames', prefix: 'name-', count, bad: [] },
                                },
                                toFile('lines', 'names.ndjson'),
                                toFile('table', 'names.csv.gz', { format: 'CSV', compression: 'GZIP', newline: 'LF' }),
                            ],
                            context: { throughput: { batchSize: 10, concurrency: 2 } },
                        },
                    },
                ],
            }),
        ],
    });
    process.on('message', () => {
        const { app, connection, ctx } = vendure;
        const ask = async () => {
            const { id } = await connection.rawConnection.getRepository(Pipeline).findOneByOrFail({ code: 'names' });
            await app.get(PipelineRunnerService).enqueue(ctx, id, { triggeredBy: 'export test' });
        };
        ask().catch(fail);
    });
    process.send!('READY');
}

/** The parent has created the database, and only the first process makes its tables. */
function existing({ database, first }: ExportWorkerInput): TestDatabase {
    const found = allDatabases.find(({ name }) => name === database)!;
    return {
        ...found,
        create: () => Promise.resolve(),
        connectionOptions: name => ({ ...found.connectionOptions(name), synchronize: first }),
    };
}

main(JSON.parse(process.argv[2]!) as ExportWorkerInput).catch(fail);
