import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../csv/csv-parser';
import { chunked, CSV_DEFAULTS, fileOf, readCsv } from '../reading.fixture';
import { assertEncoding } from './text-decoding';
import { TextSource, TextSourceOptions } from './text-source';

async function textOf(content: Buffer | readonly Buffer[], options: Partial<TextSourceOptions> = {}): Promise<string> {
    const source = new TextSource(fileOf(content), { signal: new AbortController().signal, ...options });
    let text = '';
    // Each chunk by itself: none may end within a character.
    for await (const chunk of source.chunks()) text += chunk.toString('utf8');
    return text;
}

const SAMPLE = 'name;preis\nMütze;19,99 €\n漢字;😀\n';

describe('text of a file', () => {
    it.each([1, 2, 3, 7, 1_000])('is the same whatever the size of the chunks: %i', async size => {
        const marked = (encoding: string) => chunked(iconv.encode(SAMPLE, encoding, { addBOM: true }), size);
        expect(await textOf(chunked(SAMPLE, size))).toBe(SAMPLE);
        expect(await textOf(marked('utf-8'))).toBe(SAMPLE);
        expect(await textOf(marked('utf-16le'))).toBe(SAMPLE);
        expect(await textOf(marked('utf-16be'))).toBe(SAMPLE);
        expect(await textOf(chunked(gzipSync(SAMPLE), size))).toBe(SAMPLE);
        expect(await textOf(chunked(iconv.encode(SAMPLE, 'gb18030'), size), { encoding: 'gb18030' })).toBe(SAMPLE);
    });

    it('lets a UTF-8 byte order mark win over the configured encoding', async () => {
        expect(await textOf(Buffer.from('\ufeffMütze'), { encoding: 'windows-1252' })).toBe('Mütze');
    });

    it('decodes what is configured', async () => {
        expect(await textOf(iconv.encode('Mütze €', 'windows-1252'), { encoding: 'Windows-1252' })).toBe('Mütze €');
        expect(await textOf(iconv.encode('Mütze', 'utf-16le'), { encoding: 'utf-16le' })).toBe('Mütze');
    });

    it('stops at bytes that are not UTF-8 and says where and what they look like', async () => {
        const german =
            'Artikel;Bezeichnung\n' + '1;Schöne Mütze für kühle Tage\n2;Größe wählbar, auch Übergröße\n'.repeat(20);
        for (const size of [5, 10_000]) {
            await expect(textOf(chunked(iconv.encode(german, 'windows-1252'), size))).rejects.toMatchObject({
                code: 'invalid-encoding',
                message: expect.stringMatching(
                    /^"test.csv" is not valid UTF-8: line 2 holds the byte 0xf6 \(byte 26 of the text\)/,
                ) as string,
                place: { line: 2 },
            });
        }
        await expect(textOf(iconv.encode(german, 'windows-1252'))).rejects.toMatchObject({
            message: expect.stringContaining('it looks like ISO-8859-1.') as string,
            hint: 'Set encoding to "iso-8859-1", or save the file as UTF-8.',
        });
    });

    it('stops at a character that is cut off at the end', async () => {
        await expect(textOf(Buffer.from('Mütze €').subarray(0, -1))).rejects.toMatchObject({
            code: 'invalid-encoding',
        });
        await expect(textOf(iconv.encode('Mütze', 'utf-16le', { addBOM: true }).subarray(0, -1))).rejects.toMatchObject(
            { code: 'invalid-encoding' },
        );
    });

    it('stops at bytes that mean nothing in the configured encoding', async () => {
        const undefinedByte = Buffer.from([0x61, 0x0a, 0x81, 0x20]);
        await expect(textOf(undefinedByte, { encoding: 'shift_jis' })).rejects.toMatchObject({
            code: 'invalid-encoding',
            place: { line: 2 },
        });
        const cutOff = Buffer.from([0x61, 0x81]);
        await expect(textOf(cutOff, { encoding: 'shift_jis' })).rejects.toMatchObject({ code: 'invalid-encoding' });
        const loneSurrogate = Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x00, 0xd8, 0x62, 0x00]);
        await expect(textOf(loneSurrogate)).rejects.toMatchObject({ code: 'invalid-encoding' });
    });

    it('refuses unknown encodings with a suggestion', () => {
        expect(() => assertEncoding('windows-1522')).toThrow(
            expect.objectContaining({
                message: 'There is no text encoding "windows-1522".',
                hint: 'Did you mean "windows-1252"?',
            }),
        );
    });

    it('refuses files that are no text', async () => {
        await expect(textOf(Buffer.from('PK\x03\x04....'))).rejects.toMatchObject({
            code: 'not-a-text-file',
            hint: 'Set format to XLSX if it is a workbook.',
        });
        await expect(textOf(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).rejects.toMatchObject({
            hint: 'Save it as .xlsx or as CSV.',
        });
        await expect(textOf(iconv.encode('a,b', 'utf-16le'))).rejects.toMatchObject({
            hint: expect.stringContaining('utf-16le') as string,
        });
    });

    it('refuses gzip that is damaged, cut off, or grows beyond the limit', async () => {
        const zipped = gzipSync(Buffer.alloc(1_000_000, 'x'));
        await expect(textOf(zipped.subarray(0, -20))).rejects.toMatchObject({ code: 'gzip-damaged', kind: 'USER' });
        await expect(textOf(zipped, { maxTextBytes: 999_999 })).rejects.toMatchObject({
            code: 'decompressed-too-large',
        });
        expect(await textOf(zipped, { maxTextBytes: 1_000_000 })).toHaveLength(1_000_000);
    });

    it('refuses gzip of nothing as empty', async () => {
        await expect(textOf(gzipSync(''))).rejects.toMatchObject({ code: 'file-empty' });
    });
});

