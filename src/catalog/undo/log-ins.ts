import { Customer, User } from '@vendure/core';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { Use } from './uses';

export const LOG_IN = 'log-in of the User';

/** Customers whose account has been used, by id: whoever has logged in counts on being able to again. */
export async function logInsOf(customerIds: readonly EntityId[], sql: SqlSession): Promise<Map<string, Use>> {
    if (customerIds.length === 0) return new Map();
    const [customers, users] = [sql.table(Customer), sql.table(User)];
    const id = `c.${customers.column('id')}`;
    const wanted = sql.inList(id, customerIds);
    const rows = await sql.query(
        `SELECT ${id}, u.${users.column('id')} FROM ${customers.path} c ` +
            `INNER JOIN ${users.path} u ON u.${users.column('id')} = c.${customers.column('user')} ` +
            `WHERE u.${users.column('lastLogin')} IS NOT NULL AND ${wanted.sql}`,
        wanted.parameters,
    );
    return new Map(rows.map(([customer, user]) => [String(customer), { ownerType: LOG_IN, ownerId: String(user) }]));
}
