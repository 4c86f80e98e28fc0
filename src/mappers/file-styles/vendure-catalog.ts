export const vendure = {
    code: 'vendure-catalog',
    name: 'Catalog in the format of Vendure’s importer',
    definition: {
        $schema: '../../../docs/schema/pipeline.schema.json',
        version: 1,
        steps: [
            {
                key: 'read',
                type: 'EXTRACT',
                config: {
                    adapterCode: 'file',
                    path: 'products.csv',
                    format: 'CSV',
                    requiredColumns: ['name', 'sku', 'price'],
                    trimCells: true,
                    emptyCells: 'OMIT',
                },
            },
            {
                key: 'shape',
                name: 'Rows to products',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        {
                            op: 'removeEmpty',
                        },
                        {
                            op: 'nest',
                            args: {
                                prefix: 'product:',
                                target: 'productCustomFields',
                            },
                        },
                        {
                            op: 'nest',
                            args: {
                                prefix: 'variant:',
                                target: 'customFields',
                            },
                        },
                        {
                            op: 'map',
                            args: {
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
                            },
                        },
                        {
                            op: 'split',
                            args: {
                                path: 'productAssets',
                            },
                        },
                        {
                            op: 'split',
                            args: {
                                path: 'productFacets',
                            },
                        },
                        {
                            op: 'split',
                            args: {
                                path: 'optionGroups',
                            },
                        },
                        {
                            op: 'split',
                            args: {
                                path: 'options',
                            },
                        },
                        {
                            op: 'split',
                            args: {
                                path: 'assets',
                            },
                        },
                        {
                            op: 'split',
                            args: {
                                path: 'facetValues',
                            },
                        },
                        {
                            op: 'toCents',
                            args: {
                                path: 'price',
                            },
                        },
                        {
                            op: 'toNumber',
                            args: {
                                path: 'stockOnHand',
                                integer: true,
                            },
                        },
                        {
                            op: 'toBoolean',
                            args: {
                                path: 'trackInventory',
                            },
                        },
                        {
                            op: 'group',
                            args: {
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
                            },
                        },
                        {
                            op: 'rename',
                            args: {
                                from: 'productAssets',
                                to: 'assets',
                            },
                        },
                        {
                            op: 'rename',
                            args: {
                                from: 'productFacets',
                                to: 'facetValues',
                            },
                        },
                        {
                            op: 'rename',
                            args: {
                                from: 'productCustomFields',
                                to: 'customFields',
                            },
                        },
                    ],
                },
            },
            {
                key: 'write',
                type: 'LOAD',
                config: {
                    adapterCode: 'product',
                    matchBy: 'slug',
                },
            },
        ],
    },
};
