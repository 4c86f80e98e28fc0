import { Session } from 'node:inspector';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { OpenedFile } from '../sdk/extractor';
import { parseCsv } from './csv/csv-parser';
import { parseJson } from './json/json-parser';
import { parseNdjson } from './json/ndjson-parser';
import { Pages, Parsing } from './parsing';
import { CSV_DEFAULTS, fileOf } from './reading.fixture';
import { TextSource } from './text/text-source';
import { parseXml } from './xml/xml-parser';

const MB = 1024 * 1024;
/** What parsing may hold at any moment, whatever the size of the file. */
const ALLOWED_BYTES = 24 * MB;

describe('memory', () => {
    const maxRecordBytes = MB;
    const cases: [string, number, string, (i: number) => string, string, (source: TextSource, parsing: Parsing) => Pages][] = [
        ['CSV of 200 MB', 200 * MB, 'sku,name,price,text\n', i => `SKU-${i},"Product ""${i}""",${i % 100}.99,some more text to fill the row ${i}\n`, '', (source, parsing) => parseCsv(source, CSV_DEFAULTS, parsing)],
        ['NDJSON of 40 MB', 40 * MB, '', i => `{"sku":"SKU-${i}","name":"Product ${i}","price":${i % 100}.99}\n`, '', (source, parsing) => parseNdjson(source, { maxRecordBytes }, parsing)],
        ['JSON of 40 MB', 40 * MB, '{"data":{"items":[{}', i => `,{"sku":"SKU-${i}","name":"Product ${i}","price":${i % 100}.99}`, ']}}', (source, parsing) => parseJson(source, { recordsPath: 'data.items', maxRecordBytes }, parsing)],
        ['XML of 40 MB', 40 * MB, '<r>', i => `<p id="${i}"><sku>SKU-${i}</sku><name>Product ${i}</name></p>`, '</r>', (source, parsing) => parseXml(source, { emptyCells: 'TEXT', maxRecordBytes }, parsing)],
        ['one CSV cell of 200 MB', 200 * MB, 'a,b\n1,"', () => 'a cell that does not end\n', '"\n2,x\n', (source, parsing) => parseCsv(source, CSV_DEFAULTS, parsing)],
    ]; // prettier-ignore

    it.each(cases)(
        'stays flat: %s',
        async (_, bytes, begin, part, end, parse) => {
            const parsing: Parsing = { file: 'x', signal: new AbortController().signal, warn: () => undefined };
            const before = heldBytes();
            let peak = -Infinity;
        let samples = 0;
            // Measured where the file is read, so that a record that is being passed over counts too.
            const sample = async () => {
                // What only waits for the end of this turn is not held.
                await new Promise(done => setImmediate(done));
                samples++;
            peak = Math.max(peak, heldBytes() - before);
            };
            const source = new TextSource(generated(bytes, begin, part, end, sample), parsing);
            let items = 0;
            for await (const page of parse(source, parsing)) items += page.length;
            expect(source.bytesRead).toBeGreaterThanOrEqual(bytes);
            expect(items).toBeGreaterThan(0);
            expect(samples).toBeGreaterThanOrEqual(7);
            expect(peak).toBeLessThan(ALLOWED_BYTES);
        },
        240_000,
    );
});

/** A file that is made up while it is read. */
function generated(
    bytes: number,
    begin: string,
    part: (i: number) => string,
    end: string,
    sample: () => Promise<void>,
): OpenedFile {
    async function* chunks(): AsyncGenerator<Buffer> {
        yield Buffer.from(begin);
        let nextSample = bytes / 8;
        for (let i = 0, made = 0; made < bytes;) {
            let text = '';
            while (text.length < 64 * 1024) text += part(i++);
            made += text.length;
            yield Buffer.from(text);
            if (made < nextSample) continue;
            nextSample += bytes / 8;
            await sample();
        }
        yield Buffer.from(end);
    }
    return { ...fileOf(''), stream: () => Readable.from(chunks(), { objectMode: false }) };
}

/** What cannot be collected: heap and buffers outside of it. */
function heldBytes(): number {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
}

function collectGarbage(): void {
    const session = new Session();
    session.connect();
    // Buffers are freed beside the main thread and counted as gone by the collection after that.
    session.post('HeapProfiler.collectGarbage');
    session.post('HeapProfiler.collectGarbage');
    session.disconnect();
}
