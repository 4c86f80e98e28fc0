import {
    Product,
    ProductAsset,
    ProductOption,
    ProductOptionGroup,
    ProductOptionGroupTranslation,
    ProductOptionTranslation,
    ProductTranslation,
    ProductVariant,
    ProductVariantAsset,
    ProductVariantPrice,
    ProductVariantTranslation,
    StockLevel,
} from '@vendure/core';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { CustomFieldRules } from './custom-field-rules';
import { LiveOption, LiveOptionGroup, LiveProduct, LiveTranslation, LiveVariant } from './live-catalog';
import type { Needs } from './needs';

/** Reads products and everything about them that `needs` names, without their variants and options. */
export async function readProducts(
    ids: readonly EntityId[],
    needs: Needs,
    rules: CustomFieldRules,
    sql: SqlSession,
    knownTranslations?: readonly unknown[][],
): Promise<Map<EntityId, LiveProduct>> {
    const products = new Map<EntityId, LiveProduct>();
    const columns = [...needs.columns, ...customColumns(needs, rules)];
    const selected = ['id', ...(needs.assets ? ['featuredAssetId'] : []), ...columns];
    const offset = needs.assets ? 2 : 1;
    for (const row of await sql.selectIn(sql.table(Product), selected, 'id', ids, { isNull: ['deletedAt'] })) {
        products.set(row[0] as EntityId, {
            id: row[0] as EntityId,
            values: valuesOf(columns, row, offset),
            featuredAssetId: needs.assets ? (row[1] as EntityId | null) : null,
            translations: new Map(),
            channelIds: [],
            facetValueIds: [],
            assetIds: [],
            groups: [],
            variants: [],
            relations: new Map(),
        });
    }
    const found = [...products.keys()];
    const texts = productTexts(needs, rules);
    const rows =
        knownTranslations ??
        (await sql.selectIn(sql.table(ProductTranslation), ['base', 'languageCode', ...texts], 'base', found));
    fillTranslations(products, texts, rows);
    if (needs.channels) await fillLinks(Product, 'channels', products, product => product.channelIds, sql);
    if (needs.facetValues) await fillLinks(Product, 'facetValues', products, product => product.facetValueIds, sql);
    if (needs.assets) await fillAssets(ProductAsset, 'productId', products, sql);
    await fillRelations(Product, products, needs, rules, sql);
    return products;
}

/** Columns of the translations that are read for `needs`. */
export function productTexts(needs: Needs, rules: CustomFieldRules): string[] {
    return [...new Set(['name', 'slug', ...needs.texts, ...localisedColumns(needs, rules)])];
}

/** Reads the variants where `column` is one of `values`. */
export async function readVariants(
    column: 'id' | 'productId' | 'sku' | `customFields.${string}`,
    values: readonly EntityId[],
    needs: Needs,
    rules: CustomFieldRules,
    sql: SqlSession,
): Promise<Map<EntityId, LiveVariant>> {
    const variants = new Map<EntityId, LiveVariant>();
    const columns = [...needs.columns, ...customColumns(needs, rules)];
    const selected = ['id', 'productId', 'sku'];
    const taxAt = needs.taxCategory ? selected.push('taxCategoryId') - 1 : -1;
    const assetAt = needs.assets ? selected.push('featuredAssetId') - 1 : -1;
    const offset = selected.length;
    selected.push(...columns);
    for (const row of await sql.selectIn(sql.table(ProductVariant), selected, column, values, {
        isNull: ['deletedAt'],
    })) {
        const [id, productId, sku] = row as [EntityId, EntityId, string];
        const variant = new LiveVariant(id, productId, sku, valuesOf(columns, row, offset));
        if (taxAt >= 0) variant.taxCategoryId = row[taxAt] as EntityId | null;
        if (assetAt >= 0) variant.featuredAssetId = row[assetAt] as EntityId | null;
        variants.set(id, variant);
    }
    if (variants.size === 0) return variants;
    await fillVariants(variants, needs, rules, sql);
    return variants;
}

