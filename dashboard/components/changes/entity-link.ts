/** What is needed to know whether there is a page about an entity. */
export interface NamedEntity {
    entityType: string;
    entityId: string | null;
    action: 'CREATE' | 'UPDATE' | 'UNCHANGED' | 'DELETE';
    applied: boolean;
}

/** Where Vendure's dashboard has a page for one. A facet value's address needs the id of its facet as well. */
const pages: Record<string, string> = {
    Administrator: '/administrators',
    Asset: '/assets',
    Channel: '/channels',
    Collection: '/collections',
    Country: '/countries',
    Customer: '/customers',
    CustomerGroup: '/customer-groups',
    Facet: '/facets',
    Order: '/orders',
    PaymentMethod: '/payment-methods',
    Product: '/products',
    ProductOptionGroup: '/option-groups',
    ProductVariant: '/product-variants',
    Promotion: '/promotions',
    Role: '/roles',
    Seller: '/sellers',
    ShippingMethod: '/shipping-methods',
    StockLocation: '/stock-locations',
    TaxCategory: '/tax-categories',
    TaxRate: '/tax-rates',
    Zone: '/zones',
};

/** Undefined for what has no page, does not exist yet or exists no more. */
export function addressOfEntity({ entityType, entityId, action, applied }: NamedEntity): string | undefined {
    const page = pages[entityType];
    if (!page || entityId === null) return undefined;
    const exists = applied ? action !== 'DELETE' : action !== 'CREATE';
    return exists ? `${page}/${encodeURIComponent(entityId)}` : undefined;
}
