import { OrderService, UuidIdStrategy } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { orderLoader, productLoader } from '../src/loaders';
import { describeOnEachDatabase } from './support/each-database';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import { bootVendure, type BootedVendure } from './support/vendure';

describeOnEachDatabase('the order loader in a shop with uuids', database => {
    let shop: BootedVendure;

    beforeAll(async () => {
        shop = await bootVendure({
            database,
            databaseName: 'order_uuid_e2e',
            plugins: [ReferencePlugin],
            config: { entityOptions: { entityIdStrategy: new UuidIdStrategy() } },
        });
        const product = (slug: string) => ({ slug, name: slug, variants: [{ sku: slug, price: 100 }] });
        await loadRecords(await createLoader(productLoader, hostOf(shop)), shop, [product('shirt'), product('mug')]);
    });
    afterAll(() => shop?.close());

    const quantities = [1, 2, 3, 4, 5, 6];
    const record: JsonObject = {
        code: 'OLD-1',
        state: 'Delivered',
        orderPlacedAt: '2021-03-04T10:15:00Z',
        lines: quantities.map(quantity => ({ sku: quantity % 2 ? 'shirt' : 'mug', quantity, unitPrice: 100 })),
        surcharges: quantities.map(number => ({ description: `Extra ${number}`, price: number })),
        payments: quantities.map(number => ({ method: `card ${number}`, amount: 1000, state: 'Settled' })),
        fulfillments: [
            {
                method: 'DHL',
                state: 'Delivered',
                lines: quantities.map(quantity => ({ line: quantity, quantity })).reverse(),
            },
        ],
    };

    it('keeps lines in the order of the record, and a second run changes nothing', async () => {
        const load = async () => loadRecords(await createLoader(orderLoader, hostOf(shop)), shop, [record]);
        expect((await load()).rejected).toEqual([]);
        const again = await load();
        expect([again.rejected, again.changeSets.map(({ action }) => action)]).toEqual([[], ['UNCHANGED']]);
        const order = await shop.app.get(OrderService).findOneByCode(shop.ctx, 'OLD-1');
        expect(order!.lines.map(({ quantity }) => quantity)).toEqual(quantities);
    });
});
