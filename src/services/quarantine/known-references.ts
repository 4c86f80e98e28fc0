import { Channel } from '@vendure/core';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { AWAITED, type AwaitedEntity, awaitedParts } from '../../catalog/awaited';
import { keyColumn } from '../../catalog/custom-entity/related-entities';
import type { SqlCondition, SqlSession } from '../../catalog/sql/sql-session';

/** Something that records wait for, and a channel in which it is there. */
export interface ArrivedReference {
    waitsFor: string;
    channelId: string | number;
}

type Sought = Omit<AwaitedEntity, 'entity' | 'translation'> & {
    entity: EntityTarget<ObjectLiteral>;
    translation?: EntityTarget<ObjectLiteral>;
};

/** Which of the references are there by now: one query for each kind of entity. Of other kinds it cannot tell. */
export async function existingAmong(sql: SqlSession, references: readonly string[]): Promise<ArrivedReference[]> {
    const byKind = new Map<string, { sought: Sought; keys: Set<string> }>();
    for (const reference of references) {
        const { entityType, column, key } = awaitedParts(reference);
        const kind = reference.slice(0, -key.length - 1);
        const known = byKind.get(kind);
        if (known) known.keys.add(key);
        const sought = known ? undefined : soughtBy(entityType, column, sql);
        if (sought) byKind.set(kind, { sought, keys: new Set([key]) });
    }
    const found: ArrivedReference[] = [];
    for (const [kind, { sought, keys }] of byKind) {
        for (const [key, channelId] of await lookUp(sql, sought, [...keys])) {
            found.push({ waitsFor: `${kind}:${String(key)}`, channelId: channelId as string | number });
        }
    }
    return found;
}

function soughtBy(entityType: string, column: string | undefined, sql: SqlSession): Sought | undefined {
    if (column === undefined) return (AWAITED as Record<string, AwaitedEntity>)[entityType];
    const { connection } = sql.table(Channel).metadata;
    const metadata = connection.entityMetadatas.find(({ name }) => name === entityType);
    const found = metadata && keyColumn(metadata, column);
    if (!found) return undefined;
    const { target } = metadata;
    return { entity: target, key: column, ...(found.isText ? { translation: found.metadata.target } : {}) };
}

async function lookUp(sql: SqlSession, sought: Sought, keys: readonly string[]): Promise<unknown[][]> {
    const { entity, key, translation, within } = sought;
    const table = sql.table(entity);
    const keyed = translation ? sql.table(translation) : undefined;
    const column = keyed ? `t.${keyed.column(key)}` : `e.${table.column(key)}`;
    const id = `e.${table.column(table.idPath)}`;
    let joins = keyed ? ` INNER JOIN ${keyed.path} t ON t.${keyed.column('base')} = ${id}` : '';
    let wanted: SqlCondition = sql.inList(column, keys);
    let columns = column;
    if (within) {
        const outer = sql.table(within.entity);
        const outerKey = `o.${outer.column(within.key)}`;
        joins += ` INNER JOIN ${outer.path} o ON o.${outer.column('id')} = e.${table.column(within.relation)}`;
        // Either part may hold colons: each end of a key may be the inner one.
        wanted = sql.inList(column, [...new Set(keys.flatMap(endsOf))]);
        columns = `${outerKey}, ${column}`;
    }
    const deleted = table.metadata.deleteDateColumn?.propertyPath ?? 'deletedAt';
    const live = table.has(deleted) ? ` AND e.${table.column(deleted)} IS NULL` : '';
    const [channel, channels] = channelsOf(sql, entity, id);
    const rows = await sql.query(
        `SELECT DISTINCT ${columns}, ${channel} FROM ${table.path} e${joins}${channels} WHERE ${wanted.sql}${live}`,
        wanted.parameters,
    );
    if (!within) return rows;
    const asked = new Set(keys);
    return rows
        .map(([outer, inner, channelId]) => [`${String(outer)}:${String(inner)}`, channelId])
        .filter(([name]) => asked.has(String(name)));
}

/** `a:b:c` → `b:c`, `c` */
function endsOf(key: string): string[] {
    const parts = key.split(':');
    return parts.slice(1).map((_, i) => parts.slice(i + 1).join(':'));
}

/** What knows no channels is there in all of them. */
function channelsOf(sql: SqlSession, entity: EntityTarget<ObjectLiteral>, id: string): [column: string, join: string] {
    if (!sql.table(entity).metadata.findRelationWithPropertyPath('channels')?.isManyToMany) {
        const all = sql.table(Channel);
        return [`c.${all.column('id')}`, ` CROSS JOIN ${all.path} c`];
    }
    const { path, ownerColumn, targetColumn } = sql.joinTable(entity, 'channels');
    return [`c.${targetColumn}`, ` INNER JOIN ${path} c ON c.${ownerColumn} = ${id}`];
}
