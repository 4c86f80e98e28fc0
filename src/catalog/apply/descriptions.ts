import {
    Address,
    Asset,
    Customer,
    CustomerGroup,
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
    User,
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
    standsAlone: true,
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
        adjustments: { type: 'adjustments' },
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

const customerGroup: EntityDescription = {
    entityType: 'CustomerGroup',
    entity: CustomerGroup,
    kind: 'CustomerGroup',
    ofProduct: false,
    paths: { name: column('name') },
};

/** How the user logs in is written with it and stands in no change set, see write-accounts. */
const user: EntityDescription = {
    entityType: 'User',
    entity: User,
    kind: 'User',
    ofProduct: false,
    paths: {
        identifier: column('identifier'),
        verified: column('verified'),
        deletedAt: column('deletedAt'),
        roles: { type: 'links', relation: 'roles', kind: 'Role' },
    },
};

const customer: EntityDescription = {
    entityType: 'Customer',
    entity: Customer,
    kind: 'Customer',
    ofProduct: false,
    paths: {
        title: column('title'),
        firstName: column('firstName'),
        lastName: column('lastName'),
        phoneNumber: column('phoneNumber'),
        emailAddress: column('emailAddress'),
        deletedAt: column('deletedAt'),
        user: { type: 'reference', property: 'user', kind: 'User' },
        groups: { type: 'links', relation: 'groups', kind: 'CustomerGroup' },
        channels,
    },
};

const address: EntityDescription = {
    entityType: 'Address',
    entity: Address,
    kind: 'Address',
    ofProduct: false,
    standsAlone: true,
    paths: {
        customer: { type: 'reference', property: 'customer', kind: 'Customer' },
        country: { type: 'reference', property: 'country', kind: 'Country' },
        fullName: column('fullName'),
        company: column('company'),
        streetLine1: column('streetLine1'),
        streetLine2: column('streetLine2'),
        city: column('city'),
        province: column('province'),
        postalCode: column('postalCode'),
        phoneNumber: column('phoneNumber'),
        defaultShippingAddress: column('defaultShippingAddress'),
        defaultBillingAddress: column('defaultBillingAddress'),
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
    customerGroup,
    user,
    customer,
    address,
    collection,
];

const byEntityType = new Map(DESCRIPTIONS.map(description => [description.entityType, description]));

/** Undefined for a type that change sets cannot write. */
export function descriptionFor(entityType: string): EntityDescription | undefined {
    return byEntityType.get(entityType);
}

/** What records bring along and others may rely on: facets, options, assets. */
export function isSharedType(entityType: string): boolean {
    return byEntityType.get(entityType)?.inheritsChannels === true;
}
