import { Product } from '@vendure/core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../shared/json';
import { DataHubPlugin } from '../../src';
import { DataHubChangeSet, DataHubRecordError, PipelineRun } from '../../src/entities';
import { customEntityLoader, productLoader } from '../../src/loaders';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { UndoService } from '../../src/services/undo/undo.service';
import { createChannel } from './further-channel';
import { Brand, BrandPlugin } from './custom-entities';
import type { TestDatabase } from './databases';
import { createLoader, hostOf, loadRecords, type LoadResult } from './run-loader';
import { runToEnd } from './run-to-end';
import { bootVendure } from './vendure';

export const byCode = {
    entity: 'Brand',
    matchBy: ['code'],
    relationKeys: { country: 'code', parent: 'code', products: 'slug' },
};

/** A shop with a plugin that has entities of its own, two channels and two products. */
export async function bootBrandShop(database: TestDatabase, databaseName: string) {
    const folder = mkdtempSync(join(tmpdir(), 'data-hub-custom-'));
    const pipeline = (name: string, config: JsonObject, throughput: JsonObject = {}) => ({
        code: name,
        name,
        definition: {
            version: 1 as const,
            steps: [
                {
                    key: 'read',
                    type: 'EXTRACT',
                    config: { adapterCode: 'file', path: `${name}.json`, format: 'JSON' },
                },
                { key: 'load', type: 'LOAD', config: { adapterCode: 'customEntity', ...config } },
            ],
            context: { throughput },
        } as never,
    });
    const server = await bootVendure({
        database,
        databaseName,
        plugins: [
            BrandPlugin,
            DataHubPlugin.init({
                files: { rootDir: folder },
                pipelines: [
                    pipeline('brands', byCode),
                    pipeline('waiting', byCode),
                    pipeline('family', byCode, { batchSize: 1, concurrency: 1 }),
                    pipeline('kept', { ...byCode, source: 'erp', onDrift: 'KEEP', ownedByShop: ['claim'] }),
                    pipeline('full', { ...byCode, source: 'full', onMissing: 'DISABLE', maxMissingPercent: 100 }),
                    pipeline('shelves', {
                        entity: 'BrandShelf',
                        matchBy: ['brand', 'position'],
                        relationKeys: { brand: 'code' },
                    }),
                ],
            }),
        ],
        customFields: {
            Brand: [
                { name: 'erpId', type: 'int', nullable: true },
                { name: 'hint', type: 'localeString', nullable: true },
                { name: 'shown', type: 'relation', entity: Product, list: true },
            ],
        },
    });
    await createChannel(server, 'b2b');
    const products = await createLoader(productLoader, hostOf(server));
    await loadRecords(products, server, [
        {
            name: 'Lamp',
            facetValues: [{ facet: 'colour', value: 'red:dark' }],
            variants: [{ sku: 'L1', price: 1 }],
        },
        { name: 'Desk' },
    ]);
    const { rawConnection } = server.connection;
    const brands = () => rawConnection.getRepository(Brand);
    return {
        server,
        brands,
        brand: (code: string) =>
            brands().findOneOrFail({
                where: { code },
                relations: {
                    country: true,
                    parent: true,
                    products: true,
                    channels: true,
                    customFields: { shown: true },
                },
            }),
        load: async (records: readonly object[], settings: JsonObject = byCode) =>
            loadRecords(
                await createLoader(customEntityLoader, hostOf(server), settings),
                server,
                records as JsonObject[],
            ),
        run(name: string, records: object[]): Promise<PipelineRun> {
            writeFileSync(join(folder, `${name}.json`), JSON.stringify(records));
            return runToEnd(server, name);
        },
        async undo(of: PipelineRun): Promise<PipelineRun> {
            const undone = await server.app.get(UndoService).undoRun(server.ctx, of.id, { triggeredBy: 'test' });
            await server.app.get(PipelineRunnerService).execute(undone.id);
            return rawConnection.getRepository(PipelineRun).findOneByOrFail({ id: undone.id });
        },
        errors: ({ id }: PipelineRun) =>
            rawConnection.getRepository(DataHubRecordError).find({ where: { runId: id }, order: { id: 'ASC' } }),
        changes: ({ id }: PipelineRun) =>
            rawConnection.getRepository(DataHubChangeSet).find({ where: { runId: id }, order: { id: 'ASC' } }),
        async close(): Promise<void> {
            await server.close();
            rmSync(folder, { recursive: true });
        },
    };
}

export const actions = ({ changeSets }: LoadResult) => changeSets.map(({ action }) => action);
