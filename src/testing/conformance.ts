import assert from 'node:assert/strict';
import { z } from 'zod';
import { Adapter, AdapterRegistry } from '../adapters/adapter-registry';
import { configJsonSchema } from '../adapters/json-schema';
import { FieldMeta } from '../sdk/field';
import { OperatorAdapter } from '../sdk/operator';
import { runOperator } from './run-operator';

/** The two functions that vitest, Jest and Node's own test runner have in common. */
export interface TestRunner {
    describe: (name: string, suite: () => void) => unknown;
    it: (name: string, test: () => void | Promise<void>) => unknown;
}

/**
 * What every adapter must keep, as suites of your test runner: call it at the top level of a spec.
 *
 *     describeAdapterConformance(new AdapterRegistry().register(myOperator, myLoader), { describe, it });
 */
export function describeAdapterConformance(registry: AdapterRegistry, { describe, it }: TestRunner): void {
    for (const adapter of registry.all()) {
        describe(`${adapter.type.toLowerCase()} ${adapter.code}`, () => {
            it('declares itself completely', () => assert.deepEqual(declarationFaults(adapter), []));
            it('tells label and description of every setting', () => assert.deepEqual(fieldFaults(adapter), []));
            it('keeps secrets in fields that are masked', () => assert.deepEqual(secretFaults(adapter), []));
            it('has settings that can be described as JSON Schema', () => {
                const { type, title } = configJsonSchema(adapter);
                assert.deepEqual({ type, title }, { type: 'object', title: adapter.name });
            });
            it('refuses a setting that it does not know', () => {
                const result = adapter.schema.safeParse({ settingThatNobodyKnows: 1 });
                const unknown = result.error?.issues.filter(issue => issue.code === 'unrecognized_keys') ?? [];
                assert.equal(unknown.length, 1);
            });
            describeExamples(adapter, it);
        });
    }
}

function describeExamples(adapter: Adapter, it: TestRunner['it']): void {
    for (const { title, config } of adapter.examples) {
        it(`example "${title}" has valid settings`, () => {
            assert.deepEqual(adapter.schema.safeParse(config).error?.issues ?? [], []);
        });
    }
    if (adapter.type === 'OPERATOR') {
        for (const example of adapter.examples) {
            it(`example "${example.title}" gives what it says`, () => runExample(adapter, example));
        }
    }
    if (adapter.type === 'LOADER') {
        for (const { title, record } of adapter.examples) {
            it(`example "${title}" has a valid record`, () => {
                assert.deepEqual(adapter.record.safeParse(record).error?.issues ?? [], []);
            });
        }
    }
}

async function runExample(adapter: OperatorAdapter, example: OperatorAdapter['examples'][number]): Promise<void> {
    const before = structuredClone(example.given);
    const run = await runOperator(adapter, example.config, example.given);
    assert.deepEqual(run.kept, example.then);
    assert.equal(run.rejected.length, example.rejected ?? 0);
    for (const { error } of run.rejected) {
        assert.equal(error.kind, 'USER', error.message);
        assert.match(error.message, /[.!?)]$/);
    }
    // Records may share nested values with the quarantine and with other branches.
    assert.deepEqual(example.given, before);
}

/** Empty when the declaration is complete; otherwise one sentence per fault. */
export function declarationFaults(adapter: Adapter): string[] {
    const faults: string[] = [];
    if (!/^[a-z][A-Za-z0-9]*$/.test(adapter.code)) faults.push(`The code "${adapter.code}" is not camelCase.`);
    for (const key of ['name', 'category'] as const) {
        if (adapter[key].trim() === '') faults.push(`"${key}" is empty.`);
    }
    for (const key of ['description', 'guarantees', 'limits'] as const) {
        const text = adapter[key];
        if (text !== undefined && !/[.!?]$/.test(text.trim())) faults.push(`"${key}" must be a sentence: "${text}".`);
    }
    if (adapter.examples.length === 0) faults.push('There is no example.');
    return faults;
}

export function fieldFaults(adapter: Adapter): string[] {
    return fieldsOf(adapter).flatMap(({ name, meta }) => {
        const faults: string[] = [];
        if (!meta.label) faults.push(`"${name}" has no label.`);
        if (!meta.description) faults.push(`"${name}" has no description.`);
        for (const [option, sentence] of Object.entries(meta.options ?? {})) {
            if (sentence.trim() === '') faults.push(`Option "${option}" of "${name}" has no sentence.`);
        }
        return faults;
    });
}

const SECRET_NAME = /password|passphrase|secret|token|api_?key|private_?key|credential/i;

/** A field that looks like a secret must refer to one by its code: only then it is never shown or stored in the open. */
export function secretFaults(adapter: Adapter): string[] {
    return fieldsOf(adapter)
        .filter(({ name, meta }) => SECRET_NAME.test(name) && meta.role !== 'secret')
        .map(({ name }) => `"${name}" looks like a secret and has not the role "secret".`);
}

function fieldsOf(adapter: Adapter): { name: string; meta: Partial<FieldMeta> }[] {
    return Object.entries(adapter.schema.shape as Record<string, z.ZodType>).map(([name, type]) => ({
        name,
        meta: metaOf(type),
    }));
}

/** Metadata stands on the innermost type that was described; optional, default and the like are put around it. */
function metaOf(type: z.ZodType): Partial<FieldMeta> {
    const meta = z.globalRegistry.get(type) as Partial<FieldMeta> | undefined;
    if (meta?.label !== undefined) return meta;
    const inner = (type as { unwrap?: () => z.ZodType }).unwrap?.();
    return inner && inner !== type ? metaOf(inner) : (meta ?? {});
}
