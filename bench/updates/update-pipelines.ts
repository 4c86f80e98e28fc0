import { createPipeline, operators } from '../../src/public-sdk';

/** A price list: `sku,price`, prices as decimals. */
export function priceList(path: string) {
    return createPipeline()
        .code('prices')
        .name('Price list')
        .extract('read', { adapterCode: 'file', path, format: 'CSV' })
        .transform('shape', [operators.toCents({ path: 'price' })])
        .load('write', { adapterCode: 'variantPrice' })
        .build();
}

/** A stock file: `sku,stockOnHand`. */
export function stockFile(path: string) {
    return createPipeline()
        .code('stock')
        .name('Stock file')
        .extract('read', { adapterCode: 'file', path, format: 'CSV' })
        .transform('shape', [operators.toNumber({ path: 'stockOnHand', integer: true })])
        .load('write', { adapterCode: 'stockLevel' })
        .build();
}
