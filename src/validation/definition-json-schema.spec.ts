import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AdapterRegistry } from '../adapters/adapter-registry';
import { builtInExtractors } from '../extractors';
import { builtInLoaders } from '../loaders';
import { builtInOperators } from '../operators';
import { definitionJsonSchema } from './definition-json-schema';

const registry = new AdapterRegistry().register(...builtInExtractors, ...builtInOperators, ...builtInLoaders);
const schema = definitionJsonSchema(registry);
// Reading the schema back gives a checker that knows nothing of the zod schemas it was made from.
const check = z.fromJSONSchema(schema);

const read = { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records: [] } };
const accepts = (...steps: unknown[]): boolean => check.safeParse({ version: 1, steps: [read, ...steps] }).success;
const transform = (...operators: unknown[]) => ({ key: 'shape', type: 'TRANSFORM', config: { operators } });

const split = { key: 'split', type: 'ROUTE', config: { branches: [{ name: 'x', when: { field: 'a', eq: 1 } }] } };

describe('definitionJsonSchema', () => {
    it('accepts a definition as a user writes it', () => {
        expect(accepts(transform({ op: 'trim' }, { op: 'rename', args: { from: 'a', to: 'b' } }))).toBe(true);
        expect(accepts({ key: 'check', type: 'validate', config: { rules: [{ field: 'sku', required: true }] } })).toBe(
            true,
        );
    });

    it('accepts routes, gates, guards and everything else that stands around a step', () => {
        const definition = {
            version: 1,
            steps: [
                read,
                split,
                { key: 'wait', type: 'GATE', disabled: true, config: { approvalType: 'TIMEOUT', timeoutSeconds: 5 } },
                {
                    key: 'write',
                    type: 'LOAD',
                    config: { adapterCode: 'product' },
                    guards: { maxDeleted: 0 },
                    onError: 'RETRY',
                    retryPerRecord: { maxRetries: 1 },
                    tolerance: { maxRejected: 5 },
                    timeoutMs: 1000,
                },
            ],
            edges: [
                { from: 'read', to: 'split' },
                { from: 'split', to: 'wait', branch: 'x' },
                { from: 'wait', to: 'write' },
            ],
            hooks: [{ stage: 'AFTER_LOAD', step: 'write', action: 'LOG', message: 'Done.' }],
            context: {
                parallelExecution: { errorPolicy: 'CONTINUE' },
                execution: 'DISTRIBUTED',
                onConcurrentRun: 'SKIP',
            },
        };
        expect(check.safeParse(definition).error).toBeUndefined();
        expect(check.safeParse({ ...definition, edges: [{ from: 'read', to: 'split', brnch: 'x' }] }).success).toBe(
            false,
        );
        expect(check.safeParse({ ...definition, hooks: [{ stage: 'AFTER_LOAD', action: 'LOG' }] }).success).toBe(false);
        expect(check.safeParse({ ...definition, context: { execution: 'SOMEWHERE' } }).success).toBe(false);
    });

    it.each([
        ['an unknown operator', transform({ op: 'renam', args: { from: 'a', to: 'b' } })],
        ['settings of another operator', transform({ op: 'rename', args: { path: 'a' } })],
        ['missing settings', transform({ op: 'rename' })],
        [
            'an unknown operator inside each',
            transform({ op: 'each', args: { path: 'v', operators: [{ op: 'group' }] } }),
        ],
        ['an unknown adapter', { key: 'x', type: 'EXTRACT', config: { adapterCode: 'fiel' } }],
        ['settings of another adapter', { key: 'x', type: 'EXTRACT', config: { adapterCode: 'inMemory', path: 'a' } }],
        ['an unknown step type', { key: 'x', type: 'LOADD', config: {} }],
        ['guards of a step that is no LOAD', { ...transform({ op: 'trim' }), guards: { maxDeleted: 1 } }],
        ['an unknown guard', { key: 'x', type: 'LOAD', config: { adapterCode: 'product' }, guards: { maxDeletd: 1 } }],
        ['a ROUTE that is disabled', { ...split, disabled: true }],
        ['a branch without a condition', { ...split, config: { branches: [{ name: 'x', to: 'a' }] } }],
        ['a GATE of no type', { key: 'x', type: 'GATE' }],
        ['an unknown way to treat errors', { ...transform({ op: 'trim' }), onError: 'IGNORE' }],
        ['an unknown key of a step', { key: 'x', type: 'TRIGGER', confg: {} }],
    ])('refuses %s', (_title, step) => {
        expect(accepts(step)).toBe(false);
    });

    it('accepts conditions inside conditions', () => {
        const keep = { any: [{ field: 'a', gt: 1 }, { not: { all: [{ field: 'b', eq: null }] } }] };
        expect(accepts(transform({ op: 'filter', args: { keep } }))).toBe(true);
        const wrong = { any: [{ not: { all: [{ fild: 'b', eq: null }] } }] };
        expect(accepts(transform({ op: 'filter', args: { keep: wrong } }))).toBe(false);
    });

    it('describes each operator once', () => {
        expect(JSON.stringify(schema).match(/"const":"toCents"/g)).toHaveLength(1);
    });

    it('describes what stands beside every step once', () => {
        expect(Object.keys(schema.$defs as object)).toEqual(
            expect.arrayContaining(['RetryPerRecord', 'Tolerance', 'Guards', 'Condition']),
        );
        expect(JSON.stringify(schema).match(/"maxRetriesPerStep":/g)).toHaveLength(1);
    });

    it('carries titles, descriptions and sentences of choices for editors and forms', () => {
        const defs = schema.$defs as Record<string, { properties: { args: { properties: Record<string, unknown> } } }>;
        expect(defs['operator_toCents']?.properties.args.properties['rounding']).toMatchObject({
            title: 'Rounding',
            enum: ['REJECT', 'HALF_UP', 'HALF_EVEN', 'DOWN'],
            default: 'REJECT',
        });
        expect(defs['operator_toCents']?.properties.args.properties['rounding']).toHaveProperty(
            'enumDescriptions.3',
            'Further digits are cut off.',
        );
        expect(defs['operator_rename']?.properties.args.properties['from']).toMatchObject({ 'x-role': 'path' });
    });
});
