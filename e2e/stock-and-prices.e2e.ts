import {
    ChannelService,
    CurrencyCode,
    ProductVariant,
    ProductVariantService,
    StockLevel,
    StockLocationService,
    StockMovement,
    StockMovementService,
} from '@vendure/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { productLoader, stockAdjustmentLoader, stockLevelLoader, variantPriceLoader } from '../src/loaders';
import type { LoaderAdapter } from '../src/sdk/loader';
import { createChannel } from './support/further-channel';
import { describeOnEachDatabase } from './support/each-database';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords, LoadResult } from './support/run-loader';
import { BootedVendure, bootVendure } from './support/vendure';

const MAIN = 'Default Stock Location';

describeOnEachDatabase('loading stock and prices', database => {
    let server: BootedVendure;
    let prefix = '';
    let suites = 0;

    beforeAll(async () => {
        server = await bootVendure({
            database,
            databaseName: 'stock_and_prices_e2e',
            plugins: [ReferencePlugin],
            customFields: { ProductVariant: [{ name: 'erpId', type: 'string', nullable: true }] },
        });
        const { app, ctx } = server;
        await createChannel(server, 'b2b');
        await app.get(StockLocationService).create(ctx, { name: 'Warehouse', description: '' });
    });
    afterAll(() => server?.close());

    const load = async (adapter: LoaderAdapter, records: JsonObject[], settings: JsonObject = {}, batchSize = 100) =>
        loadRecords(await createLoader(adapter, hostOf(server), settings), server, records, { batchSize });
    const actions = ({ changeSets }: LoadResult) => changeSets.map(({ action }) => action);
    /** Makes variants `<prefix><n>`, 100 to a product, without a level in the warehouse. */
    const variants = async (from: string, count: number, channels: string[] = []): Promise<void> => {
        const products = Array.from({ length: Math.ceil(count / 100) }, (_, p) => ({
            name: `${from}${p}`,
            channels,
            optionGroups: ['Size'],
            variants: Array.from({ length: Math.min(100, count - p * 100) }, (_v, i) => ({
                ...{ sku: `${from}${p * 100 + i}`, options: [`S${i}`], price: 1000 + i, stockOnHand: 10 },
                customFields: { erpId: `erp-${from}${p * 100 + i}` },
            })),
        }));
        expect((await load(productLoader, products)).rejected).toEqual([]);
        const levels = server.connection.rawConnection.getRepository(StockLevel);
        await levels.delete({ stockLocationId: await locationId('Warehouse') });
    };
    /** Prices, stock and movements of the variants of a test, without ids. */
    const shop = async (from = prefix): Promise<string[]> => {
        const database = server.connection.rawConnection;
        const found = await database.getRepository(ProductVariant).find({
            where: { deletedAt: undefined },
            relations: { productVariantPrices: true, stockLevels: { stockLocation: true } },
        });
        const movements = await database.getRepository(StockMovement).find({
            relations: { productVariant: true, stockLocation: true },
            order: { id: 'ASC' },
        });
        const own = found.filter(({ sku }) => sku.startsWith(from));
        return own
            .map(({ id, sku, productVariantPrices, stockLevels, outOfStockThreshold, useGlobalOutOfStockThreshold }) =>
                JSON.stringify({
                    sku: sku.slice(from.length),
                    threshold: useGlobalOutOfStockThreshold ? 'shop' : outOfStockThreshold,
                    prices: productVariantPrices
                        .map(({ channelId, currencyCode, price }) => `${channelId} ${currencyCode} ${price}`)
                        .sort(),
                    stock: stockLevels
                        .map(level => `${level.stockLocation.name} ${level.stockOnHand} ${level.stockAllocated}`)
                        .sort(),
                    movements: movements
                        .filter(({ productVariant }) => String(productVariant.id) === String(id))
                        .map(({ type, quantity, stockLocation }) => `${type} ${quantity} ${stockLocation.name}`),
                }),
            )
            .sort();
    };
    const idOf = async (sku: string) =>
        (await server.connection.rawConnection.getRepository(ProductVariant).findOneByOrFail({ sku })).id;
    const stockOf = async (sku: string): Promise<Record<string, number>> => {
        const levels = await server.connection.rawConnection.getRepository(StockLevel).find({
            where: { productVariantId: await idOf(sku) },
            relations: { stockLocation: true },
        });
        return Object.fromEntries(levels.map(level => [level.stockLocation.name, level.stockOnHand]));
    };
    const locationId = async (name: string) => {
        const { items } = await server.app.get(StockLocationService).findAll(server.ctx);
        return items.find(item => item.name === name)!.id;
    };

    beforeEach(() => {
        prefix = `t${++suites}-`;
    });

    it('leaves the tables as ProductVariantService and StockMovementService do', async () => {
        const [ours, theirs] = [`${prefix}ours-`, `${prefix}theirs-`];
        await variants(ours, 4, ['b2b']);
        await variants(theirs, 4, ['b2b']);
        const { app, ctx } = server;
        const [main, warehouse] = [await locationId(MAIN), await locationId('Warehouse')];
        const service = app.get(ProductVariantService);
        const stock = app.get(StockMovementService);
        const b2b = ctx.copy((await app.get(ChannelService).findAll(ctx)).items.find(({ code }) => code === 'b2b'));
        const [first, second, third] = await Promise.all([0, 1, 2].map(i => idOf(`${theirs}${i}`)));
        await service.update(ctx, [
            { id: first!, price: 555, prices: [{ currencyCode: CurrencyCode.EUR, price: 444 }] },
            { id: second!, outOfStockThreshold: 3, useGlobalOutOfStockThreshold: false },
            { id: third!, prices: [{ currencyCode: CurrencyCode.EUR, price: 1 }] },
        ]);
        await service.update(ctx, [
            { id: third!, prices: [{ currencyCode: CurrencyCode.EUR, price: 1, delete: true }] },
        ]);
        await service.update(b2b, [{ id: second!, price: 777 }]);
        await stock.adjustProductVariantStock(ctx, first!, 42);
        await stock.adjustProductVariantStock(ctx, second!, [
            { stockLocationId: main, stockOnHand: 10 },
            { stockLocationId: warehouse, stockOnHand: 7 },
        ]);
        await stock.adjustProductVariantStock(ctx, third!, [{ stockLocationId: main, stockOnHand: 4 }]);
        await stock.adjustProductVariantStock(ctx, third!, [{ stockLocationId: main, stockOnHand: 9 }]);
        await stock.adjustProductVariantStock(ctx, third!, [{ stockLocationId: warehouse, stockOnHand: -2 }]);

        const results = [
            await load(variantPriceLoader, [
                { sku: `${ours}0`, price: 555, prices: [{ currencyCode: 'EUR', price: 444 }] },
                { sku: `${ours}2`, currencyCode: 'EUR', price: 1 },
                { sku: `${ours}1`, channel: 'b2b', price: 777 },
            ]),
            await load(variantPriceLoader, [{ sku: `${ours}2`, currencyCode: 'EUR', price: null }]),
            await load(stockLevelLoader, [
                { sku: `${ours}0`, stockOnHand: 42 },
                { sku: `${ours}1`, stockOnHand: 10, outOfStockThreshold: 3 },
                { sku: `${ours}1`, location: 'Warehouse', stockOnHand: 7, outOfStockThreshold: 3 },
            ]),
            await load(stockAdjustmentLoader, [
                { sku: `${ours}2`, delta: -6 },
                { sku: `${ours}2`, delta: 5 },
                { sku: `${ours}2`, stock: [{ location: 'Warehouse', delta: -2 }] },
            ]),
        ];
        expect(results.flatMap(({ rejected }) => rejected)).toEqual([]);
        expect(await shop(ours)).toEqual(await shop(theirs));
    });

    it('needs as many statements for 100 records as for 10, and writes nothing the second time', async () => {
        await variants(`${prefix}few-`, 10, ['b2b']);
        await variants(`${prefix}many-`, 100, ['b2b']);
        const skus = (from: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${from}-${i}`);
        const cases: [LoaderAdapter, (sku: string, i: number) => JsonObject, isRepeatable: boolean][] = [
            [variantPriceLoader, (sku, i) => ({ sku, price: 5000 + i }), true],
            [variantPriceLoader, (sku, i) => ({ sku, channel: 'b2b', price: 6000 + i }), true],
            [stockLevelLoader, (sku, i) => ({ sku, stockOnHand: 70 + i, outOfStockThreshold: i + 1 }), true],
            [stockLevelLoader, (sku, i) => ({ sku, location: 'Warehouse', stockOnHand: i }), true],
            [stockAdjustmentLoader, (sku, i) => ({ sku, delta: i + 1 }), false],
            [stockAdjustmentLoader, (sku, i) => ({ sku, delta: i + 1, externalId: 'GR-1' }), true],
        ];
        for (const [adapter, recordOf, isRepeatable] of cases) {
            const few = await load(adapter, skus('few', 10).map(recordOf));
            const many = await load(adapter, skus('many', 100).map(recordOf));
            expect([...few.rejected, ...many.rejected]).toEqual([]);
            expect(many.statements).toEqual(few.statements);
            expect(many.statements.resolve).toBeLessThanOrEqual(4);
            expect(new Set(actions(many))).toEqual(new Set(['UPDATE']));
            if (!isRepeatable) continue;
            const again = await load(adapter, skus('many', 100).map(recordOf));
            expect(new Set(actions(again)), adapter.code).toEqual(new Set(['UNCHANGED']));
            expect(again.statements.apply).toBe(0);
        }
    });

    it('adds each difference once, also to the same stock in one batch and with a document that comes again', async () => {
        await variants(prefix, 2);
        const sku = `${prefix}0`;
        await load(stockAdjustmentLoader, [
            { sku, delta: 5 },
            { sku, delta: 5 },
            { sku, stockOnHand: 3 },
            { sku, stock: [{ delta: 1 }, { location: 'Warehouse', delta: 4 }, { location: 'Warehouse', delta: 4 }] },
        ]);
        expect(await stockOf(sku)).toEqual({ [MAIN]: 4, Warehouse: 8 });
        const delivery: JsonObject[] = [
            { sku, delta: 10, externalId: 'Lieferung Ä/1' },
            { sku, location: 'Warehouse', delta: 1, externalId: 'Lieferung Ä/1' },
            { sku: `${prefix}1`, stockOnHand: 10, externalId: 'Lieferung Ä/1' },
        ];
        expect(actions(await load(stockAdjustmentLoader, delivery))).toEqual(['UPDATE', 'UPDATE', 'UPDATE']);
        await load(stockLevelLoader, [{ sku: `${prefix}1`, stockOnHand: 6 }]);
        expect(actions(await load(stockAdjustmentLoader, delivery))).toEqual(['UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
        expect(await stockOf(sku)).toEqual({ [MAIN]: 14, Warehouse: 9 });
        expect(await stockOf(`${prefix}1`)).toEqual({ [MAIN]: 6 });
    });

    it('finds variants by id and by custom field', async () => {
        await variants(prefix, 2);
        const id = await idOf(`${prefix}0`);
        await load(stockLevelLoader, [{ id, stockOnHand: 1 }], { matchBy: 'id' });
        await load(stockLevelLoader, [{ customFields: { erpId: `erp-${prefix}1` }, stockOnHand: 2 }], {
            matchBy: 'customField',
            matchField: 'erpId',
        });
        expect([await stockOf(`${prefix}0`), await stockOf(`${prefix}1`)]).toEqual([{ [MAIN]: 1 }, { [MAIN]: 2 }]);
    });

    it('refuses what it cannot do record by record', async () => {
        await variants(prefix, 2);
        const sku = `${prefix}0`;
        const refusals = async (adapter: LoaderAdapter, records: JsonObject[]) =>
            (await load(adapter, records)).rejected;
        expect(
            await refusals(variantPriceLoader, [
                { sku: `${prefix}none`, price: 1 },
                { sku, price: null },
                { sku, price: 1.5 },
                { sku, currencyCode: 'CHF', price: 1 },
                { sku, channel: 'b2b', price: 1 },
                { price: 1 },
                { sku: `${prefix}1`, price: 4711 },
            ]),
        ).toEqual([
            expect.stringMatching(/^There is no variant "t\d+-none" in the channel "__default_channel__"\./),
            expect.stringMatching(/^price is null, but a variant needs a price in the default currency USD/),
            'price must be whole minor units, got 1.5. Use toCents.',
            expect.stringMatching(/^currencyCode: the currency "CHF" is not available/),
            expect.stringMatching(/^channel: the product is not in the channel "b2b"\./),
            expect.stringMatching(/^sku is missing, and variants are matched by it\./),
        ]);
        expect(
            await refusals(stockLevelLoader, [
                { sku, stockOnHand: '4' },
                { sku, stockOnHand: 4_006_381_333_931 },
                { sku, location: 'Nowhere', stockOnHand: 4 },
                { sku, stock: [{ location: 'Wharehouse', stockOnHand: 4 }] },
            ]),
        ).toEqual([
            'stockOnHand must be a whole number, got "4". Turn it into one with toNumber.',
            'stockOnHand must be a whole number of at most 2147483647, got 4006381333931. Correct it, or the column that it is read from.',
            expect.stringMatching(/^location: there is no stock location called "Nowhere"\./),
            expect.stringMatching(/^stock\[0\]\.location: there is no .* Did you mean "Warehouse"\?/),
        ]);
        expect(await refusals(stockAdjustmentLoader, [{ sku }, { sku, delta: 1, stockOnHand: 2 }])).toEqual([
            expect.stringMatching(/^delta and stockOnHand are both missing\./),
            expect.stringMatching(/^delta and stockOnHand are both given\./),
        ]);
        expect(await stockOf(sku)).toEqual({ [MAIN]: 10 });
    });
});
