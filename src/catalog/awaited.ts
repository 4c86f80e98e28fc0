import {
    Channel,
    Collection,
    CollectionTranslation,
    Country,
    Customer,
    CustomerGroup,
    Facet,
    FacetValue,
    Product,
    ProductTranslation,
    ProductVariant,
    Role,
    Seller,
    ShippingMethod,
    TaxCategory,
    type Type,
    type VendureEntity,
    Zone,
} from '@vendure/core';

export interface AwaitedEntity {
    entity: Type<VendureEntity>;
    /** Column of the natural key. */
    key: string;
    /** Where the key is a translated field. */
    translation?: Type<VendureEntity>;
    /** Where the key begins with that of another entity and a colon: the relation to it, and the column of its key. */
    within?: { relation: string; entity: Type<VendureEntity>; key: string };
}

/** Everything that a record may refer to before it is there: what can be waited for can be found here. */
export const AWAITED = {
    Channel: { entity: Channel, key: 'code' },
    Collection: { entity: Collection, key: 'slug', translation: CollectionTranslation },
    Country: { entity: Country, key: 'code' },
    Customer: { entity: Customer, key: 'emailAddress' },
    CustomerGroup: { entity: CustomerGroup, key: 'name' },
    Facet: { entity: Facet, key: 'code' },
    FacetValue: { entity: FacetValue, key: 'code', within: { relation: 'facetId', entity: Facet, key: 'code' } },
    Product: { entity: Product, key: 'slug', translation: ProductTranslation },
    ProductVariant: { entity: ProductVariant, key: 'sku' },
    Role: { entity: Role, key: 'code' },
    Seller: { entity: Seller, key: 'name' },
    ShippingMethod: { entity: ShippingMethod, key: 'code' },
    TaxCategory: { entity: TaxCategory, key: 'name' },
    Zone: { entity: Zone, key: 'name' },
} satisfies Record<string, AwaitedEntity>;

export type AwaitedKind = keyof typeof AWAITED;

/** What a record waits for, as its error tells it. */
export function awaited(kind: AwaitedKind, key: string): string {
    return `${kind}:${key}`;
}

/** The same for entities of which only the loader's settings know by which column they are called. */
export function awaitedBy(entityType: string, column: string, key: string): string {
    return `${entityType}.${column}:${key}`;
}

/** A natural key may hold colons itself. */
export function awaitedParts(waitsFor: string): { entityType: string; column?: string; key: string } {
    const colon = waitsFor.indexOf(':');
    const [entityType = '', column] = waitsFor.slice(0, colon).split('.');
    return { entityType, ...(column === undefined ? {} : { column }), key: waitsFor.slice(colon + 1) };
}