describe('reading ahead', () => {
    /** Endless rows; counts what is asked for and notices when it is closed. */
    function endless() {
        const state = { chunks: 0, closed: false };
        const file = {
            ...fileOf(''),
            stream: () =>
                Readable.from(
                    (async function* () {
                        try {
                            for (;;) yield Buffer.from(state.chunks++ === 0 ? 'a,b\n' : '1,2\n'.repeat(4_000));
                        } finally {
                            state.closed = true;
                        }
                    })(),
                    { objectMode: false, highWaterMark: 16_000 },
                ),
        };
        return { state, file };
    }

    it('does not go further than it must, and closes the file when the reader leaves', async () => {
        const { state, file } = endless();
        const parsing = { file: 'x', signal: new AbortController().signal, warn: () => undefined };
        for await (const page of parseCsv(new TextSource(file, parsing), CSV_DEFAULTS, parsing)) {
            expect(page).toHaveLength(500);
            await new Promise(done => setTimeout(done, 20));
            break;
        }
        // 64 KiB to tell the delimiter, and what one stream buffers.
        expect(state.chunks).toBeLessThan(10);
        expect(state.closed).toBe(true);
    });

    it('ends with the reason of the abort signal and closes the file', async () => {
        const { state, file } = endless();
        const controller = new AbortController();
        const reason = new Error('cancelled');
        const parsing = { file: 'x', signal: controller.signal, warn: () => undefined };
        const reading = (async () => {
            let pages = 0;
            for await (const _ of parseCsv(new TextSource(file, parsing), CSV_DEFAULTS, parsing)) {
                void _;
                if (++pages === 3) controller.abort(reason);
            }
        })();
        await expect(reading).rejects.toBe(reason);
        expect(state.closed).toBe(true);
    });

    it('an abort ends a wait for a file that does not go on', async () => {
        const controller = new AbortController();
        const stalled = { ...fileOf(''), stream: () => new Readable({ read: () => undefined }) };
        const source = new TextSource(stalled, { signal: controller.signal });
        const reading = source.chunks().next();
        setTimeout(() => controller.abort(new Error('cancelled')), 20);
        await expect(reading).rejects.toThrow('cancelled');
    });

    it('errors of the file itself come through, gzipped or not', async () => {
        for (const begin of [Buffer.from('a,b\n'), gzipSync('a,b\n'.repeat(1_000)).subarray(0, 20)]) {
            const failing = { ...fileOf(''), stream: () => Readable.from((async function* () { yield begin; throw new Error('disk on fire'); })()) }; // prettier-ignore
            const source = new TextSource(failing, { signal: new AbortController().signal });
            await expect(
                source
                    .chunks()
                    .next()
                    .then(() => source.chunks().next()),
            ).rejects.toThrow('disk on fire');
        }
    });

    it('reads gzipped CSV', async () => {
        expect((await readCsv(gzipSync('a,b\n1,2\n'))).records).toEqual([{ a: '1', b: '2' }]);
    });
});