async function fillVariants(
    variants: Map<EntityId, LiveVariant>,
    needs: Needs,
    rules: CustomFieldRules,
    sql: SqlSession,
): Promise<void> {
    const ids = [...variants.keys()];
    const texts = [...new Set([...needs.texts, ...localisedColumns(needs, rules)])].filter(
        t => t === 'name' || t.includes('.'),
    );
    if (texts.length > 0) {
        const table = sql.table(ProductVariantTranslation);
        fillTranslations(variants, texts, await sql.selectIn(table, ['base', 'languageCode', ...texts], 'base', ids));
    }
    if (needs.channels) await fillLinks(ProductVariant, 'channels', variants, variant => variant.channelIds, sql);
    if (needs.facetValues)
        await fillLinks(ProductVariant, 'facetValues', variants, variant => variant.facetValueIds, sql);
    if (needs.options) await fillLinks(ProductVariant, 'options', variants, variant => variant.optionIds, sql);
    if (needs.assets) await fillAssets(ProductVariantAsset, 'productVariantId', variants, sql);
    if (needs.prices) {
        const columns = ['variant', 'channelId', 'currencyCode', 'price'];
        for (const row of await sql.selectIn(sql.table(ProductVariantPrice), columns, 'variant', ids)) {
            if (row[1] === null) continue;
            variants.get(row[0] as EntityId)?.prices.push({
                channelId: row[1] as EntityId,
                currencyCode: row[2] as string,
                price: Number(row[3]),
            });
        }
    }
    if (needs.stock) {
        const columns = ['productVariantId', 'stockLocationId', 'stockOnHand'];
        for (const row of await sql.selectIn(sql.table(StockLevel), columns, 'productVariantId', ids)) {
            variants.get(row[0] as EntityId)?.setStock(row[1] as EntityId, row[2] as number);
        }
    }
    await fillRelations(ProductVariant, variants, needs, rules, sql);
}

/** Option groups of products, and those with one of `sharedCodes` whatever product they belong to. */
export async function readOptionGroups(
    products: Map<EntityId, LiveProduct>,
    sharedCodes: readonly string[],
    sql: SqlSession,
): Promise<Map<string, LiveOptionGroup>> {
    const links =
        products.size > 0 ? await sql.linksOf(sql.joinTable(Product, 'optionGroups'), [...products.keys()]) : [];
    const table = sql.table(ProductOptionGroup);
    const live = { isNull: ['deletedAt'] };
    const rows = await sql.selectIn(
        table,
        ['id', 'code'],
        'id',
        links.map(link => link[1]),
        live,
    );
    // A group of a code of its own that some product of the batch has already needs no second search.
    const linkedCodes = new Set(rows.map(row => row[1]));
    const unlinked = sharedCodes.filter(code => !linkedCodes.has(code));
    const found = await sql.selectIn(table, ['id', 'code'], 'code', unlinked, live);
    const shared = [...rows.filter(row => sharedCodes.includes(row[1] as string)), ...found];
    const groups = new Map<EntityId, LiveOptionGroup>();
    for (const row of [...rows, ...shared]) {
        const id = row[0] as EntityId;
        if (!groups.has(id)) groups.set(id, new LiveOptionGroup(id, row[1] as string));
    }
    await fillGroups(groups, sql);
    for (const [productId, groupId] of sorted(links)) {
        const group = groups.get(groupId);
        if (group) products.get(productId)?.groups.push(group);
    }
    const byCode = new Map<string, LiveOptionGroup>();
    for (const group of shared.map(row => groups.get(row[0] as EntityId)!).sort((a, b) => compareIds(a.id, b.id))) {
        if (!byCode.has(group.code)) byCode.set(group.code, group);
    }
    return byCode;
}

