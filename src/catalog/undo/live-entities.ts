import { type JsonValue, textOf } from '../../../shared/json';
import { Product, ProductVariant, ProductVariantPrice, StockLevel } from '@vendure/core';
import type { EntityDescription, PathRule } from '../apply/entity-description';
import type { CatalogFacts } from '../product/catalog-facts';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { joinPath } from '../product/vocabulary';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';

/** One entity as it is now, soft-deleted ones included. */
export interface LiveEntity {
    id: EntityId;
    description: EntityDescription;
    /** Null for a living one, and for types that have no soft delete. */
    deletedAt: string | null;
    /** Of a variant: the product. Of a facet value or option: the facet or group. */
    parentId: EntityId | undefined;
    /** By the paths of change sets; what points to other entities is in `links` and `assets`. */
    values: Map<string, JsonValue>;
    /** By language. */
    languages: Set<string>;
    /** Many-to-many relations by first part of the path; lists of custom fields by their path. */
    links: Map<string, EntityId[]>;
    /** In order. */
    assets: EntityId[];
    /** Join columns by path. */
    references: Map<string, EntityId | null>;
}

/** Reads everything that change sets can change, with a number of statements that depends on the type alone. */
export async function readLiveEntities(
    description: EntityDescription,
    ids: readonly EntityId[],
    { sql, facts, rules }: { sql: SqlSession; facts: CatalogFacts; rules: CustomFieldRules },
): Promise<Map<string, LiveEntity>> {
    const found = new Map<string, LiveEntity>();
    if (ids.length === 0) return found;
    const reader = new LiveReader(description, sql, facts, rules);
    for (const entity of await reader.rows(ids)) found.set(String(entity.id), entity);
    await reader.fill(found);
    return found;
}

class LiveReader {
    constructor(
        private readonly description: EntityDescription,
        private readonly sql: SqlSession,
        private readonly facts: CatalogFacts,
        private readonly rules: CustomFieldRules,
    ) {}

    async rows(ids: readonly EntityId[]): Promise<LiveEntity[]> {
        const { description, sql } = this;
        const table = sql.table(description.entity);
        const columns = [...this.pathsOf('column'), ...this.pathsOf('filters')];
        const references = [...this.pathsOf('reference'), ...this.pathsOf('parent')];
        const targets = this.pathsOf('ids').filter(([, rule]) => !rule.list);
        const custom = [...this.rules.rules.values()].filter(r => !r.localised && !(r.relation && r.list));
        const { idPath } = table;
        const parent =
            description.parent?.property ?? (description.entityType === 'ProductVariant' ? 'productId' : idPath);
        const selected = [
            idPath,
            parent,
            ...columns.map(([, rule]) => rule.property),
            ...references.map(([, rule]) => rule.property),
            ...targets.map(([, rule]) => rule.property),
            ...custom.map(rule => `customFields.${rule.name}`),
        ];
        const rows = await sql.selectIn(table, selected, idPath, ids);
        return rows.map(([id, parentId, ...cells]) => {
            const values = new Map<string, JsonValue>();
            let deletedAt: string | null = null;
            for (const [path, rule] of columns) {
                const cell = cells.shift();
                const value = 'stored' in rule && rule.stored ? rule.stored(cell) : jsonOf(cell);
                if (path === 'deletedAt') deletedAt = value as string | null;
                else values.set(path, value);
            }
            const pointsTo = new Map(references.map(([path]) => [path, (cells.shift() ?? null) as EntityId | null]));
            for (const [path] of targets) {
                const target = cells.shift() ?? null;
                values.set(path, target === null ? null : textOf(target));
            }
            for (const rule of custom) {
                values.set(joinPath('customFields', rule.name), rule.stored(cells.shift()));
            }
            return {
                id: id as EntityId,
                description,
                deletedAt,
                parentId: parent === idPath ? undefined : (parentId as EntityId),
                values,
                languages: new Set<string>(),
                links: new Map<string, EntityId[]>(),
                assets: [],
                references: pointsTo,
            };
        });
    }

    async fill(entities: ReadonlyMap<string, LiveEntity>): Promise<void> {
        const ids = [...entities.values()].map(entity => entity.id).sort(compareIds);
        if (ids.length === 0) return;
        await this.fillTranslations(entities, ids);
        for (const [path, { relation }] of this.pathsOf('links')) await this.fillLinks(path, relation, entities, ids);
        for (const [path, { property, list }] of this.pathsOf('ids')) {
            if (!list) continue;
            await this.fillLinks(path, property, entities, ids);
            for (const entity of entities.values()) entity.values.set(path, entity.links.get(path)!.map(String).sort());
        }
        for (const rule of this.rules.rules.values()) {
            if (!rule.relation || !rule.list) continue;
            const path = joinPath('customFields', rule.name);
            await this.fillLinks(path, `customFields.${rule.name}`, entities, ids);
            for (const entity of entities.values()) entity.values.set(path, rule.stored(entity.links.get(path)));
        }
        for (const [, { relation }] of this.pathsOf('assets')) await this.fillAssets(relation, entities, ids);
        if (this.pathsOf('prices').length > 0) await this.fillPrices(entities, ids);
        if (this.pathsOf('stock').length > 0) await this.fillStock(entities, ids);
    }

