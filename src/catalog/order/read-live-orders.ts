import {
    Customer,
    Fulfillment,
    FulfillmentLine,
    Order,
    OrderLine,
    Payment,
    ProductVariant,
    ShippingLine,
    ShippingMethod,
    Surcharge,
} from '@vendure/core';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { type JsonObject, type JsonValue, textOf } from '../../../shared/json';
import type { CustomFieldRules } from '../product/custom-field-rules';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { OrderRun } from './order-run';
import type { LiveOrder } from './order-state';

const ORDER_COLUMNS = [
    'id',
    'code',
    'state',
    'orderPlacedAt',
    'createdAt',
    'currencyCode',
    'customerId',
    'couponCodes',
    'shippingAddress',
    'billingAddress',
    'subTotal',
    'subTotalWithTax',
    'shipping',
    'shippingWithTax',
] as const;
/** Vendure does not export the class; TypeORM knows the entity by its name. */
export const ORDER_HISTORY_ENTRY = 'OrderHistoryEntry';
const PRICE_COLUMNS = ['listPrice', 'listPriceIncludesTax', 'taxLines'];

type Row = Record<string, unknown>;

/** Reads orders with all their parts, in the form in which change sets hold them; a fixed number of statements. */
export async function readLiveOrders(
    run: OrderRun,
    column: string,
    values: readonly unknown[],
    sql: SqlSession,
): Promise<LiveOrder[]> {
    const columns = [...ORDER_COLUMNS, ...storedColumns(run.orderRules)];
    const orders = await read(sql, Order, columns, column, values);
    const ids = orders.map(order => order.id as EntityId);
    const emails = new Map(
        (await read(sql, Customer, ['id', 'emailAddress'], 'id', idsOf(orders, 'customerId'))).map(row => [
            row.id,
            row.emailAddress as string,
        ]),
    );
    const channels = await linked(sql, 'channels', ids);
    const lists = new Map<string, Map<EntityId, EntityId[]>>();
    for (const rule of run.orderRules.rules.values()) {
        if (rule.relation && rule.list) lists.set(rule.name, await linked(sql, `customFields.${rule.name}`, ids));
    }
    const shippingLines = await readShippingLines(ids, sql);
    const lines = await readLines(run, ids, shippingLines, sql);
    const surcharges = await ofOrders(sql, Surcharge, ['description', 'sku', ...PRICE_COLUMNS], ids);
    const payments = await ofOrders(
        sql,
        Payment,
        ['method', 'amount', 'state', 'transactionId', 'errorMessage', 'metadata', 'createdAt'],
        ids,
    );
    const fulfillments = await readFulfillments(ids, lines, sql);
    const entries = await ofOrders(sql, ORDER_HISTORY_ENTRY, ['type', 'isPublic', 'data'], ids);
    return orders.map(row => {
        const id = row.id as EntityId;
        return {
            id,
            code: row.code as string,
            state: row.state as string,
            orderPlacedAt: row.orderPlacedAt as Date | null,
            createdAt: row.createdAt as Date,
            currencyCode: row.currencyCode as string,
            customer: emails.get(row.customerId) ?? null,
            customerId: row.customerId as EntityId | null,
            couponCodes: row.couponCodes as string[],
            shippingAddress: row.shippingAddress as JsonObject,
            billingAddress: row.billingAddress as JsonObject,
            totals: {
                subTotal: Number(row.subTotal),
                subTotalWithTax: Number(row.subTotalWithTax),
                shipping: Number(row.shipping),
                shippingWithTax: Number(row.shippingWithTax),
            },
            parts: {
                lines: (lines.get(id) ?? []).map(asLine),
                shippingLines: (shippingLines.get(id) ?? []).map(line => ({
                    method: line.method as string,
                    price: Number(line.listPrice),
                    ...pricing(line),
                    discounts: asDiscounts(line.adjustments),
                })),
                surcharges: (surcharges.get(id) ?? []).map(line => ({
                    description: line.description as string,
                    sku: line.sku as string,
                    price: Number(line.listPrice),
                    ...pricing(line),
                })),
                payments: (payments.get(id) ?? []).map(payment => ({
                    method: payment.method as string,
                    amount: Number(payment.amount),
                    state: payment.state as string,
                    transactionId: payment.transactionId as string | null,
                    errorMessage: payment.errorMessage as string | null,
                    metadata: payment.metadata as JsonObject,
                    createdAt: (payment.createdAt as Date).toISOString(),
                })),
                fulfillments: fulfillments.get(id) ?? [],
            },
            notes: (entries.get(id) ?? [])
                .filter(entry => entry.type === 'ORDER_NOTE')
                .map(entry => ({
                    note: textOf((entry.data as JsonObject).note),
                    isPublic: entry.isPublic as boolean,
                })),
            customFields: row,
            relations: new Map([...lists].map(([name, byOrder]) => [name, byOrder.get(id) ?? []])),
            channels: channels.get(id) ?? [],
        };
    });
}

