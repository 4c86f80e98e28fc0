import { describe, expect, it } from 'vitest';
import { definitionSchema } from '../sdk/definition/definition';
import { withMissingSteps } from './missing-steps';

type Load = { key: string; config: object; onError?: 'SKIP'; guards?: object; disabled?: boolean };

const entityTypeOf = (code: string) => ({ product: 'Product', productVariant: 'ProductVariant' })[code];

function expand(...loads: Load[]) {
    const definition = definitionSchema.parse({
        version: 1,
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file' } },
            ...loads.map(({ config, ...load }) => ({
                ...load,
                type: 'LOAD',
                config: { adapterCode: 'product', ...config },
            })),
        ],
    });
    return { definition, expanded: withMissingSteps(definition, entityTypeOf) };
}

describe('withMissingSteps', () => {
    it('leaves pipelines alone that do not ask for it', () => {
        for (const load of [
            { key: 'load', config: {} },
            { key: 'load', config: { source: 'erp', onMissing: 'IGNORE' } },
            { key: 'load', config: { source: 'erp', onMissing: 'DELETE' }, disabled: true },
            { key: 'load', config: { adapterCode: 'own', source: 'erp', onMissing: 'DELETE' } },
        ]) {
            const { definition, expanded } = expand(load);
            expect(expanded).toBe(definition);
        }
    });

    it('adds a reader that waits for the load, and a load of its own', () => {
        const { expanded } = expand({ key: 'load', config: { source: 'erp', onMissing: 'DISABLE' }, onError: 'SKIP' });
        const common = { adapterCode: 'missing', source: 'erp', entityType: 'Product', onMissing: 'DISABLE' };
        expect(expanded.steps.slice(2)).toEqual([
            {
                key: 'missing-in-load',
                type: 'EXTRACT',
                config: { ...common, maxMissingPercent: 20, loads: ['load'], lossy: ['load'] },
            },
            { key: 'load-missing', type: 'LOAD', config: common },
        ]);
        expect(expanded.edges).toEqual([
            { from: 'read', to: 'load' },
            { from: 'load', to: 'missing-in-load', dependencyOnly: true },
            { from: 'missing-in-load', to: 'load-missing' },
        ]);
    });

    it('waits for all loads of the source, and lets all of them leave their marks', () => {
        const { expanded } = expand(
            { key: 'first', config: { source: 'erp' } },
            { key: 'second', config: { source: 'erp', onMissing: 'REPORT' } },
            { key: 'other', config: { source: 'pim' } },
        );
        expect(expanded.steps.map(({ key, config }) => [key, config.onMissing])).toEqual([
            ['read', undefined],
            ['first', 'REPORT'],
            ['second', 'REPORT'],
            ['other', undefined],
            ['missing-in-second', 'REPORT'],
        ]);
        expect(expanded.edges!.filter(edge => edge.dependencyOnly).map(({ from }) => from)).toEqual([
            'first',
            'second',
        ]);
    });

    it('takes over the guards that count entities', () => {
        const config = { source: 'erp', onMissing: 'DELETE' };
        const guards = { maxDeleted: 3, maxChangedPercent: 10 };
        const { expanded } = expand({ key: 'load', config, guards });
        expect(expanded.steps.at(-1)!.guards).toMatchObject({ maxDeleted: 3 });
        expect(expanded.steps.at(-1)!.guards).not.toHaveProperty('maxChangedPercent');
    });
});
