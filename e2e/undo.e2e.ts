import { ProductService, ProductVariantService } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { DataHubChangeSet } from '../src/entities';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { AdminApi } from './support/admin-api';
import { describeOnEachDatabase } from './support/each-database';
import { differences, UndoShop } from './support/undo-shop';

describeOnEachDatabase('Undo of a run', database => {
    let shop: UndoShop;

    beforeAll(async () => {
        shop = await UndoShop.boot(database, 'e2e_undo');
    });
    afterAll(() => shop?.close());

    const shirt = (slug: string, more: JsonObject = {}): JsonObject => ({
        slug,
        name: `Shirt ${slug}`,
        description: 'Cotton',
        facetValues: [`${slug}-facet:Clothing`],
        optionGroups: ['Size'],
        variants: [
            { sku: `${slug}-s`, options: { Size: 'S' }, price: 1000, stockOnHand: 3 },
            { sku: `${slug}-m`, options: { Size: 'M' }, price: 1100, stockOnHand: 4 },
        ],
        ...more,
    });

    it('takes away what the run created, down to facets and options', async () => {
        const before = await shop.snapshot();
        const run = await shop.load([shirt('a'), shirt('b')]);
        expect(run).toMatchObject({ status: 'COMPLETED', created: 2 });
        expect(differences(before, await shop.snapshot())).not.toEqual([]);
        const undo = await shop.undo(run);
        expect(await shop.messages(undo)).toEqual([]);
        expect(undo).toMatchObject({ status: 'COMPLETED', kind: 'UNDO', ofRunId: run.id, rejected: 0 });
        expect(differences(before, await shop.snapshot())).toEqual([]);
    });

    it('puts back what the run changed', async () => {
        await shop.load([shirt('c', { customFields: { erpId: 'E1', claim: 'Soft', tags: ['x'] } })]);
        const before = await shop.snapshot();
        const run = await shop.load([
            {
                slug: 'c',
                name: 'Renamed',
                description: null,
                enabled: false,
                customFields: { erpId: null, claim: 'Softer', tags: ['y', 'z'] },
                translations: [{ languageCode: 'de', name: 'Hemd', description: 'Baumwolle' }],
                channels: ['b2b'],
                facetValues: ['c-facet:Other', 'brand:New'],
                variants: [
                    {
                        sku: 'c-s',
                        price: 1200,
                        stockOnHand: 9,
                        enabled: false,
                        customFields: { weight: 4 },
                        options: { Size: 'XS' },
                        prices: [{ currencyCode: 'EUR', price: 900 }],
                    },
                    { sku: 'c-l', options: { Size: 'L' }, price: 1300, stockOnHand: 5 },
                ],
            },
        ]);
        expect(run).toMatchObject({ status: 'COMPLETED', updated: 1 });
        const undo = await shop.undo(run);
        expect(await shop.messages(undo)).toEqual([]);
        expect(differences(before, await shop.snapshot())).toEqual([]);
    });

    it('shows the same as a preview, and writes nothing then', async () => {
        const run = await shop.load([shirt('d', { facetValues: ['d-facet:One', 'd-facet:Two'] }), shirt('e')]);
        const before = await shop.snapshot();
        const plan = await shop.undo(run, { dryRun: true });
        expect(differences(before, await shop.snapshot())).toEqual([]);
        expect(await shop.messages(plan)).toEqual([]);
        const undo = await shop.undo(run);
        const told = async (of: typeof undo) =>
            (await shop.changeSets(of)).map(
                ({ action, entityType, entityKey }) => `${action} ${entityType} ${entityKey}`,
            );
        expect(await told(plan)).toEqual(await told(undo));
    });

    it('leaves what has been changed since, and says so', async () => {
        const { app, ctx } = shop.server;
        await shop.load([shirt('f')]);
        const run = await shop.load([
            { slug: 'f', name: 'F2', description: 'Wool', variants: [{ sku: 'f-s', price: 1500, stockOnHand: 8 }] },
        ]);
        const variants = app.get(ProductVariantService);
        const product = (await app.get(ProductService).findOneBySlug(ctx, 'f'))!;
        const variant = (await variants.getVariantsByProductId(ctx, product.id)).items.find(v => v.sku === 'f-s')!;
        await variants.update(ctx, [{ id: variant.id, price: 1777 }]);
        const undo = await shop.undo(run);
        expect(await shop.conflicts(undo)).toEqual(['f-s prices.__default_channel__.USD']);
        const [error] = await shop.errors(undo);
        expect(error).toMatchObject({
            cause: 'changed-since',
            message:
                'ProductVariant "f-s": prices.__default_channel__.USD was set to 1500 by the run and is 1777 now; it stays as it is.',
            hint: 'Set it to 1000 by hand if that is what you want.',
        });
        expect(undo).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', updated: 1, rejected: 1 });
        const after = (await app.get(ProductService).findOneBySlug(ctx, 'f'))!;
        expect([after.name, after.description]).toEqual(['Shirt f', 'Cotton']);
    });

    it('keeps a created product whole when somebody has edited a part of it', async () => {
        const { app, ctx } = shop.server;
        const run = await shop.load([shirt('g'), shirt('h')]);
        const products = app.get(ProductService);
        const product = (await products.findOneBySlug(ctx, 'g'))!;
        await products.update(ctx, { id: product.id, enabled: false });
        const undo = await shop.undo(run);
        expect(await shop.conflicts(undo)).toEqual([
            'g enabled',
            'g-facet -',
            'g-facet:clothing -',
            'shirt-g-size -',
            'shirt-g-size:m -',
            'shirt-g-size:s -',
        ]);
        expect(await products.findOneBySlug(ctx, 'h')).toBeUndefined();
        const kept = await app.get(ProductVariantService).getVariantsByProductId(ctx, product.id);
        expect(kept.items).toHaveLength(2);
    });

    it('can itself be undone, and that again', async () => {
        const empty = await shop.snapshot();
        const run = await shop.load([shirt('i', { channels: ['b2b'] })]);
        const loaded = await shop.snapshot();
        const undo = await shop.undo(run);
        expect(differences(empty, await shop.snapshot())).toEqual([]);
        const redo = await shop.undo(undo);
        expect(await shop.messages(redo)).toEqual([]);
        expect(withoutFacetIds(await shop.snapshot())).toEqual(withoutFacetIds(loaded));
        const again = await shop.undo(redo);
        expect(await shop.messages(again)).toEqual([]);
        expect(differences(empty, await shop.snapshot())).toEqual([]);
    });

    it('leaves the shop so that the same import creates everything anew', async () => {
        const empty = await shop.snapshot();
        const first = await shop.load([shirt('j')]);
        const loaded = await shop.snapshot();
        await shop.undo(first);
        const second = await shop.load([shirt('j')]);
        expect(second).toMatchObject({ status: 'COMPLETED', created: 1, rejected: 0 });
        const count = (rows: Record<string, string[]>) =>
            Object.fromEntries(Object.entries(rows).map(([t, r]) => [t, r.length]));
        expect(count(await shop.snapshot())).toEqual(count(loaded));
        await shop.undo(second);
        expect(differences(empty, await shop.snapshot())).toEqual([]);
    });

    it('deletes assets that the run brought, with their files, and brings them back from their source', async () => {
        shop.addFile('one.png', Buffer.from('first picture'));
        shop.addFile('two.png', Buffer.from('second picture'));
        await shop.load([shirt('l', { assets: ['one.png'] })]);
        const before = await shop.snapshot();
        const files = shop.server.assetFiles.files.size;
        const run = await shop.load([{ slug: 'l', assets: ['two.png'], featuredAsset: 'two.png' }]);
        expect(shop.server.assetFiles.files.size).toBeGreaterThan(files);
        const undo = await shop.undo(run);
        expect(await shop.messages(undo)).toEqual([]);
        expect(differences(before, await shop.snapshot())).toEqual([]);
        expect(shop.server.assetFiles.files.size).toBe(files);
        const redo = await shop.undo(undo);
        expect(await shop.messages(redo)).toEqual([]);
        expect((await shop.load([{ slug: 'l', assets: ['two.png'], featuredAsset: 'two.png' }])).unchanged).toBe(1);
    });

    it('takes files with the same content for the one asset that they are', async () => {
        for (const name of ['same-1.png', 'same-2.png']) shop.addFile(name, Buffer.from('one picture'));
        const before = await shop.snapshot();
        const run = await shop.load([shirt('s', { assets: ['same-1.png', 'same-2.png'] })]);
        expect((await shop.load([{ slug: 's', assets: ['same-1.png', 'same-2.png'] }])).unchanged).toBe(1);
        const undo = await shop.undo(run);
        expect(await shop.messages(undo)).toEqual([]);
        expect(differences(before, await shop.snapshot())).toEqual([]);
    });

    it('takes what a later run changed for the work of somebody else', async () => {
        await shop.load([shirt('m')]);
        const first = await shop.load([{ sku: 'm-s', price: 1, stockOnHand: 11 }], 'variants');
        await shop.load([{ sku: 'm-s', price: 2 }], 'variants');
        const undo = await shop.undo(first);
        expect(await shop.conflicts(undo)).toEqual(['m-s prices.__default_channel__.USD']);
        expect(await shop.changeSets(undo)).toMatchObject([
            { entityKey: 'm-s', fields: [{ path: 'stock.Default Stock Location', before: 11, after: 3 }] },
        ]);
    });

    it('does not bring back a variant whose SKU has gone to another one', async () => {
        await shop.load([shirt('n')]);
        const run = await shop.load([{ slug: 'n', variants: [{ sku: 'n-s', options: { Size: 'S' } }] }], 'replace');
        await shop.load([{ slug: 'n', variants: [{ sku: 'n-m', options: { Size: 'M' }, price: 5 }] }]);
        const undo = await shop.undo(run);
        expect(await shop.conflicts(undo)).toEqual(['n-m sku']);
        expect((await shop.errors(undo))[0]!.cause).toBe('in-use-since');
    });

    it('is asked for over the Admin API, where both runs know of each other', async () => {
        const run = await shop.load([shirt('p')]);
        const api = await new AdminApi(shop.server.url).login();
        const asked = await api.query<{
            undoDataHubRun: { id: string; kind: string; ofRunId: string; status: string };
        }>('mutation ($id: ID!) { undoDataHubRun(runId: $id) { id kind ofRunId status } }', { id: run.id });
        expect(asked.undoDataHubRun).toMatchObject({ kind: 'UNDO', ofRunId: String(run.id), status: 'PENDING' });
        const again = await api.ask('mutation ($id: ID!) { undoDataHubRun(runId: $id) { id } }', { id: run.id });
        expect(again.errors?.[0]?.message).toContain(`run ${asked.undoDataHubRun.id} is undoing it already`);
        await shop.server.app.get(PipelineRunnerService).execute(asked.undoDataHubRun.id);
        const { dataHubRun } = await api.query<{
            dataHubRun: { kind: string; undoneBy: { id: string; deleted: number }[] };
        }>('query ($id: ID!) { dataHubRun(id: $id) { kind undoneBy { id deleted } } }', { id: run.id });
        expect(dataHubRun).toMatchObject({ kind: 'PIPELINE', undoneBy: [{ id: asked.undoDataHubRun.id }] });
    });

    it('refuses dry runs, runs that changed nothing and runs whose changes are not kept any more', async () => {
        const run = await shop.load([shirt('o')]);
        const same = await shop.load([shirt('o')]);
        await expect(shop.undo(same)).rejects.toThrow(`Run ${same.id} cannot be undone: it changed nothing.`);
        const plan = await shop.undo(run, { dryRun: true });
        await expect(shop.undo(plan)).rejects.toThrow('it was a dry run and wrote nothing');
        await shop.server.connection.rawConnection.getRepository(DataHubChangeSet).delete({ runId: run.id });
        await expect(shop.undo(run)).rejects.toThrow('what it changed is not kept any more');
    });

    it('brings back variants that the run deleted', async () => {
        await shop.load([shirt('k')]);
        const before = await shop.snapshot();
        const run = await shop.load([{ slug: 'k', variants: [{ sku: 'k-s', options: { Size: 'S' } }] }], 'replace');
        expect(differences(before, await shop.snapshot())).not.toEqual([]);
        const undo = await shop.undo(run);
        expect(await shop.messages(undo)).toEqual([]);
        expect(differences(before, await shop.snapshot())).toEqual([]);
    });
});

/** Facets are deleted for good, so they come back under other ids. */
function withoutFacetIds(snapshot: Record<string, string[]>): Record<string, number> {
    return Object.fromEntries(Object.entries(snapshot).map(([table, rows]) => [table, rows.length]));
}
