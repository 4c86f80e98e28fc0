import { Fulfillment, FulfillmentLine, Order, OrderLine, Payment, ShippingLine, Surcharge } from '@vendure/core';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { JsonObject, JsonValue } from '../../../shared/json';
import type { EntityChange } from '../../sdk/change-set';
import { groupForInsert } from '../apply/rows';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { CustomFieldCells } from './custom-field-cells';
import type { OrderState } from './order-state';
import { ORDER_HISTORY_ENTRY } from './read-live-orders';
import { adjustmentsOf } from './order-totals';
import { customerOf, variantOf } from './plan-order';

type Row = Map<string, unknown>;
type Fields = Record<string, JsonValue>;

interface NewOrder {
    change: EntityChange;
    fields: Fields;
    id: EntityId;
    createdAt: Date;
    updatedAt: Date;
    shippingLineIds: EntityId[];
    lineIds: EntityId[];
    paymentIds: EntityId[];
    fulfillmentIds: EntityId[];
}

/**
 * Writes new orders row by row of Vendure's tables, as history: no service is asked, so no price is worked out anew, no
 * stock is touched and no event is published. Fills in the ids of the orders.
 */
export async function writeOrders(changes: readonly EntityChange[], state: OrderState, sql: SqlSession): Promise<void> {
    if (changes.length === 0) return;
    const now = new Date();
    const orders = changes.map((change): NewOrder => {
        const fields = Object.fromEntries(change.fields.map(({ path, after }) => [path, after!]));
        const createdAt = new Date(fields.createdAt as string);
        const updatedAt = fields.updatedAt === undefined ? now : new Date(fields.updatedAt as string);
        const none = { shippingLineIds: [], lineIds: [], paymentIds: [], fulfillmentIds: [] };
        return { change, fields, createdAt, updatedAt, id: 0, ...none };
    });
    const cells = new CustomFieldCells(sql, Order);
    const ids = await insertAll(
        sql,
        Order,
        orders.map(order => orderRow(order, cells, state)),
    );
    orders.forEach((order, i) => {
        order.id = ids[i]!;
        order.change.entityId = String(order.id);
    });
    await sql.link(
        sql.joinTable(Order, 'channels'),
        orders.flatMap(({ id }) => state.run.channelIds.map((channel): [EntityId, EntityId] => [id, channel])),
    );
    await cells.link(orders.map(({ id, change }) => ({ id, fields: change.fields })));
    await insertParts(sql, ShippingLine, orders, 'shippingLines', 'shippingLineIds', part => ({
        shippingMethodId: state.run.shippingMethod(part.method as string, 'shippingLines'),
        ...pricing(part, part.price),
        adjustments: adjustmentsOf(part.discounts),
    }));
    const lineCells = new CustomFieldCells(sql, OrderLine);
    await insertParts(sql, OrderLine, orders, 'lines', 'lineIds', (part, order) => {
        const variant = variantOf(part.sku as string, 'lines', state);
        return {
            quantity: part.quantity,
            orderPlacedQuantity: part.orderPlacedQuantity,
            initialListPrice: part.initialUnitPrice,
            ...pricing(part, part.unitPrice),
            adjustments: adjustmentsOf(part.discounts),
            productVariantId: variant.id,
            taxCategoryId: variant.taxCategoryId,
            featuredAsset: variant.featuredAssetId,
            shippingLineId: order.shippingLineIds[(part.shippingLine as number) - 1] ?? null,
            ...lineCells.of((part.customFields ?? {}) as JsonObject),
        };
    });
    await insertParts(sql, Surcharge, orders, 'surcharges', undefined, part => ({
        description: part.description,
        sku: part.sku,
        ...pricing(part, part.price),
    }));
    await insertParts(sql, Payment, orders, 'payments', 'paymentIds', part => ({
        method: part.method,
        amount: part.amount,
        state: part.state,
        transactionId: part.transactionId,
        errorMessage: part.errorMessage ?? null,
        metadata: part.metadata,
        createdAt: new Date(part.createdAt as string),
    }));
    await writeFulfillments(orders, sql);
    await insertHistory(
        sql,
        orders.flatMap(order => historyRows(order)),
    );
}

export interface HistoryRow {
    order: EntityId;
    type: string;
    isPublic: boolean;
    data: JsonObject;
    createdAt: Date;
}

/** Entries of the history that no administrator made. */
export async function insertHistory(sql: SqlSession, entries: readonly HistoryRow[]): Promise<void> {
    const columns = ['order', 'type', 'isPublic', 'data', 'createdAt', 'updatedAt'];
    await sql.insert(
        sql.table(ORDER_HISTORY_ENTRY),
        columns,
        entries.map(({ order, type, isPublic, data, createdAt }) => [
            order,
            type,
            isPublic,
            data,
            createdAt,
            createdAt,
        ]),
    );
}

function orderRow({ fields, createdAt, updatedAt }: NewOrder, cells: CustomFieldCells, state: OrderState): Row {
    const { customer } = fields;
    const customFields = Object.entries(fields).filter(([path]) => path.startsWith('customFields.'));
    return new Map<string, unknown>([
        ['code', fields.code],
        ['state', fields.state],
        ['active', false],
        ['orderPlacedAt', new Date(fields.orderPlacedAt as string)],
        ['createdAt', createdAt],
        ['updatedAt', updatedAt],
        ['customerId', customer === null ? null : customerOf(customer as string, state).id],
        ['currencyCode', fields.currencyCode],
        ['taxZoneId', state.run.taxZoneId],
        ['couponCodes', fields.couponCodes],
        ['shippingAddress', fields.shippingAddress],
        ['billingAddress', fields.billingAddress],
        ['subTotal', fields.subTotal],
        ['subTotalWithTax', fields.subTotalWithTax],
        ['shipping', fields.shipping],
        ['shippingWithTax', fields.shippingWithTax],
        ...Object.entries(
            cells.of(
                Object.fromEntries(customFields.map(([path, value]) => [path.slice('customFields.'.length), value])),
            ),
        ),
    ]);
}

