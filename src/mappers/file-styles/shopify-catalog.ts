import { sellsWithoutStock } from './stock-rules';

export const shopify = {
    code: 'shopify-catalog',
    name: 'Catalog exported from Shopify',
    definition: {
        $schema: '../../../docs/schema/pipeline.schema.json',
        version: 1,
        steps: [
            {
                key: 'read',
                type: 'EXTRACT',
                config: {
                    adapterCode: 'file',
                    path: 'shopify.csv',
                    format: 'CSV',
                    requiredColumns: ['Handle', 'Title', 'Variant Price'],
                },
            },
            {
                key: 'shape',
                name: 'Rows to products',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        { op: 'trim' },
                        { op: 'omit', args: { prefixes: ['Google Shopping /'] } },
                        { op: 'lowercase', args: { paths: ['Status'] } },
                        { op: 'toBoolean', args: { path: 'Published', target: 'enabled' } },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    all: [
                                        { field: 'Status', isEmpty: false },
                                        { field: 'Status', ne: 'active' },
                                    ],
                                },
                                then: [{ op: 'set', args: { path: 'enabled', value: false } }],
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    all: [
                                        { field: 'Option1 Value', eq: 'Default Title' },
                                        { field: 'Option1 Name', in: ['Title', ''] },
                                    ],
                                },
                                then: [{ op: 'remove', args: { paths: ['Option1 Name', 'Option1 Value'] } }],
                            },
                        },
                        {
                            op: 'collect',
                            args: { paths: ['Option1 Name', 'Option2 Name', 'Option3 Name'], target: 'optionGroups' },
                        },
                        {
                            op: 'collect',
                            args: { paths: ['Option1 Value', 'Option2 Value', 'Option3 Value'], target: 'options' },
                        },
                        { op: 'toCents', args: { path: 'Variant Price', target: 'price' } },
                        {
                            op: 'toCents',
                            args: { path: 'Variant Compare At Price', target: 'customFields.compareAtPrice' },
                        },
                        { op: 'toCents', args: { path: 'Cost per item', target: 'customFields.costPrice' } },
                        { op: 'toNumber', args: { path: 'Variant Grams', target: 'customFields.weightGrams' } },
                        { op: 'copy', args: { from: 'Variant Barcode', to: 'customFields.barcode' } },
                        { op: 'removeEmpty', args: { paths: ['customFields.barcode'] } },
                        {
                            op: 'toNumber',
                            args: { path: 'Variant Inventory Qty', target: 'stockOnHand', integer: true },
                        },
                        {
                            op: 'when',
                            args: {
                                if: { field: 'Variant Price', isEmpty: false },
                                then: [
                                    {
                                        op: 'ifThenElse',
                                        args: {
                                            if: { field: 'Variant Inventory Tracker', isEmpty: false },
                                            target: 'trackInventory',
                                            then: true,
                                            else: false,
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    all: [
                                        { field: 'Variant Price', isEmpty: false },
                                        { field: 'Variant Inventory Policy', eq: 'continue' },
                                    ],
                                },
                                then: sellsWithoutStock,
                            },
                        },
                        { op: 'split', args: { path: 'Variant Image', separator: '\n', target: 'variantAssets' } },
                        { op: 'rename', args: { from: 'Variant SKU', to: 'sku' } },
                        { op: 'split', args: { path: 'Tags', separator: ',' } },
                        { op: 'prefix', args: { paths: ['Tags'], text: 'tag:' } },
                        { op: 'prefix', args: { paths: ['Vendor'], text: 'vendor:' } },
                        { op: 'prefix', args: { paths: ['Type'], text: 'type:' } },
                        {
                            op: 'collect',
                            args: { paths: ['Vendor', 'Type', 'Tags'], target: 'facetValues', unique: true },
                        },
                        { op: 'rename', args: { from: 'SEO Title', to: 'productCustomFields.seoTitle' } },
                        { op: 'rename', args: { from: 'SEO Description', to: 'productCustomFields.seoDescription' } },
                        { op: 'toBoolean', args: { path: 'Gift Card', target: 'productCustomFields.giftCard' } },
                        {
                            op: 'removeEmpty',
                            args: { paths: ['productCustomFields.seoTitle', 'productCustomFields.seoDescription'] },
                        },
                        {
                            op: 'group',
                            args: {
                                key: 'Handle',
                                parent: [
                                    'Title',
                                    'Body (HTML)',
                                    'enabled',
                                    'optionGroups',
                                    'facetValues',
                                    'productCustomFields',
                                ],
                                child: [
                                    'sku',
                                    'options',
                                    'price',
                                    'stockOnHand',
                                    'trackInventory',
                                    'useGlobalOutOfStockThreshold',
                                    'outOfStockThreshold',
                                    'variantAssets',
                                    'customFields',
                                ],
                                skipChildWhenEmpty: ['price', 'options'],
                                childKey: ['sku'],
                                collect: { assets: 'Image Src' },
                            },
                        },
                        {
                            op: 'each',
                            args: {
                                path: 'variants',
                                operators: [{ op: 'rename', args: { from: 'variantAssets', to: 'assets' } }],
                            },
                        },
                        {
                            op: 'map',
                            args: {
                                fields: {
                                    Handle: 'slug',
                                    Title: 'name',
                                    'Body (HTML)': 'description',
                                    enabled: 'enabled',
                                    optionGroups: 'optionGroups',
                                    facetValues: 'facetValues',
                                    assets: 'assets',
                                    productCustomFields: 'customFields',
                                    variants: 'variants',
                                },
                            },
                        },
                    ],
                },
            },
            { key: 'write', type: 'LOAD', config: { adapterCode: 'product', matchBy: 'slug' } },
        ],
    },
};
