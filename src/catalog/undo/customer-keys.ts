import { Country, Role, User } from '@vendure/core';
import { allGroups, groupKeys } from '../customer/read-customers';
import type { ReferenceKind } from '../references';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { LiveEntity } from './live-entities';
import type { NaturalKeys } from './natural-keys';
import type { NetChange } from './net-change';

const TYPES = new Set(['CustomerGroup', 'User', 'Customer', 'Address']);

/** What customers, accounts and addresses point to, before the run and now. */
export async function learnCustomerKeys(
    keys: NaturalKeys,
    live: ReadonlyMap<string, LiveEntity>,
    changes: readonly NetChange[],
    sql: SqlSession,
): Promise<void> {
    const own = changes.filter(({ entityType }) => TYPES.has(entityType));
    if (own.length === 0) return;
    const entities = [...live.values()].filter(({ description }) => TYPES.has(description.entityType));
    const learn = async (kind: ReferenceKind, entity: typeof User | typeof Role | typeof Country, key: string) => {
        const ids = entities.flatMap(({ references, links, description }) =>
            Object.entries(description.paths).flatMap(([path, rule]) =>
                'kind' in rule && rule.kind === kind ? [references.get(path) ?? [], links.get(path) ?? []].flat() : [],
            ),
        );
        const table = sql.table(entity);
        for (const [id, name] of await sql.selectIn(table, ['id', key], 'id', ids)) {
            keys.learn(kind, String(name), id as EntityId);
        }
        return table;
    };
    await learn('User', User, 'identifier');
    await learn('Role', Role, 'code');
    const countries = await learn('Country', Country, 'code');
    const codes = own.flatMap(({ fields }) => fields.filter(({ path }) => path === 'country'));
    const before = codes.flatMap(({ before: code }) => (typeof code === 'string' ? code : []));
    for (const [id, code] of await sql.selectIn(countries, ['id', 'code'], 'code', before)) {
        keys.learn('Country', String(code), id as EntityId);
    }
    for (const [id, key] of groupKeys(await allGroups(sql))) keys.learn('CustomerGroup', key, id);
}
