interface Backorders {
    /** Condition under which a variant is sold without stock too, and the one under which it is not, or not any more. */
    allowed: object;
    refused: object;
    /** What a row must meet besides. */
    where?: readonly object[];
}

/** Operators for variants that are sold without stock: Vendure wants a number below which one is sold out. */
export function backorders({ allowed, refused, where = [] }: Backorders): object[] {
    const set = (path: string, value: boolean | number) => ({ op: 'set', args: { path, value } });
    const rule = (condition: object, then: object[]) => ({
        op: 'when',
        args: { if: where.length === 0 ? condition : { all: [...where, condition] }, then },
    });
    return [
        rule(allowed, [set('useGlobalOutOfStockThreshold', false), set('outOfStockThreshold', -1000000)]),
        rule(refused, [set('useGlobalOutOfStockThreshold', true)]),
    ];
}
