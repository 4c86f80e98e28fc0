import {
    Collection,
    CollectionTranslation,
    Customer,
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
    const channels = sql.joinTable(entity, 'channels');
    const keyed = translation ? sql.table(translation) : undefined;
    const column = keyed ? `t.${keyed.column(key)}` : `e.${table.column(key)}`;
    const id = `e.${table.column('id')}`;
    const translated = keyed ? ` INNER JOIN ${keyed.path} t ON t.${keyed.column('baseId')} = ${id}` : '';
    const live = table.has('deletedAt') ? ` AND e.${table.column('deletedAt')} IS NULL` : '';
    const wanted = sql.inList(column, keys);
    return sql.query(
        `SELECT DISTINCT ${column}, c.${channels.targetColumn} FROM ${table.path} e${translated} ` +
            `INNER JOIN ${channels.path} c ON c.${channels.ownerColumn} = ${id} WHERE ${wanted.sql}${live}`,
        wanted.parameters,
    );
}
