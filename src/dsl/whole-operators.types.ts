import { operators } from './operators';

/** Compiles only when barriers are typed by their settings and cannot stand inside other operators. */
export const typed = [
    operators.join({
        leftKey: 'productId',
        rightKey: 'id',
        rightDataPath: '$.steps.prices.output',
        type: 'LEFT',
        prefix: 'price_',
    }),
    operators.sort({ by: [{ field: 'slug' }, { field: 'price', direction: 'DESC' }] }),
    operators.aggregate({ by: ['sku'], aggregates: [{ into: 'stock', with: 'SUM', of: 'stock' }] }),
    operators.distinct({ keys: ['sku'], keep: 'LAST' }),
    // @ts-expect-error a join needs both keys
    operators.join({ leftKey: 'productId', rightDataPath: '$.steps.prices.output' }),
    // @ts-expect-error there is no such type of join
    operators.join({ leftKey: 'a', rightKey: 'b', type: 'OUTER' }),
    // @ts-expect-error a barrier cannot stand inside another operator
    operators.each({ path: 'variants', operators: [operators.sort({ by: [{ field: 'sku' }] })] }),
    // @ts-expect-error a barrier cannot stand inside another operator
    operators.when({ if: { field: 'a', eq: 1 }, then: [operators.distinct({ keys: ['sku'] })] }),
];
