import { DefaultJobQueuePlugin, DefaultLogger, LogLevel } from '@vendure/core';
import { basename, dirname } from 'node:path';
import { vendureCatalog } from '../../demo/pipelines/vendure-catalog';
import { DataHubPlugin } from '../../src/data-hub.plugin';
import { Pipeline } from '../../src/entities';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { allDatabases, type TestDatabase } from './databases';
import { fail, untilStopped } from './worker-lifetime';
import { type BootedVendure, bootVendure } from './vendure';

export interface ImportWorkerInput {
    database: TestDatabase['name'];
    databaseName: string;
    csvPath: string;
    batchSize: number;
    leaseTtlMs: number;
    /** Makes the shop in the empty database and asks for the run. */
    first: boolean;
}

/**
 * A process that imports a catalog as a worker does, to be killed. The first one makes the shop and asks for the run;
 * later ones only start and have to find the run by themselves.
 */
async function main(input: ImportWorkerInput): Promise<void> {
    const pipeline = vendureCatalog(basename(input.csvPath));
    const { batchSize } = input;
    const definition = { ...pipeline.definition, context: { throughput: { batchSize, concurrency: 2 } } };
    const vendure = await bootVendure({
        database: existing(input),
        databaseName: input.databaseName,
        keepDatabase: !input.first,
        runJobs: true,
        config: { logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: true }) },
        plugins: [
            DefaultJobQueuePlugin.init({ pollInterval: 50 }),
            DataHubPlugin.init({
                pipelines: [{ ...pipeline, definition }],
                files: { rootDir: dirname(input.csvPath) },
                distributedLock: { defaultTtlMs: input.leaseTtlMs },
            }),
        ],
    });
    untilStopped(() => vendure.close({ dropDatabase: false }));
    if (input.first) await askForRun(vendure, pipeline.code);
}

/** The parent has created the database, and only the first process makes its tables. */
function existing({ database, first }: ImportWorkerInput): TestDatabase {
    const found = allDatabases.find(({ name }) => name === database)!;
    return {
        ...found,
        create: () => Promise.resolve(),
        connectionOptions: name => ({ ...found.connectionOptions(name), synchronize: first }),
    };
}

async function askForRun({ app, connection, ctx }: BootedVendure, code: string): Promise<void> {
    const { id } = await connection.rawConnection.getRepository(Pipeline).findOneByOrFail({ code });
    await app.get(PipelineRunnerService).enqueue(ctx, id, { triggeredBy: 'kill test' });
}

main(JSON.parse(process.argv[2]!) as ImportWorkerInput).catch(fail);
