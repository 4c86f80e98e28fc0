import { categoriesToCollections } from './categories-to-collections';
import { woocommerceRows } from './woocommerce-rows';

/** What a product says for variations that refer to it. */
const ofParent = ['parentStock', 'parentTaxCategory', 'parentUsesGlobal', 'parentThreshold'];

export const woocommerce = {
    code: 'woocommerce-catalog',
    name: 'Catalog exported from WooCommerce',
    definition: {
        $schema: '../../../docs/schema/pipeline.schema.json',
        version: 1,
        steps: [
            {
                key: 'read',
                type: 'EXTRACT',
                config: {
                    adapterCode: 'file',
                    path: 'woocommerce.csv',
                    format: 'CSV',
                    requiredColumns: ['Type', 'Name'],
                },
            },
            woocommerceRows,
            {
                key: 'products',
                name: 'Rows to products',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        { op: 'split', args: { path: 'Grouped products', separator: ',', escape: '\\' } },
                        { op: 'split', args: { path: 'Upsells', separator: ',', escape: '\\' } },
                        { op: 'split', args: { path: 'Cross-sells', separator: ',', escape: '\\' } },
                        { op: 'toBoolean', args: { path: 'Is featured?' } },
                        {
                            op: 'sort',
                            args: { by: [{ field: 'familyKey' }, { field: 'rank' }, { field: 'Position' }] },
                        },
                        {
                            op: 'map',
                            args: {
                                keepUnmapped: true,
                                fields: {
                                    SKU: 'sku',
                                    family: 'productCustomFields.externalId',
                                    'Short description': 'productCustomFields.shortDescription',
                                    'Is featured?': 'productCustomFields.featured',
                                    'Visibility in catalog': 'productCustomFields.visibility',
                                    'External URL': 'productCustomFields.externalUrl',
                                    'Button text': 'productCustomFields.buttonText',
                                    'Grouped products': 'productCustomFields.groupedSkus',
                                    Upsells: 'productCustomFields.upsellSkus',
                                    'Cross-sells': 'productCustomFields.crossSellSkus',
                                },
                            },
                        },
                        {
                            op: 'removeEmpty',
                            args: {
                                paths: [
                                    'productCustomFields.shortDescription',
                                    'productCustomFields.visibility',
                                    'productCustomFields.externalUrl',
                                    'productCustomFields.buttonText',
                                ],
                            },
                        },
                        {
                            op: 'group',
                            args: {
                                key: 'familyKey',
                                parent: [
                                    'Name',
                                    'Description',
                                    'Published',
                                    'facetValues',
                                    'assets',
                                    'productCustomFields',
                                    ...ofParent,
                                ],
                                child: [
                                    'sku',
                                    'options',
                                    'price',
                                    'stockOnHand',
                                    'stockOfParent',
                                    'taxOfParent',
                                    'trackInventory',
                                    'useGlobalOutOfStockThreshold',
                                    'outOfStockThreshold',
                                    'taxCategory',
                                    'variantEnabled',
                                    'variantAssets',
                                    'customFields',
                                ],
                                skipChildWhenEmpty: ['makes'],
                                childKey: ['sku'],
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: { field: 'Name', isEmpty: true },
                                then: [
                                    {
                                        op: 'reject',
                                        args: {
                                            message:
                                                'There are variations of {{productCustomFields.externalId}}, but no row for the product itself.',
                                            hint: 'Add the row of the parent, or correct the column Parent of its variations.',
                                            code: 'parent-missing',
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'each',
                            args: {
                                path: 'variants',
                                inherit: Object.fromEntries(ofParent.map(name => [name, name])),
                                operators: [
                                    {
                                        op: 'when',
                                        args: {
                                            if: { field: 'stockOfParent', eq: true },
                                            then: [
                                                { op: 'rename', args: { from: 'parentStock', to: 'stockOnHand' } },
                                                { op: 'set', args: { path: 'trackInventory', value: true } },
                                                {
                                                    op: 'rename',
                                                    args: {
                                                        from: 'parentUsesGlobal',
                                                        to: 'useGlobalOutOfStockThreshold',
                                                    },
                                                },
                                                {
                                                    op: 'rename',
                                                    args: { from: 'parentThreshold', to: 'outOfStockThreshold' },
                                                },
                                            ],
                                        },
                                    },
                                    {
                                        op: 'when',
                                        args: {
                                            if: { field: 'taxOfParent', eq: true },
                                            then: [
                                                {
                                                    op: 'rename',
                                                    args: { from: 'parentTaxCategory', to: 'taxCategory' },
                                                },
                                            ],
                                        },
                                    },
                                    {
                                        op: 'remove',
                                        args: { paths: [...ofParent, 'stockOfParent', 'taxOfParent'] },
                                    },
                                    { op: 'rename', args: { from: 'variantEnabled', to: 'enabled' } },
                                    { op: 'rename', args: { from: 'variantAssets', to: 'assets' } },
                                ],
                            },
                        },
                        {
                            op: 'map',
                            args: {
                                fields: {
                                    Name: 'name',
                                    Description: 'description',
                                    Published: 'enabled',
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
            {
                key: 'write',
                type: 'LOAD',
                config: { adapterCode: 'product', matchBy: 'customField', matchField: 'externalId' },
            },
            ...categoriesToCollections,
        ],
        edges: [
            { from: 'read', to: 'rows' },
            { from: 'rows', to: 'products' },
            { from: 'products', to: 'write' },
            { from: 'rows', to: 'categories' },
            { from: 'categories', to: 'writeCollections' },
            { from: 'write', to: 'writeCollections', dependencyOnly: true },
        ],
    },
};
