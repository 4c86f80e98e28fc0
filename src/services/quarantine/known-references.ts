import {
    Channel,
    Collection,
    CollectionTranslation,
    Country,
    Customer,
    CustomerGroup,
    Facet,
    Product,
    ProductTranslation,
    ProductVariant,
} from '@vendure/core';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { SqlSession } from '../../catalog/sql/sql-session';

interface KnownEntity {
    entity: EntityTarget<ObjectLiteral>;
    key: string;
    /** Where the key is a translated field. */
    translation?: EntityTarget<ObjectLiteral>;
}

/** Entities whose natural key can be looked up, by the name that `waitsFor` begins with. */
const known: Record<string, KnownEntity> = {
    Product: { entity: Product, key: 'slug', translation: ProductTranslation },
    ProductVariant: { entity: ProductVariant, key: 'sku' },
    Collection: { entity: Collection, key: 'slug', translation: CollectionTranslation },
    Facet: { entity: Facet, key: 'code' },
    Customer: { entity: Customer, key: 'emailAddress' },
    CustomerGroup: { entity: CustomerGroup, key: 'name' },
    Country: { entity: Country, key: 'code' },
};

/** Something that records wait for, and a channel in which it is there. */
export interface ArrivedReference {
    waitsFor: string;
    channelId: string | number;
}

/** Which of the references are there by now: one query for each kind of entity. Of other kinds it cannot tell. */
export async function existingAmong(sql: SqlSession, references: readonly string[]): Promise<ArrivedReference[]> {
    const byType = new Map<string, Set<string>>();
    for (const reference of references) {
        const [type, key] = partsOf(reference);
        byType.set(type, (byType.get(type) ?? new Set()).add(key));
    }
    const found: ArrivedReference[] = [];
    for (const [type, keys] of byType) {
        const entity = known[type];
        if (!entity) continue;
        const rows = await lookUp(sql, entity, [...keys]);
        for (const [key, channelId] of rows) {
            found.push({ waitsFor: `${type}:${String(key)}`, channelId: channelId as string | number });
        }
    }
    return found;
}

/** A natural key may hold colons itself. */
export function partsOf(reference: string): [entityType: string, key: string] {
    const colon = reference.indexOf(':');
    return [reference.slice(0, colon), reference.slice(colon + 1)];
}

async function lookUp(sql: SqlSession, { entity, key, translation }: KnownEntity, keys: string[]) {
    const table = sql.table(entity);
    const keyed = translation ? sql.table(translation) : undefined;
    const column = keyed ? `t.${keyed.column(key)}` : `e.${table.column(key)}`;
    const id = `e.${table.column('id')}`;
    const translated = keyed ? ` INNER JOIN ${keyed.path} t ON t.${keyed.column('baseId')} = ${id}` : '';
    const live = table.has('deletedAt') ? ` AND e.${table.column('deletedAt')} IS NULL` : '';
    const wanted = sql.inList(column, keys);
    const [channel, channels] = channelsOf(sql, entity, id);
    return sql.query(
        `SELECT DISTINCT ${column}, ${channel} FROM ${table.path} e${translated}${channels} WHERE ${wanted.sql}${live}`,
        wanted.parameters,
    );
}

/** What knows no channels is there in all of them. */
function channelsOf(sql: SqlSession, entity: EntityTarget<ObjectLiteral>, id: string): [column: string, join: string] {
    if (!sql.table(entity).metadata.findRelationWithPropertyPath('channels')) {
        const all = sql.table(Channel);
        return [`c.${all.column('id')}`, ` CROSS JOIN ${all.path} c`];
    }
    const { path, ownerColumn, targetColumn } = sql.joinTable(entity, 'channels');
    return [`c.${targetColumn}`, ` INNER JOIN ${path} c ON c.${ownerColumn} = ${id}`];
}
