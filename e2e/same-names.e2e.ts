import {
    Channel,
    FacetService,
    FacetValueService,
    LanguageCode,
    ProductOptionGroup,
    ProductService,
    ProductVariantService,
    StockLevel,
    StockLocation,
    StockLocationService,
} from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import {
    facetLoader,
    productLoader,
    productVariantLoader,
    stockAdjustmentLoader,
    stockLevelLoader,
} from '../src/loaders';
import { describeOnEachDatabase } from './support/each-database';
import { createChannel } from './support/further-channel';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import { BootedVendure, bootVendure } from './support/vendure';

describeOnEachDatabase('what is called alike', database => {
    let server: BootedVendure;
    let channel: Channel;

    beforeAll(async () => {
        server = await bootVendure({ database, databaseName: 'same_names_e2e', plugins: [ReferencePlugin] });
        channel = await createChannel(server, 'b2b');
    });
    afterAll(() => server?.close());

    const load = async (adapter: object, records: JsonObject[], settings: JsonObject = {}) =>
        loadRecords(await createLoader(adapter as never, hostOf(server), settings), server, records);
    const facetValuesOf = async (slug: string) => {
        const product = await server.app.get(ProductService).findOneBySlug(server.ctx, slug, ['facetValues']);
        return product!.facetValues.map(value => value.code);
    };
    /** A stock location of the further channel alone. */
    const createLocation = async (name: string) => {
        const locations = server.app.get(StockLocationService);
        const { id } = await locations.create(server.ctx, { name });
        const relation = server.connection.rawConnection.createQueryBuilder().relation(StockLocation, 'channels');
        await relation.of(id).remove(server.ctx.channelId);
        await relation.of(id).add(channel.id);
        return id;
    };
    const levelsOf = async (sku: string) => {
        const levels = await server.connection.rawConnection
            .getRepository(StockLevel)
            .find({ where: { productVariant: { sku } }, order: { stockLocationId: 'ASC' } });
        return levels.map(level => [level.stockLocationId, level.stockOnHand]);
    };

    it('writes to no variant of another product than the record names, and says so', async () => {
        const product = (slug: string): JsonObject => ({
            ...{ slug, name: slug, translations: [{ languageCode: 'de', name: slug, slug: `${slug}-de` }] },
            variants: [{ sku: `${slug}-1`, price: 100 }],
        });
        await load(productLoader, [product('mine'), product('yours')]);
        const loadVariant = (record: JsonObject) => load(productVariantLoader, [{ sku: 'mine-1', ...record }]);
        const refusal =
            /^product: the variant "mine-1" belongs to another product \(id \d+\), and Vendure cannot move it to "yours"\./;
        for (const record of [{ price: 200 }, { price: 200, options: {} }] as JsonObject[]) {
            const { rejected } = await loadVariant({ ...record, product: 'yours' });
            expect(rejected).toEqual([expect.stringMatching(refusal)]);
        }
        // A product that was renamed since is no other one.
        for (const [i, slug] of ['mine', 'mine-de', 'former'].entries()) {
            const { changeSets, rejected } = await loadVariant({ price: 300 + i, product: slug });
            expect([changeSets.map(({ action }) => action), rejected]).toEqual([['UPDATE'], []]);
        }
    });

    it('keeps stock at the location of the channel, whatever others are called', async () => {
        const { id: theirs } = await server.app.get(StockLocationService).create(server.ctx, { name: 'Warehouse' });
        const ours = await createLocation('Warehouse');
        const [main] = await server.connection.rawConnection
            .getRepository(StockLocation)
            .find({ order: { id: 'ASC' }, take: 1 });
        const inChannel = { channel: 'b2b' };
        const product = { slug: 'jar', name: 'Jar', variants: [{ sku: 'jar', price: 100, stockOnHand: 7 }] };
        await load(productLoader, [product], inChannel);
        const others = [
            [main!.id, 0],
            [theirs, 0],
        ];
        expect(await levelsOf('jar')).toEqual([...others, [ours, 7]]);
        expect((await load(productLoader, [product], inChannel)).changeSets[0]!.action).toBe('UNCHANGED');
        await load(stockLevelLoader, [{ sku: 'jar', stockOnHand: 9 }], inChannel);
        await load(stockAdjustmentLoader, [{ sku: 'jar', delta: -2, externalId: 'D1' }], inChannel);
        await load(stockAdjustmentLoader, [{ sku: 'jar', delta: -2, externalId: 'D1' }], inChannel);
        expect(await levelsOf('jar')).toEqual([...others, [ours, 7]]);
        const { rejected } = await load(stockLevelLoader, [{ sku: 'jar', location: 'Warehouse', stockOnHand: 1 }]);
        expect(rejected).toEqual(['location: 2 stock locations are called "Warehouse". Give them different names.']);
    });

    it('gives a variant that comes into a channel the stock levels that Vendure gives it', async () => {
        const shop = await createLocation('Shop');
        const products = ['ours', 'theirs'].map(name => ({ name, variants: [{ sku: name, stockOnHand: 3 }] }));
        await load(productLoader, products);
        const before = await levelsOf('ours');
        expect(before.map(([id]) => id)).not.toContain(shop);
        await load(productLoader, [{ slug: 'ours', channels: ['b2b'] }]);
        const variants = server.app.get(ProductVariantService);
        const { items } = await variants.findAll(server.ctx, { filter: { sku: { eq: 'theirs' } } });
        const input = { channelId: channel.id, productVariantIds: items.map(({ id }) => id) };
        await variants.assignProductVariantsToChannel(server.ctx, input);
        expect(await levelsOf('ours')).toEqual(await levelsOf('theirs'));
        expect(await levelsOf('ours')).toEqual(expect.arrayContaining([...before, [shop, 0]]));
    });

    it('shows an option group of several products wherever one of them is', async () => {
        const shoe = (slug: string, size: string, more: JsonObject = {}) => ({
            ...{ slug, name: slug, optionGroups: ['Size:shoe-size'], ...more },
            variants: [{ sku: slug, options: { Size: size } }],
        });
        const channelsOfGroup = async (code = 'shoe-size') => {
            const [group] = await server.connection.rawConnection
                .getRepository(ProductOptionGroup)
                .find({ where: { code }, relations: { channels: true, options: { channels: true } } });
            const codes = (channels: Channel[]) => channels.map(({ code }) => code).sort();
            return [codes(group!.channels), ...group!.options.map(option => codes(option.channels))];
        };
        await load(productLoader, [shoe('boot', '40'), shoe('clog', '40')]);
        expect(await channelsOfGroup()).toEqual([['__default_channel__'], ['__default_channel__']]);
        await load(productLoader, [shoe('sandal', '41')], { channel: 'b2b' });
        const both = ['__default_channel__', 'b2b'];
        expect(await channelsOfGroup()).toEqual([both, both, both]);
        const heel = { optionGroups: ['Size:heel'] };
        await load(productLoader, [shoe('pump', '4', heel), shoe('stiletto', '4', { ...heel, channels: ['b2b'] })]);
        expect(await channelsOfGroup('heel')).toEqual([both, both]);
    });

    it('finds a facet value by its very name before one whose code the name would give', async () => {
        const { app, ctx } = server;
        const named = (name: string) => [{ languageCode: LanguageCode.en, name }];
        const facets = app.get(FacetService);
        const facet = await facets.create(ctx, { code: 'lang', isPrivate: false, translations: named('Language') });
        for (const [code, name] of [
            ['c', 'C'],
            ['csharp', 'C#'],
        ] as const) {
            await app.get(FacetValueService).create(ctx, facet, { code, translations: named(name) });
        }
        await load(productLoader, [{ slug: 'book', name: 'Book', facetValues: ['Language:C#'] }]);
        expect(await facetValuesOf('book')).toEqual(['csharp']);
    });

    it('takes a facet whose code differs in case where the database has no room for another one', async () => {
        await load(facetLoader, [{ code: 'BRAND', name: 'Marque' }]);
        const record = { slug: 'cup', name: 'Cup', facetValues: ['brand:Acme'] };
        expect((await load(productLoader, [record])).rejected).toEqual([]);
        expect((await load(productLoader, [record])).changeSets[0]!.action).toBe('UNCHANGED');
        const { items } = await server.app.get(FacetService).findAll(server.ctx);
        const codes = items.map(({ code }) => code).filter(code => code.toLowerCase() === 'brand');
        expect(codes.sort()).toEqual(database.name === 'mariadb' ? ['BRAND'] : ['BRAND', 'brand']);
    });
});
