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
            {
                key: 'rows',
                name: 'Cells of a row',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        {
                            op: 'trim',
                        },
                        {
                            op: 'lowercase',
                            args: {
                                paths: ['Type'],
                            },
                        },
                        {
                            op: 'template',
                            args: {
                                template: 'id:{{ID}}',
                                target: 'ownId',
                                onMissing: 'SKIP',
                            },
                        },
                        {
                            op: 'gather',
                            args: {
                                columns: {
                                    facet: 'Attribute {n} name',
                                    value: 'Attribute {n} value(s)',
                                },
                                target: 'attributes',
                                required: ['facet'],
                                removeSources: true,
                            },
                        },
                        {
                            op: 'each',
                            args: {
                                path: 'attributes',
                                inherit: {
                                    Type: 'Type',
                                },
                                operators: [
                                    {
                                        op: 'split',
                                        args: {
                                            path: 'value',
                                            separator: ',',
                                            escape: '\\',
                                        },
                                    },
                                    {
                                        op: 'when',
                                        args: {
                                            if: {
                                                field: 'Type',
                                                contains: 'variation',
                                            },
                                            then: [
                                                {
                                                    op: 'default',
                                                    args: {
                                                        path: 'value',
                                                        value: ['Any'],
                                                    },
                                                },
                                            ],
                                        },
                                    },
                                    {
                                        op: 'remove',
                                        args: {
                                            paths: ['Type'],
                                        },
                                    },
                                    {
                                        op: 'expand',
                                        args: {
                                            path: 'value',
                                            as: 'value',
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'toBoolean',
                            args: {
                                path: 'Published',
                                trueValues: ['1'],
                                falseValues: ['0', '-1'],
                            },
                        },
                        {
                            op: 'toCents',
                            args: {
                                path: 'Regular price',
                                target: 'regularPrice',
                            },
                        },
                        {
                            op: 'toCents',
                            args: {
                                path: 'Sale price',
                                target: 'salePrice',
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    all: [
                                        {
                                            field: 'salePrice',
                                            isEmpty: false,
                                        },
                                        {
                                            field: 'Date sale price starts',
                                            isEmpty: true,
                                        },
                                        {
                                            field: 'Date sale price ends',
                                            isEmpty: true,
                                        },
                                    ],
                                },
                                then: [
                                    {
                                        op: 'copy',
                                        args: {
                                            from: 'salePrice',
                                            to: 'price',
                                        },
                                    },
                                    {
                                        op: 'copy',
                                        args: {
                                            from: 'regularPrice',
                                            to: 'customFields.compareAtPrice',
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    not: {
                                        all: [
                                            {
                                                field: 'salePrice',
                                                isEmpty: false,
                                            },
                                            {
                                                field: 'Date sale price starts',
                                                isEmpty: true,
                                            },
                                            {
                                                field: 'Date sale price ends',
                                                isEmpty: true,
                                            },
                                        ],
                                    },
                                },
                                then: [
                                    {
                                        op: 'rename',
                                        args: {
                                            from: 'regularPrice',
                                            to: 'price',
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
                                        {
                                            not: {
                                                all: [
                                                    {
                                                        field: 'salePrice',
                                                        isEmpty: false,
                                                    },
                                                    {
                                                        field: 'Date sale price starts',
                                                        isEmpty: true,
                                                    },
                                                    {
                                                        field: 'Date sale price ends',
                                                        isEmpty: true,
                                                    },
                                                ],
                                            },
                                        },
                                        {
                                            field: 'salePrice',
                                            isEmpty: false,
                                        },
                                    ],
                                },
                                then: [
                                    {
                                        op: 'copy',
                                        args: {
                                            from: 'salePrice',
                                            to: 'customFields.salePrice',
                                        },
                                    },
                                    {
                                        op: 'toDate',
                                        args: {
                                            path: 'Date sale price starts',
                                            target: 'customFields.saleFrom',
                                        },
                                    },
                                    {
                                        op: 'toDate',
                                        args: {
                                            path: 'Date sale price ends',
                                            target: 'customFields.saleUntil',
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'mapValues',
                            args: {
                                path: 'Tax class',
                                target: 'taxCategory',
                                values: {
                                    standard: 'Standard Tax',
                                    'reduced-rate': 'Reduced Tax',
                                    parent: '',
                                },
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    field: 'Tax class',
                                    eq: 'parent',
                                },
                                then: [
                                    {
                                        op: 'set',
                                        args: {
                                            path: 'taxOfParent',
                                            value: true,
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'removeEmpty',
                            args: {
                                paths: ['taxCategory'],
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    field: 'Stock',
                                    eq: 'parent',
                                },
                                then: [
                                    {
                                        op: 'remove',
                                        args: {
                                            paths: ['Stock'],
                                        },
                                    },
                                    {
                                        op: 'set',
                                        args: {
                                            path: 'stockOfParent',
                                            value: true,
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'toNumber',
                            args: {
                                path: 'Stock',
                                target: 'stockOnHand',
                                integer: true,
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    field: 'In stock?',
                                    eq: '0',
                                },
                                then: [
                                    {
                                        op: 'set',
                                        args: {
                                            path: 'stockOnHand',
                                            value: 0,
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'ifThenElse',
                            args: {
                                if: {
                                    field: 'stockOnHand',
                                    exists: true,
                                },
                                target: 'trackInventory',
                                then: true,
                                else: false,
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    field: 'Backorders allowed?',
                                    in: ['1', 'notify'],
                                },
                                then: [
                                    {
                                        op: 'set',
                                        args: {
                                            path: 'useGlobalOutOfStockThreshold',
                                            value: false,
                                        },
                                    },
                                    {
                                        op: 'set',
                                        args: {
                                            path: 'outOfStockThreshold',
                                            value: -1000000,
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'coalesce',
                            args: {
                                paths: ['Weight (kg)', 'Weight (g)', 'Weight (lbs)', 'Weight (oz)'],
                                target: 'customFields.weight',
                            },
                        },
                        {
                            op: 'toNumber',
                            args: {
                                path: 'customFields.weight',
                            },
                        },
                        {
                            op: 'coalesce',
                            args: {
                                paths: ['Length (cm)', 'Length (m)', 'Length (mm)', 'Length (in)'],
                                target: 'customFields.length',
                            },
                        },
                        {
                            op: 'toNumber',
                            args: {
                                path: 'customFields.length',
                            },
                        },
                        {
                            op: 'coalesce',
                            args: {
                                paths: ['Width (cm)', 'Width (m)', 'Width (mm)', 'Width (in)'],
                                target: 'customFields.width',
                            },
                        },
                        {
                            op: 'toNumber',
                            args: {
                                path: 'customFields.width',
                            },
                        },
                        {
                            op: 'coalesce',
                            args: {
                                paths: ['Height (cm)', 'Height (m)', 'Height (mm)', 'Height (in)'],
                                target: 'customFields.height',
                            },
                        },
                        {
                            op: 'toNumber',
                            args: {
                                path: 'customFields.height',
                            },
                        },
                        {
                            op: 'split',
                            args: {
                                path: 'Images',
                                separator: ',',
                                target: 'assets',
                            },
                        },
                        {
                            op: 'treePaths',
                            args: {
                                path: 'Categories',
                                escape: '\\',
                                target: 'categoryPaths',
                            },
                        },
                        {
                            op: 'treePaths',
                            args: {
                                path: 'Categories',
                                escape: '\\',
                                target: 'categoryLevels',
                                as: 'OBJECT',
                            },
                        },
                        {
                            op: 'split',
                            args: {
                                path: 'Tags',
                                separator: ',',
                                escape: '\\',
                            },
                        },
                        {
                            op: 'prefix',
                            args: {
                                paths: ['categoryPaths'],
                                text: 'category:',
                            },
                        },
                        {
                            op: 'prefix',
                            args: {
                                paths: ['Tags'],
                                text: 'tag:',
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    all: [
                                        {
                                            field: 'Type',
                                            contains: 'variation',
                                        },
                                        {
                                            field: 'Parent',
                                            isEmpty: true,
                                        },
                                    ],
                                },
                                then: [
                                    {
                                        op: 'reject',
                                        args: {
                                            message: 'The variation {{SKU}} {{ownId}} names no parent.',
                                            hint: 'Fill the column Parent with the SKU of the parent, or with id: and its ID.',
                                            code: 'variation-without-parent',
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    field: 'Type',
                                    contains: 'variation',
                                },
                                then: [
                                    {
                                        op: 'copy',
                                        args: {
                                            from: 'Parent',
                                            to: 'family',
                                        },
                                    },
                                    {
                                        op: 'fromEntries',
                                        args: {
                                            path: 'attributes',
                                            name: 'facet',
                                            target: 'options',
                                        },
                                    },
                                    {
                                        op: 'map',
                                        args: {
                                            keepUnmapped: true,
                                            fields: {
                                                Published: 'variantEnabled',
                                                Description: 'variantDescription',
                                                assets: 'variantAssets',
                                            },
                                        },
                                    },
                                    {
                                        op: 'remove',
                                        args: {
                                            paths: [
                                                'Name',
                                                'Short description',
                                                'attributes',
                                                'categoryPaths',
                                                'categoryLevels',
                                                'Tags',
                                            ],
                                        },
                                    },
                                    {
                                        op: 'set',
                                        args: {
                                            path: 'rank',
                                            value: 1,
                                        },
                                    },
                                    {
                                        op: 'set',
                                        args: {
                                            path: 'makes',
                                            value: 'variant',
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    not: {
                                        field: 'Type',
                                        contains: 'variation',
                                    },
                                },
                                then: [
                                    {
                                        op: 'coalesce',
                                        args: {
                                            paths: ['SKU', 'ownId'],
                                            target: 'family',
                                        },
                                    },
                                    {
                                        op: 'copy',
                                        args: {
                                            from: 'family',
                                            to: 'SKU or ID',
                                        },
                                    },
                                    {
                                        op: 'collect',
                                        args: {
                                            paths: ['categoryPaths', 'Tags', 'attributes'],
                                            target: 'facetValues',
                                            unique: true,
                                        },
                                    },
                                    {
                                        op: 'set',
                                        args: {
                                            path: 'rank',
                                            value: 0,
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
                                        {
                                            not: {
                                                field: 'Type',
                                                contains: 'variation',
                                            },
                                        },
                                        {
                                            any: [
                                                {
                                                    field: 'Type',
                                                    contains: 'variable',
                                                },
                                                {
                                                    field: 'Type',
                                                    contains: 'grouped',
                                                },
                                            ],
                                        },
                                    ],
                                },
                                then: [
                                    {
                                        op: 'rename',
                                        args: {
                                            from: 'stockOnHand',
                                            to: 'parentStock',
                                        },
                                    },
                                    {
                                        op: 'rename',
                                        args: {
                                            from: 'taxCategory',
                                            to: 'parentTaxCategory',
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
                                        {
                                            not: {
                                                field: 'Type',
                                                contains: 'variation',
                                            },
                                        },
                                        {
                                            not: {
                                                any: [
                                                    {
                                                        field: 'Type',
                                                        contains: 'variable',
                                                    },
                                                    {
                                                        field: 'Type',
                                                        contains: 'grouped',
                                                    },
                                                ],
                                            },
                                        },
                                    ],
                                },
                                then: [
                                    {
                                        op: 'set',
                                        args: {
                                            path: 'makes',
                                            value: 'variant',
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'dedupe',
                            args: {
                                keys: ['SKU or ID'],
                                onDuplicate: 'REJECT',
                            },
                        },
                        {
                            op: 'template',
                            args: {
                                template: '#{{family}}',
                                target: 'familyKey',
                                onMissing: 'REJECT',
                            },
                        },
                    ],
                },
            },
            {
                key: 'products',
                name: 'Rows to products',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        {
                            op: 'split',
                            args: {
                                path: 'Grouped products',
                                separator: ',',
                            },
                        },
                        {
                            op: 'split',
                            args: {
                                path: 'Upsells',
                                separator: ',',
                            },
                        },
                        {
                            op: 'split',
                            args: {
                                path: 'Cross-sells',
                                separator: ',',
                            },
                        },
                        {
                            op: 'toBoolean',
                            args: {
                                path: 'Is featured?',
                            },
                        },
                        {
                            op: 'sort',
                            args: {
                                by: [
                                    {
                                        field: 'familyKey',
                                    },
                                    {
                                        field: 'rank',
                                    },
                                    {
                                        field: 'Position',
                                    },
                                ],
                            },
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
                                    'parentStock',
                                    'parentTaxCategory',
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
                                if: {
                                    field: 'Name',
                                    isEmpty: true,
                                },
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
                                inherit: {
                                    parentStock: 'parentStock',
                                    parentTaxCategory: 'parentTaxCategory',
                                },
                                operators: [
                                    {
                                        op: 'when',
                                        args: {
                                            if: {
                                                field: 'stockOfParent',
                                                eq: true,
                                            },
                                            then: [
                                                {
                                                    op: 'rename',
                                                    args: {
                                                        from: 'parentStock',
                                                        to: 'stockOnHand',
                                                    },
                                                },
                                                {
                                                    op: 'set',
                                                    args: {
                                                        path: 'trackInventory',
                                                        value: true,
                                                    },
                                                },
                                            ],
                                        },
                                    },
                                    {
                                        op: 'when',
                                        args: {
                                            if: {
                                                field: 'taxOfParent',
                                                eq: true,
                                            },
                                            then: [
                                                {
                                                    op: 'rename',
                                                    args: {
                                                        from: 'parentTaxCategory',
                                                        to: 'taxCategory',
                                                    },
                                                },
                                            ],
                                        },
                                    },
                                    {
                                        op: 'remove',
                                        args: {
                                            paths: ['parentStock', 'parentTaxCategory', 'stockOfParent', 'taxOfParent'],
                                        },
                                    },
                                    {
                                        op: 'rename',
                                        args: {
                                            from: 'variantEnabled',
                                            to: 'enabled',
                                        },
                                    },
                                    {
                                        op: 'rename',
                                        args: {
                                            from: 'variantAssets',
                                            to: 'assets',
                                        },
                                    },
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
                config: {
                    adapterCode: 'product',
                    matchBy: 'customField',
                    matchField: 'externalId',
                },
            },
            {
                key: 'categories',
                name: 'Categories to collections',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        {
                            op: 'pick',
                            args: {
                                paths: ['categoryLevels'],
                            },
                        },
                        {
                            op: 'expand',
                            args: {
                                path: 'categoryLevels',
                            },
                        },
                        {
                            op: 'dedupe',
                            args: {
                                keys: ['path'],
                            },
                        },
                        {
                            op: 'slugify',
                            args: {
                                from: 'path',
                                to: 'slug',
                            },
                        },
                        {
                            op: 'slugify',
                            args: {
                                from: 'parent',
                            },
                        },
                        {
                            op: 'set',
                            args: {
                                path: 'filters',
                                value: [
                                    {
                                        code: 'facet-value-filter',
                                        args: {
                                            facetValueIds: [],
                                            containsAny: false,
                                            combineWithAnd: true,
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'template',
                            args: {
                                template: 'category:{{path}}',
                                target: 'filters.0.args.facetValueIds.0',
                            },
                        },
                        {
                            op: 'set',
                            args: {
                                path: 'inheritFilters',
                                value: false,
                            },
                        },
                        {
                            op: 'pick',
                            args: {
                                paths: ['name', 'slug', 'parent', 'filters', 'inheritFilters'],
                            },
                        },
                    ],
                },
            },
            {
                key: 'writeCollections',
                type: 'LOAD',
                config: {
                    adapterCode: 'collection',
                },
            },
        ],
        edges: [
            {
                from: 'read',
                to: 'rows',
            },
            {
                from: 'rows',
                to: 'products',
            },
            {
                from: 'products',
                to: 'write',
            },
            {
                from: 'rows',
                to: 'categories',
            },
            {
                from: 'categories',
                to: 'writeCollections',
            },
            {
                from: 'write',
                to: 'writeCollections',
                dependencyOnly: true,
            },
        ],
    },
};
