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
            trimCells: true,
            requiredColumns: ['name', 'sku', 'price'],
        })
        .transform('shape', [
            operators.nest({ prefix: 'product:', target: 'customFields' }),
            operators.nest({ prefix: 'variant:', target: 'variantCustomFields' }),
            // An empty cell says nothing, so what the shop has stays.
            operators.removeEmpty({}),
            operators.split({ path: 'assets' }),
            operators.split({ path: 'facets' }),
            operators.split({ path: 'optionGroups' }),
            operators.split({ path: 'optionValues' }),
            operators.split({ path: 'variantAssets' }),
            operators.split({ path: 'variantFacets' }),
            operators.toCents({ path: 'price' }),
            operators.toNumber({ path: 'stockOnHand', integer: true }),
            operators.toBoolean({ path: 'trackInventory' }),
            operators.group({
                key: 'name',
                continuation: 'EMPTY_KEY',
                parent: ['slug', 'description', 'assets', 'facets', 'optionGroups', 'customFields'],
            }),
            operators.rename({ from: 'facets', to: 'facetValues' }),
            operators.each({
                path: 'variants',
                operators: [
                    {
                        op: 'map',
                        args: {
                            fields: {
                                optionValues: 'options',
                                variantAssets: 'assets',
                                variantFacets: 'facetValues',
                                variantCustomFields: 'customFields',
                            },
                            keepUnmapped: true,
                        },
                    },
                ],
            }),
        ])
        .load('write', { adapterCode: 'product', strategy: 'UPSERT', matchBy: 'slug' })
        .build();
}
