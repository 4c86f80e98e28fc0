import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UserError } from '../../sdk/errors';
import { chunked, fileOf, readAll } from '../reading.fixture';
import { exactNumber } from './exact-numbers';
import { JsonOptions, parseJson } from './json-parser';
import { parseNdjson } from './ndjson-parser';

const maxRecordBytes = 1_000;
type Content = string | Buffer | Buffer[];

const readJson = (content: Content, options: Partial<JsonOptions> = {}) =>
    readAll(fileOf(content, 'test.json'), (source, parsing) =>
        parseJson(source, { maxRecordBytes, ...options }, parsing),
    );

const readNdjson = (content: Content) =>
    readAll(fileOf(content, 'test.ndjson'), (source, parsing) => parseNdjson(source, { maxRecordBytes }, parsing));

describe('JSON', () => {
    it('reads the objects of a list with their lines', async () => {
        const { items } = await readJson('[\n {"a": 1},\n {"a": "zwölf\\n",\n  "b": [null, true, {"c": []}]}\n]\n');
        expect(items).toEqual([
            { data: { a: 1 }, line: 2 },
            { data: { a: 'zwölf\n', b: [null, true, { c: [] }] }, line: 3, lastLine: 4 },
        ]);
    });

    it('finds the list at a path, whatever stands around it', async () => {
        const text =
            '{"meta": {"items": [{"no": 1}], "n": [1,2]}, "data": {"items": [{"a": 1}, {"a": 2}], "more": [{"no": 2}]}, "items": [{"no": 3}]}';
        for (const size of [1, 5, 1_000]) {
            expect((await readJson(chunked(text, size), { recordsPath: 'data.items' })).records).toEqual([
                { a: 1 },
                { a: 2 },
            ]);
        }
    });

    it('keeps numbers to the last digit, as text where a float would change them', async () => {
        const text =
            '[{"id": 9007199254740993, "small": 9007199254740991, "price": 19.99, "long": 0.12345678901234567891, "big": 1e400, "exp": 1.5e3, "neg": -0.10}]';
        expect((await readJson(text)).records).toEqual([
            {
                id: '9007199254740993',
                small: 9007199254740991,
                price: 19.99,
                long: '0.12345678901234567891',
                big: '1e400',
                exp: 1500,
                neg: -0.1,
            },
        ]);
    });

    it('warns about an empty list', async () => {
        expect(await readJson('[]')).toMatchObject({
            items: [],
            warnings: ['The list of records in "test.json" is empty.'],
        });
    });

    it('refuses what is no object and goes on', async () => {
        const { records, errors } = await readJson('[1, {"a": 1}, "x", [2], null, {"a": 2}]');
        expect(records).toEqual([{ a: 1 }, { a: 2 }]);
        expect(errors).toHaveLength(4);
        expect(errors[0]).toBe(
            'record-not-an-object@1: Record 1 (line 1) of "test.json" is not a JSON object, and only objects can be records.',
        );
    });

    it('says where lists are when there is none at the path', async () => {
        const text = '{"data": {"items": []}, "total": 2}';
        await expect(readJson(text, { recordsPath: 'data.products' })).rejects.toMatchObject({
            message: '"test.json" has no list at recordsPath "data.products".',
            hint: 'Lists in it: data.items.',
        });
        await expect(readJson(text)).rejects.toMatchObject({
            code: 'json-not-a-list',
            hint: 'Set recordsPath to the list of records. Lists in it: data.items.',
        });
        await expect(readJson('{"a": {}}', { recordsPath: 'a' })).rejects.toMatchObject({
            hint: 'At its top level there are: a.',
        });
    });

    it('ends at a syntax error, after the records before it', async () => {
        for (const size of [3, 1_000]) {
            const seen: unknown[] = [];
            const read = readAll(
                fileOf(chunked('[{"a": 1},\n{"a": 2},\n{"a" 3}]', size), 'test.json'),
                async function* (source, parsing) {
                    for await (const page of parseJson(source, { maxRecordBytes }, parsing)) {
                        seen.push(...page);
                        yield page;
                    }
                },
            );
            await expect(read).rejects.toMatchObject({ code: 'malformed-json', place: { line: 3 } });
            expect(seen).toHaveLength(2);
        }
    });

    it.each([
        '[{"a": 1}',
        '[{"a": 1}, ',
        '[{"a": "x',
        '[{"a": 1}}',
        '[{"a": 1} {"a": 2}]',
        '[{"a": 1},]',
        '[{"a": 01}]',
        'x',
    ])('refuses %s', async text => {
        await expect(readJson(text)).rejects.toMatchObject({ code: 'malformed-json' });
    });

    it('hints at NDJSON when one document follows another', async () => {
        await expect(readJson('{"a": 1}\n{"a": 2}\n')).rejects.toMatchObject({
            hint: 'Set format to NDJSON if each line is a record of its own.',
        });
    });

    it('passes over a record above the limit, and one that is nested too deeply', async () => {
        const text = `[{"a": 1},\n{"a": "${'x'.repeat(3_000)}", "b": {"c": [1]}},\n{"a": ${'['.repeat(300)}${']'.repeat(300)}},\n{"a": 4}]`;
        for (const size of [50, 10_000]) {
            const { records, errors } = await readJson(chunked(text, size));
            expect(records).toEqual([{ a: 1 }, { a: 4 }]);
            expect(errors).toEqual([
                'record-too-large@2: The record at line 2 of "test.json" is larger than 1000 bytes.',
                'record-too-deep@3: The record at line 3 of "test.json" is nested more than 200 levels deep.',
            ]);
        }
    });

    it('a field called __proto__ is a field', async () => {
        const { records } = await readJson('[{"__proto__": {"x": 1}, "a": 1}]');
        expect(Object.keys(records[0]!)).toEqual(['__proto__', 'a']);
        expect((records[0] as { x?: unknown })['x']).toBeUndefined();
    });

    it('gives back any list of objects, wherever the chunks end', async () => {
        const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }), {
            maxLength: 6,
        });
        await fc.assert(
            fc.asyncProperty(
                objects,
                fc.integer({ min: 1, max: 30 }),
                fc.constantFrom(undefined, 2),
                async (list, size, indent) => {
                    const plain = JSON.parse(JSON.stringify(list)) as unknown[];
                    const { records, errors } = await readJson(chunked(JSON.stringify(list, null, indent), size), {
                        maxRecordBytes: 1e6,
                    });
                    expect(errors).toEqual([]);
                    expect(JSON.stringify(records)).toEqual(JSON.stringify(plain));
                },
            ),
            { numRuns: 300 },
        );
    });
});

