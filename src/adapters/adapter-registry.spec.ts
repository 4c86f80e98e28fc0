import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JsonObject } from '../../shared/json';
import { DataExtractor, HostContext, RecordWithMeta } from '../sdk/doors';
import { DataHubError } from '../sdk/errors';
import { defineExporter } from '../sdk/exporter';
import { ExtractContext, ExtractedPage } from '../sdk/extractor';
import { config, field } from '../sdk/field';
import { DirectLoader } from '../sdk/loader';
import { defineOperator, RecordOperator } from '../sdk/operator';
import { Dropped, Expanded } from '../sdk/outcome';
import { AdapterRegistry } from './adapter-registry';

const ctx = { channelId: 1 } as unknown as HostContext;
const origin = { step: 'read', index: 7 };
const place = { step: 'write', batch: 'a#0', positionOf: () => 0 };
const registry = () => new AdapterRegistry({ requestContext: () => ctx });

const shout = defineOperator({
    code: 'shout',
    name: 'Shout',
    description: 'Adds an exclamation mark.',
    category: 'text',
    guarantees: 'None.',
    schema: config({ path: field.path('Field', 'What to shout.') }),
    examples: [],
    create:
        ({ config: { path } }) =>
        record => ({ ...record, [path]: `${JSON.stringify(record[path])}!` }),
});

describe('AdapterRegistry', () => {
    it('finds exporters, also one that is called as an extractor is', () => {
        const exporter = defineExporter({
            code: 'myFile',
            name: 'My file',
            description: 'Writes a file.',
            category: 'output',
            guarantees: 'None.',
            schema: config({}),
            examples: [],
            create: async () => ({ write: async () => 0, finish: async () => undefined, close: async () => undefined }),
        });
        const extractor = { code: 'myFile', name: 'My file', extract: async function* () {} };
        const registry = new AdapterRegistry().register(exporter).registerExtractor('myFile', extractor);
        expect(registry.exporter('myFile')).toBe(exporter);
        expect(registry.find('EXPORTER', 'myFile')).toBe(exporter);
        expect(registry.codes('EXPORTER')).toEqual(['myFile']);
        expect(registry.all().map(({ type }) => type)).toEqual(['EXTRACTOR', 'EXPORTER']);
        expect(() => registry.registerExporter(exporter)).toThrow(
            'Two adapters of type EXPORTER have the code "myFile"',
        );
        expect(() => registry.exporter('myFlie')).toThrow('There is no exporter with the code "myFlie".');
    });

    it('finds a declared adapter by type and code', () => {
        const adapters = registry().registerOperator(shout);
        expect(adapters.operator('shout')).toBe(shout);
        expect(adapters.find('LOADER', 'shout')).toBeUndefined();
        expect(adapters.all().map(a => a.code)).toEqual(['shout']);
    });

    it('answers an unknown code with the nearest known one', () => {
        const adapters = registry().registerOperator(shout);
        const error = thrownBy(() => adapters.operator('shuot'));
        expect(error.kind).toBe('USER');
        expect(error.message).toBe('There is no operator with the code "shuot".');
        expect(error.hint).toBe('Did you mean "shout"?');
    });

    it('refuses a second adapter with the same code and names both', () => {
        const adapters = registry().registerOperator(shout);
        const error = thrownBy(() => adapters.registerOperator({ ...shout, name: 'Shout louder' }));
        expect(error.message).toContain('"Shout" and "Shout louder"');
    });

    it('refuses a code that could not stand in a definition', () => {
        expect(thrownBy(() => registry().registerOperator({ ...shout, code: 'a b' })).code).toBe(
            'adapter-code-invalid',
        );
    });
});

describe('registerExtractor(code, class)', () => {
    class Numbers implements DataExtractor {
        code = 'numbers';
        name = 'Numbers';
        async *extract(given: HostContext, settings: JsonObject): AsyncGenerator<JsonObject> {
            for (let i = 0; i < Number(settings['count']); i++) yield { i, channel: String(given.channelId) };
        }
    }

    it('reads pages in order and hands the request context through', async () => {
        const adapter = registry().registerExtractor('numbers', Numbers).extractor('numbers');
        const pages = await read(adapter.read({ config: { count: 1_001 }, context: contextWith() }));
        expect(pages.map(page => page.items.length)).toEqual([500, 500, 1]);
        expect(pages[2]?.items[0]).toEqual({ data: { i: 1000, channel: '1' } });
    });

    it('stops when the run is cancelled', async () => {
        const controller = new AbortController();
        const endless = {
            code: 'endless',
            name: 'Endless',
            async *extract(): AsyncGenerator<JsonObject> {
                for (let i = 0; ; i++) {
                    if (i === 600) controller.abort();
                    yield { i };
                }
            },
        };
        const adapter = registry().registerExtractor('endless', endless).extractor('endless');
        const pages = await read(adapter.read({ config: {}, context: contextWith(controller.signal) }));
        expect(pages).toHaveLength(1);
    });

    it('says what is missing when the registry knows no request context', async () => {
        const adapter = new AdapterRegistry().registerExtractor('numbers', Numbers).extractor('numbers');
        await expect(read(adapter.read({ config: {}, context: contextWith() }))).rejects.toThrow(/RequestContext/);
    });
});

