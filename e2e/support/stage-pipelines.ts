import type { Definition } from './pipeline-shop';
import { given } from './pipeline-shop';

type Step = Definition['steps'][number];

export interface Operator {
    op: string;
    args?: object;
}

export function transform(key: string, operators: Operator[]): Step {
    return { key, type: 'TRANSFORM', config: { operators: operators as never } };
}

export function load(key: string, adapterCode = 'product', settings: object = {}): Step {
    return { key, type: 'LOAD', config: { adapterCode, ...settings } };
}

export const slugOf = (prefix: string, index: number): string => `${prefix}${String(index).padStart(4, '0')}`;

const sizes = ['S', 'M'];

/** Two rows of an ERP for each product, in an order of their own. */
const offers = (count: number, prefix: string) =>
    sizes.flatMap(size =>
        Array.from({ length: count }, (_, index) => ({
            article: String(index),
            sku: `${slugOf(prefix, index)}-${size}`,
            options: { Size: size },
            price: 1_000 + index,
            stockOnHand: size === 'S' ? 3 : index,
        })),
    );

/** Products and their prices from two sources, joined, sorted and gathered: each of the operators that need all input. */
export function gatheredProducts(prefix: string, count: number): Step[] {
    const products = Array.from({ length: count }, (_, article) => ({
        article,
        slug: slugOf(prefix, article),
        name: `Product ${article}`,
    }));
    return [
        // The first one comes twice.
        given('products', [...products, ...products.slice(0, 1)]),
        given('prices', offers(count, prefix)),
        transform('gather', [
            { op: 'distinct', args: { keys: ['article'] } },
            { op: 'join', args: { leftKey: 'article', rightKey: 'article', rightDataPath: '$.steps.prices.output' } },
            { op: 'sort', args: { by: [{ field: 'slug', direction: 'DESC' }, { field: 'sku' }] } },
            {
                op: 'aggregate',
                args: {
                    by: ['slug', 'name'],
                    aggregates: [
                        { into: 'variants', with: 'COLLECT' },
                        { into: 'stock', with: 'SUM', of: 'stockOnHand' },
                    ],
                },
            },
            { op: 'template', args: { template: '{{stock}} in stock', target: 'description' } },
            { op: 'set', args: { path: 'optionGroups', value: ['Size'] } },
            {
                op: 'each',
                args: {
                    path: 'variants',
                    operators: [{ op: 'pick', args: { paths: ['sku', 'options', 'price', 'stockOnHand'] } }],
                },
            },
        ]),
    ];
}

/** One record for each variant, with a price that is ten higher. */
export const dearerVariants: Step = transform('dearer', [
    { op: 'expand', args: { path: 'variants' } },
    { op: 'pick', args: { paths: ['sku', 'slug'] } },
    { op: 'set', args: { path: 'price', value: 77 } },
]);