describe('a JSON document with a fault', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }), {
        minLength: 1,
        maxLength: 5,
    });
    const fault = fc.record({ at: fc.nat(), by: fc.constantFrom(...'{}[]",:\\ 0xn', '') });

    /** The records, then what is refused, with its line. */
    const outcomeOf = async (text: string, size: number): Promise<unknown[]> => {
        const seen: unknown[] = [];
        const reading = fileOf(chunked(text, size), 'test.json');
        await readAll(reading, async function* (source, parsing) {
            for await (const page of parseJson(source, { maxRecordBytes: 1e6 }, parsing)) {
                for (const item of page) seen.push('data' in item ? item.data : `${item.error.code}@${item.line}`);
                yield page;
            }
        }).catch(({ code, place }: UserError) => seen.push(`${code}@${place.line}`));
        return seen;
    };

    it('is refused where JSON.parse refuses it, at the same place however it is chunked', async () => {
        await fc.assert(
            fc.asyncProperty(objects, fault, fc.integer({ min: 1, max: 20 }), async (list, { at, by }, size) => {
                const text = JSON.stringify(list, null, 1);
                // Without its first character it is another document.
                const position = 1 + (at % (text.length - 1));
                const faulty = text.slice(0, position) + by + text.slice(position + 1);
                const outcome = await outcomeOf(faulty, 100_000);
                expect(await outcomeOf(faulty, size)).toEqual(outcome);
                const whole = parsed(faulty);
                if (Array.isArray(whole)) expect(outcome).toHaveLength(whole.length);
                else expect(outcome.at(-1)).toMatch(whole === undefined ? /^malformed-json@\d|^json-/ : /^json-/);
            }),
            { numRuns: 500 },
        );
    });

    it('tells the byte and the line of what does not belong there', async () => {
        const text = '[{"a": 1},\n {"a": "ä"},\n {"a": 2}, ?]';
        await expect(readJson(text)).rejects.toMatchObject({
            message: '"test.json" is not valid JSON at line 3: Unexpected "?" at byte 37.',
        });
    });
});

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

