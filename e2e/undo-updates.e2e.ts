import { ProductVariant, StockMovementService } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEachDatabase } from './support/each-database';
import { differences, UndoShop } from './support/undo-shop';

describeOnEachDatabase(
    'Undo of facets, prices and stock',
    database => {
        let shop: UndoShop;

        beforeAll(async () => {
            shop = await UndoShop.boot(database, 'e2e_undo_updates');
            await shop.load([
                { name: 'Mug', channels: ['b2b'], variants: [{ sku: 'mug', price: 900, stockOnHand: 12 }] },
                { name: 'Cup', variants: [{ sku: 'cup', price: 700, stockOnHand: 3 }] },
            ]);
        });
        afterAll(() => shop?.close());

        const stockOf = async (sku: string): Promise<number> => {
            const { stockLevels } = await shop.server.connection.rawConnection
                .getRepository(ProductVariant)
                .findOneOrFail({ where: { sku }, relations: { stockLevels: true } });
            return stockLevels[0]!.stockOnHand;
        };

        it('puts prices and stock back', async () => {
            const before = await shop.snapshot();
            const runs = [
                await shop.load(
                    [
                        {
                            sku: 'mug',
                            price: 950,
                            prices: [
                                { channel: 'b2b', price: 1000 },
                                { currencyCode: 'EUR', price: 8 },
                            ],
                        },
                        { sku: 'cup', price: 1 },
                    ],
                    'variantPrice',
                ),
                await shop.load([{ sku: 'mug', stockOnHand: 40, outOfStockThreshold: 5 }], 'stockLevel'),
                await shop.load(
                    [
                        { sku: 'cup', delta: -2 },
                        { sku: 'cup', delta: 9 },
                    ],
                    'stockAdjustment',
                ),
            ];
            expect(runs.map(({ status, rejected }) => [status, rejected])).toEqual(runs.map(() => ['COMPLETED', 0]));
            expect(differences(before, await shop.snapshot())).not.toEqual([]);
            for (const run of runs.reverse()) expect(await shop.messages(await shop.undo(run))).toEqual([]);
            expect(differences(before, await shop.snapshot())).toEqual([]);
        });

        it('lets a delivery happen again whose adjustment was taken back, and no other', async () => {
            const delivery = [
                { sku: 'mug', delta: 5, externalId: 'GR-7' },
                { sku: 'cup', delta: 5, externalId: 'GR-7' },
            ];
            const run = await shop.load(delivery, 'stockAdjustment');
            expect([await stockOf('mug'), await stockOf('cup')]).toEqual([17, 8]);
            const { app, ctx, connection } = shop.server;
            const cup = await connection.rawConnection.getRepository(ProductVariant).findOneByOrFail({ sku: 'cup' });
            await app.get(StockMovementService).adjustProductVariantStock(ctx, cup.id, 6);
            const undo = await shop.undo(run);
            expect(await shop.conflicts(undo)).toEqual(['cup stock.Default Stock Location']);
            expect([await stockOf('mug'), await stockOf('cup')]).toEqual([12, 6]);
            expect(await shop.load(delivery, 'stockAdjustment')).toMatchObject({ updated: 1, unchanged: 1 });
            expect([await stockOf('mug'), await stockOf('cup')]).toEqual([17, 6]);
        });

        it('takes facets and values away again, and puts back what was changed', async () => {
            const before = await shop.snapshot();
            const facets = await shop.load([{ code: 'brand', name: 'Brand', channels: ['b2b'] }], 'facet');
            const values = await shop.load([{ facet: 'brand', code: 'acme', name: 'Acme' }], 'facetValue');
            const made = await shop.snapshot();
            const changed = await shop.load(
                [{ code: 'brand', isPrivate: true, translations: [{ languageCode: 'de', name: 'Marke' }] }],
                'facet',
            );
            expect(changed).toMatchObject({ status: 'COMPLETED', updated: 1 });
            expect(await shop.messages(await shop.undo(changed))).toEqual([]);
            expect(differences(made, await shop.snapshot())).toEqual([]);
            for (const run of [values, facets]) expect(await shop.messages(await shop.undo(run))).toEqual([]);
            expect(differences(before, await shop.snapshot())).toEqual([]);
        });

        it('says what a value waits for whose facet is missing', async () => {
            const waiting = await shop.load([{ facet: 'material', code: 'wood', name: 'Wood' }], 'facetValue');
            expect((await shop.errors(waiting)).map(({ waitsFor }) => waitsFor)).toEqual(['Facet:material']);
        });
    },
    { sampleOn: 'mariadb' },
);
