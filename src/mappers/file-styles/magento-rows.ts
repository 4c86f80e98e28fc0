import { withoutLongValue } from './long-values';
import { americanDates, enclosedLists, withoutNoSelection } from './magento-cells';
import { salePrice } from './sale-price';
import { backorders } from './stock-rules';

/** A row that only holds the texts of a further store view. */
const isTranslation = { field: 'isTranslation', eq: true };
const isArticle = { not: isTranslation };

/** Step that makes one record of all rows of an article: those of further store views become its translations. */
export const magentoRows = {
    key: 'rows',
    name: 'Rows to articles with their translations',
    type: 'TRANSFORM',
    config: {
        operators: [
            { op: 'trim' },
            {
                op: 'ifThenElse',
                args: {
                    if: {
                        all: [
                            { field: 'store_view_code', isEmpty: false },
                            { field: 'store_view_code', ne: 'admin' },
                        ],
                    },
                    target: 'isTranslation',
                    then: true,
                },
            },
            {
                op: 'when',
                args: {
                    if: isTranslation,
                    then: [
                        {
                            op: 'mapValues',
                            args: {
                                path: 'store_view_code',
                                target: 'translation.languageCode',
                                values: { default: 'en', en: 'en', de: 'de', german: 'de' },
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
                        { op: 'pick', args: { paths: ['sku', 'translation', 'isTranslation'] } },
                    ],
                },
            },
            // A view may differ in what is no text, such as its price.
            {
                op: 'when',
                args: {
                    if: {
                        all: [
                            isTranslation,
                            { field: 'translation.name', isEmpty: true },
                            { field: 'translation.slug', isEmpty: true },
                            { field: 'translation.description', isEmpty: true },
                            { field: 'translation.customFields', isEmpty: true },
                        ],
                    },
                    then: [{ op: 'drop', args: { reason: 'the store view has no texts of its own' } }],
                },
            },
            {
                op: 'when',
                args: {
                    if: isArticle,
                    then: [
                        { op: 'copy', args: { from: 'sku', to: 'SKU' } },
                        { op: 'lowercase', args: { paths: ['product_type'] } },
                        { op: 'default', args: { path: 'product_type', value: 'simple' } },
                        {
                            op: 'toBoolean',
                            args: {
                                path: 'product_online',
                                target: 'enabled',
                                trueValues: ['1'],
                                falseValues: ['0', '2'],
                            },
                        },
                        { op: 'toCents', args: { path: 'price', target: 'regularPrice' } },
                        withoutNoSelection,
                        { op: 'toCents', args: { path: 'special_price', target: 'salePrice', onBlank: 'NULL' } },
                    ],
                },
            },
            americanDates(['special_price_from_date', 'special_price_to_date'], [isArticle]),
            ...salePrice({
                from: 'special_price_from_date',
                until: 'special_price_to_date',
                where: [isArticle],
            }),
            {
                op: 'when',
                args: {
                    if: isArticle,
                    then: [{ op: 'toNumber', args: { path: 'qty', target: 'stockOnHand', integer: true } }],
                },
            },
            {
                op: 'when',
                args: {
                    if: {
                        all: [isArticle, { field: 'is_in_stock', eq: '0' }],
                    },
                    then: [{ op: 'set', args: { path: 'stockOnHand', value: 0 } }],
                },
            },
            {
                op: 'when',
                args: {
                    if: isArticle,
                    then: [
                        {
                            op: 'ifThenElse',
                            args: {
                                if: {
                                    all: [
                                        { field: 'stockOnHand', exists: true },
                                        { field: 'manage_stock', ne: '0' },
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
            ...backorders({
                allowed: { field: 'allow_backorders', in: ['1', '2'] },
                refused: { field: 'allow_backorders', eq: '0' },
                where: [isArticle],
            }),
            {
                op: 'when',
                args: {
                    if: isArticle,
                    then: [
                        { op: 'toNumber', args: { path: 'weight', target: 'customFields.weight' } },
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
                        { op: 'removeEmpty', args: { paths: ['taxCategory'] } },
                        { op: 'split', args: { path: 'additional_images', separator: ',' } },
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
                        { op: 'prefix', args: { paths: ['categoryPaths'], text: 'category:' } },
                        { op: 'parsePairs', args: { path: 'additional_attributes', target: 'attributes' } },
                        { op: 'toEntries', args: { path: 'attributes', name: 'facet' } },
                        {
                            op: 'split',
                            args: { path: 'configurable_variations', separator: '|', target: 'variations' },
                        },
                        { op: 'parsePairs', args: { path: 'variations' } },
                        { op: 'split', args: { path: 'related_skus', separator: ',' } },
                        { op: 'split', args: { path: 'crosssell_skus', separator: ',' } },
                        { op: 'split', args: { path: 'upsell_skus', separator: ',' } },
                        // With the number of each: "MH01=1.0000,MH02=2.0000".
                        { op: 'split', args: { path: 'associated_skus', separator: ',' } },
                        { op: 'replace', args: { paths: ['associated_skus'], search: '=.*$', mode: 'PATTERN' } },
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
                                    associated_skus: 'productCustomFields.groupedSkus',
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
                        { op: 'removeEmpty', args: { paths: ['name', 'url_key', 'description'] } },
                        {
                            op: 'template',
                            args: { template: '{{name}}-{{sku}}', target: 'madeSlug', onMissing: 'SKIP' },
                        },
                        { op: 'slugify', args: { from: 'madeSlug' } },
                        { op: 'coalesce', args: { paths: ['url_key', 'madeSlug'], target: 'slug' } },
                    ],
                },
            },
            {
                op: 'each',
                args: {
                    path: 'attributes',
                    operators: [
                        enclosedLists,
                        { op: 'split', args: { path: 'value', separator: '|' } },
                        { op: 'expand', args: { path: 'value', as: 'value' } },
                        withoutLongValue,
                    ],
                },
            },
            { op: 'dedupe', args: { keys: ['SKU'], onDuplicate: 'REJECT' } },
            { op: 'template', args: { template: '#{{sku}}', target: 'skuKey', onMissing: 'REJECT' } },
            { op: 'sort', args: { by: [{ field: 'skuKey' }] } },
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
                    collect: { translations: 'translation' },
                },
            },
            // What a view leaves open is as the product has it, and Vendure needs a name in each language.
            {
                op: 'each',
                args: {
                    path: 'translations',
                    inherit: { name: 'nameOfProduct' },
                    operators: [
                        { op: 'coalesce', args: { paths: ['name', 'nameOfProduct'], target: 'name' } },
                        { op: 'remove', args: { paths: ['nameOfProduct'] } },
                    ],
                },
            },
            {
                op: 'when',
                args: {
                    if: { field: 'SKU', isEmpty: true },
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
};