describe('a JSON document without records', () => {
    it('is given up when it only ever goes deeper, before its levels fill the memory', async () => {
        const levels = Array.from({ length: 100 }, () => Buffer.from('{"a":'.repeat(1_000)));
        await expect(readJson(levels, { recordsPath: 'x.y' })).rejects.toMatchObject({ code: 'json-too-deep' });
        const lists = '['.repeat(30_000);
        await expect(readJson(`{"x":${lists}`, { recordsPath: 'y' })).rejects.toMatchObject({ code: 'json-too-deep' });
    });
});

describe('NDJSON', () => {
    it('rejects a line that is nested too deeply, since whatever walks it would run out of stack', async () => {
        const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
        const file = fileOf(`${deep(199)}\n${deep(200)}\n${deep(30_000)}\n{"a":1}\n`, 'test.ndjson');
        const { items, errors } = await readAll(file, (source, parsing) =>
            parseNdjson(source, { maxRecordBytes: 1_000_000 }, parsing),
        );
        expect(items.map(item => 'data' in item)).toEqual([true, false, false, true]);
        expect(errors).toEqual(
            [2, 3].map(
                line =>
                    `record-too-deep@${line}: The record at line ${line} of "test.ndjson" is nested more than 200 levels deep.`,
            ),
        );
    });

    it('reads one object per line and refuses bad lines one by one', async () => {
        const text = '{"a": 1}\n\n{"a": \n[1]\r\n{"a": 9007199254740993, "b": "x"}\r\n   \n{"a": 3}';
        for (const size of [1, 1_000]) {
            const { items, errors } = await readNdjson(chunked(text, size));
            expect(items.filter(item => 'data' in item)).toEqual([
                { data: { a: 1 }, line: 1 },
                { data: { a: '9007199254740993', b: 'x' }, line: 5 },
                { data: { a: 3 }, line: 7 },
            ]);
            expect(errors).toHaveLength(2);
            expect(errors[0]).toMatch(/^malformed-line@3: Line 3 of "test.ndjson" is not valid JSON: /);
            expect(errors[1]).toMatch(/^record-not-an-object@4: Line 4/);
        }
    });

    it('passes over a line above the limit', async () => {
        const { records, errors } = await readNdjson(chunked(`{"a": "${'x'.repeat(5_000)}"}\n{"a": 2}\n`, 100));
        expect(records).toEqual([{ a: 2 }]);
        expect(errors).toEqual(['record-too-large@1: Line 1 of "test.ndjson" is larger than 1000 bytes.']);
    });
});

describe('exact numbers', () => {
    it('take linear time for long rows of zeros', () => {
        const text = `1.${'0'.repeat(300_000)}1`;
        const begin = performance.now();
        expect(exactNumber(text)).toBe(text);
        expect(performance.now() - begin).toBeLessThan(5_000);
    });

    it('are numbers only when nothing is lost', () => {
        fc.assert(
            fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), number => {
                expect(exactNumber(JSON.stringify(number))).toBe(Number(JSON.stringify(number)));
            }),
        );
        fc.assert(
            fc.property(fc.bigInt(), number => {
                const exact = exactNumber(String(number));
                expect(BigInt(exact)).toBe(number);
            }),
        );
        expect(['1e-400', '1.000', '100000000000000000000', '123456789012345678'].map(exactNumber)).toEqual([
            '1e-400',
            1,
            100000000000000000000,
            '123456789012345678',
        ]);
    });
});
