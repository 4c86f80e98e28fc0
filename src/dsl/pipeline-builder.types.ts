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

// ROUTE, GATE, EXPORT, options of steps, parallel branches and hooks
const light = { field: 'weight', lt: 5 };
const routed = createPipeline()
    .code('orders')
    .context({ onConcurrentRun: 'SKIP', timeoutMs: 60_000, errorHandling: { tolerance: { maxRejectedPercent: 5 } } })
    .parallel({ maxConcurrentSteps: 4, errorPolicy: 'BEST_EFFORT' })
    .trigger('start', { name: 'At night' })
    .extract('read', { adapterCode: 'file', path: 'orders.csv' }, { timeoutMs: 5000 })
    .route('split', { branches: [{ name: 'light', when: light, to: 'approve' }], defaultTo: 'write' })
    .gate('approve', { approvalType: 'TIMEOUT', timeoutSeconds: 60, onTimeout: 'REJECT', notifyEmail: 'a@b.de' })
    .load('write', { adapterCode: 'product' }, { guards: { maxDeleted: 0 }, onError: 'RETRY' })
    .export('file', { adapterCode: 'file', path: 'orders.ndjson' }, { disabled: true })
    .export(customAdapter('ourFile'));
routed
    .edge('split', 'write', { branch: 'light' })
    .edge('write', 'file', { dependencyOnly: true })
    .edge('file', 'export')
    .hook({ stage: 'AFTER_LOAD', step: 'write', action: 'EMIT', event: 'orders' })
    .hook({ stage: 'PIPELINE_FAILED', action: 'WEBHOOK', url: 'https://chat', when: { field: 'counts.read', gt: 0 } })
    .build();
createPipeline()
    .route({ branches: [{ name: 'light', when: light }] }, { name: 'By weight', onError: 'STOP' })
    .gate({ approvalType: 'MANUAL' }, { disabled: true })
    .gate({ approvalType: 'THRESHOLD', errorThresholdPercent: 1 })
    .edge('route', 'gate', { branch: 'light' })
    .edge('gate', 'gate-2');
// Branches may be called later, so their targets are plain text and are checked when the pipeline is validated.
createPipeline().route({ branches: [{ name: 'light', when: light, to: 'later' }] });

// @ts-expect-error only a LOAD is guarded
read.transform('shape', [operators.trim()], { guards: { maxDeleted: 0 } });
// @ts-expect-error no such guard
read.load('write', { adapterCode: 'product' }, { guards: { maxDeletd: 0 } });
// @ts-expect-error no such way to treat errors
read.load('write', { adapterCode: 'product' }, { onError: 'IGNORE' });
// @ts-expect-error the unit is part of the name
read.transform([operators.trim()], { timeout: 5 });
// @ts-expect-error a ROUTE cannot be disabled
read.route('split', { branches: [{ name: 'light', when: light }] }, { disabled: true });
// @ts-expect-error a branch has a condition
read.route('split', { branches: [{ name: 'light', to: 'write' }] });
// @ts-expect-error a gate has a type
read.gate('approve', {});
// @ts-expect-error a gate of type TIMEOUT needs to know what happens then
read.gate('approve', { approvalType: 'TIMEOUT', timeoutSeconds: 60 });
// @ts-expect-error a gate of type MANUAL waits as long as it takes
read.gate('approve', { approvalType: 'MANUAL', timeoutSeconds: 60 });
// @ts-expect-error a gate refuses no records
read.gate('approve', { approvalType: 'MANUAL' }, { onError: 'SKIP' });
// @ts-expect-error no such setting of the exporter
read.export('file', { adapterCode: 'file', pth: 'a.csv' });
// @ts-expect-error a loader is no exporter
read.export('file', { adapterCode: 'product' });
// @ts-expect-error no such option of an edge
routed.edge('read', 'split', { branches: 'light' });
// @ts-expect-error no such error policy
routed.parallel({ errorPolicy: 'IGNORE' });
// @ts-expect-error it is what parallel() says
routed.parallel({ enabled: false });
// @ts-expect-error no such setting of the run
routed.context({ concurrency: 5 });
// @ts-expect-error a hook on a step that does not exist
routed.hook({ stage: 'AFTER_LOAD', step: 'wirte', action: 'EMIT', event: 'orders' });
// @ts-expect-error no such stage
routed.hook({ stage: 'AFTER_GATE', action: 'EMIT', event: 'orders' });
// @ts-expect-error a webhook has an address
routed.hook({ stage: 'AFTER_LOAD', action: 'WEBHOOK', event: 'orders' });
