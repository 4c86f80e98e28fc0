import { ProductTranslation, ProductVariant, StockLocation } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinPath } from '../src/catalog/product/vocabulary';
import { FieldHistoryService } from '../src/services/field-history.service';
import { UndoService } from '../src/services/undo/undo.service';
import { AdminApi } from './support/admin-api';
import { describeOnEachDatabase } from './support/each-database';
import { given, PipelineShop } from './support/pipeline-shop';

interface Entry {
    runId: string;
    runKind: string;
    pipelineCode: string;
    step: string;
    recordKey: string;
    change: { path: string; before: unknown; after: unknown };
}

describeOnEachDatabase(
    'the history of a field',
    database => {
        let shop: PipelineShop;
        let admin: AdminApi;
        let entityId: string;
        const runIds: string[] = [];

        beforeAll(async () => {
            shop = await PipelineShop.boot({ database, databaseName: 'field_history' });
            for (const name of ['One', 'Two', 'Three']) {
                const records = [{ slug: 'thing', name, description: 'Same' }];
                const load = { key: 'load', type: 'LOAD', config: { adapterCode: 'product' } };
                runIds.push(String((await shop.runToEnd({ steps: [given('read', records), load] as never })).id));
            }
            const undo = await shop.server.app
                .get(UndoService)
                .undoRun(shop.server.ctx, Number(runIds[2]), { triggeredBy: 'test' });
            await shop.execute(undo.id);
            runIds.push(String(undo.id));
            const found = await shop
                .rows(ProductTranslation)
                .findOneOrFail({ where: { slug: 'thing' }, relations: { base: true } });
            entityId = String(found.base.id);
            admin = await new AdminApi(shop.server.url).login();
        });
        afterAll(() => shop.close({ dropDatabase: true }));

        const ask = async (variables: object) => {
            const { dataHubFieldHistory } = await admin.query<{
                dataHubFieldHistory: { items: Entry[]; nextCursor: string | null };
            }>(
                `query ($id: ID!, $path: String, $take: Int, $after: ID) {
                dataHubFieldHistory(entityType: "Product", entityId: $id, path: $path, take: $take, after: $after) {
                    nextCursor
                    items {
                        changeSetId at pipelineCode pipelineName runId runKind triggeredBy step file line recordKey action
                        change { path before after existedBefore }
                    }
                }
            }`,
                { id: entityId, ...variables },
            );
            return dataHubFieldHistory;
        };

        it('tells who wrote each value, newest first, undos included', async () => {
            const { items, nextCursor } = await ask({ path: 'translations.en.name' });
            expect(items.map(({ runKind, change }) => [runKind, change.before, change.after])).toEqual([
                ['UNDO', 'Three', 'Two'],
                ['PIPELINE', 'Two', 'Three'],
                ['PIPELINE', 'One', 'Two'],
                ['PIPELINE', null, 'One'],
            ]);
            expect(items.map(({ runId }) => runId)).toEqual([...runIds].reverse());
            expect(items[1]).toMatchObject({
                step: 'load',
                recordKey: 'thing',
                change: { path: 'translations.en.name' },
            });
            expect(nextCursor).toBeNull();
        });

        it('comes page by page, and with all that is below a path', async () => {
            const first = await ask({ path: 'translations.en.name', take: 3 });
            expect(first.items).toHaveLength(3);
            const second = await ask({ path: 'translations.en.name', take: 3, after: first.nextCursor });
            expect(second.items.map(({ change }) => change.after)).toEqual(['One']);
            const described = await ask({ path: 'translations.en', take: 1, after: first.nextCursor });
            expect(described.items.map(({ change }) => change.path).sort()).toEqual([
                'translations.en.description',
                'translations.en.name',
                'translations.en.slug',
            ]);
            expect((await ask({ path: 'translations.en.nam' })).items).toEqual([]);
        });

        it('knows fields that are named after something with quotes and backslashes in its name', async () => {
            const locations = shop.server.connection.rawConnection.getRepository(StockLocation);
            const { id: locationId } = await locations.findOneByOrFail({});
            for (const name of ['Store "North"', 'Store \\ South', 'Store 1.5']) {
                await locations.update(locationId, { name });
                const records = [{ slug: name, name, variants: [{ sku: name, price: 1, stockOnHand: 5 }] }];
                const load = { key: 'load', type: 'LOAD', config: { adapterCode: 'product' } };
                const { id } = await shop.runToEnd({ steps: [given('read', records), load] as never });
                const variant = await shop.rows(ProductVariant).findOneByOrFail({ sku: name });
                const { items } = await shop.server.app.get(FieldHistoryService).find(shop.server.ctx, {
                    entityType: 'ProductVariant',
                    entityId: variant.id,
                    path: joinPath('stock', name),
                });
                expect(items.map(({ run, change }) => [run.id, change.after])).toEqual([[id, 5]]);
            }
        });
    },
    { sampleOn: 'mariadb' },
);
