import { Customer, Order, Product, ProductVariant } from '@vendure/core';
import { textOf } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { CustomFieldRules } from '../product/custom-field-rules';
import type { RecordCheck } from '../product/record-check';
import { parseId } from '../product/resolve-shared';
import type { CatalogScope } from '../catalog-scope';
import { checkChanges } from './check-changes';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { OrderRecord } from './order-record';
import type { OrderRun } from './order-run';
import type { LiveOrder, OrderMatch, OrderState } from './order-state';
import { readLiveOrders } from './read-live-orders';

/** Reads what a batch of orders needs to know of the shop; a fixed number of statements, transitions and coupons apart. */
export async function resolveOrders(
    records: readonly PipelineRecord[],
    run: OrderRun,
    check: RecordCheck,
    { sql, ctx }: CatalogScope,
): Promise<OrderState> {
    const matches = new Map<PipelineRecord, OrderMatch>();
    for (const record of records) {
        const problem = check.problemOf(record.data);
        matches.set(record, { record: record.data, ...(problem ? { problem } : {}) });
    }
    const open = [...matches.values()].filter(match => !match.problem);
    await findLive(open, run, sql);
    const created = open.filter(match => !match.live).map(match => match.record);
    const state: OrderState = {
        run,
        matches,
        customers: await readCustomers(created, run, sql),
        variants: await readVariants(created, run, sql),
        related: await readRelated(open, run, sql),
        codeOwners: new Map(),
    };
    if (run.options.matchBy !== 'code') {
        const codes = created.flatMap(record => record.code ?? []);
        for (const [code, id] of await sql.selectIn(sql.table(Order), ['code', 'id'], 'code', codes)) {
            state.codeOwners.set(code as string, id as EntityId);
        }
    }
    await validate(open, run);
    await checkChanges(open, run, ctx);
    return state;
}

/** The value that a record is matched by, as the database holds it. */
export function matchValue(record: OrderRecord, run: OrderRun): unknown {
    const { matchBy, matchField } = run.options;
    if (matchBy === 'customField') return record.customFields?.[matchField!];
    return matchBy === 'id' ? record.id : record.code;
}

async function findLive(open: readonly OrderMatch[], run: OrderRun, sql: SqlSession): Promise<void> {
    const { matchBy, matchField } = run.options;
    const column = run.matchColumn ?? matchBy;
    const field = matchBy === 'customField' ? `customFields.${matchField!}` : matchBy;
    const wanted = new Map<OrderMatch, unknown>();
    for (const match of open) {
        const given = matchValue(match.record, run);
        if (given === undefined || given === null || given === '') {
            match.problem = new UserError(
                'match-value-missing',
                `${field} is missing, and orders are matched by it.`,
                `Give ${field}, or choose another field in matchBy.`,
                { field },
            );
            continue;
        }
        try {
            const rule = run.orderRules.rules.get(matchField ?? '');
            const accepted = matchBy === 'customField' ? rule!.accept(given, field) : given;
            const value = matchBy === 'id' ? parseId(given, sql.table(Order)) : accepted;
            if (value !== undefined) wanted.set(match, value);
        } catch (refusal) {
            if (!(refusal instanceof UserError)) throw refusal;
            match.problem = refusal;
        }
    }
    const live = await readLiveOrders(run, column, [...new Set(wanted.values())], sql);
    const found = new Map<string, LiveOrder[]>();
    for (const order of live) {
        const value = textOf(
            matchBy === 'code' ? order.code : matchBy === 'id' ? order.id : (order.customFields[column] ?? ''),
        );
        found.set(value, [...(found.get(value) ?? []), order]);
    }
    for (const [match, value] of wanted) {
        const orders = found.get(textOf(value)) ?? [];
        if (orders.length > 1) match.problem = ambiguous(field, value, orders);
        else if (orders[0]) match.live = orders[0];
    }
}

async function readCustomers(records: readonly OrderRecord[], run: OrderRun, sql: SqlSession) {
    const wanted = new Set(records.flatMap(({ customer }) => (customer ? [customer, emailKey(customer)] : [])));
    const customers: OrderState['customers'] = new Map();
    if (wanted.size === 0) return customers;
    const table = sql.table(Customer);
    const channels = sql.joinTable(Customer, 'channels');
    const column = (name: string) => `c.${table.column(name)}`;
    const { sql: condition, parameters } = sql.inList(column('emailAddress'), [...wanted]);
    const rows = await sql.query(
        `SELECT ${column('id')}, ${column('emailAddress')}, ${column('user')} FROM ${table.path} c ` +
            `INNER JOIN ${channels.path} l ON l.${channels.ownerColumn} = ${column('id')} ` +
            `WHERE ${condition} AND ${column('deletedAt')} IS NULL AND l.${channels.targetColumn} = ?`,
        [...parameters, run.channel.id],
    );
    for (const [id, email, user] of rows) {
        const key = emailKey(String(email));
        const same = customers.get(key) ?? [];
        customers.set(key, [...same, { id: id as EntityId, hasAccount: user !== null }]);
    }
    return customers;
}