async function writeFulfillments(orders: readonly NewOrder[], sql: SqlSession): Promise<void> {
    await insertParts(
        sql,
        Fulfillment,
        orders,
        'fulfillments',
        'fulfillmentIds',
        part => ({
            method: part.method,
            trackingCode: part.trackingCode,
            handlerCode: part.handlerCode,
            state: part.state,
            createdAt: new Date(part.createdAt as string),
        }),
        { ofOrder: false },
    );
    await sql.link(
        sql.joinTable(Order, 'fulfillments'),
        orders.flatMap(({ id, fulfillmentIds }) => fulfillmentIds.map((own): [EntityId, EntityId] => [id, own])),
    );
    const rows = orders.flatMap(({ fields, lineIds, fulfillmentIds }) =>
        (fields.fulfillments as JsonObject[]).flatMap((fulfillment, i) => {
            const at = new Date(fulfillment.createdAt as string);
            return (fulfillment.lines as JsonObject[]).map(({ line, quantity }) => [
                fulfillmentIds[i],
                lineIds[(line as number) - 1],
                quantity,
                at,
                at,
            ]);
        }),
    );
    const columns = ['fulfillmentId', 'orderLineId', 'quantity', 'createdAt', 'updatedAt'];
    await sql.insert(sql.table(FulfillmentLine), columns, rows);
}

/** Oldest first, as Vendure would have written them one after the other. */
function historyRows({ id, fields, paymentIds, fulfillmentIds }: NewOrder): HistoryRow[] {
    const rows: HistoryRow[] = transitions(fields.stateHistory, 'ORDER_STATE_TRANSITION', id, {});
    (fields.payments as JsonObject[]).forEach(({ stateHistory }, i) => {
        rows.push(...transitions(stateHistory, 'ORDER_PAYMENT_TRANSITION', id, { paymentId: paymentIds[i]! }));
    });
    (fields.fulfillments as JsonObject[]).forEach(({ stateHistory, createdAt }, i) => {
        const data = { fulfillmentId: fulfillmentIds[i]! };
        const at = new Date(createdAt as string);
        rows.push({ order: id, type: 'ORDER_FULFILLMENT', isPublic: true, data, createdAt: at });
        rows.push(...transitions(stateHistory, 'ORDER_FULFILLMENT_TRANSITION', id, data));
    });
    for (const { note, isPublic, createdAt } of fields.notes as JsonObject[]) {
        rows.push({
            order: id,
            type: 'ORDER_NOTE',
            isPublic: isPublic as boolean,
            data: { note: note! },
            createdAt: new Date(createdAt as string),
        });
    }
    return rows.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

function transitions(history: JsonValue | undefined, type: string, order: EntityId, data: JsonObject): HistoryRow[] {
    let from = 'Created';
    return ((history ?? []) as JsonObject[]).map(({ state, at }) => {
        const row = { ...data, from, to: state! };
        from = state as string;
        return { order, type, isPublic: true, data: row, createdAt: new Date(at as string) };
    });
}

async function insertParts(
    sql: SqlSession,
    entity: EntityTarget<ObjectLiteral>,
    orders: readonly NewOrder[],
    field: string,
    ids: 'shippingLineIds' | 'lineIds' | 'paymentIds' | 'fulfillmentIds' | undefined,
    rowOf: (part: JsonObject, order: NewOrder) => Record<string, unknown>,
    { ofOrder = true } = {},
): Promise<void> {
    const owners: NewOrder[] = [];
    const rows: Row[] = [];
    for (const order of orders) {
        for (const [position, part] of (order.fields[field] as JsonObject[]).entries()) {
            owners.push(order);
            const row: Row = new Map<string, unknown>([
                // Vendure shows lines in the order of their times; ids may be random.
                ['createdAt', new Date(order.createdAt.getTime() + position)],
                ['updatedAt', order.updatedAt],
            ]);
            if (ofOrder) row.set('order', order.id);
            const own = rowOf(part, order);
            for (const name in own) row.set(name, own[name]);
            rows.push(row);
        }
    }
    if (!ids) {
        for (const group of groupForInsert(sql.table(entity), rows)) {
            await sql.insert(sql.table(entity), group.columns, group.rows);
        }
        return;
    }
    const generated = await insertAll(sql, entity, rows);
    owners.forEach((order, i) => order[ids].push(generated[i]!));
}

/** Ids in the order of `rows`. */
async function insertAll(
    sql: SqlSession,
    entity: EntityTarget<ObjectLiteral>,
    rows: readonly Row[],
): Promise<EntityId[]> {
    const table = sql.table(entity);
    const ids: EntityId[] = [];
    for (const group of groupForInsert(table, rows)) {
        const generated = await sql.insertReturningIds(table, group.columns, group.rows);
        group.members.forEach((member, i) => (ids[member] = generated[i]!));
    }
    return ids;
}

function pricing(part: JsonObject, price: JsonValue | undefined): Record<string, unknown> {
    return { listPrice: price, listPriceIncludesTax: part.priceIncludesTax, taxLines: part.taxLines };
}
