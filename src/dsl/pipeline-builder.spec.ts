import { describe, expect, it } from 'vitest';
import { customAdapter, createPipeline, customOperator, operators } from './index';

const base = createPipeline()
    .code('catalog')
    .name('Catalog import')
    .extract('read', { adapterCode: 'inMemory', records: [{ sku: 'A' }] });

describe('createPipeline', () => {
    it('builds what the plugin options take, complete with defaults', () => {
        const built = base
            .transform('shape', [operators.trim(), operators.rename({ from: 'a', to: 'b' })])
            .validate('check', [{ field: 'sku', required: true }])
            .load('write', customAdapter('mine', { mode: 'UPSERT' }))
            .build();
        expect(built).toEqual({
            code: 'catalog',
            name: 'Catalog import',
            definition: {
                version: 1,
                steps: [
                    { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records: [{ sku: 'A' }] } },
                    {
                        key: 'shape',
                        type: 'TRANSFORM',
                        config: { operators: [{ op: 'trim' }, { op: 'rename', args: { from: 'a', to: 'b' } }] },
                    },
                    { key: 'check', type: 'VALIDATE', config: { rules: [{ field: 'sku', required: true }] } },
                    { key: 'write', type: 'LOAD', config: { adapterCode: 'mine', mode: 'UPSERT' } },
                ],
                context: { throughput: { batchSize: 1_000, concurrency: 2 } },
            },
        });
    });

    it('keeps a shared beginning apart from what is built on it', () => {
        base.transform('one', [operators.trim()]);
        const two = base.transform('two', [customOperator('mine')]).build();
        expect(two.definition.steps.map(step => step.key)).toEqual(['read', 'two']);
    });

    it('writes edges and throughput only when they are given', () => {
        const built = base
            .transform('a', [operators.trim()])
            .edge('read', 'a')
            .context({ throughput: { batchSize: 50 } })
            .build();
        expect(built.definition.edges).toEqual([{ from: 'read', to: 'a' }]);
        expect(built.definition.context.throughput).toEqual({ batchSize: 50, concurrency: 2 });
        expect(base.build().definition.edges).toBeUndefined();
    });

    it('leaves out settings that are undefined', () => {
        const built = base.transform('a', [operators.split({ path: 'x', target: undefined })]).build();
        expect(built.definition.steps[1]?.config).toEqual({ operators: [{ op: 'split', args: { path: 'x' } }] });
    });

    it('calls steps without a key after their type', () => {
        const built = createPipeline()
            .code('c')
            .trigger()
            .extract(customAdapter('x'))
            .transform([operators.trim()])
            .transform([operators.trim()])
            .validate([{ field: 'sku', required: true }])
            .enrich([operators.trim()])
            .load(customAdapter('y'))
            .edge('extract', 'transform-2')
            .build();
        expect(built.definition.steps.map(step => step.key)).toEqual([
            'trigger',
            'extract',
            'transform',
            'transform-2',
            'validate',
            'enrich',
            'load',
        ]);
    });

    it('writes routes, gates, exports and what stands beside the settings of a step', () => {
        const when = { field: 'weight', lt: 5 };
        const built = base
            .route({ branches: [{ name: 'light', when, to: 'approve' }], defaultTo: 'load' }, { name: 'By weight' })
            .gate('approve', { approvalType: 'THRESHOLD', errorThresholdPercent: 1 }, { disabled: true })
            .load(
                { adapterCode: 'product' },
                { guards: { maxDeleted: 0 }, onError: 'RETRY', retryPerRecord: { maxRetries: 1 }, name: undefined },
            )
            .export(customAdapter('file', { path: 'a.csv' }), { timeoutMs: 5000, tolerance: { maxRejected: 1 } })
            .build();
        expect(built.definition.steps.slice(1)).toEqual([
            {
                key: 'route',
                type: 'ROUTE',
                name: 'By weight',
                config: { branches: [{ name: 'light', when, to: 'approve' }], defaultTo: 'load' },
            },
            {
                key: 'approve',
                type: 'GATE',
                disabled: true,
                config: { approvalType: 'THRESHOLD', errorThresholdPercent: 1 },
            },
            {
                key: 'load',
                type: 'LOAD',
                onError: 'RETRY',
                retryPerRecord: expect.objectContaining({
                    maxRetries: 1,
                    retryDelayMs: 100,
                    backoff: 'FIXED',
                }) as object,
                guards: { maxDeleted: 0, maxPriceJumpsPercent: 0 },
                config: { adapterCode: 'product' },
            },
            {
                key: 'export',
                type: 'EXPORT',
                timeoutMs: 5000,
                tolerance: { maxRejected: 1, minRecords: 100 },
                config: { adapterCode: 'file', path: 'a.csv' },
            },
        ]);
    });

    it('draws edges of branches, and such that only wait', () => {
        const built = base
            .route('split', { branches: [{ name: 'x', when: { field: 'a', eq: 1 } }] })
            .load('write', { adapterCode: 'product' })
            .extract('more', customAdapter('x'))
            .edge('read', 'split', {})
            .edge('split', 'write', { branch: 'x' })
            .edge('write', 'more', { dependencyOnly: true, branch: undefined })
            .build();
        expect(built.definition.edges).toEqual([
            { from: 'read', to: 'split' },
            { from: 'split', to: 'write', branch: 'x' },
            { from: 'write', to: 'more', dependencyOnly: true },
        ]);
    });

    it('collects hooks in their order', () => {
        const one = { stage: 'PIPELINE_STARTED', action: 'LOG', message: 'It begins.' } as const;
        const two = { stage: 'AFTER_EXTRACT', step: 'read', action: 'INTERCEPTOR', script: 'clean' } as const;
        expect(base.hook(one).hook(two).build().definition.hooks).toEqual([{ ...one, level: 'INFO' }, two]);
        expect(base.build().definition.hooks).toBeUndefined();
    });

    it('adds up what is said about the context', () => {
        const { context } = base
            .context({ throughput: { batchSize: 50 }, execution: 'DISTRIBUTED', timeoutMs: 5 })
            .parallel({ maxConcurrentSteps: 2 })
            .context({ throughput: { concurrency: 8 }, onConcurrentRun: 'PARALLEL', timeoutMs: 9 })
            .context({ errorHandling: { maxRetriesPerRun: 7 } })
            .parallel({ errorPolicy: 'BEST_EFFORT' })
            .build().definition;
        expect(context).toEqual({
            throughput: { batchSize: 50, concurrency: 8 },
            parallelExecution: { enabled: true, maxConcurrentSteps: 2, errorPolicy: 'BEST_EFFORT' },
            execution: 'DISTRIBUTED',
            onConcurrentRun: 'PARALLEL',
            errorHandling: { maxRetriesPerRun: 7 },
            timeoutMs: 9,
        });
        expect(base.build().definition.context).toEqual({ throughput: { batchSize: 1_000, concurrency: 2 } });
    });

    it('takes the code for a name', () => {
        expect(createPipeline().code('c').extract('r', customAdapter('x')).build().name).toBe('c');
    });

    it('says what is wrong with a pipeline that is not complete', () => {
        expect(() => createPipeline().build()).toThrow('The pipeline has no code.');
        expect(() => createPipeline().code('empty').build()).toThrow(/The pipeline "empty" is not complete: steps/);
        expect(() => base.load('read', customAdapter('x'))).toThrow('Two steps have the key "read".');
        expect(() => base.context({ throughput: { batchSize: 0 } }).build()).toThrow(/batchSize/);
    });
});
