import { Product, ProductTranslation, ProductVariant } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataHubChangeSet, DataHubGate, type PipelineRun } from '../src/entities';
import { UndoService } from '../src/services/undo/undo.service';
import { describeOnEachDatabase } from './support/each-database';
import { given, PipelineShop } from './support/pipeline-shop';
import { statementsOf } from './support/statements';

describeOnEachDatabase(
    'records that come no more',
    database => {
        let shop: PipelineShop;
        let sources = 0;

        beforeAll(async () => {
            shop = await PipelineShop.boot({ database, databaseName: 'missing_records' });
        });
        afterAll(() => shop.close({ dropDatabase: true }));

        /** A source of its own for each test, with everything that it gives. */
        function fullSource(settings: object = {}, step: object = {}) {
            const source = `source-${++sources}`;
            const config = {
                adapterCode: 'product',
                source,
                onMissing: 'DISABLE',
                maxMissingPercent: 100,
                ...settings,
            };
            const record = (name: string) => ({ name, slug: `${source}-${name}` });
            const run = (names: string[], more: { dryRun?: boolean; records?: object[] } = {}): Promise<PipelineRun> =>
                shop.runToEnd(
                    {
                        steps: [
                            given('read', [...names.map(record), ...(more.records ?? [])]),
                            { key: 'load', type: 'LOAD', config, ...step },
                        ] as never,
                    },
                    { dryRun: more.dryRun ?? false },
                );
            const product = async (name: string): Promise<Product> => {
                const where = { slug: `${source}-${name}` };
                const found = await shop
                    .rows(ProductTranslation)
                    .find({ where, relations: { base: true }, order: { id: 'DESC' } });
                return found[0]!.base;
            };
            return { source, run, product };
        }

        it('are disabled, enabled again when they return, and can be undone', async () => {
            const { run, product, source } = fullSource();
            await run(['a', 'b', 'c']);
            const without = await run(['a', 'b']);
            expect(without).toMatchObject({ status: 'COMPLETED', read: 2, unchanged: 2, updated: 1, rejected: 0 });
            expect((await product('c')).enabled).toBe(false);
            const [row] = await shop.rows(DataHubChangeSet).findBy({ runId: without.id });
            expect(row).toMatchObject({ entityType: 'Product', entityKey: `${source}-c`, step: 'load-missing' });
            expect((await run(['a', 'b'])).updated).toBe(0);
            expect(await run(['a', 'b', 'c'])).toMatchObject({ updated: 1 });
            expect((await product('c')).enabled).toBe(true);

            const again = await run(['a', 'b']);
            const { id } = await shop.server.app
                .get(UndoService)
                .undoRun(shop.server.ctx, again.id, { triggeredBy: 'test' });
            expect(await shop.execute(id)).toMatchObject({ status: 'COMPLETED', updated: 1 });
            expect((await product('c')).enabled).toBe(true);
        });

        it('reach the search index in the way in which the load does', async () => {
            const { run, product } = fullSource({ searchIndex: 'DIRECT' });
            await run(['a', 'b']);
            expect(await run(['a'])).toMatchObject({ status: 'COMPLETED', updated: 1, rejected: 0 });
            expect((await product('b')).enabled).toBe(false);
        });

        it('stay disabled while their return is refused, and are enabled with the first record that is taken', async () => {
            const { run, product, source } = fullSource();
            await run(['a', 'b']);
            await run(['a']);
            const refused = await run(['a'], { records: [{ slug: `${source}-b`, facetValues: 'none' }] });
            const before = await product('b');
            expect([refused.rejected, before.enabled]).toEqual([1, false]);
            expect(await run(['a', 'b'])).toMatchObject({ updated: 1, rejected: 0 });
            expect((await product('b')).enabled).toBe(true);
        });

        it('are deleted with DELETE, and created anew when they return', async () => {
            const { run, product } = fullSource({ onMissing: 'DELETE' });
            await run(['a', 'b']);
            expect(await run(['a'])).toMatchObject({ deleted: 1 });
            const { id, deletedAt } = await product('b');
            expect(deletedAt).not.toBeNull();
            expect(await run(['a', 'b'])).toMatchObject({ created: 1, deleted: 0 });
            expect((await product('b')).id).not.toBe(id);
        });

        it('are only named with REPORT', async () => {
            const { run, product, source } = fullSource({ onMissing: 'REPORT' });
            await run(['a', 'b']);
            const { id, updated } = await run(['a']);
            const missing = await product('b');
            expect([updated, missing.enabled]).toEqual([0, true]);
            const lines = await shop.linesOf(id);
            expect(lines).toContain(`"product:slug:${source}-b" is missing in "${source}": Product ${missing.id}.`);
            expect(lines).toContain(`1 of 2 are missing in "${source}".`);
        });

        it('show in a dry run, which changes nothing', async () => {
            const { run, product } = fullSource();
            await run(['a', 'b', 'c']);
            const plan = await run(['a', 'c'], { dryRun: true });
            expect(plan).toMatchObject({ updated: 1, unchanged: 2 });
            expect((await product('b')).enabled).toBe(true);
            expect(await shop.rows(DataHubChangeSet).countBy({ runId: plan.id, applied: false })).toBe(1);
            expect((await run(['a', 'b', 'c'])).updated).toBe(0);
        });

        it.each([
            ['a record was refused', {}, ['a'], [{ slug: 'without-a-name' }]],
            ['no record came at all', {}, [], []],
            [
                '2 of 3 are missing, more than the 50 % that maxMissingPercent allows',
                { maxMissingPercent: 50 },
                ['a'],
                [],
            ],
        ])('stay when %s', async (because, settings, names, records) => {
            const { run, product, source } = fullSource(settings);
            await run(['a', 'b', 'c']);
            const { id } = await run(names, { records });
            expect((await product('b')).enabled).toBe(true);
            const lines = (await shop.linesOf(id)).join('\n');
            expect(lines).toContain(`What is missing in "${source}" was left alone: ${because}`);
        });

        it('are not counted where the shop has deleted or disabled them already', async () => {
            const { run, product, source } = fullSource({ maxMissingPercent: 25 });
            await run(['a', 'b', 'c', 'd', 'e', 'f']);
            await shop.rows(Product).update((await product('e')).id, { deletedAt: new Date() });
            await shop.rows(Product).update((await product('f')).id, { enabled: false });
            expect(await run(['a', 'b', 'c'])).toMatchObject({ updated: 1 });
            expect((await product('d')).enabled).toBe(false);
            const { id } = await run(['a', 'b']);
            expect(await shop.linesOf(id)).toContain(
                `What is missing in "${source}" was left alone: 1 of 3 are missing, more than the 25 % that ` +
                    'maxMissingPercent allows; raise it for one run if the source is right.',
            );
        });

        it.each(['DISABLE', 'REPORT'])('are none when they came under another id, with %s', async onMissing => {
            const { source } = fullSource();
            const config = { adapterCode: 'product', source, matchBy: 'sku', onMissing };
            const shirt = (...sizes: string[]) => ({
                name: source,
                optionGroups: ['Size'],
                variants: sizes.map(Size => ({ sku: `${source}-${Size}`, price: 1, options: { Size } })),
            });
            const load = (record: object, dryRun = false) =>
                shop.runToEnd(
                    { steps: [given('read', [record]), { key: 'load', type: 'LOAD', config }] as never },
                    { dryRun },
                );
            await load(shirt('S', 'M'));
            // Without externalIdField the first SKU stands for an id.
            for (const dryRun of [true, false]) {
                const { id, updated, unchanged } = await load(shirt('M', 'S'), dryRun);
                const named = (await shop.linesOf(id)).filter(line => line.includes('missing'));
                expect([updated, unchanged, named]).toEqual([0, onMissing === 'REPORT' ? 1 : 2, []]);
            }
        });

        it('wait at the guards of the load', async () => {
            const { run, product } = fullSource({}, { guards: { maxDisabled: 0 } });
            await run(['a', 'b']);
            const { id, status } = await run(['a']);
            expect(status).toBe('PAUSED');
            expect(await shop.rows(DataHubGate).findOneBy({ runId: id })).toMatchObject({ stepKey: 'load-missing' });
            expect((await product('b')).enabled).toBe(true);
        });

        it('may be variants, found by external ids', async () => {
            const { run, source } = fullSource();
            await run(['shirt']);
            const variants = (...skus: string[]) => {
                const records = skus.map(sku => ({
                    sku,
                    erpId: sku.toUpperCase(),
                    price: 100,
                    product: `${source}-shirt`,
                }));
                const config = {
                    adapterCode: 'productVariant',
                    source,
                    externalIdField: 'erpId',
                    onMissing: 'DISABLE',
                };
                const load = { key: 'load', type: 'LOAD', config: { ...config, maxMissingPercent: 100 } };
                return shop.runToEnd({ steps: [given('read', records), load] as never });
            };
            expect(await variants('v1')).toMatchObject({ created: 1, rejected: 0 });
            const sku = (id: string) => shop.rows(ProductVariant).findOneByOrFail({ sku: id });
            const before = await sku('v1');
            const renamed = [{ sku: 'v2', erpId: 'V1', price: 100, product: `${source}-shirt` }];
            const config = { adapterCode: 'productVariant', source, externalIdField: 'erpId' };
            await shop.runToEnd({ steps: [given('read', renamed), { key: 'load', type: 'LOAD', config }] as never });
            expect((await sku('v2')).id).toBe(before.id);

            await run(['coat']);
            const other = [{ sku: 'v3', erpId: 'V3', price: 100, product: `${source}-coat` }];
            const load = {
                key: 'load',
                type: 'LOAD',
                config: { ...config, onMissing: 'DISABLE', maxMissingPercent: 100 },
            };
            const full = await shop.runToEnd({ steps: [given('read', other), load] as never });
            expect(full).toMatchObject({ created: 1, updated: 1, rejected: 0 });
            expect([(await sku('v2')).enabled, (await sku('v3')).enabled]).toEqual([false, true]);
        });

        it('cost the same number of statements, however many they are', async () => {
            const count = async (size: number): Promise<number> => {
                const { run } = fullSource();
                const names = Array.from({ length: size }, (_, n) => `n${n}`);
                await run(['stays', ...names]);
                const sent = await statementsOf(shop.server.connection.rawConnection, async () => {
                    expect(await run(['stays'])).toMatchObject({ updated: size, unchanged: 1 });
                });
                return sent.filter(({ sql }) => /data_hub_reference|\bproduct\b/.test(sql)).length;
            };
            expect(await count(100)).toBe(await count(10));
        });
    },
    { sampleOn: 'mariadb' },
);
