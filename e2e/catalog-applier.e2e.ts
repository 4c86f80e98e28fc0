import {
    Asset,
    ConfigService,
    DefaultProductVariantPriceUpdateStrategy,
    LanguageCode,
    Product,
    ProductOptionGroup,
    ProductService,
    ProductVariant,
    ProductVariantPrice,
    ProductVariantService,
    StockLevel,
    StockMovement,
} from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { change, changeSet, fullProduct, simpleProduct } from './support/applier-change-sets';
import { describeOnEachDatabase } from './support/each-database';
import { ApplierShop } from './support/applier-shop';

describeOnEachDatabase('the applier of change sets', database => {
    let shop: ApplierShop;

    beforeAll(async () => {
        shop = await ApplierShop.boot(database, 'applier_e2e');
    });
    afterAll(() => shop?.close());

    it('creates a product with everything that belongs to it, as Vendure reads it', async () => {
        const { ids } = await shop.write([fullProduct('laptop')]);
        const product = (await shop.server.app
            .get(ProductService)
            .findOne(shop.server.ctx, ids.laptop!, [
                'channels',
                'facetValues',
                'assets',
                'optionGroups',
                'variants',
                'featuredAsset',
            ]))!;
        expect(product).toMatchObject({ name: 'laptop', slug: 'laptop', description: '', enabled: true });
        expect(product.channels.map(channel => channel.code).sort()).toEqual(['__default_channel__', 'outlet']);
        expect(product.facetValues.map(value => value.code)).toEqual(['red']);
        expect(product.featuredAsset.source).toBe('red.png');
        const custom = product.customFields as unknown as Record<string, unknown>;
        expect(custom).toMatchObject({ erpId: '00123', tags: ['new', 'hot'], rating: 3, claim: 'Fast' });
        expect((custom.releasedAt as Date).toISOString()).toBe('2026-03-01T10:00:00.000Z');
        expect(product.translations.find(t => t.languageCode === LanguageCode.de)).toMatchObject({
            name: 'laptop de',
            customFields: { claim: 'Schnell' },
        });

        const variants = await shop.server.app
            .get(ProductVariantService)
            .getVariantsByProductId(shop.server.ctx, ids.laptop!);
        expect(variants.items).toHaveLength(2);
        expect(variants.items[0]).toMatchObject({
            sku: 'laptop-s',
            price: 1299,
            priceWithTax: 1559,
            currencyCode: 'USD',
        });
        expect(variants.items[0]!.options.map(option => option.code)).toEqual(['small']);
        const levels = await shop.rows(StockLevel, { productVariantId: variants.items[0]!.id });
        expect(levels).toMatchObject([{ stockOnHand: 7, stockAllocated: 0 }]);
        const movements = await shop.rows(StockMovement, { productVariant: { id: variants.items[0]!.id } });
        expect(movements).toMatchObject([{ type: 'ADJUSTMENT', quantity: 7 }]);
        expect(await shop.rows(StockMovement, { productVariant: { id: variants.items[1]!.id } })).toEqual([]);

        const group = await shop.server.connection.rawConnection
            .getRepository(ProductOptionGroup)
            .findOneOrFail({ where: { code: 'size' }, relations: { channels: true, products: true } });
        expect(group.channels.map(channel => channel.code).sort()).toEqual(['__default_channel__', 'outlet']);
        expect(group.products.map(({ id }) => id)).toEqual([ids.laptop]);
        const assets = await shop.server.connection.rawConnection
            .getRepository(Asset)
            .find({ relations: { channels: true } });
        expect(assets.map(asset => asset.channels.length)).toEqual([2, 2]);
    });

    it('can be edited by Vendure afterwards', async () => {
        const { ids } = await shop.write([simpleProduct('editable')]);
        const service = shop.server.app.get(ProductVariantService);
        const [variant] = (await service.getVariantsByProductId(shop.server.ctx, ids.editable!)).items;
        const [updated] = await service.update(shop.server.ctx, [{ id: variant!.id, price: 500, stockOnHand: 3 }]);
        expect(updated).toMatchObject({ price: 500 });
        await shop.server.app.get(ProductService).update(shop.server.ctx, {
            id: ids.editable!,
            translations: [{ languageCode: LanguageCode.en, name: 'Edited', slug: 'edited', description: '' }],
        });
        expect((await shop.server.app.get(ProductService).findOne(shop.server.ctx, ids.editable!))!.name).toBe(
            'Edited',
        );
    });

    it('changes only what a change set names', async () => {
        const { ids, references } = await shop.write([fullProduct('chair')]);
        const [small] = (await shop.variantsOf(ids.chair!)).filter(variant => variant.sku === 'chair-s');
        const level = { productVariantId: small!.id };
        await shop.server.connection.rawConnection
            .getRepository(StockLevel)
            .update(level, { stockAllocated: 2, stockOnHand: 6 });
        await shop.write(
            [
                changeSet('chair', 'UPDATE', [
                    change(
                        'Product',
                        'chair',
                        'UPDATE',
                        [
                            { path: 'translations.de.name', before: 'chair de', after: 'Stuhl' },
                            {
                                path: 'channels',
                                before: ['__default_channel__', 'outlet'],
                                after: ['__default_channel__'],
                            },
                            { path: 'facetValues', before: ['colour:red'], after: [] },
                            { path: 'assets', before: ['red.png', 'blue.png'], after: ['blue.png', 'red.png'] },
                            { path: 'featuredAsset', before: 'red.png', after: null },
                            { path: 'customFields.tags', before: ['new', 'hot'], after: null },
                            { path: 'customFields.related', after: [String(ids.chair)] },
                            { path: 'customFields.manual', after: String(references.get('Asset', 'red.png')) },
                        ],
                        ids.chair,
                    ),
                    change(
                        'ProductVariant',
                        'chair-s',
                        'UPDATE',
                        [
                            { path: 'sku', before: 'chair-s', after: '00123' },
                            { path: 'prices.__default_channel__.USD', before: 1299, after: 1399 },
                            { path: 'prices.__default_channel__.EUR', after: 1199 },
                            { path: 'prices.outlet.USD', before: 999 },
                            { path: 'stock.Default Stock Location', before: 7, after: 10 },
                        ],
                        small!.id,
                    ),
                ]),
            ],
            references,
        );
        const product = (await shop.server.app
            .get(ProductService)
            .findOne(shop.server.ctx, ids.chair!, ['channels', 'facetValues', 'assets', 'featuredAsset']))!;
        expect(product.translations.map(t => t.name).sort()).toEqual(['Stuhl', 'chair']);
        expect(product.channels.map(channel => channel.code)).toEqual(['__default_channel__']);
        expect(product).toMatchObject({
            facetValues: [],
            featuredAsset: null,
            customFields: { tags: null, erpId: '00123' },
        });
        expect(product.assets.sort((a, b) => a.position - b.position).map(({ asset }) => asset.source)).toEqual([
            'blue.png',
            'red.png',
        ]);
        const related = await shop.server.connection.rawConnection
            .getRepository(Product)
            .findOneOrFail({ where: { id: ids.chair! }, relations: ['customFields.related', 'customFields.manual'] });
        expect(related.customFields).toMatchObject({ related: [{ id: ids.chair }], manual: { source: 'red.png' } });

        const prices = await shop.rows(ProductVariantPrice, { variant: { id: small!.id } });
        expect(prices.map(({ price, currencyCode }) => `${currencyCode} ${price}`).sort()).toEqual([
            'EUR 1199',
            'USD 1399',
        ]);
        expect(await shop.rows(StockLevel, level)).toMatchObject([{ stockOnHand: 10, stockAllocated: 2 }]);
        const movements = await shop.rows(StockMovement, { productVariant: { id: small!.id } });
        // 7 when it was created; then from 6, which is what stood there and not what the change set had seen.
        expect(movements.map(({ quantity }) => quantity)).toEqual([7, 4]);
        expect((await shop.variantsOf(ids.chair!)).map(({ sku }) => sku).sort()).toEqual(['00123', 'chair-m']);
    });

    it('lets the price strategy of the shop have its say', async () => {
        const { ids, references } = await shop.write([fullProduct('sync')]);
        const { catalogOptions } = shop.server.app.get(ConfigService);
        const usual = catalogOptions.productVariantPriceUpdateStrategy;
        const synced = new DefaultProductVariantPriceUpdateStrategy({ syncPricesAcrossChannels: true });
        catalogOptions.productVariantPriceUpdateStrategy = synced;
        const [small, medium] = await shop.variantsOf(ids.sync!);
        const main = { path: 'prices.__default_channel__.USD', before: 1299, after: 1500 };
        const outlet = { path: 'prices.outlet.USD', before: 999, after: 900 };
        await shop.write(
            [
                changeSet('sync', 'UPDATE', [
                    change('ProductVariant', 'sync-s', 'UPDATE', [main], small!.id),
                    change('ProductVariant', 'sync-m', 'UPDATE', [main, outlet], medium!.id),
                ]),
            ],
            references,
        );
        catalogOptions.productVariantPriceUpdateStrategy = usual;
        const pricesOf = async (variant?: ProductVariant) =>
            (await shop.rows(ProductVariantPrice, { variant: { id: variant!.id } })).map(({ price }) => price);
        expect(await pricesOf(small)).toEqual([1500, 1500]);
        expect(await pricesOf(medium), 'given prices stay as given').toEqual([1500, 900]);
    });

    it('takes assets and options along into a further channel', async () => {
        const { ids, references } = await shop.write([fullProduct('lamp', { channels: ['__default_channel__'] })]);
        await shop.write(
            [
                changeSet('lamp', 'UPDATE', [
                    change(
                        'Product',
                        'lamp',
                        'UPDATE',
                        [
                            {
                                path: 'channels',
                                before: ['__default_channel__'],
                                after: ['__default_channel__', 'outlet'],
                            },
                        ],
                        ids.lamp,
                    ),
                ]),
            ],
            references,
        );
        const outlet = shop.server.ctx.copy();
        const product = (await shop.server.app
            .get(ProductService)
            .findOne(outlet, ids.lamp!, ['optionGroups.options.channels', 'optionGroups.channels']))!;
        expect(product.optionGroups[0]!.channels.map(({ id }) => id)).toContain(shop.outlet.id);
        expect(
            product.optionGroups[0]!.options.every(option => option.channels.some(({ id }) => id === shop.outlet.id)),
        ).toBe(true);
    });

    it('deletes as Vendure does: softly, with its variants, and lets option groups go', async () => {
        const { ids } = await shop.write([fullProduct('sofa'), simpleProduct('table')]);
        await shop.write([
            changeSet('sofa', 'DELETE', [
                change(
                    'Product',
                    'sofa',
                    'DELETE',
                    [{ path: 'deletedAt', before: null, after: '2026-05-01T00:00:00.000Z' }],
                    ids.sofa,
                ),
            ]),
        ]);
        const sofa = await shop.server.connection.rawConnection.getRepository(Product).findOneOrFail({
            where: { id: ids.sofa! },
            relations: { variants: true, optionGroups: true, facetValues: true },
        });
        expect(sofa.deletedAt?.toISOString()).toBe('2026-05-01T00:00:00.000Z');
        expect(sofa.variants.map(variant => variant.deletedAt !== null)).toEqual([true, true]);
        expect(sofa.optionGroups).toEqual([]);
        expect(await shop.server.app.get(ProductService).findOne(shop.server.ctx, ids.sofa!)).toBeUndefined();
        expect(await shop.server.app.get(ProductService).findOne(shop.server.ctx, ids.table!)).toBeDefined();
    });

    it('names path and key of a reference that is missing', async () => {
        const set = simpleProduct('orphan');
        set.entities[1]!.fields.push({ path: 'facetValues', after: ['no:such'] });
        await expect(shop.write([set])).rejects.toMatchObject({
            kind: 'DEFECT',
            message: '"facetValues" points to FacetValue "no:such", which was neither found nor created.',
            place: { key: 'orphan' },
        });
        expect(await shop.rows(Product, { translations: { slug: 'orphan' } })).toEqual([]);
    });
});
