import { Facet, FacetValue, FacetValueService, Product, StockLevel } from '@vendure/core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DataHubReference } from '../src/entities/data-hub-reference.entity';
import {
    change,
    changeSet,
    facetChange,
    facetValueChange,
    simpleProduct,
    withAssets,
} from './support/applier-change-sets';
import { describeOnEachDatabase } from './support/each-database';
import { ApplierShop } from './support/applier-shop';

describeOnEachDatabase('the applier with many change sets', database => {
    let shop: ApplierShop;

    beforeAll(async () => {
        shop = await ApplierShop.boot(database, 'applier_batches_e2e');
    });
    afterAll(() => shop?.close());

    it('costs the same number of statements for 50 and for 500 records', async () => {
        const batch = (count: number, name: string) =>
            Array.from({ length: count }, (_, i) =>
                simpleProduct(`${name}-${i}`, i % 3 === 0 ? { erpId: `E${i}` } : {}),
            );
        const small = await shop.write(batch(50, 'fifty'));
        const large = await shop.write(batch(500, 'fivehundred'));
        expect(large.statements).toBe(small.statements);
        expect(large.statements).toBeLessThanOrEqual(45);

        const update = (made: typeof small) =>
            Object.entries(made.ids).map(([key, id], i) =>
                changeSet(key, 'UPDATE', [
                    change(
                        'Product',
                        key,
                        'UPDATE',
                        [
                            { path: 'enabled', before: true, after: false },
                            ...(i % 2 ? [{ path: 'customFields.erpId', before: null, after: `U${i}` }] : []),
                            { path: 'translations.en.name', before: key, after: `${key}!` },
                            { path: 'translations.de.name', after: `${key} neu` },
                            { path: 'translations.de.slug', after: key },
                        ],
                        id,
                    ),
                ]),
            );
        const smallUpdate = await shop.write(update(small));
        const largeUpdate = await shop.write(update(large));
        expect(largeUpdate.statements).toBe(smallUpdate.statements);
        expect(largeUpdate.statements).toBeLessThanOrEqual(8);
        const last = Object.values(large.ids).at(-1)!;
        const product = await shop.server.connection.rawConnection.getRepository(Product).findOneByOrFail({ id: last });
        expect(product).toMatchObject({ enabled: false, customFields: { erpId: 'U499' } });
        expect(product.translations.map(t => t.name).sort()).toEqual(['fivehundred-499 neu', 'fivehundred-499!']);
    });

    it('writes a facet value that two records of a batch want only once', async () => {
        const wanting = (key: string) => {
            const set = simpleProduct(key);
            set.entities.unshift(facetChange('material'), facetValueChange('material', 'wood'));
            set.entities
                .find(entity => entity.entityType === 'Product')!
                .fields.push({ path: 'facetValues', after: ['material:wood'] });
            return set;
        };
        const [first, other] = [wanting('oak'), wanting('ash')];
        await shop.write([first, other]);
        const values = await shop.rows(FacetValue, { code: 'wood' });
        expect(values).toHaveLength(1);
        expect([first, other].map(set => set.entities[1]!.entityId)).toEqual([
            String(values[0]!.id),
            String(values[0]!.id),
        ]);
        const facet = await shop.server.connection.rawConnection
            .getRepository(Facet)
            .findOneOrFail({ where: { code: 'material' }, relations: { channels: true } });
        expect(facet.channels.map(({ code }) => code)).toEqual(['__default_channel__']);
        expect(await shop.server.app.get(FacetValueService).findByFacetId(shop.server.ctx, facet.id)).toHaveLength(1);
    });

    it('takes the facet value that somebody else created since the change set was made', async () => {
        await shop.write([changeSet('x', 'CREATE', [facetChange('season'), facetValueChange('season', 'summer')])]);
        await shop.write([changeSet('y', 'CREATE', [facetChange('season'), facetValueChange('season', 'summer')])]);
        expect(await shop.rows(FacetValue, { code: 'summer' })).toHaveLength(1);
    });

    it.skipIf(database.name === 'sqlite')('lets two transactions create the same facet value once', async () => {
        await shop.write([changeSet('f', 'CREATE', [facetChange('shape')])]);
        const create = (key: string) =>
            shop.write([changeSet(key, 'CREATE', [facetChange('shape'), facetValueChange('shape', 'round')])]);
        await Promise.all([create('a'), create('b'), create('c')]);
        expect(await shop.rows(FacetValue, { code: 'round' })).toHaveLength(1);
    });

    it.skipIf(database.name === 'sqlite')('has whoever comes second with a facet or an asset try again', async () => {
        const files = shop.server.assetFiles.files.size;
        shop.addFile('shared.png');
        const create = (key: string) => {
            const set = withAssets(key, ['shared.png']);
            set.entities.unshift(facetChange('brand'));
            return shop.write([set]);
        };
        const outcomes = await Promise.allSettled([create('one'), create('two'), create('three')]);
        const failures = outcomes.flatMap(outcome =>
            outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
        );
        expect(failures.length).toBeLessThan(3);
        for (const failure of failures) expect(failure).toMatchObject({ kind: 'TRANSIENT' });
        expect(await shop.rows(Facet, { code: 'brand' })).toHaveLength(1);
        expect(await shop.rows(DataHubReference, { source: 'asset', externalId: 'shared.png' })).toHaveLength(1);
        await vi.waitFor(() => expect(shop.server.assetFiles.files.size).toBe(files + 2));
    });

    it.skipIf(database.name === 'sqlite')(
        'has whoever comes second with the first stock of a place try again',
        async () => {
            const { ids, references } = await shop.write([simpleProduct('shelved')]);
            const [variant] = await shop.variantsOf(ids.shelved!);
            await shop.server.connection.rawConnection
                .getRepository(StockLevel)
                .delete({ productVariantId: variant!.id });
            const path = 'stock.Default Stock Location';
            const stocked = (stock: number) =>
                shop.write(
                    [
                        changeSet('shelved', 'UPDATE', [
                            change('ProductVariant', 'shelved', 'UPDATE', [{ path, after: stock }], variant!.id),
                        ]),
                    ],
                    references,
                );
            const outcomes = await Promise.allSettled([1, 2, 3, 4].map(stocked));
            const failures = outcomes.flatMap(outcome =>
                outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
            );
            for (const failure of failures) expect(failure).toMatchObject({ kind: 'TRANSIENT' });
            expect(failures.length).toBeLessThan(4);
            expect(await shop.rows(StockLevel, { productVariantId: variant!.id })).toHaveLength(1);
        },
    );
});
