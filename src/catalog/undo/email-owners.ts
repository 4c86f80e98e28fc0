import { Customer, User } from '@vendure/core';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { LiveEntity } from './live-entities';
import type { NetChange } from './net-change';

/** Living customers by the e-mail addresses that an undo would bring back. */
export async function emailOwnersOf(
    changes: readonly NetChange[],
    live: ReadonlyMap<string, LiveEntity>,
    sql: SqlSession,
): Promise<Map<string, string[]>> {
    const wanted = wantedOf('Customer', 'emailAddress', changes, live);
    const owners = new Map<string, string[]>();
    for (const [email, id] of await livingCustomers('emailAddress', wanted, sql)) {
        owners.set(String(email), [...(owners.get(String(email)) ?? []), String(id)]);
    }
    return owners;
}

/** Who logs in with an address: a customer with the account, or one without who would get it with the next account. */
export interface AccountOwner {
    customer: string;
    user: string | undefined;
}

/** Likewise by the addresses of accounts. Administrators may have the same: Vendure tells them from customers. */
export async function accountOwnersOf(
    changes: readonly NetChange[],
    live: ReadonlyMap<string, LiveEntity>,
    sql: SqlSession,
): Promise<Map<string, AccountOwner[]>> {
    const wanted = wantedOf('User', 'identifier', changes, live);
    const owners = new Map<string, AccountOwner[]>();
    const add = (email: unknown, owner: AccountOwner) =>
        owners.set(String(email), [...(owners.get(String(email)) ?? []), owner]);
    const columns = ['id', 'identifier'];
    const users = await sql.selectIn(sql.table(User), columns, 'identifier', wanted, { isNull: ['deletedAt'] });
    const identifiers = new Map(users.map(([id, identifier]) => [id as EntityId, identifier]));
    for (const [, customer, user] of await livingCustomers('user', [...identifiers.keys()], sql)) {
        add(identifiers.get(user as EntityId), { customer: String(customer), user: String(user) });
    }
    for (const [email, customer, user] of await livingCustomers('emailAddress', wanted, sql)) {
        if (user === null) add(email, { customer: String(customer), user: undefined });
    }
    return owners;
}

function livingCustomers(by: string, values: readonly unknown[], sql: SqlSession): Promise<unknown[][]> {
    const columns = ['emailAddress', 'id', 'user'];
    return sql.selectIn(sql.table(Customer), columns, by, values, { isNull: ['deletedAt'] });
}

/** What the entities held before the run, or hold still where they come back from their deletion. */
function wantedOf(
    type: string,
    path: string,
    changes: readonly NetChange[],
    live: ReadonlyMap<string, LiveEntity>,
): string[] {
    const own = changes.filter(({ entityType }) => entityType === type);
    const values = own.flatMap(({ entityId, action, fields }) => [
        fields.find(field => field.path === path)?.before,
        action === 'DELETE' ? live.get(`${type} ${entityId}`)?.values.get(path) : undefined,
    ]);
    return [...new Set(values.filter(value => typeof value === 'string'))];
}
