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
                context: { throughput: { batchSize: 500, concurrency: 2 } },
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
