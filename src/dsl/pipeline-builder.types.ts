/* Checked by the compiler, never run: what must compile, and what must not. */
import { createPipeline, customAdapter, customOperator, operators } from './index';

const read = createPipeline()
    .code('catalog')
    .extract('read', { adapterCode: 'file', path: 'products.csv', format: 'CSV' });

read.transform('shape', [
    operators.trim(),
    operators.rename({ from: 'Title', to: 'name' }),
    operators.toCents({ path: 'price', rounding: 'HALF_UP' }),
    operators.each({
        path: 'variants',
        operators: [
            operators.toCents({ path: 'price' }),
            operators.when({ if: { field: 'price', lte: 0 }, then: [operators.drop()] }),
        ],
    }),
    operators.filter({ keep: { any: [{ field: 'stock', gt: 0 }, { not: { field: 'sku', startsWith: 'X' } }] } }),
    customOperator('myCustomOp', { anything: [1, 2] }),
])
    .validate('check', [{ field: 'sku', required: true }])
    .load('write', { adapterCode: 'product' })
    .edge('read', 'shape')
    .edge('shape', 'check')
    .edge('check', 'write')
    .build();

createPipeline()
    .name('Without keys')
    .extract({ adapterCode: 'inMemory', records: [{ sku: 'A' }] })
    .transform([operators.trim()])
    .load({ adapterCode: 'product' })
    .edge('extract', 'transform')
    .edge('transform', 'load');

createPipeline()
    .extract('read', customAdapter('erp', { url: 'https://erp' }))
    .load('write', customAdapter('orders'));

// @ts-expect-error "from" is required
operators.rename({ to: 'name' });
// @ts-expect-error settings are required
operators.rename();
// @ts-expect-error a misspelt setting
operators.rename({ from: 'Title', to: 'name', too: 'x' });
// @ts-expect-error not one of the choices
operators.toCents({ path: 'price', rounding: 'UP' });
// @ts-expect-error no such operator
export type NoSuchOperator = (typeof operators)['renam'];
// @ts-expect-error operators that need several rows cannot run on one item
operators.each({ path: 'variants', operators: [operators.group({ key: 'Handle' })] });
// @ts-expect-error wrong settings of an operator inside another
operators.each({ path: 'variants', operators: [{ op: 'toCents', args: { field: 'price' } }] });
// @ts-expect-error a condition compares with numbers or text, not with lists
operators.filter({ keep: { field: 'price', gt: [1] } });
// @ts-expect-error no such extractor; a custom one needs customAdapter()
createPipeline().extract('read', { adapterCode: 'fiel', path: 'a.csv' });
// @ts-expect-error no such setting
createPipeline().extract('read', { adapterCode: 'file', pth: 'a.csv' });
// @ts-expect-error an extractor is no loader
createPipeline().load('write', { adapterCode: 'file', path: 'a.csv' });
// @ts-expect-error no such rule
read.validate('check', [{ field: 'sku', requird: true }]);
// @ts-expect-error an edge to a step that does not exist
read.edge('read', 'write');
// @ts-expect-error batches are counted in whole records
read.context({ throughput: { batchSize: 'many' } });
// @ts-expect-error there is no transform step yet
createPipeline().extract(customAdapter('x')).edge('extract', 'transform');
