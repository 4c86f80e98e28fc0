import { withoutApostrophe } from './apostrophes';
import { exportColumns, type ShopifyColumns, templateColumns } from './shopify-columns';
import { backorders } from './stock-rules';

export const shopify = {
    code: 'shopify-catalog',
    name: 'Catalog exported from Shopify',
    definition: definitionFor(exportColumns),
};

export const shopifyTemplate = {
    code: 'shopify-template-catalog',
    name: 'Catalog in Shopify’s product template',
    definition: definitionFor(templateColumns),
};

function definitionFor(column: ShopifyColumns) {
    return {
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
                    requiredColumns: [column.handle, column.title, column.price],
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
                        // A spreadsheet keeps leading zeros by an apostrophe.
                        withoutApostrophe([column.sku, column.barcode], '0-9=+@-'),
                        { op: 'lowercase', args: { paths: ['Status', column.inventoryPolicy] } },
                        { op: 'toBoolean', args: { path: column.published, target: 'enabled' } },
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
                                        { field: column.optionValues[0], eq: 'Default Title' },
                                        { field: column.optionNames[0], in: ['Title', ''] },
                                    ],
                                },
                                then: [
                                    { op: 'remove', args: { paths: [column.optionNames[0], column.optionValues[0]] } },
                                ],
                            },
                        },
                        {
                            op: 'collect',
                            args: { paths: [...column.optionNames], target: 'optionGroups' },
                        },
                        {
                            op: 'collect',
                            args: { paths: [...column.optionValues], target: 'options' },
                        },
                        { op: 'toCents', args: { path: column.price, target: 'price' } },
                        {
                            op: 'toCents',
                            args: { path: column.compareAtPrice, target: 'customFields.compareAtPrice' },
                        },
                        // Not reduced, or not any more; rows of an image alone say nothing.
                        {
                            op: 'when',
                            args: {
                                if: {
                                    all: [
                                        { field: column.price, isEmpty: false },
                                        { field: column.compareAtPrice, exists: true },
                                        { field: column.compareAtPrice, isEmpty: true },
                                    ],
                                },
                                then: [{ op: 'set', args: { path: 'customFields.compareAtPrice', value: null } }],
                            },
                        },
                        { op: 'toCents', args: { path: 'Cost per item', target: 'customFields.costPrice' } },
                        { op: 'toNumber', args: { path: column.grams, target: 'customFields.weightGrams' } },
                        { op: 'copy', args: { from: column.barcode, to: 'customFields.barcode' } },
                        { op: 'removeEmpty', args: { paths: ['customFields.barcode'] } },
                        {
                            op: 'toNumber',
                            args: { path: column.inventoryQuantity, target: 'stockOnHand', integer: true },
                        },
                        {
                            op: 'when',
                            args: {
                                if: { field: column.price, isEmpty: false },
                                then: [
                                    {
                                        op: 'ifThenElse',
                                        args: {
                                            if: { field: column.inventoryTracker, isEmpty: false },
                                            target: 'trackInventory',
                                            then: true,
                                            else: false,
                                        },
                                    },
                                ],
                            },
                        },
                        ...backorders({
                            allowed: { field: column.inventoryPolicy, eq: 'continue' },
                            refused: { field: column.inventoryPolicy, eq: 'deny' },
                            where: [{ field: column.price, isEmpty: false }],
                        }),
                        { op: 'split', args: { path: column.variantImage, separator: '\n', target: 'variantAssets' } },
                        { op: 'rename', args: { from: column.sku, to: 'sku' } },
                        // Names of categories have commas.
                        { op: 'treePaths', args: { path: column.category, separator: '\n', target: 'categoryPaths' } },
                        { op: 'split', args: { path: 'Tags', separator: ',' } },
                        { op: 'prefix', args: { paths: ['categoryPaths'], text: 'category:' } },
                        { op: 'prefix', args: { paths: ['Tags'], text: 'tag:' } },
                        { op: 'prefix', args: { paths: ['Vendor'], text: 'vendor:' } },
                        { op: 'prefix', args: { paths: ['Type'], text: 'type:' } },
                        {
                            op: 'collect',
                            args: {
                                paths: ['categoryPaths', 'Vendor', 'Type', 'Tags'],
                                target: 'facetValues',
                                unique: true,
                            },
                        },
                        { op: 'rename', args: { from: column.seoTitle, to: 'productCustomFields.seoTitle' } },
                        {
                            op: 'rename',
                            args: { from: column.seoDescription, to: 'productCustomFields.seoDescription' },
                        },
                        { op: 'toBoolean', args: { path: column.giftCard, target: 'productCustomFields.giftCard' } },
                        {
                            op: 'removeEmpty',
                            args: { paths: ['productCustomFields.seoTitle', 'productCustomFields.seoDescription'] },
                        },
                        {
                            op: 'group',
                            args: {
                                key: column.handle,
                                parent: [
                                    column.title,
                                    column.description,
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
                                collect: { assets: column.image },
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
                                    [column.handle]: 'slug',
                                    [column.title]: 'name',
                                    [column.description]: 'description',
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
    };
}
