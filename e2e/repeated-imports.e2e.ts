import {
    CurrencyCode,
    FacetValue,
    Product,
    ProductTranslation,
    ProductVariantPrice,
    RequestContext,
} from '@vendure/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataHubChangeSet, DataHubRecordError, type PipelineRun } from '../src/entities';
import { DataHubReference } from '../src/entities/data-hub-reference.entity';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { RunHistoryService } from '../src/services/run-history.service';
import { describeOnEachDatabase } from './support/each-database';
import { createChannel } from './support/further-channel';
import { given, PipelineShop } from './support/pipeline-shop';
import { statementsOf } from './support/statements';

describeOnEachDatabase('repeated imports', database => {
    let shop: PipelineShop;

    beforeAll(async () => {
        shop = await PipelineShop.boot({ database, databaseName: 'repeated_imports' });
    });
    afterAll(() => shop.close({ dropDatabase: true }));

    const load = async (records: object[], settings: object = {}, options: { dryRun?: boolean } = {}) => {
        const config = { adapterCode: 'product', ...settings };
        const steps = [given('read', records), { key: 'load', type: 'LOAD', config }] as never;
        return shop.runToEnd({ steps }, options);
    };
    const textOf = async (slug: string) => {
        const found = await shop.rows(ProductTranslation).findOneByOrFail({ slug });
        return { name: found.name, description: found.description };
    };
    const edit = (slug: string, values: Partial<ProductTranslation>) =>
        shop.rows(ProductTranslation).update({ slug }, values);
    const errorsOf = async (runId: unknown) =>
        (await shop.rows(DataHubRecordError).findBy({ runId: runId as never })).map(({ message }) => message);

    describe('external ids', () => {
        const settings = { source: 'erp', externalIdField: 'erpId' };

        it('find a product whose slug has changed in the source', async () => {
            await load([{ erpId: 'P 1', slug: 'lamp', name: 'Lamp' }], settings);
            const run = await load([{ erpId: 'P 1', slug: 'desk-lamp', name: 'Lamp' }], settings);
            expect(run).toMatchObject({ status: 'COMPLETED', created: 0, updated: 1 });
            expect(await shop.rows(ProductTranslation).countBy({ slug: 'lamp' })).toBe(0);
            await textOf('desk-lamp');
        });

        it('need no natural key, and are case-sensitive', async () => {
            await load([{ erpId: 'A1', slug: 'upper', name: 'Upper' }], settings);
            await load([{ erpId: 'a1', slug: 'lower', name: 'Lower' }], settings);
            const run = await load([{ erpId: 'A1', description: 'Found' }], settings);
            expect(run).toMatchObject({ updated: 1, rejected: 0 });
            expect((await textOf('upper')).description).toBe('Found');
            expect((await textOf('lower')).description).toBe('');
        });

        it('are refused where the natural key leads elsewhere', async () => {
            await load(
                [
                    { erpId: 'x', slug: 'one', name: 'One' },
                    { erpId: 'y', slug: 'two', name: 'Two' },
                ],
                settings,
            );
            const [one, two] = await Promise.all(
                ['one', 'two'].map(slug =>
                    shop.rows(ProductTranslation).findOneOrFail({ where: { slug }, relations: { base: true } }),
                ),
            );
            const run = await load([{ erpId: 'x', slug: 'two', name: 'Which?' }], settings);
            expect(run).toMatchObject({ updated: 0, rejected: 1 });
            const [message] = await errorsOf(run.id);
            expect(message).toContain(`"x" of "erp" belongs to the product with the id ${one!.base.id}`);
            expect(message).toContain(`by slug the record fits the product with the id ${two!.base.id}`);
            const taken = await load([{ erpId: 'z', slug: 'two', name: 'Taken over?' }], settings);
            expect((await errorsOf(taken.id))[0]).toContain('but "erp" has that as "y"');
        });

        it('can be added where the natural key was known before', async () => {
            const record = { erpId: 'later-1', slug: 'later', name: 'Later' };
            await load([record], { source: 'erp' });
            expect(await load([record], settings)).toMatchObject({ unchanged: 1, rejected: 0 });
            const other = await load([{ ...record, erpId: 'later-2' }], settings);
            expect((await errorsOf(other.id))[0]).toContain('but "erp" has that as "later-1"');
            expect(await load([{ ...record, slug: 'much-later' }], settings)).toMatchObject({ updated: 1 });
        });

        it('create again what was deleted, and refuse records without one', async () => {
            await load([{ erpId: 'gone', slug: 'gone', name: 'Gone' }], settings);
            const { base } = await shop
                .rows(ProductTranslation)
                .findOneOrFail({ where: { slug: 'gone' }, relations: { base: true } });
            await shop.rows(Product).update(base.id, { deletedAt: new Date() });
            const run = await load(
                [
                    { erpId: 'gone', slug: 'gone', name: 'Gone' },
                    { slug: 'none', name: 'None' },
                ],
                settings,
            );
            expect(run).toMatchObject({ created: 1, rejected: 1 });
            const reference = await shop.rows(DataHubReference).findOneByOrFail({ source: 'erp', externalId: 'gone' });
            expect(reference.entityId).not.toBe(String(base.id));
        });

        it('cost one read for each batch, and a second run writes nothing', async () => {
            const records = (count: number) =>
                Array.from({ length: count }, (_, n) => ({ erpId: `many-${n}`, slug: `many-${n}`, name: `Many ${n}` }));
            await load(records(100), settings);
            const count = async (size: number, more: object) => {
                const sent = await statementsOf(shop.server.connection.rawConnection, async () => {
                    expect(await load(records(size), more)).toMatchObject({ unchanged: size });
                });
                return sent.filter(({ sql }) => /product|data_hub_reference/.test(sql)).map(({ sql }) => sql);
            };
            const [without, few, many] = [await count(100, {}), await count(10, settings), await count(100, settings)];
            expect(many).toHaveLength(without.length + 1);
            expect(few).toHaveLength(many.length);
            expect(many.filter(sql => /^\s*(insert|update|delete)/i.test(sql))).toEqual([]);
        });
    });

    describe('values edited in the shop', () => {
        const once = async (slug: string, settings: object, next: object = {}) => {
            const record = { slug, name: 'Name', description: 'Source' };
            await load([record], { source: slug, ...settings });
            await edit(slug, { name: 'Edited' });
            const run = await load([{ ...record, ...next }], { source: slug, ...settings });
            return { run, lines: await shop.linesOf(run.id), drifts: await driftsOf(run), ...(await textOf(slug)) };
        };
        const driftsOf = async ({ id }: PipelineRun) => {
            const history = shop.server.app.get(RunHistoryService);
            const { ctx } = shop.server;
            const { items, totalItems } = await history.findDrifts(ctx, id);
            expect(await history.countDrifts(ctx, id)).toEqual({
                kept: items.filter(({ kept }) => kept).length,
                overwritten: totalItems - items.filter(({ kept }) => kept).length,
            });
            return items.map(({ entityKey, path, values, kept }) => [entityKey, path, values, kept]);
        };
        const nameEdited = { shop: 'Edited', source: 'Name' };

        it('follow the source unless the settings say otherwise, and the log counts them', async () => {
            const { run, name, lines, drifts } = await once('overwrite', {});
            expect(drifts).toEqual([['overwrite', 'translations.en.name', nameEdited, false]]);
            expect([name, run.updated]).toEqual(['Name', 1]);
            expect(lines).toContain(
                'Edited in the shop since the last run: 1 values of 1 records; 0 stay, 1 follow the source.',
            );
        });

        it('stay with KEEP, also while other fields change', async () => {
            const same = await once('keep', { onDrift: 'KEEP' });
            expect([same.name, same.run.unchanged]).toEqual(['Edited', 1]);
            expect(same.drifts).toEqual([['keep', 'translations.en.name', nameEdited, true]]);
            const other = await once('keep-2', { onDrift: 'KEEP' }, { description: 'New' });
            expect([other.name, other.description]).toEqual(['Edited', 'New']);
            expect(other.drifts).toEqual([['keep-2', 'translations.en.name', nameEdited, true]]);
            const both = await once('keep-3', { onDrift: 'KEEP' }, { name: 'Newer' });
            expect([both.name, both.drifts]).toEqual(['Newer', []]);
        });

        it('are known to another pipeline of the source that differs in what follows from a record', async () => {
            const settings = { source: 'keep-4', onDrift: 'KEEP' };
            const record = { slug: 'keep-4', name: 'Name' };
            await load([record], settings);
            await edit('keep-4', { name: 'Edited' });
            const nightly = { onMissing: 'DISABLE', maxMissingPercent: 10, events: 'NONE', searchIndex: 'NONE' };
            expect(await load([record], { ...settings, ...nightly })).toMatchObject({ unchanged: 1 });
            expect((await textOf('keep-4')).name).toBe('Edited');
        });

        it('are none where another product has taken the place of the one that was loaded', async () => {
            const settings = { source: 'keep-5', onDrift: 'KEEP' };
            const record = { slug: 'keep-5', name: 'Name', description: 'Source' };
            await load([record], settings);
            const { base } = await shop
                .rows(ProductTranslation)
                .findOneOrFail({ where: { slug: 'keep-5' }, relations: { base: true } });
            await shop.rows(ProductTranslation).update({ slug: 'keep-5' }, { slug: 'keep-5-deleted' });
            await shop.rows(Product).update(base.id, { deletedAt: new Date() });
            await load([{ slug: 'keep-5', name: 'By hand' }]);
            const run = await load([record], settings);
            expect([run.updated, await driftsOf(run)]).toEqual([1, []]);
            expect(await textOf('keep-5')).toEqual({ name: 'Name', description: 'Source' });
        });

        it('are none where the last run was in another channel', async () => {
            const channel = await createChannel(shop.server, 'keep-6', { currency: CurrencyCode.USD });
            const inChannel = new RequestContext({
                apiType: 'admin',
                channel,
                isAuthorized: true,
                authorizedAsOwnerOnly: false,
            });
            const settings = { adapterCode: 'product', source: 'keep-6', externalIdField: 'slug', onDrift: 'KEEP' };
            const loadAt = async (price: number, ...contexts: RequestContext[]) => {
                const record = {
                    slug: 'keep-6',
                    name: 'Name',
                    channels: ['keep-6'],
                    variants: [{ sku: 'keep-6', price }],
                };
                const steps = [given('read', [record]), { key: 'load', type: 'LOAD', config: settings }] as never;
                const { id } = await shop.pipeline({ steps });
                for (const ctx of contexts) {
                    const runner = shop.server.app.get(PipelineRunnerService);
                    const run = await shop.execute((await runner.enqueue(ctx, id, { triggeredBy: 'test' })).id);
                    expect([run.rejected, await driftsOf(run)]).toEqual([0, []]);
                }
            };
            await loadAt(500, shop.server.ctx);
            await loadAt(600, shop.server.ctx, inChannel);
            const prices = await shop.rows(ProductVariantPrice).findBy({ variant: { sku: 'keep-6' } });
            expect(prices.map(({ price }) => price)).toEqual([600, 600]);
        });

        it('are named with REPORT, in a dry run too', async () => {
            const line =
                'Product "report": translations.en.name was edited in the shop, "Edited" instead of "Name": it stays.';
            const { name, lines, drifts } = await once('report', { onDrift: 'REPORT' });
            const drift = ['report', 'translations.en.name', nameEdited, true];
            expect(drifts).toEqual([drift]);
            expect(name).toBe('Edited');
            expect(lines).toContain(line);
            const settings = { source: 'report', onDrift: 'REPORT' };
            const record = { slug: 'report', name: 'Name', description: 'Other' };
            const plan = await load([record], settings, { dryRun: true });
            expect(await shop.linesOf(plan.id)).toContain(line);
            expect(await driftsOf(plan)).toEqual([drift]);
            const [change] = await shop.rows(DataHubChangeSet).findBy({ runId: plan.id });
            expect(change!.fields.map(({ path }) => path)).toEqual(['translations.en.description']);
        });

        it('leave no facet values of former records in a plan', async () => {
            const settings = { source: 'keep-7', onDrift: 'KEEP', facetValuesMode: 'REPLACE_ALL' };
            const records = (one: string, two: string) => [
                { slug: 'keep-7', name: 'One', facetValues: [`keep-7:${one}`] },
                { slug: 'keep-8', name: 'Two', facetValues: [`keep-7:${two}`] },
            ];
            await load(records('gone', 'stays'), settings);
            await load([{ slug: 'keep-7', facetValues: [] }], { facetValuesMode: 'REPLACE_ALL' });
            await shop.rows(FacetValue).delete({ code: 'gone' });
            const config = { adapterCode: 'product', ...settings };
            const plan = await shop.runToEnd(
                {
                    context: { throughput: { batchSize: 1 } },
                    steps: [given('read', records('new', 'gone')), { key: 'load', type: 'LOAD', config }] as never,
                },
                { dryRun: true },
            );
            const changes = await shop.rows(DataHubChangeSet).findBy({ runId: plan.id, action: 'CREATE' });
            expect(changes.map(({ recordKey, entityKey }) => [recordKey, entityKey])).toEqual([
                ['keep-7', 'keep-7:new'],
                ['keep-8', 'keep-7:gone'],
            ]);
        });

        it('only fill what is empty with VENDURE_WINS', async () => {
            const settings = { conflictStrategy: 'VENDURE_WINS' };
            await load([{ slug: 'mine', name: 'Mine' }], settings);
            await load([{ slug: 'mine', name: 'Theirs', description: 'Theirs' }], settings);
            expect(await textOf('mine')).toEqual({ name: 'Mine', description: 'Theirs' });
        });

        it('give way with MERGE only where the source has changed; lists are merged item by item', async () => {
            const settings = { source: 'merge', conflictStrategy: 'MERGE', facetValuesMode: 'REPLACE_ALL' };
            const record = {
                slug: 'merge',
                name: 'Name',
                description: 'Old',
                facetValues: ['colour:red', 'colour:blue'],
            };
            await load([record], settings);
            await edit('merge', { name: 'Edited', description: 'Edited' });
            await load([{ slug: 'merge', facetValues: ['colour:green'] }], { facetValuesMode: 'MERGE' });
            await load([{ ...record, description: 'New', facetValues: ['colour:red', 'colour:black'] }], settings);
            expect(await textOf('merge')).toEqual({ name: 'Edited', description: 'New' });
            const found = await shop.rows(Product).findOneOrFail({
                where: { translations: { slug: 'merge' } },
                relations: { facetValues: true },
            });
            expect(found.facetValues.map(({ code }) => code).sort()).toEqual(['black', 'green', 'red']);
        });

        it('belong to whom the settings say', async () => {
            const settings = {
                ownedByShop: ['description'],
                ownedBySource: ['name'],
                conflictStrategy: 'VENDURE_WINS',
            };
            await load([{ slug: 'owned', name: 'A', description: 'A' }], settings);
            const run = await load([{ slug: 'owned', name: 'B', description: 'B', enabled: false }], settings);
            expect(run.updated).toBe(1);
            expect(await textOf('owned')).toEqual({ name: 'B', description: 'A' });
            const wrong = await load([], { ownedByShop: ['descripton'] });
            expect(wrong).toMatchObject({ status: 'FAILED', hint: 'Did you mean "description"?' });
            expect((await load([], { onDrift: 'KEEP' })).error).toContain('onDrift needs source');
        });
    });
});
