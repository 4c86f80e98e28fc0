import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JsonObject } from '../../../shared/json';
import { LocalFileAccess } from '../../files/local-file-access';
import { ExtractContext, ExtractedPage } from '../../sdk/extractor';
import { builtInExtractors } from '../index';
import { fileExtractor } from './file.extractor';

describe('file extractor', () => {
    let root: string;
    let files: LocalFileAccess;
    beforeAll(() => {
        root = mkdtempSync(join(tmpdir(), 'data-hub-extract-'));
        mkdirSync(join(root, 'uploads'));
        files = new LocalFileAccess({ rootDir: root, uploadsDir: join(root, 'uploads') });
    });
    afterAll(() => rmSync(root, { recursive: true }));

    function contextWith(warnings: string[] = [], signal = new AbortController().signal): ExtractContext {
        return { host: undefined, files, signal, log: (level, message) => void warnings.push(`${level}: ${message}`) };
    }

    /** The configuration goes in as a user writes it. */
    async function read(name: string, content: string | Buffer, config: JsonObject = {}) {
        writeFileSync(join(root, name), content);
        const pages: ExtractedPage[] = [];
        const warnings: string[] = [];
        const parsed = fileExtractor.schema.parse({ path: name, ...config });
        for await (const page of fileExtractor.read({ config: parsed, context: contextWith(warnings) }))
            pages.push(page);
        const items = pages.flatMap(page => page.items);
        return { pages, items, warnings, records: items.flatMap(item => ('data' in item ? [item.data] : [])) };
    }

    const AB = [{ a: '1', b: '2' }];

    it.each<[string, string, JsonObject[]]>([
        ['x.csv', 'a;b\n1;2\n', AB],
        ['x.CSV', 'a;b\n1;2\n', AB],
        ['x.tsv', 'a,\tb\n1\t2\n', [{ 'a,': '1', b: '2' }]],
        ['x.json', '[{"a": "1", "b": "2"}]', AB],
        ['lines.json', '{"a": "1", "b": "2"}\n{"a": "1", "b": "2"}\n', [...AB, ...AB]],
        ['x.ndjson', '{"a": "1", "b": "2"}', AB],
        ['x.jsonl', '{"a": "1", "b": "2"}', AB],
        ['x.xml', '<r><i><a>1</a><b>2</b></i></r>', AB],
        ['csv.txt', 'a|b\n1|2\n', AB],
        ['json.txt', ' [{"a": "1", "b": "2"}]', AB],
        ['ndjson.dat', '{"a": "1", "b": "2"}\n{"a": "1", "b": "2"}\n', [...AB, ...AB]],
        ['no-extension', '<?xml version="1.0"?><r><i><a>1</a><b>2</b></i></r>', AB],
    ])('finds out the format of %s, also gzipped', async (name, content, expected) => {
        expect((await read(name, content)).records).toEqual(expected);
        expect((await read(`${name}.gz`, gzipSync(content))).records).toEqual(expected);
    });

    it('reports the file and the progress', async () => {
        const content = 'a,b\n' + '1,2\n'.repeat(2_000);
        const { pages } = await read('progress.csv', content);
        expect(pages.map(page => page.items.length)).toEqual([500, 500, 500, 500]);
        expect(pages[0]).toMatchObject({ file: 'progress.csv', bytesRead: content.length, bytesTotal: content.length });
        const zipped = gzipSync(content);
        expect((await read('progress.csv.gz', zipped)).pages.at(-1)).toMatchObject({
            bytesRead: zipped.length,
            bytesTotal: zipped.length,
        });
    });

    it('reads an upload', async () => {
        const { uploadId } = await files.store(Readable.from([Buffer.from('a,b\n1,2\n')]), 'mine.csv', {
            maxBytes: 100,
        });
        const pages: ExtractedPage[] = [];
        const config = fileExtractor.schema.parse({ uploadId });
        for await (const page of fileExtractor.read({ config, context: contextWith() })) pages.push(page);
        expect(pages).toEqual([{ items: [{ data: AB[0], line: 2 }], file: 'mine.csv', bytesRead: 8, bytesTotal: 8 }]);
    });

    it('wants exactly one of path and upload, and knows every key', () => {
        for (const config of [{}, { path: 'x', uploadId: 'y' }]) {
            expect(fileExtractor.schema.safeParse(config).error?.issues).toMatchObject([
                { path: ['path'], message: 'Give exactly one of path and uploadId.' },
            ]);
        }
        expect(fileExtractor.schema.safeParse({ path: 'x', delimeter: ';' }).success).toBe(false);
        expect(fileExtractor.schema.safeParse({ path: 'x', quote: '""' }).success).toBe(false);
    });

    it('hands the settings on', async () => {
        expect(
            (await read('s.csv', ' 1 |2\n', { delimiter: '|', headerRow: false, columns: ['x', 'y'], trimCells: true }))
                .records,
        ).toEqual([{ x: '1', y: '2' }]);
        expect(
            (await read('e.csv', Buffer.from('a\nM\xfctze\n', 'latin1'), { encoding: 'windows-1252' })).records,
        ).toEqual([{ a: 'Mütze' }]);
        expect((await read('o.csv', 'a,b\n,2\n', { emptyCells: 'OMIT' })).records).toEqual([{ b: '2' }]);
        expect((await read('p.json', '{"d": {"l": [{"a": 1}]}}', { recordsPath: 'd.l' })).records).toEqual([{ a: 1 }]);
        expect((await read('p.xml', '<r><c><i><a>1</a></i></c></r>', { recordElement: 'c/i' })).records).toEqual([
            { a: '1' },
        ]);
        expect((await read('m.csv', `a\n${'x'.repeat(50)}\n`, { maxRecordBytes: 40 })).items).toMatchObject([
            { error: { code: 'record-too-large' } },
        ]);
        await expect(read('z.csv.gz', gzipSync('a\n'.repeat(500)), { maxTextBytes: 999 })).rejects.toMatchObject({
            code: 'decompressed-too-large',
        });
        await expect(read('q.csv', 'a,b\n1,2\n', { requiredColumns: ['c'] })).rejects.toMatchObject({
            code: 'missing-column',
        });
        await expect(read('u.csv', 'a\n', { encoding: 'utf-9' })).rejects.toMatchObject({ code: 'unknown-encoding' });
    });

    it('rejects JSON and XML records that lack a required field', async () => {
        const { items } = await read('r.json', '[{"sku": "1", "price": {"net": 1}}, {"sku": "2"}]', {
            requiredColumns: ['sku', 'price.net'],
        });
        expect(items[0]).toMatchObject({ data: { sku: '1' } });
        expect(items[1]).toMatchObject({
            error: { code: 'missing-field', message: 'The record at line 1 of "r.json" has no field "price.net".' },
            raw: '{"sku":"2"}',
        });
    });

    it('refuses an empty file in any format, and warns about one without records', async () => {
        for (const name of ['empty.csv', 'empty.json', 'empty.xml', 'empty.xlsx', 'empty']) {
            await expect(read(name, '')).rejects.toThrow(`The file "${name}" is empty.`);
        }
        expect((await read('header.csv', 'a,b\n')).warnings).toEqual([
            'WARN: "header.csv" holds a header row, but no records.',
        ]);
    });

    it('says that a workbook is no CSV file', async () => {
        await expect(read('really.csv', 'PK\x03\x04xxxx')).rejects.toMatchObject({
            code: 'not-a-text-file',
            hint: 'Set format to XLSX if it is a workbook.',
        });
        await expect(read('unknown', 'PK\x03\x04xxxx')).rejects.toMatchObject({ code: 'workbook-unreadable' });
    });

    it('has a fingerprint that follows the file', async () => {
        writeFileSync(join(root, 'f.csv'), 'a\n1\n');
        const config = fileExtractor.schema.parse({ path: 'f.csv' });
        const fingerprint = () => fileExtractor.fingerprint!({ config, context: contextWith() });
        const before = await fingerprint();
        expect(await fingerprint()).toBe(before);
        writeFileSync(join(root, 'f.csv'), 'a\n1\n2\n');
        expect(await fingerprint()).not.toBe(before);
    });

    it.skipIf(process.platform !== 'linux')(
        'leaves no file open, whether read to the end, left early or aborted',
        async () => {
            // Does not compress well, so that the zipped file too is larger than what streams buffer.
            const noise = randomBytes(1 << 20).toString('base64');
            const content = `a,b\n${noise.replace(/.{20}/g, '$&,1\n')},1\n`;
            writeFileSync(join(root, 'big.csv'), content);
            writeFileSync(join(root, 'big.csv.gz'), gzipSync(content));
            writeFileSync(join(root, 'big.unknown'), content);
            for (const path of ['big.csv', 'big.csv.gz', 'big.unknown']) {
                const config = fileExtractor.schema.parse({ path });
                const controller = new AbortController();
                for await (const page of fileExtractor.read({ config, context: contextWith() })) {
                    void page;
                    expect(openHandles(root)).toContain(join(root, path));
                    break;
                }
                const aborted = (async () => {
                    for await (const _ of fileExtractor.read({ config, context: contextWith([], controller.signal) })) {
                        void _;
                        controller.abort(new Error('cancelled'));
                    }
                })();
                await expect(aborted).rejects.toThrow('cancelled');
                for await (const _ of fileExtractor.read({ config, context: contextWith() })) void _;
                await expect.poll(() => openHandles(root)).toEqual([]);
            }
        },
    );
});

describe('built-in extractors', () => {
    it('have examples that their schema accepts', () => {
        for (const extractor of builtInExtractors) {
            expect(extractor.examples.length).toBeGreaterThan(0);
            for (const { config } of extractor.examples) expect(() => extractor.schema.parse(config)).not.toThrow();
        }
    });
});

function openHandles(directory: string): string[] {
    return readdirSync('/proc/self/fd').flatMap(fd => {
        try {
            const target = readlinkSync(`/proc/self/fd/${fd}`);
            return target.startsWith(directory) ? [target] : [];
        } catch {
            return [];
        }
    });
}
