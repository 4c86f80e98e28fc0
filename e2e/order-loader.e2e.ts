import {
    Customer,
    CustomerService,
    EventBus,
    Fulfillment,
    Order,
    OrderService,
    OrderStateTransitionEvent,
    ProductVariant,
    StockLevel,
    StockMovement,
    VendureEvent,
} from '@vendure/core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../shared/json';
import type { PipelineDefinitionInput } from '../src/sdk/definition/definition';
import { orderLoader } from '../src/loaders';
import { AdminApi } from './support/admin-api';
import { DatabaseSnapshot, differencesBetween, snapshotOf } from './support/database-snapshot';
import { describeOnEachDatabase } from './support/each-database';
import { DataHubRecordError, PipelineRun } from '../src/entities';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { UndoService } from '../src/services/undo/undo.service';
import { runToEnd } from './support/run-to-end';
import { addChannel, bootOrderShop, fillCart, offerDiscount, orderAsRecord, placeOrder } from './support/order-shop';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import type { BootedVendure } from './support/vendure';

class LastEvent extends VendureEvent {
    constructor() {
        super();
    }
}

/** Tables of orders and what they hang on. Movements of stock and links to promotions are not loaded. */
const compared =
    /^(order|order_line|order_line_reference|order_channels_channel|order_fulfillments_fulfillment|shipping_line|surcharge|payment|fulfillment|history_entry|customer|product_variant|shipping_method|channel)$/;