async function fillGroups(groups: Map<EntityId, LiveOptionGroup>, sql: SqlSession): Promise<void> {
    if (groups.size === 0) return;
    const ids = [...groups.keys()];
    const names = ['base', 'languageCode', 'name'];
    for (const row of await sql.selectIn(sql.table(ProductOptionGroupTranslation), names, 'base', ids)) {
        groups.get(row[0] as EntityId)?.names.set(row[1] as string, row[2] as string);
    }
    const [table, translations] = [sql.table(ProductOption), sql.table(ProductOptionTranslation)];
    const columns = ['id', 'groupId', 'code'].map(column => `o.${table.column(column)}`);
    const texts = ['languageCode', 'name'].map(column => `n.${translations.column(column)}`);
    const ofGroups = sql.inList(`o.${table.column('groupId')}`, ids);
    const rows = await sql.query(
        `SELECT ${[...columns, ...texts].join(', ')} FROM ${table.path} o ` +
            `LEFT JOIN ${translations.path} n ON n.${translations.column('base')} = o.${table.column('id')} ` +
            `WHERE ${ofGroups.sql} AND o.${table.column('deletedAt')} IS NULL`,
        ofGroups.parameters,
    );
    const options = new Map<EntityId, LiveOption & { names: Map<string, string> }>();
    for (const row of rows.sort((a, b) => compareIds(a[0] as EntityId, b[0] as EntityId))) {
        const id = row[0] as EntityId;
        let option = options.get(id);
        if (!option) {
            options.set(id, (option = { id, code: row[2] as string, names: new Map() }));
            groups.get(row[1] as EntityId)?.options.push(option);
        }
        if (row[3] !== null) option.names.set(row[3] as string, row[4] as string);
    }
}

interface Owner {
    translations: Map<string, LiveTranslation>;
    assetIds: EntityId[];
    relations: Map<string, EntityId[]>;
}

export function fillTranslations(
    owners: Map<EntityId, Owner>,
    texts: readonly string[],
    rows: readonly unknown[][],
): void {
    for (const row of rows) {
        owners.get(row[0] as EntityId)?.translations.set(row[1] as string, { values: valuesOf(texts, row, 2) });
    }
}

/** Adds the targets of a many-to-many relation to lists of the owners. */
export async function fillLinks<T>(
    entity: EntityTarget<ObjectLiteral>,
    relation: string,
    owners: Map<EntityId, T>,
    listOf: (owner: T) => EntityId[],
    sql: SqlSession,
): Promise<void> {
    for (const [ownerId, targetId] of await sql.linksOf(sql.joinTable(entity, relation), [...owners.keys()])) {
        const owner = owners.get(ownerId);
        if (owner) listOf(owner).push(targetId);
    }
}

async function fillAssets(
    entity: EntityTarget<ObjectLiteral>,
    ownerColumn: string,
    owners: Map<EntityId, Owner>,
    sql: SqlSession,
): Promise<void> {
    const columns = [ownerColumn, 'assetId', 'position'];
    const rows = await sql.selectIn(sql.table(entity), columns, ownerColumn, [...owners.keys()]);
    rows.sort((a, b) => (a[2] as number) - (b[2] as number));
    for (const row of rows) owners.get(row[0] as EntityId)?.assetIds.push(row[1] as EntityId);
}

export async function fillRelations(
    entity: EntityTarget<ObjectLiteral>,
    owners: Map<EntityId, Owner>,
    needs: Needs,
    rules: CustomFieldRules,
    sql: SqlSession,
): Promise<void> {
    for (const name of needs.customFields) {
        const rule = rules.rules.get(name);
        if (!rule?.relation || !rule.list) continue;
        await fillLinks(
            entity,
            `customFields.${name}`,
            owners,
            owner => {
                let list = owner.relations.get(name);
                if (!list) owner.relations.set(name, (list = []));
                return list;
            },
            sql,
        );
    }
}

export function customColumns(needs: Needs, rules: CustomFieldRules): string[] {
    return columnsOf(needs, rules, rule => !rule.localised && !(rule.relation && rule.list));
}

export function localisedColumns(needs: Needs, rules: CustomFieldRules): string[] {
    return columnsOf(needs, rules, rule => rule.localised);
}

function columnsOf(
    needs: Needs,
    rules: CustomFieldRules,
    wanted: (rule: { localised: boolean; relation: boolean; list: boolean }) => boolean,
): string[] {
    const columns: string[] = [];
    for (const name of needs.customFields) {
        const rule = rules.rules.get(name);
        if (rule && wanted(rule)) columns.push(`customFields.${name}`);
    }
    return columns;
}

export function valuesOf(columns: readonly string[], row: readonly unknown[], offset: number): Record<string, unknown> {
    if (columns.length === 0) return NO_VALUES;
    const values: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i++) values[columns[i]!] = row[offset + i];
    return values;
}

const NO_VALUES: Record<string, unknown> = Object.freeze({});

function sorted(links: readonly [EntityId, EntityId][]): [EntityId, EntityId][] {
    return [...links].sort((a, b) => compareIds(a[1], b[1]));
}
