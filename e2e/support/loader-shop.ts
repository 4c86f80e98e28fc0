import { type ID, type VendureConfig } from '@vendure/core';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { JsonObject } from '../../shared/json';
import { DataHubPlugin } from '../../src';
import { PipelineRun } from '../../src/entities';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { PipelineService } from '../../src/services/pipeline.service';
import { UndoService } from '../../src/services/undo/undo.service';
import type { CatalogHost } from '../../src/catalog/catalog-scope';
import type { TestDatabase } from './databases';
import { createChannel } from './further-channel';
import { until } from './pipeline-shop';
import { createLoader, hostOf, type LoadResult, loadRecords } from './run-loader';
import { BootedVendure, bootVendure } from './vendure';

interface LoaderShopOptions {
    database: TestDatabase;
    databaseName: string;
    customFields: VendureConfig['customFields'];
    runJobs?: boolean;
    /** Of the loaders that are called without a run. */
    host?: Partial<CatalogHost>;
}

/** A shop with the channel `b2b` and a folder to import assets from, in which a loader is called or runs in pipelines. */
export class LoaderShop {
    private pipelines = 0;

    private constructor(
        readonly server: BootedVendure,
        readonly folder: string,
        private readonly options: LoaderShopOptions,
    ) {}

    static async boot(options: LoaderShopOptions): Promise<LoaderShop> {
        const { database, databaseName, customFields, runJobs = false } = options;
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-loader-'));
        const server = await bootVendure({
            database,
            databaseName,
            runJobs,
            customFields,
            config: { importExportOptions: { importAssetsDir: folder } },
            plugins: [DataHubPlugin.init({})],
        });
        await createChannel(server, 'b2b');
        return new LoaderShop(server, folder, options);
    }

    /** Adds a file to the folder and returns its name. */
    file(name: string, content: string | Buffer = `picture ${name}`): string {
        mkdirSync(dirname(join(this.folder, name)), { recursive: true });
        writeFileSync(join(this.folder, name), content);
        return name;
    }

    async load(
        adapter: object,
        records: JsonObject[],
        settings: JsonObject = {},
        options: Parameters<typeof loadRecords>[3] = {},
    ): Promise<LoadResult> {
        const loader = await createLoader(adapter as never, hostOf(this.server, this.options.host), settings);
        return loadRecords(loader, this.server, records, options);
    }

    /** The whole way: ledger, quarantine and, where the server works on jobs, the queue. */
    async run(
        config: { adapterCode: string } & JsonObject,
        records: JsonObject[],
        batchSize = 100,
    ): Promise<PipelineRun> {
        const { app, ctx } = this.server;
        const code = `pipeline-${++this.pipelines}`;
        const pipeline = await app.get(PipelineService).create(ctx, {
            code,
            name: code,
            definition: {
                version: 1,
                steps: [
                    { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records } },
                    { key: 'load', type: 'LOAD', config },
                ],
                context: { throughput: { batchSize, concurrency: 2 } },
            },
        });
        const options = { triggeredBy: 'test' };
        const runner = app.get(PipelineRunnerService);
        return this.ended((await runner.enqueue(ctx, (pipeline as { id: ID }).id, options)).id);
    }

    async undo(runId: ID): Promise<PipelineRun> {
        const { app, ctx } = this.server;
        return this.ended((await app.get(UndoService).undoRun(ctx, runId, { triggeredBy: 'test' })).id);
    }

    rows<T extends object>(entity: new () => T) {
        return this.server.connection.rawConnection.getRepository(entity);
    }

    async close(): Promise<void> {
        await this.server.close();
        rmSync(this.folder, { recursive: true });
    }

    private async ended(id: ID): Promise<PipelineRun> {
        const find = () => this.rows(PipelineRun).findOneByOrFail({ id });
        if (this.options.runJobs)
            await until('the run has ended', async () => !['PENDING', 'RUNNING'].includes((await find()).status));
        else await this.server.app.get(PipelineRunnerService).execute(id);
        return find();
    }
}
