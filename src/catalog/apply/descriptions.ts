import {
    Asset,
    AssetTranslation,
    Collection,
    CollectionTranslation,
    Facet,
    FacetTranslation,
    FacetValue,
    FacetValueTranslation,
    Product,
    ProductOption,
    ProductOptionGroup,
    ProductOptionGroupTranslation,
    ProductOptionTranslation,
    ProductTranslation,
    ProductVariant,
    ProductVariantTranslation,
    Tag,
} from '@vendure/core';
import { EntityDescription, PathRule } from './entity-description';

const column = (property: string): PathRule => ({ type: 'column', property });
const channels: PathRule = { type: 'links', relation: 'channels', kind: 'Channel' };
const facetValues: PathRule = { type: 'links', relation: 'facetValues', kind: 'FacetValue' };
const assets: PathRule = { type: 'assets', relation: 'assets' };
const featuredAsset: PathRule = { type: 'reference', property: 'featuredAssetId', kind: 'Asset' };

const product: EntityDescription = {
    entityType: 'Product',
    entity: Product,
    kind: 'Product',
    ofProduct: false,
    translations: { entity: ProductTranslation, defaults: { description: '' } },
    paths: {
        enabled: column('enabled'),
        deletedAt: column('deletedAt'),
        channels,
        facetValues,
        featuredAsset,
        assets,
        optionGroups: { type: 'links', relation: 'optionGroups', kind: 'ProductOptionGroup', ofProduct: true },
    },
};

const optionGroup: EntityDescription = {
    entityType: 'ProductOptionGroup',
    entity: ProductOptionGroup,
    kind: 'ProductOptionGroup',
    ofProduct: true,
    translations: { entity: ProductOptionGroupTranslation, defaults: {} },
    inheritsChannels: true,
    paths: { code: column('code'), deletedAt: column('deletedAt'), channels },
};

const option: EntityDescription = {
    entityType: 'ProductOption',
    entity: ProductOption,
    kind: 'ProductOption',
    ofProduct: true,
    parent: { property: 'groupId', kind: 'ProductOptionGroup' },
    translations: { entity: ProductOptionTranslation, defaults: {} },
    inheritsChannels: true,
    paths: { code: column('code'), deletedAt: column('deletedAt'), channels },
};

const variant: EntityDescription = {
    entityType: 'ProductVariant',
    entity: ProductVariant,
    kind: 'ProductVariant',
    ofProduct: true,
    translations: { entity: ProductVariantTranslation, defaults: {} },
    paths: {
        product: { type: 'reference', property: 'productId', kind: 'Product' },
        sku: column('sku'),
        enabled: column('enabled'),
        deletedAt: column('deletedAt'),
        trackInventory: column('trackInventory'),
        outOfStockThreshold: column('outOfStockThreshold'),
        useGlobalOutOfStockThreshold: column('useGlobalOutOfStockThreshold'),
        taxCategory: { type: 'reference', property: 'taxCategoryId', kind: 'TaxCategory' },
        channels,
        facetValues,
        featuredAsset,
        assets,
        options: { type: 'links', relation: 'options', kind: 'ProductOption', ofProduct: true },
        prices: { type: 'prices' },
        stock: { type: 'stock' },
    },
};

const facet: EntityDescription = {
    entityType: 'Facet',
    entity: Facet,
    kind: 'Facet',
    ofProduct: false,
    translations: { entity: FacetTranslation, defaults: {} },
    inheritsChannels: true,
    shared: true,
    paths: { code: column('code'), isPrivate: column('isPrivate'), channels },
};

const facetValue: EntityDescription = {
    entityType: 'FacetValue',
    entity: FacetValue,
    kind: 'FacetValue',
    ofProduct: false,
    parent: { property: 'facetId', kind: 'Facet' },
    translations: { entity: FacetValueTranslation, defaults: {} },
    inheritsChannels: true,
    shared: true,
    paths: { code: column('code'), channels },
};

const tag: EntityDescription = {
    entityType: 'Tag',
    entity: Tag,
    kind: 'Tag',
    ofProduct: false,
    paths: { value: column('value') },
};

/** Created through Vendure's AssetService, see assets/; what a record says besides is written here. */
const asset: EntityDescription = {
    entityType: 'Asset',
    entity: Asset,
    kind: 'Asset',
    ofProduct: false,
    inheritsChannels: true,
    translations: { entity: AssetTranslation, defaults: {} },
    paths: {
        source: { type: 'origin' },
        focalPoint: column('focalPoint'),
        tags: { type: 'links', relation: 'tags', kind: 'Tag' },
        channels,
    },
};

const collection: EntityDescription = {
    entityType: 'Collection',
    entity: Collection,
    kind: 'Collection',
    ofProduct: false,
    translations: { entity: CollectionTranslation, defaults: { description: '' } },
    initial: { filters: [], isRoot: false },
    paths: {
        isPrivate: column('isPrivate'),
        position: column('position'),
        inheritFilters: column('inheritFilters'),
        parent: { type: 'parent', property: 'parentId', kind: 'Collection' },
        filters: { type: 'filters', property: 'filters' },
        channels,
        featuredAsset,
        assets,
    },
};

/** In the order in which rows must be created so that foreign keys hold. */
export const DESCRIPTIONS: readonly EntityDescription[] = [
    facet,
    facetValue,
    tag,
    asset,
    product,
    optionGroup,
    option,
    variant,
    collection,
];

const byEntityType = new Map(DESCRIPTIONS.map(description => [description.entityType, description]));

/** Undefined for a type that change sets cannot write. */
export function descriptionFor(entityType: string): EntityDescription | undefined {
    return byEntityType.get(entityType);
}
