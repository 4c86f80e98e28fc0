import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { JsonObject, JsonValue } from '../../../shared/json';
import type { Exporter } from '../../sdk/exporter';
import type { PipelineRecord } from '../../sdk/record';
import type { fileExportConfig } from './file.config';
import { fileExporter } from './file.exporter';

const root = mkdtempSync(join(tmpdir(), 'file-exporter-'));
afterAll(() => rmSync(root, { recursive: true }));

let folder: string;
let warnings: string[];
const opened: Exporter[] = [];
beforeEach(() => {
    folder = mkdtempSync(join(root, 'case-'));
    warnings = [];
});
afterEach(async () => {
    for (const exporter of opened.splice(0)) await exporter.close();
});

type Config = z.input<typeof fileExportConfig>;

async function open(config: Config): Promise<Exporter> {
    const exporter = await fileExporter.create({
        config: fileExporter.schema.parse(config),
        context: {
            runId: '7',
            step: 'write',
            signal: new AbortController().signal,
            log: (_level, message) => warnings.push(message),
            files: {
                prepare: async ({ path, owner }) => ({
                    partialPath: join(folder, `.${path}.${owner}.partial`),
                    finalPath: join(folder, path),
                }),
            },
        },
    });
    opened.push(exporter);
    return exporter;
}

const recordsOf = (...data: JsonObject[]): PipelineRecord[] =>
    data.map((each, index) => ({ data: each, origin: { step: 'read', index } }));

const partial = (path: string): string => join(folder, `.${path}.7-write.partial`);
const content = (path: string): Buffer => readFileSync(join(folder, path));

async function exported(config: Config, ...batches: JsonObject[][]): Promise<string> {
    const exporter = await open(config);
    let position: JsonValue | undefined;
    for (const batch of batches) position = await exporter.write(recordsOf(...batch), position);
    await exporter.finish(position);
    await exporter.close();
    const bytes = content(config.path);
    return (config.compression === 'GZIP' ? gunzipSync(bytes) : bytes).toString('utf8');
}

