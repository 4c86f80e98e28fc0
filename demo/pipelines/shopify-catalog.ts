import { createPipeline, operators } from '../../src/public-sdk';

/**
 * Shopify's product export: rows with the same handle are one product, further rows may hold only an image.
 * Images are left out here, because the demo must run without a network.
 */
export function shopifyCatalog(path: string) {
    return createPipeline()
        .code('shopify-catalog')
        .name('Catalog exported from Shopify')
        .extract('read', {
            adapterCode: 'file',
            path,
            format: 'CSV',
            requiredColumns: ['Handle', 'Title', 'Variant Price'],
        })
        .transform('shape', [
            operators.trim({}),
            operators.toCents({ path: 'Variant Price', target: 'price' }),
            operators.toNumber({ path: 'Variant Inventory Qty', target: 'stockOnHand', integer: true }),
            operators.toBoolean({ path: 'Published' }),
            // "Title: Default Title" is Shopify's way to say that a product has no options.
            operators.when({
                if: { field: 'Option1 Value', eq: 'Default Title' },
                then: [{ op: 'remove', args: { paths: ['Option1 Name', 'Option1 Value'] } }],
            }),
            operators.collect({ paths: ['Option1 Name', 'Option2 Name', 'Option3 Name'], target: 'optionGroups' }),
            operators.collect({ paths: ['Option1 Value', 'Option2 Value', 'Option3 Value'], target: 'options' }),
            operators.rename({ from: 'Variant SKU', to: 'sku' }),
            operators.split({ path: 'Tags', separator: ',' }),
            operators.prefix({ paths: ['Tags'], text: 'tag:' }),
            operators.prefix({ paths: ['Vendor'], text: 'vendor:' }),
            operators.prefix({ paths: ['Type'], text: 'type:' }),
            operators.collect({ paths: ['Vendor', 'Type', 'Tags'], target: 'facetValues' }),
            operators.group({
                key: 'Handle',
                parent: ['Title', 'Body (HTML)', 'Published', 'optionGroups', 'facetValues'],
                child: ['sku', 'options', 'price', 'stockOnHand'],
                skipChildWhenEmpty: ['price'],
            }),
            operators.map({
                fields: {
                    Handle: 'slug',
                    Title: 'name',
                    'Body (HTML)': 'description',
                    Published: 'enabled',
                    optionGroups: 'optionGroups',
                    facetValues: 'facetValues',
                    variants: 'variants',
                },
            }),
        ])
        .load('write', { adapterCode: 'product', strategy: 'UPSERT', matchBy: 'slug' })
        .build();
}
