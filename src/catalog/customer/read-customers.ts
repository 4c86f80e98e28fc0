import { Address, Country, Customer, CustomerGroup, User } from '@vendure/core';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { fillLinks } from '../product/read-live';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { CustomerState, LiveAddress, LiveCustomer } from './customer-state';

/** Columns that hold a scalar of the same name in records. */
export const CUSTOMER_COLUMNS = ['title', 'firstName', 'lastName', 'phoneNumber'] as const;
export const ADDRESS_COLUMNS = [
    'fullName',
    'company',
    'streetLine1',
    'streetLine2',
    'city',
    'province',
    'postalCode',
    'phoneNumber',
] as const;
export const DEFAULT_FLAGS = ['defaultShippingAddress', 'defaultBillingAddress'] as const;

/** Living customers where `column` is one of `values`; each part costs a fixed number of statements. */
export async function readCustomers(
    column: string,
    values: readonly unknown[],
    fields: ReadonlySet<string>,
    rules: CustomFieldRules,
    sql: SqlSession,
): Promise<Map<EntityId, LiveCustomer>> {
    const customers = new Map<EntityId, LiveCustomer>();
    const columns = [...CUSTOMER_COLUMNS, 'emailAddress', ...customColumns(fields, rules)];
    const where = { isNull: ['deletedAt'] };
    const rows = await sql.selectIn(sql.table(Customer), ['id', 'user', ...columns], column, values, where);
    const userOf = new Map<EntityId, EntityId>();
    for (const [id, userId, ...cells] of rows) {
        if (userId !== null) userOf.set(id as EntityId, userId as EntityId);
        customers.set(id as EntityId, {
            id: id as EntityId,
            values: Object.fromEntries(columns.map((name, i) => [name, cells[i]])),
            user: undefined,
            channelIds: [],
            groupIds: [],
            addresses: [],
            relations: new Map(),
            translations: new Map(),
        });
    }
    const users = new Map<EntityId, LiveCustomer['user']>();
    const userColumns = ['id', 'identifier', 'verified'];
    for (const [id, identifier, verified] of await sql.selectIn(
        sql.table(User),
        userColumns,
        'id',
        [...userOf.values()],
        where,
    )) {
        users.set(id as EntityId, {
            id: id as EntityId,
            identifier: identifier as string,
            verified: verified as boolean,
        });
    }
    for (const [id, userId] of userOf) customers.get(id)!.user = users.get(userId);
    await fillRelations(Customer, customers, fields, rules, sql);
    return customers;
}

export async function readAddresses(
    customers: ReadonlyMap<EntityId, LiveCustomer>,
    fields: ReadonlySet<string>,
    state: CustomerState,
    sql: SqlSession,
): Promise<void> {
    const rules = state.run.addressRules;
    const columns = [...ADDRESS_COLUMNS, ...DEFAULT_FLAGS, ...customColumns(fields, rules)];
    const selected = ['id', 'customer', 'country', ...columns];
    const rows = await sql.selectIn(sql.table(Address), selected, 'customer', [...customers.keys()]);
    const countries = new Map<EntityId, string>();
    const countryIds = rows.map(row => row[2]).filter(id => id !== null);
    for (const [id, code] of await sql.selectIn(sql.table(Country), ['id', 'code'], 'id', countryIds)) {
        countries.set(id as EntityId, code as string);
        state.references.set('Country', code as string, id as EntityId);
    }
    const addresses = new Map<EntityId, LiveAddress>();
    for (const [id, customer, country, ...cells] of rows.sort((a, b) =>
        compareIds(a[0] as EntityId, b[0] as EntityId),
    )) {
        const address: LiveAddress = {
            id: id as EntityId,
            values: Object.fromEntries(columns.map((name, i) => [name, cells[i]])),
            countryCode: countries.get(country as EntityId) ?? null,
            relations: new Map(),
            translations: new Map(),
        };
        addresses.set(address.id, address);
        customers.get(customer as EntityId)?.addresses.push(address);
    }
    await fillRelations(Address, addresses, fields, rules, sql);
}

