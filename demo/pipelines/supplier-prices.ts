import { createPipeline, operators } from '../../src/public-sdk';

/** A supplier's price list with decimal commas. Nobody wants to sell a monitor for a tenth, so big jumps wait for a person. */
export function supplierPrices(path: string) {
    return createPipeline()
        .code('supplier-prices')
        .name('Price list of the supplier')
        .extract('read', { adapterCode: 'file', path, format: 'CSV', delimiter: ';' })
        .transform('shape', [
            operators.trim({}),
            operators.toCents({ path: 'List price EUR', target: 'price', decimalSign: ',' }),
            operators.map({ fields: { Article: 'sku', price: 'price' } }),
        ])
        .load('write', { adapterCode: 'variantPrice' }, { guards: { maxPriceChangePercent: 30 } })
        .build();
}