    private async fillTranslations(entities: ReadonlyMap<string, LiveEntity>, ids: EntityId[]): Promise<void> {
        const { translations } = this.description;
        if (!translations) return;
        const table = this.sql.table(translations.entity);
        const plain = table.metadata.columns
            .filter(column => !column.isPrimary && !column.isCreateDate && !column.isUpdateDate)
            .filter(column => !column.relationMetadata && column.propertyPath !== 'languageCode')
            .map(column => column.propertyPath)
            .filter(path => !path.startsWith('customFields') && path !== 'baseId');
        const custom = [...this.rules.rules.values()].filter(rule => rule.localised);
        const selected = ['base', 'languageCode', ...plain, ...custom.map(rule => `customFields.${rule.name}`)];
        for (const [base, language, ...cells] of await this.sql.selectIn(table, selected, 'base', ids)) {
            const entity = entities.get(String(base));
            if (!entity) continue;
            const languageCode = String(language);
            entity.languages.add(languageCode);
            for (const property of plain) {
                entity.values.set(joinPath('translations', languageCode, property), jsonOf(cells.shift()));
            }
            for (const rule of custom) {
                const path = joinPath('translations', languageCode, 'customFields', rule.name);
                entity.values.set(path, rule.stored(cells.shift()));
            }
        }
    }

    private async fillLinks(
        path: string,
        relation: string,
        entities: ReadonlyMap<string, LiveEntity>,
        ids: EntityId[],
    ): Promise<void> {
        for (const entity of entities.values()) entity.links.set(path, []);
        const join = this.sql.joinTable(this.description.entity, relation);
        for (const [owner, target] of await this.sql.linksOf(join, ids)) {
            entities.get(String(owner))?.links.get(path)!.push(target);
        }
    }

    private async fillAssets(
        relation: string,
        entities: ReadonlyMap<string, LiveEntity>,
        ids: EntityId[],
    ): Promise<void> {
        const { metadata } = this.sql.table(this.description.entity);
        const { inverseEntityMetadata, inverseSidePropertyPath } = metadata.findRelationWithPropertyPath(relation)!;
        const table = this.sql.table(inverseEntityMetadata.target);
        const columns = [inverseSidePropertyPath, 'assetId', 'position'];
        const rows = await this.sql.selectIn(table, columns, inverseSidePropertyPath, ids);
        rows.sort((a, b) => (a[2] as number) - (b[2] as number));
        for (const [owner, asset] of rows) entities.get(String(owner))?.assets.push(asset as EntityId);
    }

    private async fillPrices(entities: ReadonlyMap<string, LiveEntity>, ids: EntityId[]): Promise<void> {
        const columns = ['variant', 'channelId', 'currencyCode', 'price'];
        const table = this.sql.table(ProductVariantPrice);
        for (const [variant, channelId, currency, price] of await this.sql.selectIn(table, columns, 'variant', ids)) {
            const channel = this.facts.channelOf(channelId as EntityId);
            if (!channel) continue;
            entities
                .get(String(variant))
                ?.values.set(joinPath('prices', channel.code, String(currency)), Number(price));
        }
    }

    private async fillStock(entities: ReadonlyMap<string, LiveEntity>, ids: EntityId[]): Promise<void> {
        const columns = ['productVariantId', 'stockLocationId', 'stockOnHand'];
        const table = this.sql.table(StockLevel);
        const rows = await this.sql.selectIn(table, columns, 'productVariantId', ids);
        for (const [variant, locationId, onHand] of rows) {
            const location = this.facts.locationKeyOf(locationId as EntityId);
            if (location === undefined) continue;
            entities.get(String(variant))?.values.set(joinPath('stock', location), Number(onHand));
        }
    }

    private pathsOf<T extends PathRule['type']>(type: T): [string, Extract<PathRule, { type: T }>][] {
        return Object.entries(this.description.paths).filter(
            (entry): entry is [string, Extract<PathRule, { type: T }>] => entry[1].type === type,
        );
    }
}

/** Holds the rows until the transaction ends, so that what is compared is what is written over. */
export async function lockEntities(
    description: EntityDescription,
    ids: readonly EntityId[],
    sql: SqlSession,
): Promise<void> {
    if (sql.dialect === 'sqlite' || ids.length === 0) return;
    const sorted = [...ids].sort(compareIds);
    const lock = async (path: string, column: string, order: string) => {
        const { sql: condition, parameters } = sql.inList(column, sorted);
        await sql.query(`SELECT ${column} FROM ${path} WHERE ${condition} ORDER BY ${order} FOR UPDATE`, parameters);
    };
    const table = sql.table(description.entity);
    await lock(table.path, table.column(table.idPath), table.column(table.idPath));
    if (description.entity !== ProductVariant) return;
    const levels = sql.table(StockLevel);
    const [variant, location] = [levels.column('productVariantId'), levels.column('stockLocationId')];
    await lock(levels.path, variant, `${variant}, ${location}`);
}

/** Option groups that products have. */
export function groupsOfProducts(productIds: readonly EntityId[], sql: SqlSession): Promise<[EntityId, EntityId][]> {
    return sql.linksOf(sql.joinTable(Product, 'optionGroups'), productIds);
}

function jsonOf(value: unknown): JsonValue {
    if (value === undefined || value === null) return null;
    return value instanceof Date ? value.toISOString() : (value as JsonValue);
}