export async function readCountries(codes: ReadonlySet<string>, state: CustomerState, sql: SqlSession): Promise<void> {
    for (const [id, code] of await sql.selectIn(sql.table(Country), ['id', 'code'], 'code', [...codes])) {
        state.countryCodes.add(code as string);
        state.references.set('Country', code as string, id as EntityId);
    }
}

/** Shops have few groups, so all are read: names are not unique, and only thus is it seen which are. */
export async function readGroups(state: CustomerState, sql: SqlSession): Promise<void> {
    const groups = await allGroups(sql);
    for (const [id, name] of groups) {
        const ids = state.groupsByName.get(name);
        if (ids) ids.push(id);
        else state.groupsByName.set(name, [id]);
    }
    for (const [id, key] of groupKeys(groups)) {
        state.groupKeys.set(id, key);
        state.references.set('CustomerGroup', key, id);
    }
}

/** What change sets call the groups: by name, as long as only one has it. */
export function groupKeys(groups: readonly [id: EntityId, name: string][]): Map<EntityId, string> {
    const count = new Map<string, number>();
    for (const [, name] of groups) count.set(name, (count.get(name) ?? 0) + 1);
    return new Map(groups.map(([id, name]) => [id, count.get(name) === 1 ? name : `id:${id}`]));
}

/** The oldest first. */
export async function allGroups(sql: SqlSession): Promise<[id: EntityId, name: string][]> {
    const table = sql.table(CustomerGroup);
    const id = table.column('id');
    const rows = await sql.query(`SELECT ${id}, ${table.column('name')} FROM ${table.path} ORDER BY ${id}`);
    return rows as [EntityId, string][];
}

/** Accounts that customers have, deleted accounts apart, as Vendure looks for them. */
export async function readAccounts(emails: readonly string[], state: CustomerState, sql: SqlSession): Promise<void> {
    if (emails.length === 0) return;
    const [users, customers] = [sql.table(User), sql.table(Customer)];
    const identifier = `LOWER(u.${users.column('identifier')})`;
    const wanted = sql.inList(identifier, emails);
    const rows = await sql.query(
        `SELECT ${identifier}, u.${users.column('id')}, c.${customers.column('id')}, c.${customers.column('emailAddress')}, ` +
            `c.${customers.column('deletedAt')} FROM ${users.path} u ` +
            `INNER JOIN ${customers.path} c ON c.${customers.column('user')} = u.${users.column('id')} ` +
            `WHERE u.${users.column('deletedAt')} IS NULL AND ${wanted.sql}`,
        wanted.parameters,
    );
    for (const [identifier, userId, customerId, emailAddress, deletedAt] of rows) {
        state.accountOwners.set(identifier as string, {
            userId: userId as EntityId,
            customerId: customerId as EntityId,
            emailAddress: deletedAt === null ? (emailAddress as string) : undefined,
        });
    }
}

function customColumns(fields: ReadonlySet<string>, { rules }: CustomFieldRules): string[] {
    return [...fields].flatMap(name => {
        const rule = rules.get(name);
        return rule && !(rule.relation && rule.list) ? [`customFields.${name}`] : [];
    });
}

async function fillRelations(
    entity: typeof Customer | typeof Address,
    owners: Map<EntityId, { relations: Map<string, EntityId[]> }>,
    fields: ReadonlySet<string>,
    { rules }: CustomFieldRules,
    sql: SqlSession,
): Promise<void> {
    for (const name of fields) {
        const rule = rules.get(name);
        if (!rule?.relation || !rule.list) continue;
        for (const owner of owners.values()) owner.relations.set(name, []);
        await fillLinks(entity, `customFields.${name}`, owners, owner => owner.relations.get(name)!, sql);
    }
}