/** Vendure keeps addresses in lower case. */
export function emailKey(email: string): string {
    return email.trim().toLowerCase();
}

async function readVariants(records: readonly OrderRecord[], run: OrderRun, sql: SqlSession) {
    const skus = new Set(records.flatMap(({ lines }) => (lines ?? []).map(line => line.sku)));
    const variants: OrderState['variants'] = new Map();
    if (skus.size === 0) return variants;
    const table = sql.table(ProductVariant);
    const products = sql.table(Product);
    const channels = sql.joinTable(ProductVariant, 'channels');
    const column = (name: string) => `v.${table.column(name)}`;
    const { sql: condition, parameters } = sql.inList(column('sku'), [...skus]);
    const rows = await sql.query(
        `SELECT ${column('sku')}, ${column('id')}, ${column('taxCategoryId')}, ${column('featuredAssetId')}, ` +
            `p.${products.column('featuredAssetId')} FROM ${table.path} v ` +
            `INNER JOIN ${products.path} p ON p.${products.column('id')} = ${column('productId')} ` +
            `INNER JOIN ${channels.path} l ON l.${channels.ownerColumn} = ${column('id')} ` +
            `WHERE ${condition} AND ${column('deletedAt')} IS NULL AND l.${channels.targetColumn} = ?`,
        [...parameters, run.channel.id],
    );
    for (const [sku, id, taxCategoryId, own, ofProduct] of rows) {
        const same = variants.get(String(sku)) ?? [];
        const variant = {
            id: id as EntityId,
            taxCategoryId: taxCategoryId as EntityId | null,
            featuredAssetId: (own ?? ofProduct ?? null) as EntityId | null,
        };
        variants.set(String(sku), [...same, variant]);
    }
    return variants;
}

async function readRelated(open: readonly OrderMatch[], run: OrderRun, sql: SqlSession) {
    const wanted = new Map<string, { entity: never; ids: Set<string> }>();
    const note = (given: Record<string, unknown> | undefined, rules: CustomFieldRules) => {
        for (const name in given) {
            const config = rules.rules.get(name)?.config;
            if (config?.type !== 'relation') continue;
            const entry = wanted.get(config.entity.name) ?? { entity: config.entity as never, ids: new Set() };
            wanted.set(config.entity.name, entry);
            for (const value of [given[name]].flat()) {
                const id = value !== null && typeof value === 'object' ? (value as { id?: unknown }).id : value;
                if (typeof id === 'string' || typeof id === 'number') entry.ids.add(String(id));
            }
        }
    };
    for (const { record } of open) {
        note(record.customFields, run.orderRules);
        for (const line of record.lines ?? []) note(line.customFields, run.lineRules);
    }
    const related: OrderState['related'] = new Map();
    for (const [name, { entity, ids }] of wanted) {
        const table = sql.table(entity);
        const known = [...ids].flatMap(id => parseId(id, table) ?? []);
        const rows = await sql.selectIn(table, ['id'], 'id', known);
        related.set(name, new Set(rows.map(([id]) => String(id))));
    }
    return related;
}

type Validate = (value: unknown, injector: unknown, ctx: unknown) => unknown;

/** Custom fields may bring a check of their own, which may wait for something. */
async function validate(open: readonly OrderMatch[], run: OrderRun): Promise<void> {
    const { injector, ctx } = run.host;
    for (const match of open) {
        const lines = match.record.lines ?? [];
        const given: [CustomFieldRules, Record<string, unknown> | undefined, string][] = [
            [run.orderRules, match.record.customFields, 'customFields'],
            ...lines.map((line, i) => [run.lineRules, line.customFields, `lines[${i}].customFields`] as never),
        ];
        for (const [rules, customFields, prefix] of given) {
            for (const name in customFields) {
                const check = rules.rules.get(name)?.config.validate as Validate | undefined;
                if (typeof check !== 'function' || match.problem) continue;
                const complaint = await check(customFields[name], injector, ctx);
                if (!complaint) continue;
                const told = Array.isArray(complaint)
                    ? String((complaint[0] as { value?: unknown } | undefined)?.value)
                    : textOf(complaint);
                match.problem = new UserError(
                    'custom-field-refused',
                    `${prefix}.${name} is refused by the shop: ${told}`,
                    'Correct the value.',
                    { field: `${prefix}.${name}` },
                );
            }
        }
    }
}

function ambiguous(field: string, value: unknown, orders: readonly LiveOrder[]): UserError {
    return new UserError(
        'ambiguous-order',
        `${orders.length} orders fit "${textOf(value)}" by ${field}: ids ${orders.map(order => order.id).join(', ')}.`,
        'Make them distinct in the shop, or match by code.',
        { field },
    );
}
