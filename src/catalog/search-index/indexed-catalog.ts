import {
    Asset,
    CollectionTranslation,
    FacetValue,
    Product,
    ProductTranslation,
    ProductVariant,
    ProductVariantPrice,
    ProductVariantTranslation,
} from '@vendure/core';
import type { GlobalFlag } from '@vendure/common/lib/generated-types';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';

export interface IndexedText {
    languageCode: string;
    name: string;
    slug: string;
    description: string;
}

export interface IndexedAsset {
    id: EntityId;
    preview: string;
    focalPoint: unknown;
}

export interface IndexedProduct {
    enabled: boolean;
    asset: IndexedAsset | undefined;
    texts: IndexedText[];
    facetValueIds: EntityId[];
}

export interface IndexedVariant {
    id: EntityId;
    productId: EntityId;
    sku: string;
    enabled: boolean;
    taxCategoryId: EntityId | null;
    trackInventory: GlobalFlag;
    outOfStockThreshold: number;
    useGlobalOutOfStockThreshold: boolean;
    asset: IndexedAsset | undefined;
    texts: IndexedText[];
    channelIds: EntityId[];
    facetValueIds: EntityId[];
    collectionIds: EntityId[];
    prices: { id: EntityId; channelId: EntityId; currencyCode: string; price: number }[];
}

/** What the index holds of some variants: those that are not deleted, of products that are not deleted. */
export interface IndexedCatalog {
    variants: IndexedVariant[];
    products: Map<EntityId, IndexedProduct>;
    facetOfValue: Map<EntityId, EntityId>;
    collectionTexts: Map<EntityId, IndexedText[]>;
}

const VARIANT_COLUMNS = [
    'id',
    'productId',
    'sku',
    'enabled',
    'taxCategoryId',
    'trackInventory',
    'outOfStockThreshold',
    'useGlobalOutOfStockThreshold',
    'featuredAssetId',
] as const;

/** A number of statements that does not depend on how many variants there are. Lists are in the order of their ids. */
export async function readIndexedCatalog(ids: readonly EntityId[], sql: SqlSession): Promise<IndexedCatalog> {
    const rows = await sql.selectIn(sql.table(ProductVariant), VARIANT_COLUMNS, 'id', ids, { isNull: ['deletedAt'] });
    const productRows = await sql.selectIn(
        sql.table(Product),
        ['id', 'enabled', 'featuredAssetId'],
        'id',
        rows.map(row => row[1]),
        { isNull: ['deletedAt'] },
    );
    const productIds = productRows.map(row => row[0] as EntityId);
    const isAlive = new Set(productIds);
    const variantRows = rows.filter(row => isAlive.has(row[1] as EntityId));
    const variantIds = variantRows.map(row => row[0] as EntityId);

    const assets = await readAssets([...variantRows.map(row => row[8]), ...productRows.map(row => row[2])], sql);
    const productTexts = await readTexts(ProductTranslation, ['name', 'slug', 'description'], productIds, sql);
    const variantTexts = await readTexts(ProductVariantTranslation, ['name'], variantIds, sql);
    const productFacets = await linked(Product, 'facetValues', productIds, sql);
    const variantFacets = await linked(ProductVariant, 'facetValues', variantIds, sql);
    const channels = await linked(ProductVariant, 'channels', variantIds, sql);
    const collections = await linked(ProductVariant, 'collections', variantIds, sql);
    const facetValueIds = [...productFacets.values(), ...variantFacets.values()].flat();
    const facetValues = await sql.selectIn(sql.table(FacetValue), ['id', 'facetId'], 'id', facetValueIds);
    const prices = new Map<EntityId, IndexedVariant['prices']>();
    const priceColumns = ['variant', 'id', 'channelId', 'currencyCode', 'price'];
    for (const row of await sql.selectIn(sql.table(ProductVariantPrice), priceColumns, 'variant', variantIds)) {
        const [variant, id, channelId, currencyCode, price] = row as [EntityId, EntityId, EntityId, string, unknown];
        push(prices, variant, { id, channelId, currencyCode, price: Number(price) });
    }
    return {
        variants: variantRows.map(row => {
            const id = row[0] as EntityId;
            return {
                id,
                productId: row[1] as EntityId,
                sku: row[2] as string,
                enabled: row[3] as boolean,
                taxCategoryId: row[4] as EntityId | null,
                trackInventory: row[5] as GlobalFlag,
                outOfStockThreshold: row[6] as number,
                useGlobalOutOfStockThreshold: row[7] as boolean,
                asset: assets.get(row[8] as EntityId),
                texts: variantTexts.get(id) ?? [],
                channelIds: channels.get(id) ?? [],
                facetValueIds: variantFacets.get(id) ?? [],
                collectionIds: collections.get(id) ?? [],
                prices: prices.get(id) ?? [],
            };
        }),
        products: new Map(
            productRows.map(([id, enabled, assetId]) => [
                id as EntityId,
                {
                    enabled: enabled as boolean,
                    asset: assets.get(assetId as EntityId),
                    texts: productTexts.get(id as EntityId) ?? [],
                    facetValueIds: productFacets.get(id as EntityId) ?? [],
                },
            ]),
        ),
        facetOfValue: new Map(facetValues.map(([id, facetId]) => [id as EntityId, facetId as EntityId])),
        collectionTexts: await readCollectionTexts([...collections.values()].flat(), sql),
    };
}

export function readCollectionTexts(ids: readonly EntityId[], sql: SqlSession): Promise<Map<EntityId, IndexedText[]>> {
    return readTexts(CollectionTranslation, ['slug'], ids, sql);
}

/** What a many-to-many relation of each owner leads to. */
export async function linked(
    entity: EntityTarget<ObjectLiteral>,
    relation: string,
    owners: readonly EntityId[],
    sql: SqlSession,
): Promise<Map<EntityId, EntityId[]>> {
    const found = new Map<EntityId, EntityId[]>();
    for (const [owner, target] of await sql.linksOf(sql.joinTable(entity, relation), owners))
        push(found, owner, target);
    for (const targets of found.values()) targets.sort(compareIds);
    return found;
}

async function readTexts(
    entity: EntityTarget<ObjectLiteral>,
    columns: readonly (keyof IndexedText)[],
    ids: readonly EntityId[],
    sql: SqlSession,
): Promise<Map<EntityId, IndexedText[]>> {
    const selected = ['base', 'id', 'languageCode', ...columns];
    const rows = await sql.selectIn(sql.table(entity), selected, 'base', ids);
    rows.sort((a, b) => compareIds(a[1] as EntityId, b[1] as EntityId));
    const texts = new Map<EntityId, IndexedText[]>();
    for (const [base, , languageCode, ...values] of rows) {
        const text: IndexedText = { languageCode: languageCode as string, name: '', slug: '', description: '' };
        columns.forEach((column, index) => (text[column] = (values[index] as string | null) ?? ''));
        push(texts, base as EntityId, text);
    }
    return texts;
}

async function readAssets(ids: readonly unknown[], sql: SqlSession): Promise<Map<EntityId, IndexedAsset>> {
    const rows = await sql.selectIn(sql.table(Asset), ['id', 'preview', 'focalPoint'], 'id', ids);
    return new Map(
        rows.map(([id, preview, focalPoint]) => [
            id as EntityId,
            { id: id as EntityId, preview: preview as string, focalPoint },
        ]),
    );
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
    const list = lists.get(key);
    if (list) list.push(value);
    else lists.set(key, [value]);
}