async function readShippingLines(ids: readonly EntityId[], sql: SqlSession): Promise<Map<EntityId, Row[]>> {
    const columns = ['id', 'shippingMethodId', 'adjustments', ...PRICE_COLUMNS];
    const byOrder = await ofOrders(sql, ShippingLine, columns, ids);
    const all = [...byOrder.values()].flat();
    const methods = await read(sql, ShippingMethod, ['id', 'code'], 'id', idsOf(all, 'shippingMethodId'));
    const codes = new Map(methods.map(method => [method.id, method.code]));
    for (const line of all) line.method = codes.get(line.shippingMethodId) ?? null;
    return byOrder;
}

async function readLines(
    run: OrderRun,
    ids: readonly EntityId[],
    shippingLines: ReadonlyMap<EntityId, Row[]>,
    sql: SqlSession,
): Promise<Map<EntityId, Row[]>> {
    const custom = storedColumns(run.lineRules);
    const columns = [
        'id',
        'quantity',
        'orderPlacedQuantity',
        'initialListPrice',
        'adjustments',
        'productVariantId',
        'shippingLineId',
        ...PRICE_COLUMNS,
        ...custom,
    ];
    const byOrder = await ofOrders(sql, OrderLine, columns, ids);
    const all = [...byOrder.values()].flat();
    const variants = await read(sql, ProductVariant, ['id', 'sku'], 'id', idsOf(all, 'productVariantId'));
    const skus = new Map(variants.map(variant => [variant.id, variant.sku]));
    for (const [order, lines] of byOrder) {
        const shipping = (shippingLines.get(order) ?? []).map(line => line.id);
        for (const line of lines) {
            line.sku = skus.get(line.productVariantId) ?? null;
            line.shippingLine = shipping.indexOf(line.shippingLineId) + 1 || 1;
            line.customFields = Object.fromEntries(
                custom.map(path => {
                    const name = path.slice('customFields.'.length);
                    return [name, run.lineRules.rules.get(name)!.stored(line[path])];
                }),
            );
        }
    }
    return byOrder;
}

async function readFulfillments(
    ids: readonly EntityId[],
    lines: ReadonlyMap<EntityId, Row[]>,
    sql: SqlSession,
): Promise<Map<EntityId, JsonObject[]>> {
    const linksOfOrders = await linked(sql, 'fulfillments', ids);
    const wanted = [...linksOfOrders.values()].flat();
    const columns = ['id', 'method', 'trackingCode', 'handlerCode', 'state', 'createdAt'];
    const found = new Map<EntityId, Row>();
    for (const row of await read(sql, Fulfillment, columns, 'id', wanted)) found.set(row.id as EntityId, row);
    const sent = await read(sql, FulfillmentLine, ['id', 'fulfillmentId', 'orderLineId', 'quantity'], 'fulfillmentId', [
        ...found.keys(),
    ]);
    const byOrder = new Map<EntityId, JsonObject[]>();
    for (const [order, links] of linksOfOrders) {
        const positions = new Map((lines.get(order) ?? []).map((line, i) => [line.id, i + 1]));
        const rows = links.flatMap((id): Row[] => [found.get(id)].filter(row => row !== undefined)).sort(byId);
        byOrder.set(
            order,
            rows.map(row => ({
                method: row.method as string,
                trackingCode: row.trackingCode as string,
                handlerCode: row.handlerCode as string,
                state: row.state as string,
                lines: sent
                    .filter(line => line.fulfillmentId === row.id && positions.has(line.orderLineId))
                    .map(line => ({ line: positions.get(line.orderLineId)!, quantity: line.quantity as number }))
                    .sort((a, b) => a.line - b.line),
                createdAt: (row.createdAt as Date).toISOString(),
            })),
        );
    }
    return byOrder;
}