describe('registerOperator(code, definition)', () => {
    it('keeps what execute returns and drops on null', async () => {
        const adapters = registry().registerOperator('onlyBig', {
            code: 'onlyBig',
            name: 'Only big',
            execute: (_ctx, record, args) => (Number(record['n']) > Number(args['min']) ? record : null),
        });
        const run = adapters.operator('onlyBig').create({ config: { min: 5 } }) as RecordOperator;
        expect(await run({ n: 6 }, origin)).toEqual({ n: 6 });
        expect(await run({ n: 4 }, origin)).toBeInstanceOf(Dropped);
    });
});

describe('registerLoader(code, implementation)', () => {
    const adapters = registry().registerLoader('erp', {
        code: 'erp',
        entityType: 'Product',
        async load(given, records, settings) {
            if (given !== ctx) throw new Error('wrong context');
            return {
                created: records.length - 1,
                failed: [{ index: Number(settings['bad']), message: 'The ERP says no.' }],
            };
        },
    });

    it('calls load with the context of the transaction and names the refused record', async () => {
        const loader = (await adapters.loader('erp').create({ config: { bad: 1 }, host: {} })) as DirectLoader;
        const records = [
            { data: { a: 1 }, origin },
            { data: { a: 2 }, origin },
        ];
        const result = await loader.load(records, { ctx }, place);
        expect(result.created).toBe(1);
        expect(result.rejected[0]?.record).toBe(records[1]);
        expect(result.rejected[0]?.rejected.error.message).toBe('The ERP says no.');
    });

    it('reports a failure index outside the batch as a defect of the loader', async () => {
        const loader = (await adapters.loader('erp').create({ config: { bad: 9 }, host: {} })) as DirectLoader;
        await expect(loader.load([{ data: {}, origin }], { ctx }, place)).rejects.toMatchObject({ kind: 'DEFECT' });
    });
});

describe('registerRuntime', () => {
    const runtime = (apply: (records: RecordWithMeta[]) => JsonObject[]) =>
        registry()
            .registerRuntime({
                type: 'OPERATOR',
                code: 'myCustomOp',
                name: 'My Custom Operator',
                description: 'Does something custom',
                category: 'CUSTOM',
                schema: { type: 'object', properties: { size: { type: 'integer' } }, additionalProperties: false },
                apply: async records => ({ records: apply(records) }),
            })
            .operator('myCustomOp');

    it('checks settings with the JSON Schema', () => {
        const { schema } = runtime(records => records);
        expect(schema.safeParse({ size: 3 }).success).toBe(true);
        expect(schema.safeParse({ size: 'L' }).success).toBe(false);
        expect(schema.safeParse({ sise: 3 }).success).toBe(false);
    });

    it('shows _meta to apply and strips it from what comes back', async () => {
        let seen: unknown;
        const run = runtime(records => {
            seen = records[0]?._meta;
            return records.map(record => ({ ...record, custom: true }));
        }).create({ config: {} }) as RecordOperator;
        expect(await run({ a: 1 }, origin)).toEqual({ a: 1, custom: true });
        expect(seen).toEqual({ sourceStep: 'read', index: 7 });
    });

    it('counts a record that is not returned as dropped, and several as expanded', async () => {
        const none = runtime(() => []).create({ config: {} }) as RecordOperator;
        expect(await none({ a: 1 }, origin)).toBeInstanceOf(Dropped);
        const two = runtime(([record]) => [record!, record!]).create({ config: {} }) as RecordOperator;
        expect(((await two({ a: 1 }, origin)) as Expanded).records).toEqual([{ a: 1 }, { a: 1 }]);
    });

    it('refuses a record that belongs to another call', async () => {
        const run = runtime(([record]) => [{ ...record, _meta: { sourceStep: 'read', index: 3 } }]).create({
            config: {},
        }) as RecordOperator;
        await expect(run({ a: 1 }, origin)).rejects.toThrow(/another call .*"index":3/);
    });

    it('takes a zod schema as it is and refuses one that is no object', () => {
        const declare = (schema: z.ZodObject | JsonObject) =>
            registry().registerRuntime({
                type: 'LOADER',
                code: 'x',
                name: 'X',
                description: 'X.',
                category: 'CUSTOM',
                entityType: 'Order',
                schema,
                load: async () => ({}),
            });
        const zod = z.object({ a: z.string() });
        expect(declare(zod).loader('x').schema).toBe(zod);
        expect(thrownBy(() => declare({ type: 'string' })).message).toContain('must describe an object');
    });
});

function thrownBy(run: () => unknown): DataHubError {
    try {
        run();
    } catch (error) {
        return error as DataHubError;
    }
    throw new Error('nothing was thrown');
}

async function read(pages: AsyncIterable<ExtractedPage>): Promise<ExtractedPage[]> {
    const all: ExtractedPage[] = [];
    for await (const page of pages) all.push(page);
    return all;
}

function contextWith(signal = new AbortController().signal): ExtractContext {
    return {
        host: undefined,
        signal,
        log: () => undefined,
        files: { open: () => Promise.reject(new Error('no files')) },
    };
}
