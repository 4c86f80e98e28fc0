interface SaleColumns {
    /** Columns with the first and the last day of the sale. */
    from: string;
    until: string;
    /** Conditions that a row must meet besides. */
    where?: readonly object[];
}

/**
 * Operators that make `price` of `regularPrice` and `salePrice`: a sale without dates is the price, beside the regular one in
 * `compareAtPrice`; one with dates stands in fields of its own, because a variant has one price at a time. With `salePrice` null
 * there is none, or none any more.
 */
export function salePrice({ from, until, where = [] }: SaleColumns): object[] {
    const isOnSale = { field: 'salePrice', isEmpty: false };
    const isAlways = [isOnSale, { field: from, isEmpty: true }, { field: until, isEmpty: true }];
    const fields = ['compareAtPrice', 'salePrice', 'saleFrom', 'saleUntil'];
    const isNotAlways = [...where, { not: { all: isAlways } }];
    return [
        {
            op: 'when',
            args: {
                if: { all: [...where, { field: 'salePrice', exists: true }] },
                then: fields.map(name => ({ op: 'set', args: { path: `customFields.${name}`, value: null } })),
            },
        },
        {
            op: 'when',
            args: {
                if: { all: [...where, ...isAlways] },
                then: [
                    { op: 'copy', args: { from: 'salePrice', to: 'price' } },
                    { op: 'copy', args: { from: 'regularPrice', to: 'customFields.compareAtPrice' } },
                ],
            },
        },
        {
            op: 'when',
            args: {
                if: isNotAlways.length === 1 ? isNotAlways[0] : { all: isNotAlways },
                then: [{ op: 'rename', args: { from: 'regularPrice', to: 'price' } }],
            },
        },
        {
            op: 'when',
            args: {
                if: { all: [...isNotAlways, isOnSale] },
                then: [
                    { op: 'copy', args: { from: 'salePrice', to: 'customFields.salePrice' } },
                    { op: 'toDate', args: { path: from, target: 'customFields.saleFrom', onBlank: 'NULL' } },
                    { op: 'toDate', args: { path: until, target: 'customFields.saleUntil', onBlank: 'NULL' } },
                ],
            },
        },
    ];
}

/**
 * Operators that disable a variant whose price is blank in `column`: in the other shop it cannot be bought, and in Vendure it would
 * cost nothing. `isWhole` holds for rows that are product and variant at once, and say nothing else of the variant.
 */
export function onlyWithPrice(column: string, isWhole: object): object[] {
    const makesVariant = { field: 'makes', eq: 'variant' };
    const enabled = (value: boolean) => ({ op: 'set', args: { path: 'variantEnabled', value } });
    return [
        {
            op: 'when',
            args: {
                if: { all: [makesVariant, { field: column, exists: true }, { field: 'price', isEmpty: true }] },
                then: [enabled(false), { op: 'remove', args: { paths: ['price'] } }],
            },
        },
        {
            op: 'when',
            args: {
                if: { all: [makesVariant, isWhole, { field: 'price', isEmpty: false }] },
                then: [enabled(true)],
            },
        },
    ];
}