function asLine(line: Row): JsonObject {
    return {
        sku: line.sku as string,
        quantity: line.quantity as number,
        orderPlacedQuantity: line.orderPlacedQuantity as number,
        unitPrice: Number(line.listPrice),
        initialUnitPrice: line.initialListPrice === null ? null : Number(line.initialListPrice),
        ...pricing(line),
        discounts: asDiscounts(line.adjustments),
        shippingLine: line.shippingLine as number,
        customFields: line.customFields as JsonObject,
    };
}

function pricing(line: Row): JsonObject {
    return { priceIncludesTax: line.listPriceIncludesTax as boolean, taxLines: line.taxLines as JsonValue };
}

function asDiscounts(adjustments: unknown): JsonValue {
    return ((adjustments ?? []) as JsonObject[]).map(({ adjustmentSource, type, description, amount, data }) => ({
        description: description!,
        amount: amount!,
        type: type!,
        source: adjustmentSource!,
        ...(data === undefined ? {} : { data }),
    }));
}

/** Custom fields that are columns of the entity. */
function storedColumns(rules: CustomFieldRules): string[] {
    return [...rules.rules.values()].filter(rule => !(rule.relation && rule.list)).map(r => `customFields.${r.name}`);
}

async function ofOrders(
    sql: SqlSession,
    entity: EntityTarget<ObjectLiteral>,
    columns: readonly string[],
    ids: readonly EntityId[],
): Promise<Map<EntityId, Row[]>> {
    const byOrder = new Map<EntityId, Row[]>();
    const rows = await read(sql, entity, ['id', 'order', 'createdAt', ...columns], 'order', ids);
    // As Vendure shows them. Where several are of one time, ids that count up tell which came first.
    for (const row of rows.sort((a, b) => Number(a.createdAt) - Number(b.createdAt))) {
        const order = row.order as EntityId;
        const list = byOrder.get(order);
        if (list) list.push(row);
        else byOrder.set(order, [row]);
    }
    return byOrder;
}

/** Rows by property, in the order of their ids. */
async function read(
    sql: SqlSession,
    entity: EntityTarget<ObjectLiteral>,
    columns: readonly string[],
    column: string,
    values: readonly unknown[],
): Promise<Row[]> {
    const names = [...new Set(columns)];
    const rows = await sql.selectIn(sql.table(entity), names, column, values);
    return rows.map((row): Row => Object.fromEntries(names.map((name, i) => [name, row[i]]))).sort(byId);
}

async function linked(sql: SqlSession, relation: string, ids: readonly EntityId[]) {
    const links = new Map<EntityId, EntityId[]>();
    for (const [order, target] of await sql.linksOf(sql.joinTable(Order, relation), ids)) {
        links.set(order, [...(links.get(order) ?? []), target]);
    }
    return links;
}

function idsOf(rows: readonly Row[], column: string): unknown[] {
    return [...new Set(rows.map(row => row[column]).filter(id => id !== null && id !== undefined))];
}

function byId(a: Row, b: Row): number {
    if (typeof a.id === 'number' && typeof b.id === 'number') return a.id - b.id;
    return String(a.id) < String(b.id) ? -1 : 1;
}
