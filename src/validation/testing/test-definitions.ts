import { z } from 'zod';
import { AdapterRegistry } from '../../adapters/adapter-registry';
import { builtInOperators } from '../../operators';
import { stepOfOutputPath } from '../../../shared/edges';
import { defineExporter } from '../../sdk/exporter';
import { defineExtractor } from '../../sdk/extractor';
import { config, field } from '../../sdk/field';
import { defineLoader } from '../../sdk/loader';
import { defineOperator } from '../../sdk/operator';
import { Problem } from '../problem';
import { validateDefinition } from '../validate-definition';

const declared = { name: 'Test', description: 'Test.', category: 'test', guarantees: 'None.', examples: [] };
const never = () => Promise.reject(new Error('Nothing runs here.'));

const source = defineExtractor({
    ...declared,
    code: 'csv',
    schema: config({
        path: field.file('File', 'File that is read.'),
        delimiter: field.choice('Delimiter', 'Sign between cells.', { ',': 'Comma.', ';': 'Semicolon.' }).default(','),
    }),
    async *read() {},
});

const target = defineLoader({
    ...declared,
    code: 'goods',
    entityType: 'Product',
    record: z.unknown(),
    schema: config({
        mode: field.choice('Mode', 'What is written.', { UPSERT: 'Both.', UPDATE: 'Updates.' }).optional(),
    }),
    create: never,
});

const file = defineExporter({
    ...declared,
    code: 'jsonLines',
    schema: config({ path: field.file('File', 'File that is written.') }),
    create: never,
});

const meet = defineOperator({
    ...declared,
    code: 'meet',
    barrier: true,
    schema: config({ rightDataPath: field.text('Other side', 'Output that is read.').optional() }),
    create: ({ config: { rightDataPath } }) => {
        const step = stepOfOutputPath(rightDataPath);
        const right = step === undefined ? { records: [] } : { step };
        return { whole: { kind: 'JOIN', type: 'LEFT', leftKey: 'sku', rightKey: 'sku', right, prefix: '' } };
    },
});

/** A small world with one adapter of each type, and `meet`, an operator that reads the output of another step. */
export const testRegistry = new AdapterRegistry()
    .register(source, target, ...builtInOperators, meet, file)
    .registerLoader('plain', { code: 'plain', entityType: 'Product', load: never });

type Settings = Record<string, unknown>;

export const extract = (key: string, more: Settings = {}) => ({
    key,
    type: 'EXTRACT',
    config: { adapterCode: 'csv', path: 'a.csv' },
    ...more,
});
export const transform = (key: string, more: Settings = {}) => ({
    key,
    type: 'TRANSFORM',
    config: { operators: [{ op: 'trim' }] },
    ...more,
});
export const join = (key: string, other: string) =>
    transform(key, { config: { operators: [{ op: 'meet', args: { rightDataPath: `$.steps.${other}.output` } }] } });
export const load = (key: string, more: Settings = {}) => ({
    key,
    type: 'LOAD',
    config: { adapterCode: 'goods' },
    ...more,
});
export const exportTo = (key: string) => ({
    key,
    type: 'EXPORT',
    config: { adapterCode: 'jsonLines', path: 'b.jsonl' },
});
export const route = (key: string, to: Record<string, string | undefined>, defaultTo?: string) => ({
    key,
    type: 'ROUTE',
    config: {
        branches: Object.entries(to).map(([name, target]) => ({
            name,
            when: { field: 'kind', eq: name },
            ...(target === undefined ? {} : { to: target }),
        })),
        ...(defaultTo === undefined ? {} : { defaultTo }),
    },
});
export const gate = (key: string, settings: Settings = { approvalType: 'MANUAL' }) => ({
    key,
    type: 'GATE',
    config: settings,
});

/** `read>shape`, `split>big:heavy` (branch), `first~second` (dependencyOnly). */
export function edges(...drawn: string[]): object[] {
    return drawn.map(text => {
        const [, from, sign, to, branch] = /^([\w-]+)([>~])([\w-]+)(?::([\w-]+))?$/.exec(text)!;
        return { from, to, ...(branch ? { branch } : {}), ...(sign === '~' ? { dependencyOnly: true } : {}) };
    });
}

export function problemsOf(definition: unknown): Problem[] {
    return validateDefinition(definition, testRegistry).problems;
}

/** What is wrong with these steps, as `ERROR $.steps[0]: message`. */
export function findings(steps: unknown[], drawn?: string[], more: Settings = {}): string[] {
    const definition = { version: 1, steps, ...(drawn ? { edges: edges(...drawn) } : {}), ...more };
    return problemsOf(definition).map(({ severity, path, message }) => `${severity} ${path}: ${message}`);
}
