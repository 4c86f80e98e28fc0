import { withoutApostrophe } from './apostrophes';
import { withoutLongValue } from './long-values';
import { onlyWithPrice, salePrice } from './sale-price';
import { backorders } from './stock-rules';
import { woocommerceCells } from './woocommerce-cells';

const isVariation = { field: 'Type', contains: 'variation' };
const isProduct = { not: isVariation };
/** Has no variant of its own. */
const isMadeOfOthers = {
    any: [
        { field: 'Type', contains: 'variable' },
        { field: 'Type', contains: 'grouped' },
    ],
};

/** Step that reads the cells of a row, which is a product, a product with variations or a variation. */
export const woocommerceRows = {
    key: 'rows',
    name: 'Cells of a row',
    type: 'TRANSFORM',
    config: {
        operators: [
            { op: 'trim' },
            ...woocommerceCells,
            { op: 'lowercase', args: { paths: ['Type'] } },
            { op: 'template', args: { template: 'id:{{ID}}', target: 'ownId', onMissing: 'SKIP' } },
            {
                op: 'gather',
                args: {
                    columns: { facet: 'Attribute {n} name', value: 'Attribute {n} value(s)' },
                    target: 'attributes',
                    required: ['facet'],
                    removeSources: true,
                },
            },
            {
                op: 'each',
                args: {
                    path: 'attributes',
                    inherit: { Type: 'Type' },
                    operators: [
                        withoutApostrophe(['facet', 'value']),
                        { op: 'split', args: { path: 'value', separator: ',', escape: '\\' } },
                        {
                            op: 'when',
                            args: {
                                if: isVariation,
                                then: [{ op: 'default', args: { path: 'value', value: ['Any'] } }],
                            },
                        },
                        { op: 'remove', args: { paths: ['Type'] } },
                        { op: 'expand', args: { path: 'value', as: 'value' } },
                        withoutLongValue,
                    ],
                },
            },
            // Private is 0, a draft -1, pending review 2.
            { op: 'toBoolean', args: { path: 'Published', trueValues: ['1'], falseValues: ['0', '-1', '2'] } },
            { op: 'toCents', args: { path: 'Regular price', target: 'regularPrice' } },
            { op: 'toCents', args: { path: 'Sale price', target: 'salePrice', onBlank: 'NULL' } },
            ...salePrice({ from: 'Date sale price starts', until: 'Date sale price ends' }),
            {
                op: 'mapValues',
                args: {
                    path: 'Tax class',
                    target: 'taxCategory',
                    values: {
                        standard: 'Standard Tax',
                        'reduced-rate': 'Reduced Tax',
                        'zero-rate': 'Zero Tax',
                        parent: '',
                    },
                },
            },
            {
                op: 'when',
                args: {
                    if: { field: 'Tax class', eq: 'parent' },
                    then: [{ op: 'set', args: { path: 'taxOfParent', value: true } }],
                },
            },
            { op: 'removeEmpty', args: { paths: ['taxCategory'] } },
            {
                op: 'when',
                args: {
                    if: { field: 'Stock', eq: 'parent' },
                    then: [
                        { op: 'remove', args: { paths: ['Stock'] } },
                        { op: 'set', args: { path: 'stockOfParent', value: true } },
                    ],
                },
            },
            { op: 'toNumber', args: { path: 'Stock', target: 'stockOnHand', integer: true } },
            {
                op: 'when',
                args: {
                    if: { field: 'In stock?', eq: '0' },
                    then: [{ op: 'set', args: { path: 'stockOnHand', value: 0 } }],
                },
            },
            {
                op: 'ifThenElse',
                args: {
                    if: { field: 'stockOnHand', exists: true },
                    target: 'trackInventory',
                    then: true,
                    else: false,
                },
            },
            ...backorders({
                allowed: { field: 'Backorders allowed?', in: ['1', 'notify'] },
                refused: { field: 'Backorders allowed?', eq: '0' },
            }),
            { op: 'copy', args: { from: 'GTIN, UPC, EAN, or ISBN', to: 'customFields.barcode' } },
            { op: 'removeEmpty', args: { paths: ['customFields.barcode'] } },
            ...measure('Weight', ['kg', 'g', 'lbs', 'oz']),
            ...measure('Length', ['cm', 'm', 'mm', 'in', 'yd']),
            ...measure('Width', ['cm', 'm', 'mm', 'in', 'yd']),
            ...measure('Height', ['cm', 'm', 'mm', 'in', 'yd']),
            { op: 'split', args: { path: 'Images', separator: ',', escape: '\\', target: 'assets' } },
            { op: 'treePaths', args: { path: 'Categories', escape: '\\', target: 'categoryPaths' } },
            {
                op: 'treePaths',
                args: { path: 'Categories', escape: '\\', target: 'categoryLevels', as: 'OBJECT' },
            },
            { op: 'treePaths', args: { path: 'Brands', escape: '\\' } },
            { op: 'split', args: { path: 'Tags', separator: ',', escape: '\\' } },
            { op: 'prefix', args: { paths: ['categoryPaths'], text: 'category:' } },
            { op: 'prefix', args: { paths: ['Brands'], text: 'brand:' } },
            { op: 'prefix', args: { paths: ['Tags'], text: 'tag:' } },
            {
                op: 'when',
                args: {
                    if: {
                        all: [isVariation, { field: 'Parent', isEmpty: true }],
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
                    if: isVariation,
                    then: [
                        { op: 'copy', args: { from: 'Parent', to: 'family' } },
                        {
                            op: 'fromEntries',
                            args: { path: 'attributes', name: 'facet', target: 'options' },
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
                                    'Brands',
                                    'Tags',
                                ],
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
                    if: isProduct,
                    then: [
                        { op: 'coalesce', args: { paths: ['SKU', 'ownId'], target: 'family' } },
                        { op: 'copy', args: { from: 'family', to: 'SKU or ID' } },
                        {
                            op: 'collect',
                            args: {
                                paths: ['categoryPaths', 'Brands', 'Tags', 'attributes'],
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
                        all: [isProduct, isMadeOfOthers],
                    },
                    then: [
                        { op: 'rename', args: { from: 'stockOnHand', to: 'parentStock' } },
                        { op: 'rename', args: { from: 'taxCategory', to: 'parentTaxCategory' } },
                        { op: 'rename', args: { from: 'useGlobalOutOfStockThreshold', to: 'parentUsesGlobal' } },
                        { op: 'rename', args: { from: 'outOfStockThreshold', to: 'parentThreshold' } },
                    ],
                },
            },
            {
                op: 'when',
                args: {
                    if: {
                        all: [
                            isProduct,
                            {
                                not: isMadeOfOthers,
                            },
                        ],
                    },
                    then: [{ op: 'set', args: { path: 'makes', value: 'variant' } }],
                },
            },
            ...onlyWithPrice('Regular price', isProduct),
            { op: 'dedupe', args: { keys: ['SKU or ID'], onDuplicate: 'REJECT' } },
            { op: 'template', args: { template: '#{{family}}', target: 'familyKey', onMissing: 'REJECT' } },
        ],
    },
};

/** The column is named after the unit that the shop measures in. */
function measure(name: string, units: readonly string[]): object[] {
    const target = `customFields.${name.toLowerCase()}`;
    return [
        { op: 'coalesce', args: { paths: units.map(unit => `${name} (${unit})`), target } },
        { op: 'toNumber', args: { path: target } },
    ];
}
