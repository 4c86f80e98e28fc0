import type { JsonObject, JsonValue } from '../../../shared/json';
import type { CatalogHost, CatalogScope } from '../../catalog/catalog-scope';
import { changeOrders } from '../../catalog/order/change-orders';
import { compareOrder } from '../../catalog/order/compare-order';
import { orderRecord } from '../../catalog/order/order-record';
import { OrderRun } from '../../catalog/order/order-run';
import type { OrderState } from '../../catalog/order/order-state';
import { resolveOrders } from '../../catalog/order/resolve-orders';
import { writeOrders } from '../../catalog/order/write-orders';
import { RecordCheck } from '../../catalog/product/record-check';
import { ConfigOf } from '../../sdk/adapter';
import { Defect, UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineLoader, Loader } from '../../sdk/loader';
import { Rejected } from '../../sdk/outcome';
import { keyText } from '../catalog-loader';

const schema = config({
    strategy: field
        .choice('Strategy', 'What may happen to the orders of the shop.', {
            UPSERT: 'Creates what is missing and updates what exists.',
            CREATE: 'Only creates; a record for an order that exists is rejected.',
            UPDATE: 'Only updates; a record for an order that does not exist is rejected.',
        })
        .default('UPSERT'),
    matchBy: field
        .choice('Match by', 'How the order of a record is found.', {
            code: 'By its code.',
            id: 'By the id in the database.',
            customField: 'By a custom field of the order, see matchField.',
        })
        .default('code'),
    matchField: field
        .text('Match field', 'Custom field of the order to match by, with matchBy customField.', { example: 'erpId' })
        .optional(),
    channel: field
        .text('Channel', 'Code of the channel to work in; the channel of the run if absent.', { example: 'b2b' })
        .optional(),
});

type Settings = ConfigOf<{ schema: typeof schema }>;

export const orderLoader = defineLoader({
    code: 'order',
    name: 'Orders',
    description:
        'Brings placed orders of another shop in as history, with lines, payments and fulfillments, back-dated; and adds notes, states and coupons to orders that exist.',
    category: 'sales',
    entityType: 'Order',
    schema,
    record: orderRecord,
    guarantees:
        'Creating an order publishes no event, so no confirmation is mailed; it touches no stock and asks no payment provider. Totals are worked out by the tax strategy of the shop, and a record with other sums is refused. A batch of new orders is written with a number of statements that does not depend on its size, and an unchanged record writes nothing.',
    limits: 'Refunds, order modifications, seller orders and links to promotions are not loaded. An order that exists changes in custom fields, notes and state only, and in coupons before it is placed; transitions and coupons go through Vendure one by one, after its checks have been asked once more beforehand, and publish Vendure’s events. An undo leaves orders as they are.',
    examples: [
        {
            title: 'An order of the old shop',
            config: { strategy: 'CREATE' },
            record: {
                code: 'OLD-1001',
                state: 'PaymentSettled',
                orderPlacedAt: '2021-03-04T10:15:00Z',
                customer: 'jo@example.com',
                shippingAddress: { fullName: 'Jo Doe', streetLine1: 'Main St 1', city: 'Berlin', countryCode: 'DE' },
                lines: [{ sku: 'TS-S', quantity: 2, unitPrice: 1999, priceIncludesTax: true, taxRate: 19 }],
                shippingLines: [{ method: 'standard', price: 490, priceIncludesTax: true, taxRate: 19 }],
                payments: [{ method: 'card', amount: 4488, state: 'Settled', transactionId: 'ch_1' }],
                totalWithTax: 4488,
            },
        },
        {
            title: 'A note on an order, which is opened for modification',
            config: { strategy: 'UPDATE' },
            record: { code: 'OLD-1001', state: 'Modifying', notes: [{ note: 'Wants another size' }] },
        },
    ],
    async create({ config: settings, host }: { config: Settings; host: CatalogHost }) {
        const run = await OrderRun.start(host, settings);
        const check = new RecordCheck(orderRecord, 'order');
        const loader: Loader<CatalogScope, OrderState> = {
            keysOf: record => keysOf(record, settings),
            nameOf,
            resolve: (records, scope) => resolveOrders(records, run, check, scope),
            compare(record, state) {
                const match = state.matches.get(record);
                if (!match)
                    throw new Defect('record-not-resolved', 'A record is compared that was not resolved before.');
                if (match.problem) return new Rejected(match.problem);
                try {
                    return compareOrder(match, state);
                } catch (refusal) {
                    if (refusal instanceof UserError) return new Rejected(refusal);
                    throw refusal;
                }
            },
            async apply(changeSets, state, scope) {
                const changes = changeSets.flatMap(({ entities }) => entities);
                const of = (action: string) => changes.filter(change => change.action === action);
                await writeOrders(of('CREATE'), state, scope.sql);
                await changeOrders(of('UPDATE'), state, scope);
            },
        };
        return loader;
    },
});

function keysOf(record: JsonObject, { matchBy, matchField }: Settings): string[] {
    const keys: string[] = [];
    if (typeof record.code === 'string' && record.code !== '') keys.push(`order:${record.code}`);
    if (matchBy === 'id' && record.id !== undefined) keys.push(`order:id:${keyText(record.id)}`);
    const value: JsonValue | undefined = (record.customFields as JsonObject | undefined)?.[matchField ?? ''];
    if (matchBy === 'customField' && value !== undefined && value !== null && value !== '') {
        keys.push(`order:customFields.${matchField!}:${keyText(value)}`);
    }
    return keys;
}

function nameOf(record: JsonObject): string {
    const name = record.code ?? record.id;
    return typeof name === 'string' || typeof name === 'number' ? String(name) : '';
}
