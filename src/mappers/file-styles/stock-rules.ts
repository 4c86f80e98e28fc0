/** Operators for a variant that is sold without stock too: Vendure wants a number below which it is sold out. */
export const sellsWithoutStock = [
    { op: 'set', args: { path: 'useGlobalOutOfStockThreshold', value: false } },
    { op: 'set', args: { path: 'outOfStockThreshold', value: -1000000 } },
];

/** And for one that is not, or not any more. */
export const sellsFromStockOnly = [{ op: 'set', args: { path: 'useGlobalOutOfStockThreshold', value: true } }];
