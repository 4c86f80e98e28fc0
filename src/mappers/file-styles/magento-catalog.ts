import { categoriesToCollections } from './categories-to-collections';
import { magentoRows } from './magento-rows';
import { onlyWithPrice } from './sale-price';

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
                config: { adapterCode: 'file', path: 'magento.csv', format: 'CSV', requiredColumns: ['sku', 'name'] },
            },
            magentoRows,
            {
                key: 'pairs',
                name: 'What configurable products are made of',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        { op: 'filter', args: { keep: { field: 'variations', isEmpty: false } } },
                        { op: 'pick', args: { paths: ['sku', 'variations'] } },
                        { op: 'expand', args: { path: 'variations', as: 'options' } },
                        {
                            op: 'map',
                            args: { fields: { sku: 'family', 'options.sku': 'childSku', options: 'options' } },
                        },
                        { op: 'remove', args: { paths: ['options.sku'] } },
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
                                if: { field: 'sku', isEmpty: true },
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
                                if: { field: 'childSku', isEmpty: false },
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
                                    { op: 'set', args: { path: 'rank', value: 1 } },
                                    { op: 'set', args: { path: 'makes', value: 'variant' } },
                                ],
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: { not: { field: 'childSku', isEmpty: false } },
                                then: [
                                    { op: 'copy', args: { from: 'sku', to: 'family' } },
                                    { op: 'copy', args: { from: 'sku', to: 'externalId' } },
                                    {
                                        op: 'collect',
                                        args: {
                                            paths: ['categoryPaths', 'attributes'],
                                            target: 'facetValues',
                                            unique: true,
                                        },
                                    },
                                    { op: 'set', args: { path: 'rank', value: 0 } },
                                ],
                            },
                        },
                        {
                            op: 'when',
                            args: {
                                if: {
                                    all: [
                                        { not: { field: 'childSku', isEmpty: false } },
                                        { field: 'product_type', notIn: ['configurable', 'grouped', 'bundle'] },
                                    ],
                                },
                                then: [{ op: 'set', args: { path: 'makes', value: 'variant' } }],
                            },
                        },
                        ...onlyWithPrice('price', { field: 'childSku', isEmpty: true }),
                        {
                            op: 'each',
                            args: {
                                path: 'variantTranslations',
                                operators: [{ op: 'pick', args: { paths: ['languageCode', 'name'] } }],
                            },
                        },
                        { op: 'template', args: { template: '#{{family}}', target: 'familyKey' } },
                        { op: 'sort', args: { by: [{ field: 'familyKey' }, { field: 'rank' }] } },
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
                        { op: 'rename', args: { from: 'externalId', to: 'productCustomFields.externalId' } },
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
            ...categoriesToCollections,
        ],
        edges: [
            { from: 'read', to: 'rows' },
            { from: 'rows', to: 'pairs' },
            { from: 'rows', to: 'products' },
            { from: 'products', to: 'write' },
            { from: 'rows', to: 'categories' },
            { from: 'categories', to: 'writeCollections' },
            { from: 'write', to: 'writeCollections', dependencyOnly: true },
        ],
    },
};
