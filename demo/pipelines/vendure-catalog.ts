import { createPipeline, operators } from '../../src/public-sdk';

/** Vendure's own import format: a row with an empty name is one more variant of the product above. */
export function vendureCatalog(path: string) {
    return createPipeline()
        .code('vendure-catalog')
        .name('Catalog in the format of Vendure’s importer')
        .extract('read', {
            adapterCode: 'file',
            path,
            format: 'CSV',
            requiredColumns: ['name', 'sku', 'price'],
            trimCells: true,
            // An empty cell says nothing, so what the shop has stays.
            emptyCells: 'OMIT',
        })
        .transform('shape', [
            operators.nest({ prefix: 'product:', target: 'productCustomFields' }),
            operators.nest({ prefix: 'variant:', target: 'customFields' }),
            // Columns of the product step aside for those of the variant, which have the same names in a record.
            operators.map({
                fields: {
                    name: 'name',
                    slug: 'slug',
                    description: 'description',
                    assets: 'productAssets',
                    facets: 'productFacets',
                    optionGroups: 'optionGroups',
                    productCustomFields: 'productCustomFields',
                    optionValues: 'options',
                    sku: 'sku',
                    price: 'price',
                    taxCategory: 'taxCategory',
                    stockOnHand: 'stockOnHand',
                    trackInventory: 'trackInventory',
                    variantAssets: 'assets',
                    variantFacets: 'facetValues',
                    customFields: 'customFields',
                },
            }),
            operators.split({ path: 'productAssets' }),
            operators.split({ path: 'productFacets' }),
            operators.split({ path: 'optionGroups' }),
            operators.split({ path: 'options' }),
            operators.split({ path: 'assets' }),
            operators.split({ path: 'facetValues' }),
            operators.toCents({ path: 'price' }),
            operators.toNumber({ path: 'stockOnHand', integer: true }),
            operators.toBoolean({ path: 'trackInventory' }),
            operators.group({
                key: 'name',
                continuation: 'EMPTY_KEY',
                parent: [
                    'slug',
                    'description',
                    'productAssets',
                    'productFacets',
                    'optionGroups',
                    'productCustomFields',
                ],
                child: [
                    'options',
                    'sku',
                    'price',
                    'taxCategory',
                    'stockOnHand',
                    'trackInventory',
                    'assets',
                    'facetValues',
                    'customFields',
                ],
            }),
            operators.rename({ from: 'productAssets', to: 'assets' }),
            operators.rename({ from: 'productFacets', to: 'facetValues' }),
            operators.rename({ from: 'productCustomFields', to: 'customFields' }),
        ])
        .load('write', { adapterCode: 'product', strategy: 'UPSERT', matchBy: 'slug' })
        .build();
}
