export const magento = {
    code: 'magento-catalog',
    name: 'Catalog exported from Magento',
    definition: {
        $schema: '../../../docs/schema/pipeline.schema.json',
        version: 1,
        steps: [
            {
                key: 'read',
                type: 'EXTRACT',
                config: {
                    adapterCode: 'file',
                    path: 'magento.csv',
                    format: 'CSV',
                    requiredColumns: ['sku', 'name'],
                },
            },
            {
                key: 'rows',
                name: 'Rows to articles with their translations',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        {
                            op: 'trim',
                        },
                        {
                            op: 'ifThenElse',
                            args: {
                                if: {
                                    all: [
                                        {
                                            field: 'store_view_code',
                                            isEmpty: false,
                                        },
                                        {
                                            field: 'store_view_code',
                                            ne: 'admin',
                                        },
                                    ],
                                },
                                target: 'isTranslation',
                                then: true,
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    field: 'isTranslation',
                                    eq: true,
                                },
                                then: [
                                    {
                                        op: 'mapValues',
                                        args: {
                                            path: 'store_view_code',
                                            target: 'translation.languageCode',
                                            values: {
                                                default: 'en',
                                                en: 'en',
                                                de: 'de',
                                                german: 'de',
                                            },
                                            onUnknown: 'REJECT',
                                        },
                                    },
                                    {
                                        op: 'map',
                                        args: {
                                            keepUnmapped: true,
                                            fields: {
                                                name: 'translation.name',
                                                url_key: 'translation.slug',
                                                description: 'translation.description',
                                                meta_title: 'translation.customFields.seoTitle',
                                                meta_description: 'translation.customFields.seoDescription',
                                                short_description: 'translation.customFields.shortDescription',
                                            },
                                        },
                                    },
                                    {
                                        op: 'removeEmpty',
                                        args: {
                                            paths: [
                                                'translation.name',
                                                'translation.slug',
                                                'translation.description',
                                                'translation.customFields.seoTitle',
                                                'translation.customFields.seoDescription',
                                                'translation.customFields.shortDescription',
                                            ],
                                        },
                                    },
                                    {
                                        op: 'pick',
                                        args: {
                                            paths: ['sku', 'translation', 'isTranslation'],
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
                                        field: 'isTranslation',
                                        eq: true,
                                    },
                                },
                                then: [
                                    {
                                        op: 'copy',
                                        args: {
                                            from: 'sku',
                                            to: 'SKU',
                                        },
                                    },
                                    {
                                        op: 'lowercase',
                                        args: {
                                            paths: ['product_type'],
                                        },
                                    },
                                    {
                                        op: 'default',
                                        args: {
                                            path: 'product_type',
                                            value: 'simple',
                                        },
                                    },
                                    {
                                        op: 'toBoolean',
                                        args: {
                                            path: 'product_online',
                                            target: 'enabled',
                                            trueValues: ['1'],
                                            falseValues: ['0', '2'],
                                        },
                                    },
                                    {
                                        op: 'toCents',
                                        args: {
                                            path: 'price',
                                            target: 'regularPrice',
                                        },
                                    },
                                    {
                                        op: 'toCents',
                                        args: {
                                            path: 'special_price',
                                            target: 'salePrice',
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
                                                field: 'isTranslation',
                                                eq: true,
                                            },
                                        },
                                        {
                                            field: 'salePrice',
                                            isEmpty: false,
                                        },
                                        {
                                            field: 'special_price_from_date',
                                            isEmpty: true,
                                        },
                                        {
                                            field: 'special_price_to_date',
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
                                    all: [
                                        {
                                            not: {
                                                field: 'isTranslation',
                                                eq: true,
                                            },
                                        },
                                        {
                                            not: {
                                                all: [
                                                    {
                                                        field: 'salePrice',
                                                        isEmpty: false,
                                                    },
                                                    {
                                                        field: 'special_price_from_date',
                                                        isEmpty: true,
                                                    },
                                                    {
                                                        field: 'special_price_to_date',
                                                        isEmpty: true,
                                                    },
                                                ],
                                            },
                                        },
                                    ],
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
                                                field: 'isTranslation',
                                                eq: true,
                                            },
                                        },
                                        {
                                            not: {
                                                all: [
                                                    {
                                                        field: 'salePrice',
                                                        isEmpty: false,
                                                    },
                                                    {
                                                        field: 'special_price_from_date',
                                                        isEmpty: true,
                                                    },
                                                    {
                                                        field: 'special_price_to_date',
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
                                            path: 'special_price_from_date',
                                            target: 'customFields.saleFrom',
                                        },
                                    },
                                    {
                                        op: 'toDate',
                                        args: {
                                            path: 'special_price_to_date',
                                            target: 'customFields.saleUntil',
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
                                        field: 'isTranslation',
                                        eq: true,
                                    },
                                },
                                then: [
                                    {
                                        op: 'toNumber',
                                        args: {
                                            path: 'qty',
                                            target: 'stockOnHand',
                                            integer: true,
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
                                                field: 'isTranslation',
                                                eq: true,
                                            },
                                        },
                                        {
                                            field: 'is_in_stock',
                                            eq: '0',
                                        },
                                    ],
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
                            op: 'when',
                            args: {
                                if: {
                                    not: {
                                        field: 'isTranslation',
                                        eq: true,
                                    },
                                },
                                then: [
                                    {
                                        op: 'ifThenElse',
                                        args: {
                                            if: {
                                                all: [
                                                    {
                                                        field: 'stockOnHand',
                                                        exists: true,
                                                    },
                                                    {
                                                        field: 'manage_stock',
                                                        ne: '0',
                                                    },
                                                ],
                                            },
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
                                        {
                                            not: {
                                                field: 'isTranslation',
                                                eq: true,
                                            },
                                        },
                                        {
                                            field: 'allow_backorders',
                                            in: ['1', '2'],
                                        },
                                    ],
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
                            op: 'when',
                            args: {
                                if: {
                                    not: {
                                        field: 'isTranslation',
                                        eq: true,
                                    },
                                },
                                then: [
                                    {
                                        op: 'toNumber',
                                        args: {
                                            path: 'weight',
                                            target: 'customFields.weight',
                                        },
                                    },
                                    {
                                        op: 'mapValues',
                                        args: {
                                            path: 'tax_class_name',
                                            target: 'taxCategory',
                                            values: {
                                                'Taxable Goods': 'Standard Tax',
                                                Reduced: 'Reduced Tax',
                                                None: '',
                                            },
                                        },
                                    },
                                    {
                                        op: 'removeEmpty',
                                        args: {
                                            paths: ['taxCategory'],
                                        },
                                    },
                                    {
                                        op: 'split',
                                        args: {
                                            path: 'additional_images',
                                            separator: ',',
                                        },
                                    },
                                    {
                                        op: 'collect',
                                        args: {
                                            paths: ['base_image', 'additional_images'],
                                            target: 'assets',
                                            unique: true,
                                        },
                                    },
                                    {
                                        op: 'treePaths',
                                        args: {
                                            path: 'categories',
                                            levelSeparator: '/',
                                            escape: '\\',
                                            skipLevels: 1,
                                            target: 'categoryPaths',
                                        },
                                    },
                                    {
                                        op: 'treePaths',
                                        args: {
                                            path: 'categories',
                                            levelSeparator: '/',
                                            escape: '\\',
                                            skipLevels: 1,
                                            target: 'categoryLevels',
                                            as: 'OBJECT',
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
                                        op: 'parsePairs',
                                        args: {
                                            path: 'additional_attributes',
                                            target: 'attributes',
                                        },
                                    },
                                    {
                                        op: 'toEntries',
                                        args: {
                                            path: 'attributes',
                                            name: 'facet',
                                        },
                                    },
                                    {
                                        op: 'split',
                                        args: {
                                            path: 'configurable_variations',
                                            separator: '|',
                                            target: 'variations',
                                        },
                                    },
                                    {
                                        op: 'parsePairs',
                                        args: {
                                            path: 'variations',
                                        },
                                    },
                                    {
                                        op: 'split',
                                        args: {
                                            path: 'related_skus',
                                            separator: ',',
                                        },
                                    },
                                    {
                                        op: 'split',
                                        args: {
                                            path: 'crosssell_skus',
                                            separator: ',',
                                        },
                                    },
                                    {
                                        op: 'split',
                                        args: {
                                            path: 'upsell_skus',
                                            separator: ',',
                                        },
                                    },
                                    {
                                        op: 'split',
                                        args: {
                                            path: 'associated_skus',
                                            separator: ',',
                                        },
                                    },
                                    {
                                        op: 'map',
                                        args: {
                                            keepUnmapped: true,
                                            fields: {
                                                meta_title: 'productCustomFields.seoTitle',
                                                meta_description: 'productCustomFields.seoDescription',
                                                short_description: 'productCustomFields.shortDescription',
                                                visibility: 'productCustomFields.visibility',
                                                related_skus: 'productCustomFields.relatedSkus',
                                                crosssell_skus: 'productCustomFields.crossSellSkus',
                                                upsell_skus: 'productCustomFields.upsellSkus',
                                            },
                                        },
                                    },
                                    {
                                        op: 'removeEmpty',
                                        args: {
                                            paths: [
                                                'productCustomFields.seoTitle',
                                                'productCustomFields.seoDescription',
                                                'productCustomFields.shortDescription',
                                                'productCustomFields.visibility',
                                            ],
                                        },
                                    },
                                    {
                                        op: 'removeEmpty',
                                        args: {
                                            paths: ['name', 'url_key', 'description'],
                                        },
                                    },
                                    {
                                        op: 'template',
                                        args: {
                                            template: '{{name}}-{{sku}}',
                                            target: 'madeSlug',
                                            onMissing: 'SKIP',
                                        },
                                    },
                                    {
                                        op: 'slugify',
                                        args: {
                                            from: 'madeSlug',
                                        },
                                    },
                                    {
                                        op: 'coalesce',
                                        args: {
                                            paths: ['url_key', 'madeSlug'],
                                            target: 'slug',
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'each',
                            args: {
                                path: 'attributes',
                                operators: [
                                    {
                                        op: 'split',
                                        args: {
                                            path: 'value',
                                            separator: '|',
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
                            op: 'dedupe',
                            args: {
                                keys: ['SKU'],
                                onDuplicate: 'REJECT',
                            },
                        },
                        {
                            op: 'template',
                            args: {
                                template: '#{{sku}}',
                                target: 'skuKey',
                                onMissing: 'REJECT',
                            },
                        },
                        {
                            op: 'sort',
                            args: {
                                by: [
                                    {
                                        field: 'skuKey',
                                    },
                                ],
                            },
                        },
                        {
                            op: 'group',
                            args: {
                                key: 'skuKey',
                                parent: [
                                    'sku',
                                    'SKU',
                                    'product_type',
                                    'name',
                                    'slug',
                                    'description',
                                    'enabled',
                                    'price',
                                    'stockOnHand',
                                    'trackInventory',
                                    'useGlobalOutOfStockThreshold',
                                    'outOfStockThreshold',
                                    'taxCategory',
                                    'assets',
                                    'categoryPaths',
                                    'categoryLevels',
                                    'attributes',
                                    'variations',
                                    'customFields',
                                    'productCustomFields',
                                ],
                                child: ['skuKey'],
                                children: 'rows',
                                collect: {
                                    translations: 'translation',
                                },
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    field: 'SKU',
                                    isEmpty: true,
                                },
                                then: [
                                    {
                                        op: 'reject',
                                        args: {
                                            message:
                                                'There are texts of a store view for {{sku}}, but no row for the product itself.',
                                            hint: 'Add the row without store_view_code.',
                                            code: 'parent-missing',
                                        },
                                    },
                                ],
                            },
                        },
                    ],
                },
            },
            {
                key: 'pairs',
                name: 'What configurable products are made of',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        {
                            op: 'filter',
                            args: {
                                keep: {
                                    field: 'variations',
                                    isEmpty: false,
                                },
                            },
                        },
                        {
                            op: 'pick',
                            args: {
                                paths: ['sku', 'variations'],
                            },
                        },
                        {
                            op: 'expand',
                            args: {
                                path: 'variations',
                                as: 'options',
                            },
                        },
                        {
                            op: 'map',
                            args: {
                                fields: {
                                    sku: 'family',
                                    'options.sku': 'childSku',
                                    options: 'options',
                                },
                            },
                        },
                        {
                            op: 'remove',
                            args: {
                                paths: ['options.sku'],
                            },
                        },
                    ],
                },
            },
            {
                key: 'products',
                name: 'Articles to products',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        {
                            op: 'join',
                            args: {
                                leftKey: 'sku',
                                rightKey: 'childSku',
                                rightDataPath: '$.steps.pairs.output',
                                type: 'FULL',
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    field: 'sku',
                                    isEmpty: true,
                                },
                                then: [
                                    {
                                        op: 'reject',
                                        args: {
                                            message:
                                                '{{family}} names the variation {{childSku}}, which is not in the file.',
                                            hint: 'Add its row, or correct configurable_variations.',
                                            code: 'variation-missing',
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    field: 'childSku',
                                    isEmpty: false,
                                },
                                then: [
                                    {
                                        op: 'map',
                                        args: {
                                            keepUnmapped: true,
                                            fields: {
                                                name: 'variantName',
                                                enabled: 'variantEnabled',
                                                assets: 'variantAssets',
                                                attributes: 'variantFacets',
                                                translations: 'variantTranslations',
                                            },
                                        },
                                    },
                                    {
                                        op: 'remove',
                                        args: {
                                            paths: ['slug', 'description', 'categoryPaths', 'productCustomFields'],
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
                                        field: 'childSku',
                                        isEmpty: false,
                                    },
                                },
                                then: [
                                    {
                                        op: 'copy',
                                        args: {
                                            from: 'sku',
                                            to: 'family',
                                        },
                                    },
                                    {
                                        op: 'copy',
                                        args: {
                                            from: 'sku',
                                            to: 'externalId',
                                        },
                                    },
                                    {
                                        op: 'collect',
                                        args: {
                                            paths: ['categoryPaths', 'attributes'],
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
                                                field: 'childSku',
                                                isEmpty: false,
                                            },
                                        },
                                        {
                                            field: 'product_type',
                                            notIn: ['configurable', 'grouped', 'bundle'],
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
                            op: 'each',
                            args: {
                                path: 'variantTranslations',
                                operators: [
                                    {
                                        op: 'pick',
                                        args: {
                                            paths: ['languageCode', 'name'],
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'template',
                            args: {
                                template: '#{{family}}',
                                target: 'familyKey',
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
                                ],
                            },
                        },
                        {
                            op: 'group',
                            args: {
                                key: 'familyKey',
                                parent: [
                                    'externalId',
                                    'name',
                                    'slug',
                                    'description',
                                    'enabled',
                                    'facetValues',
                                    'assets',
                                    'translations',
                                    'productCustomFields',
                                ],
                                child: [
                                    'sku',
                                    'variantName',
                                    'variantEnabled',
                                    'options',
                                    'price',
                                    'stockOnHand',
                                    'trackInventory',
                                    'useGlobalOutOfStockThreshold',
                                    'outOfStockThreshold',
                                    'taxCategory',
                                    'variantAssets',
                                    'variantFacets',
                                    'variantTranslations',
                                    'customFields',
                                ],
                                skipChildWhenEmpty: ['makes'],
                                childKey: ['sku'],
                            },
                        },
                        {
                            op: 'each',
                            args: {
                                path: 'variants',
                                operators: [
                                    {
                                        op: 'map',
                                        args: {
                                            keepUnmapped: true,
                                            fields: {
                                                variantName: 'name',
                                                variantEnabled: 'enabled',
                                                variantAssets: 'assets',
                                                variantFacets: 'facetValues',
                                                variantTranslations: 'translations',
                                            },
                                        },
                                    },
                                ],
                            },
                        },
                        {
                            op: 'rename',
                            args: {
                                from: 'externalId',
                                to: 'productCustomFields.externalId',
                            },
                        },
                        {
                            op: 'map',
                            args: {
                                fields: {
                                    name: 'name',
                                    slug: 'slug',
                                    description: 'description',
                                    enabled: 'enabled',
                                    facetValues: 'facetValues',
                                    assets: 'assets',
                                    translations: 'translations',
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
                    languageCode: 'en',
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
                to: 'pairs',
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
