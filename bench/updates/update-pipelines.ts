import { createPipeline, operators } from '../../src/public-sdk';

/** Records are small: larger batches look for SKUs, which have no index, less often. */
const throughput = { batchSize: 2_000 };

/** A price list: `sku,price`, prices as decimals. */
export function priceList(code: string, path = `${code}.csv`) {
    return createPipeline()
        .code(code)
        .name('Price list')
        .extract('read', { adapterCode: 'file', path, format: 'CSV' })
        .transform('shape', [operators.toCents({ path: 'price' })])
        .load('write', { adapterCode: 'variantPrice' })
        .context({ throughput })
        .build();
}

/** A stock file: `sku,stockOnHand`. */
export function stockFile(code: string, path = `${code}.csv`) {
    return createPipeline()
        .code(code)
        .name('Stock file')
        .extract('read', { adapterCode: 'file', path, format: 'CSV' })
        .transform('shape', [operators.toNumber({ path: 'stockOnHand', integer: true })])
        .load('write', { adapterCode: 'stockLevel' })
        .context({ throughput })
        .build();
}

/** Code of a pipeline, and name of its file, that goes before the measured one. */
export function warmUp(code: string): string {
    return `${code}-before`;
}