describeOnEachDatabase(
    'the order loader',
    database => {
        let shop: BootedVendure;
        let original: DatabaseSnapshot;
        let imported: DatabaseSnapshot;
        let record: JsonObject;
        let events: VendureEvent[];
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-orders-'));

        beforeAll(async () => {
            const source = await bootOrderShop(database, 'order_loader_source');
            try {
                await offerDiscount(source);
                record = await orderAsRecord(source, (await placeOrder(source)).id);
                original = await snapshotOf(source.connection.rawConnection, table => compared.test(table));
            } finally {
                await source.close();
            }
            shop = await bootOrderShop(database, 'order_loader_e2e', {
                pipelines: [ordersFromFile],
                files: { rootDir: folder },
            });
            events = [];
            shop.app
                .get(EventBus)
                .filter(() => true)
                .subscribe(event => void events.push(event));
            expect((await load([record])).rejected).toEqual([]);
            imported = await snapshotOf(shop.connection.rawConnection, table => compared.test(table));
        });
        afterAll(async () => {
            await shop?.close();
            rmSync(folder, { recursive: true });
        });

        const load = async (records: JsonObject[], settings: JsonObject = {}, batchSize = 100) =>
            loadRecords(await createLoader(orderLoader, hostOf(shop), settings), shop, records, { batchSize });

        /** Everything since the last call. Vendure holds events back until the commit: the one of a later commit comes last. */
        const published = async (): Promise<VendureEvent[]> => {
            const { app, ctx, connection } = shop;
            const last = new LastEvent();
            await connection.withTransaction(ctx, inside =>
                app.get(EventBus).publish(Object.assign(last, { ctx: inside })),
            );
            await vi.waitFor(() => expect(events).toContain(last));
            return events.splice(0).filter(event => event !== last);
        };

        const old = (code: string, more: JsonObject = {}): JsonObject => ({
            code,
            state: 'PaymentSettled',
            orderPlacedAt: '2019-05-06T07:08:09.000Z',
            customer: 'Jo@Example.com',
            lines: [{ sku: 'SHIRT', quantity: 2, unitPrice: 1000, priceIncludesTax: false, taxRate: 19 }],
            payments: [{ method: 'invoice', amount: 2380, state: 'Settled' }],
            ...more,
        });

        const orderOf = (code: string) =>
            shop.connection.rawConnection
                .getRepository(Order)
                .findOneOrFail({ where: { code }, relations: { lines: true } });

        describe('history', () => {
            it('is the same in every table as the order that Vendure’s services made', () => {
                expect(original.get('history_entry')!.length).toBeGreaterThan(8);
                expect(
                    original
                        .get('order_line')!
                        .map(row => row.values)
                        .join(),
                ).toContain('DISTRIBUTED_ORDER_PROMOTION');
                expect(differencesBetween(original, imported)).toEqual([]);
            });

            it('publishes nothing and moves no stock', async () => {
                expect(await published()).toEqual([]);
                const movements = await shop.connection.rawConnection.getRepository(StockMovement).find();
                expect(movements.every(movement => String(movement.type) === 'ADJUSTMENT')).toBe(true);
            });

            it('is unchanged by a second run, which writes nothing', async () => {
                const again = await load([record]);
                expect(again.rejected).toEqual([]);
                expect(again.changeSets.map(changeSet => changeSet.action)).toEqual(['UNCHANGED']);
                expect(again.statements.apply).toBe(0);
            });

            it('shows in the admin with totals, lines, payments, fulfillments and the customer’s orders', async () => {
                const { id } = await orderOf(record.code as string);
                const api = await new AdminApi(shop.url).login();
                const { order } = await api.query<{ order: JsonObject }>(ORDER_QUERY, { id: String(id) });
                expect(order).toMatchObject({
                    state: 'Shipped',
                    active: false,
                    totalQuantity: 4,
                    subTotal: record.subTotal,
                    totalWithTax: record.totalWithTax,
                    couponCodes: [],
                    shippingAddress: { postalCode: '00123' },
                    lines: [{ productVariant: { sku: 'SHIRT' }, quantity: 3 }, { productVariant: { sku: 'MUG' } }],
                    payments: [{ method: 'card', state: 'Settled', amount: record.totalWithTax }],
                    fulfillments: [{ trackingCode: '00340', lines: [{ quantity: 3 }, { quantity: 1 }] }],
                    surcharges: [{ sku: 'WRAP', priceWithTax: 356 }],
                    customer: { emailAddress: 'jo@example.com', orders: { items: [{ code: record.code }] } },
                });
                expect(order.discounts).toHaveLength(1);
                expect((order.history as { items: unknown[] }).items.length).toBeGreaterThan(8);
            });

            it('costs the same number of statements for 10 orders as for 100', async () => {
                const batch = (tag: string, count: number) =>
                    Array.from({ length: count }, (_, i) => ({
                        ...record,
                        code: `${tag}-${i}`,
                        customFields: { erpId: `${tag}-${i}` },
                    }));
                const ten = await load(batch('ten', 10));
                const hundred = await load(batch('hundred', 100));
                expect(hundred.rejected).toEqual([]);
                expect(hundred.changeSets).toHaveLength(100);
                expect(hundred.statements).toEqual(ten.statements);
                expect(ten.statements.resolve + ten.statements.apply).toBeLessThan(40);
            });

            it('dates back, goes to a customer by any spelling of the address, and keeps given custom fields', async () => {
                const gift = await shop.connection.rawConnection
                    .getRepository(ProductVariant)
                    .findOneByOrFail({ sku: 'MUG' });
                const customFields = {
                    erpId: '00123',
                    exportedAt: '2020-01-02T03:04:05.000Z',
                    gift: String(gift.id),
                    related: [String(gift.id)],
                };
                const one = old('dated', { customFields, createdAt: '2019-05-01T00:00:00.000Z' });
                (one.lines as JsonObject[])[0]!.customFields = { engraving: 'Jo' };
                expect((await load([one])).rejected).toEqual([]);
                const stored = await shop.connection.rawConnection.getRepository(Order).findOneOrFail({
                    where: { code: 'dated' },
                    relations: ['lines', 'customer', 'customFields.gift', 'customFields.related'],
                });
                expect(stored.createdAt.toISOString()).toBe('2019-05-01T00:00:00.000Z');
                expect(stored.orderPlacedAt!.toISOString()).toBe('2019-05-06T07:08:09.000Z');
                expect(stored.customer!.emailAddress).toBe('jo@example.com');
                expect(stored.customFields).toMatchObject({
                    erpId: '00123',
                    gift: { sku: 'MUG' },
                    related: [{ sku: 'MUG' }],
                });
                expect(stored.lines[0]!.customFields).toMatchObject({ engraving: 'Jo' });
                expect((await load([one])).changeSets[0]).toMatchObject({ action: 'UNCHANGED' });
            });
        });

        describe('refuses', () => {
            const cases: [what: string, more: JsonObject, says: string][] = [
                [
                    'sums that do not add up',
                    { totalWithTax: 2500 },
                    'totalWithTax is 2500 in the record and 2380 by its parts',
                ],
                ['a state of no process', { state: 'PaymentSetled' }, 'has no state "PaymentSetled"'],
                ['a cart', { state: 'AddingItems' }, 'must have been placed'],
                [
                    'a settled state without settled payments',
                    { payments: [{ method: 'invoice', amount: 2380, state: 'Authorized' }] },
                    'payments that are Settled come to 0, and the total with tax is 2380',
                ],
                ['a shipped order that nothing was sent of', { state: 'Shipped' }, 'the order cannot be "Shipped"'],
                ['a cancelled order with quantities', { state: 'Cancelled' }, 'the quantity of every line is 0'],
                ['an unknown customer', { customer: 'no@example.com' }, 'there is no customer "no@example.com"'],
                [
                    'an unknown SKU',
                    { lines: [{ sku: 'NONE', quantity: 1, unitPrice: 1 }] },
                    'lines[0].sku: there is no variant with the SKU "NONE"',
                ],
                [
                    'an unknown shipping method',
                    { shippingLines: [{ method: 'standart', price: 1 }] },
                    'Did you mean "standard"',
                ],
                ['a currency of no use', { currencyCode: 'GBP' }, 'does not sell in "GBP"'],
                [
                    'more sent than ordered',
                    { fulfillments: [{ method: 'DHL', state: 'Shipped', lines: [{ sku: 'SHIRT', quantity: 3 }] }] },
                    '3 of "SHIRT" were sent, and 2 ordered',
                ],
                ['decimal money', { payments: [{ method: 'x', amount: 23.8, state: 'Settled' }] }, 'whole minor units'],
                ['a read-only custom field', { customFields: { secret: 'x' } }, 'customFields.secret is read-only'],
            ];
            it.each(cases)('%s', async (_what, more, says) => {
                const { rejected, changeSets } = await load([old('refused', more), old(`beside ${says.slice(0, 30)}`)]);
                expect(rejected).toEqual([expect.stringContaining(says)]);
                expect(changeSets).toHaveLength(1);
            });

            it('an SKU of several variants, and waits for one of none', async () => {
                const variants = shop.connection.rawConnection.getRepository(ProductVariant);
                const { id } = await variants.findOneByOrFail({ sku: 'MUG' });
                await variants.update(id, { sku: 'SHIRT' });
                const { rejected } = await load([old('several')]);
                await variants.update(id, { sku: 'MUG' });
                expect(rejected).toEqual([
                    expect.stringMatching(/2 variants of the channel have the SKU "SHIRT": ids \d+, \d+\./),
                ]);
            });

            it('what the strategy does not allow', async () => {
                await load([old('strategic')]);
                const [exists] = (await load([old('strategic')], { strategy: 'CREATE' })).rejected;
                expect(exists).toContain('exists already');
                const [missing] = (await load([old('nowhere')], { strategy: 'UPDATE' })).rejected;
                expect(missing).toContain('There is no order "nowhere"');
            });

            it('orders of another channel', async () => {
                await addChannel(shop, 'b2b');
                const [other] = (await load([{ code: 'strategic', state: 'Cancelled' }], { channel: 'b2b' })).rejected;
                expect(other).toContain('does not belong to the channel "b2b"');
            });
        });

        describe('an order that exists', () => {
            it('takes notes once, custom fields and the states that its process leads to', async () => {
                await load([old('living', { customFields: { erpId: 'L1' } })]);
                await published();
                const change: JsonObject = {
                    code: 'living',
                    notes: [{ note: 'Called', createdAt: '2020-01-01T00:00:00.000Z' }],
                    customFields: { erpId: 'L2' },
                    state: 'Modifying',
                };
                const changed = await load([change]);
                expect(changed.rejected).toEqual([]);
                expect(changed.changeSets[0]!.entities[0]!.fields.map(({ path }) => path)).toEqual([
                    'customFields.erpId',
                    'notes',
                    'state',
                ]);
                expect(await orderOf('living')).toMatchObject({ state: 'Modifying', customFields: { erpId: 'L2' } });
                expect(transitionsAmong(await published())).toHaveLength(1);
                expect((await load([change])).changeSets[0]).toMatchObject({ action: 'UNCHANGED', entities: [] });
            });

            it('is matched by id or custom field as well', async () => {
                await load([old('matched', { customFields: { erpId: 'M1' } })]);
                const { id } = await orderOf('matched');
                const byId = await load([{ id: String(id), customFields: { erpId: 'M2' } }], { matchBy: 'id' });
                expect(byId.changeSets[0]).toMatchObject({ action: 'UPDATE', key: 'matched' });
                const byField = { matchBy: 'customField', matchField: 'erpId' };
                const note = { notes: [{ note: 'Found', isPublic: true }] };
                const found = await load([{ customFields: { erpId: 'M2' }, ...note }], byField);
                expect(found.changeSets[0]).toMatchObject({ action: 'UPDATE', key: 'matched' });
                const [taken] = (await load([old('matched', { customFields: { erpId: 'M3' } })], byField)).rejected;
                expect(taken).toContain('has the code "matched", but does not fit the record by customField');
            });

            const fixed: [what: string, more: JsonObject, says: string][] = [
                [
                    'lines',
                    { lines: [{ sku: 'SHIRT', quantity: 3, unitPrice: 1000 }] },
                    'only by a modification of the order',
                ],
                ['payments', { payments: [] }, 'only through its payment process'],
                ['the customer', { customer: null }, 'customer: the order "fixed" has something else there'],
                ['an address', { shippingAddress: { city: 'Rome' } }, 'shippingAddress: the order "fixed"'],
                ['totals', { total: 1 }, 'total: the order "fixed"'],
                ['coupons of a placed order', { couponCodes: ['SALE'] }, 'as it was placed'],
                ['a state that is not next', { state: 'Created' }, 'does not lead from "PaymentSettled"'],
            ];
            it.each(fixed)('refuses to change %s', async (_what, more, says) => {
                await load([old('fixed')]);
                expect((await load([{ code: 'fixed', ...more }])).rejected).toEqual([expect.stringContaining(says)]);
            });

            it('refuses with Vendure’s reason what its process checks', async () => {
                await load([old('checked'), old('beside-checked')]);
                const { rejected } = await load([
                    { code: 'checked', state: 'Cancelled' },
                    { code: 'beside-checked', state: 'Modifying' },
                ]);
                expect(rejected).toEqual([
                    expect.stringMatching(
                        /^state: Vendure refuses "Cancelled" for the order "checked": cannot transition unless all cancelled\./,
                    ),
                ]);
                expect(await orderOf('checked')).toMatchObject({ state: 'PaymentSettled' });
            });

            it('takes a coupon before it is placed', async () => {
                await offerDiscount(shop, 'SALE');
                const { code, totalWithTax } = await fillCart(shop);
                expect((await load([{ code, couponCodes: ['sale'] }])).rejected).toEqual([]);
                const cart = await orderOf(code);
                expect(cart.couponCodes).toEqual(['SALE']);
                expect(cart.subTotalWithTax).toBeLessThan(totalWithTax);
                expect((await load([{ code, couponCodes: ['SALE'] }])).changeSets[0]).toMatchObject({
                    action: 'UNCHANGED',
                });
                const [unknown] = (await load([{ code, couponCodes: ['NONE'] }])).rejected;
                expect(unknown).toContain('Vendure refuses "NONE"');
            });
        });

        it('leaves open orders outside of stock, whatever becomes of them', async () => {
            const { app, ctx, connection } = shop;
            const levels = () => connection.rawConnection.getRepository(StockLevel).find({ order: { id: 'ASC' } });
            const before = await levels();
            expect((await load([old('to-ship'), old('to-cancel')])).rejected).toEqual([]);
            const orders = app.get(OrderService);
            const { id, lines } = await orderOf('to-ship');
            const sent = await orders.createFulfillment(ctx, {
                lines: lines.map(line => ({ orderLineId: line.id, quantity: line.quantity })),
                handler: {
                    code: 'manual-fulfillment',
                    arguments: [
                        { name: 'method', value: 'DHL' },
                        { name: 'trackingCode', value: '1' },
                    ],
                },
            });
            await orders.transitionFulfillmentToState(ctx, (sent as Fulfillment).id, 'Shipped');
            expect(await orderOf('to-ship')).toMatchObject({ id, state: 'Shipped' });
            const { id: orderId } = await orderOf('to-cancel');
            await connection.withTransaction(ctx, inside => orders.cancelOrder(inside, { orderId, reason: 'Late' }));
            expect(await orderOf('to-cancel')).toMatchObject({ state: 'Cancelled' });
            expect(await levels()).toEqual(before);
        });

        it('goes through a pipeline: others are written beside a refused one, and an undo leaves orders with a sentence', async () => {
            const run = async (records: JsonObject[]) => {
                writeFileSync(join(folder, 'orders.json'), JSON.stringify(records));
                return runToEnd(shop, 'orders');
            };
            const errorsOf = async ({ id: runId }: PipelineRun) =>
                shop.connection.rawConnection.getRepository(DataHubRecordError).findBy({ runId });
            const unknown = [{ sku: 'LATER', quantity: 1, unitPrice: 1 }];
            const first = await run([old('piped-1'), old('piped-2', { lines: unknown }), old('piped-3')]);
            expect(first).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 2, rejected: 1 });
            expect(await errorsOf(first)).toMatchObject([{ waitsFor: 'ProductVariant:LATER' }]);

            const note = { notes: [{ note: 'Called' }] };
            await published();
            const second = await run([
                { code: 'piped-1', state: 'Modifying', ...note },
                { code: 'piped-3', state: 'Cancelled', ...note },
            ]);
            expect(second).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', updated: 1, rejected: 1 });
            expect((await errorsOf(second)).map(({ message }) => message)).toEqual([
                expect.stringContaining('Vendure refuses "Cancelled"'),
            ]);

            // Another record that is refused does not make it happen twice.
            expect(transitionsAmong(await published())).toHaveLength(1);

            const { app, ctx, connection } = shop;
            const { id } = await app.get(UndoService).undoRun(ctx, first.id, { triggeredBy: 'test' });
            await app.get(PipelineRunnerService).execute(id);
            const undo = await connection.rawConnection.getRepository(PipelineRun).findOneByOrFail({ id });
            expect((await errorsOf(undo)).map(({ message }) => message)).toEqual([
                // What was created last goes first.
                expect.stringContaining('piped-3'),
                expect.stringContaining('piped-1'),
            ]);
            expect(await orderOf('piped-1')).toMatchObject({ state: 'Modifying' });
        });

        it('prefers the customer with an account among those that share an address', async () => {
            const customers = shop.app.get(CustomerService);
            const input = { emailAddress: 'twin@example.com', firstName: 'Twin', lastName: 'Doe' };
            const registered = (await customers.create(shop.ctx, input)) as Customer;
            const repository = shop.connection.rawConnection.getRepository(Customer);
            const channels = [{ id: shop.ctx.channelId }];
            const guests = [await repository.save(new Customer({ ...input, channels: channels }))];
            expect((await load([old('twin', { customer: input.emailAddress })])).rejected).toEqual([]);
            expect(await orderOf('twin')).toMatchObject({ customerId: registered.id });
            guests.push(await repository.save(new Customer({ ...input, channels: channels })));
            await repository.update(registered.id, { deletedAt: new Date() });
            const { rejected } = await load([old('twins', { customer: input.emailAddress })]);
            expect(rejected[0]).toContain(
                `2 customers of the channel have the address "twin@example.com": ids ${guests.map(({ id }) => id).join(', ')}`,
            );
        });
    },
    { sampleOn: 'postgres' },
);

const transitionsAmong = (events: VendureEvent[]) => events.filter(event => event instanceof OrderStateTransitionEvent);

const ordersFromFile = {
    code: 'orders',
    name: 'Orders',
    definition: {
        version: 1,
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file', path: 'orders.json', format: 'JSON' } },
            { key: 'load', type: 'LOAD', config: { adapterCode: 'order' } },
        ],
    } satisfies PipelineDefinitionInput as PipelineDefinitionInput as never,
};

const ORDER_QUERY = `query ($id: ID!) {
    order(id: $id) {
        state active totalQuantity subTotal totalWithTax couponCodes
        shippingAddress { postalCode }
        lines { quantity proratedLinePriceWithTax productVariant { sku } }
        payments { method state amount }
        fulfillments { trackingCode lines { quantity } }
        surcharges { sku priceWithTax }
        discounts { description amountWithTax }
        taxSummary { taxRate taxTotal }
        history { items { type data } }
        customer { emailAddress orders { items { code } } }
    }
}`;
