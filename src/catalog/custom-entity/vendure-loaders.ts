/** Which loader writes an entity of Vendure; what hangs on another entity is written with that. */
const LOADERS: Readonly<Record<string, readonly string[]>> = {
    product: ['Product', 'ProductOption', 'ProductOptionGroup', 'ProductAsset'],
    productVariant: ['ProductVariant', 'ProductVariantAsset'],
    variantPrice: ['ProductVariantPrice'],
    stockLevel: ['StockLevel'],
    stockAdjustment: ['StockMovement', 'StockAdjustment'],
    asset: ['Asset'],
    collection: ['Collection', 'CollectionAsset'],
    customer: ['Customer', 'Address', 'User'],
    customerGroup: ['CustomerGroup'],
    order: ['Order', 'OrderLine', 'Payment', 'Fulfillment', 'ShippingLine', 'Surcharge', 'Refund'],
    facet: ['Facet'],
    facetValue: ['FacetValue'],
    administrator: ['Administrator'],
    channel: ['Channel'],
    country: ['Country', 'Region'],
    paymentMethod: ['PaymentMethod'],
    promotion: ['Promotion'],
    role: ['Role'],
    seller: ['Seller'],
    shippingMethod: ['ShippingMethod'],
    stockLocation: ['StockLocation'],
    tag: ['Tag'],
    taxCategory: ['TaxCategory'],
    taxRate: ['TaxRate'],
    zone: ['Zone'],
};

const byEntity = new Map(
    Object.entries(LOADERS).flatMap(([loader, entities]) => entities.map(entity => [entity, loader] as const)),
);

/** Code of the loader; undefined where no loader writes such entities. */
export function loaderOf(entityType: string): string | undefined {
    return byEntity.get(entityType) ?? byEntity.get(entityType.replace(/Translation$/, ''));
}
