import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Adapter, AdapterRegistry } from '../adapters/adapter-registry';
import { configJsonSchema } from '../adapters/json-schema';
import { FieldMeta } from '../sdk/field';
import { OperatorAdapter } from '../sdk/operator';
import { runOperator } from './run-operator';

/**
 * What every adapter must keep, as vitest suites: call it at the top level of a spec with a registry of your adapters.
 *
 *     describeAdapterConformance(new AdapterRegistry().register(myOperator, myLoader));
 */
export function describeAdapterConformance(registry: AdapterRegistry): void {
    for (const adapter of registry.all()) {
        describe(`${adapter.type.toLowerCase()} ${adapter.code}`, () => {
            it('declares itself completely', () => expect(declarationFaults(adapter)).toEqual([]));
            it('tells label and description of every setting', () => expect(fieldFaults(adapter)).toEqual([]));
            it('keeps secrets in fields that are masked', () => expect(secretFaults(adapter)).toEqual([]));
            it('has settings that can be described as JSON Schema', () => {
                expect(configJsonSchema(adapter)).toMatchObject({ type: 'object', title: adapter.name });
            });
            it('refuses a setting that it does not know', () => {
                const result = adapter.schema.safeParse({ settingThatNobodyKnows: 1 });
                const unknown = result.error?.issues.filter(issue => issue.code === 'unrecognized_keys') ?? [];
                expect(unknown).toHaveLength(1);
            });
            describeExamples(adapter);
        });
    }
}

function describeExamples(adapter: Adapter): void {
    it.each(adapter.examples.map(example => [example.title, example.config] as const))(
        'example "%s" has valid settings',
        (_title, config) => {
            expect(adapter.schema.safeParse(config).error?.issues ?? []).toEqual([]);
        },
    );
    if (adapter.type === 'OPERATOR') {
        it.each(adapter.examples.map(example => [example.title, example] as const))(
            'example "%s" gives what it says',
            (_title, example) => runExample(adapter, example),
        );
    }
    if (adapter.type === 'LOADER') {
        it.each(adapter.examples.map(example => [example.title, example.record] as const))(
            'example "%s" has a valid record',
            (_title, record) => {
                expect(adapter.record.safeParse(record).error?.issues ?? []).toEqual([]);
            },
        );
    }
}

async function runExample(adapter: OperatorAdapter, example: OperatorAdapter['examples'][number]): Promise<void> {
    const before = structuredClone(example.given);
    const run = await runOperator(adapter, example.config, example.given);
    expect(run.kept).toEqual(example.then);
    expect(run.rejected).toHaveLength(example.rejected ?? 0);
    for (const { error } of run.rejected) {
        expect(error.kind, error.message).toBe('USER');
        expect(error.message).toMatch(/[.!?)]$/);
    }
    // Records may share nested values with the quarantine and with other branches.
    expect(example.given).toEqual(before);
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