describe('file exporter', () => {
    it('writes one JSON object per line', async () => {
        const text = await exported({ path: 'a.ndjson' }, [{ sku: '1', n: 1.5 }, { x: 'a\nb' }], [{ sku: null }]);
        expect(text).toBe('{"sku":"1","n":1.5}\n{"x":"a\\nb"}\n{"sku":null}\n');
    });

    it('writes one JSON list over all batches', async () => {
        const text = await exported({ path: 'a.json' }, [{ a: 1 }], [{ a: 2 }, { a: 3 }]);
        expect(JSON.parse(text)).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    });

    it('writes files without records that can be read', async () => {
        expect(await exported({ path: 'a.json' })).toBe('[]\n');
        expect(await exported({ path: 'a.ndjson' })).toBe('');
        expect(await exported({ path: 'a.csv', columns: ['sku', 'name'] })).toBe('sku,name\r\n');
        expect(await exported({ path: 'a.json.gz', compression: 'GZIP' })).toBe('[]\n');
    });

    it('takes the columns of a CSV file from the first batch and says what is left out later', async () => {
        const text = await exported({ path: 'a.csv' }, [{ a: '1' }, { b: 2 }], [{ b: 'x', c: 'y' }, { c: 'z' }]);
        expect(text).toBe('a,b\r\n1,\r\n,2\r\n,x\r\n,\r\n');
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toContain('The field "c" is not in the file');
    });

    it('takes the columns of a CSV file from the settings', async () => {
        const columns = ['sku', { path: 'price.gross', header: 'Price' }];
        const text = await exported({ path: 'a.csv', columns, newline: 'LF' }, [
            { sku: '00123', price: { gross: 1999, net: 1 }, more: true },
        ]);
        expect(text).toBe('sku,Price\n00123,1999\n');
        expect(warnings).toEqual([]);
    });

    it('rejects records with fields without a column on demand, from the settings or from the first batch', async () => {
        const [known, extra] = recordsOf({ a: 1 }, { a: 1, b: 2 });
        const configured = await open({ path: 'a.csv', columns: ['a'], extraFields: 'REJECT' });
        expect(configured.check!(known!, undefined)).toBeUndefined();
        expect(configured.check!(extra!, undefined)).toMatchObject({
            code: 'export-field-without-column',
            message: 'The record has a field "b", for which the file has no column.',
        });
        const found = await open({ path: 'b.csv', extraFields: 'REJECT' });
        expect(found.check!(extra!, undefined)).toBeUndefined();
        const position = await found.write([known!], undefined);
        expect(found.check!(extra!, position)?.code).toBe('export-field-without-column');
        await found.close();
        expect((await open({ path: 'b.csv', extraFields: 'REJECT' })).check!(extra!, position)).toBeDefined();
    });

    it('tells null, absent and empty text apart from text in CSV, and writes nested values as JSON', async () => {
        const text = await exported({ path: 'a.csv', columns: ['a', 'b', 'c', 'd', 'e'] }, [
            { a: null, b: '', d: [1, 'x'], e: false },
        ]);
        expect(text).toBe('a,b,c,d,e\r\n,"",,"[1,""x""]",false\r\n');
    });

    it('never writes a line without text', async () => {
        expect(await exported({ path: 'a.csv', columns: ['a'] }, [{ a: null }, { a: '' }])).toBe('a\r\n""\r\n""\r\n');
    });

    it.each([
        ['=1+1', "'=1+1"],
        ['+cmd|x', "'+cmd|x"],
        ['-2+3', "'-2+3"],
        ['@SUM(A1)', "'@SUM(A1)"],
        ['\t=1', "'\t=1"],
        ['  =1', "'  =1"],
        ['＝1+1', "'＝1+1"],
        ['\rx', `"'\rx"`],
        ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
        ['-5.00', '-5.00'],
        ['+49 170 1234', '+49 170 1234'],
        ['a=b', 'a=b'],
    ])('does not let a spreadsheet run %j', async (text, cell) => {
        expect(await exported({ path: 'a.csv', columns: ['a'], newline: 'LF' }, [{ a: text }])).toBe(`a\n${cell}\n`);
    });

    it('neutralises headers too, leaves numbers alone, and keeps formulas on demand', async () => {
        expect(await exported({ path: 'a.csv', newline: 'LF' }, [{ '=x': -5 }])).toBe("'=x\n-5\n");
        expect(await exported({ path: 'a.csv', newline: 'LF', formulas: 'KEEP' }, [{ a: '=1' }])).toBe('a\n=1\n');
    });

    it.each(fileExporter.examples)('runs its example "$title"', async ({ config }) => {
        const flat = { ...config, path: config.path.split('/').at(-1)! };
        const text = await exported(flat, [{ sku: 'A', price: { gross: 1 } }], [{ sku: 'B', price: { gross: 2 } }]);
        expect(text).toContain('A');
        expect(text).toContain('B');
    });

    it('writes CSV that is read back as it was', async () => {
        const cell = fc.string({
            unit: fc.constantFrom(
                'a',
                '"',
                ',',
                ';',
                '\n',
                '\r',
                ' ',
                '\t',
                'é',
                '😀',
                '\ufeff',
                ']',
                '^',
                '-',
                '\\',
                '|',
            ),
        });
        const row = fc.record({ a: cell, b: cell, c: cell });
        await fc.assert(
            fc.asyncProperty(
                fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
                fc.constantFrom(',', ';', '\t', '|', ']', '^', '-', '\\', '.'),
                fc.constantFrom('CRLF' as const, 'LF' as const),
                async (batches, delimiter, newline) => {
                    const text = await exported(
                        { path: 'a.csv', columns: ['a', 'b', 'c'], delimiter, newline, formulas: 'KEEP' },
                        ...batches,
                    );
                    const options = { delimiter, columns: true, record_delimiter: newline === 'LF' ? '\n' : '\r\n' };
                    expect(parse(text, options)).toEqual(batches.flat());
                },
            ),
            { numRuns: 200 },
        );
    });

    it('begins a file for Excel with a byte order mark and ends it nowhere else', async () => {
        const text = await exported({ path: 'a.csv', byteOrderMark: true, delimiter: ';' }, [{ a: 'ä' }], [{ a: 'ö' }]);
        expect(text).toBe('\ufeffa\r\nä\r\nö\r\n');
    });

    it('separates by tabs in a .tsv file, and refuses a path that does not tell the format', async () => {
        expect(await exported({ path: 'a.tsv' }, [{ a: 1, b: 2 }])).toBe('a\tb\r\n1\t2\r\n');
        await expect(open({ path: 'a.txt' })).rejects.toThrow('does not tell in which format to write');
    });

    describe('appearing', () => {
        it('shows nothing under the final name before it is complete, and replaces the file before', async () => {
            writeFileSync(join(folder, 'a.ndjson'), 'old');
            const exporter = await open({ path: 'a.ndjson' });
            const position = await exporter.write(recordsOf({ a: 1 }), undefined);
            expect(content('a.ndjson').toString()).toBe('old');
            await exporter.finish(position);
            expect(content('a.ndjson').toString()).toBe('{"a":1}\n');
            expect(readdirSync(folder)).toEqual(['a.ndjson']);
        });

        it('can be repeated, by this process or the next', async () => {
            const exporter = await open({ path: 'a.json' });
            const position = await exporter.write(recordsOf({ a: 1 }), undefined);
            await exporter.finish(position);
            await exporter.finish(position);
            await exporter.close();
            await (await open({ path: 'a.json' })).finish(position);
            expect(JSON.parse(content('a.json').toString())).toEqual([{ a: 1 }]);
        });

        it('replaces a file before that happens to be as long', async () => {
            await exported({ path: 'a.csv', columns: ['sku'] });
            expect(await exported({ path: 'a.csv', columns: ['ean'] })).toBe('ean\r\n');
        });

        it('keeps what is unfinished when it is closed', async () => {
            const exporter = await open({ path: 'a.ndjson' });
            await exporter.write(recordsOf({ a: 1 }), undefined);
            await exporter.close();
            await exporter.close();
            expect(readFileSync(partial('a.ndjson'), 'utf8')).toBe('{"a":1}\n');
        });

        it('says so when the unfinished part is gone or shorter than it was', async () => {
            const first = await open({ path: 'a.ndjson' });
            const position = await first.write(recordsOf({ a: 1 }), undefined);
            await first.close();
            truncateSync(partial('a.ndjson'), 3);
            await expect((await open({ path: 'a.ndjson' })).write(recordsOf({ a: 2 }), position)).rejects.toMatchObject(
                {
                    code: 'export-part-missing',
                },
            );
            rmSync(partial('a.ndjson'));
            writeFileSync(join(folder, 'a.ndjson'), 'of another run, and longer');
            await expect((await open({ path: 'a.ndjson' })).finish(position)).rejects.toThrow(
                'The unfinished part of "a.ndjson" is not there any more',
            );
            expect(content('a.ndjson').toString()).toBe('of another run, and longer');
        });
    });

    const kinds: Config[] = [
        { path: 'a.ndjson' },
        { path: 'a.json' },
        { path: 'a.csv' },
        { path: 'a.csv.gz', compression: 'GZIP' },
        { path: 'a.json.gz', compression: 'GZIP' },
    ];
    describe.each(kinds)('killed while it writes $path', config => {
        const batches = Array.from({ length: 6 }, (_, b) =>
            Array.from({ length: 4 }, (_, i) => ({ id: b * 4 + i, text: `ä"${b}\n`.repeat(b + 1) })),
        );
        const whole = (bytes: Buffer): string =>
            (config.compression === 'GZIP' ? gunzipSync(bytes) : bytes).toString('utf8');

        it('has each batch once, wherever it was killed and whatever was left behind', async () => {
            const expected = await exported(config, ...batches);
            await fc.assert(
                fc.asyncProperty(
                    // For each batch: how often it is repeated, and what stands behind the last position then.
                    fc.array(fc.array(fc.constantFrom('nothing', 'half', 'all', 'more'), { maxLength: 3 }), {
                        minLength: batches.length,
                        maxLength: batches.length,
                    }),
                    async deaths => {
                        rmSync(join(folder, config.path), { force: true });
                        let exporter = await open(config);
                        let position: JsonValue | undefined;
                        for (const [b, batch] of batches.entries()) {
                            for (const death of deaths[b]!) {
                                // The position that this write resolves with dies with the process.
                                await exporter.write(recordsOf(...batch), position);
                                await exporter.close();
                                leaveBehind(death, bytesOf(position), partial(config.path));
                                exporter = await open(config);
                            }
                            position = JSON.parse(
                                JSON.stringify(await exporter.write(recordsOf(...batch), position)),
                            ) as JsonValue;
                        }
                        await exporter.finish(position);
                        expect(whole(content(config.path))).toBe(expected);
                    },
                ),
                { numRuns: 40 },
            );
        });

        it('repeats a batch in the same process too', async () => {
            const expected = await exported(config, ...batches);
            const exporter = await open(config);
            let position: JsonValue | undefined;
            for (const batch of batches) {
                await exporter.write(recordsOf({ id: -1, text: 'rolled back' }, ...batch), position);
                position = await exporter.write(recordsOf(...batch), position);
            }
            await exporter.finish(position);
            expect(whole(content(config.path))).toBe(expected);
        });

        it('has its end once when it was killed while finishing', async () => {
            const expected = await exported(config, batches[0]!);
            const exporter = await open(config);
            const position = await exporter.write(recordsOf(...batches[0]!), undefined);
            await exporter.close();
            appendFileSync(partial(config.path), '\n]\n');
            await (await open(config)).finish(position);
            expect(whole(content(config.path))).toBe(expected);
        });
    });
});

function bytesOf(position: JsonValue | undefined): number {
    return (position as { bytes: number } | undefined)?.bytes ?? 0;
}

function leaveBehind(what: string, committed: number, path: string): void {
    const { length } = readFileSync(path);
    if (what === 'nothing') truncateSync(path, committed);
    if (what === 'half') truncateSync(path, committed + Math.floor((length - committed) / 2));
    if (what === 'more') appendFileSync(path, 'rubbish that came after it');
}
