import { Readable } from 'node:stream';
import { OpenedFile } from '../sdk/extractor';
import { parseCsv } from './csv/csv-parser';
import { parseJson } from './json/json-parser';
import { parseNdjson } from './json/ndjson-parser';
import { Pages, Parsing } from './parsing';
import { CSV_DEFAULTS, fileOf } from './reading.fixture';
import { TextSource } from './text/text-source';
import { parseXml } from './xml/xml-parser';

/**
 * Run by memory.spec.ts as a process of its own, for which `node --expose-gc` is the only way to tell what is held from
 * what merely has not been collected yet. Prints what parsing held at its peak.
 */
const MB = 1024 * 1024;
const maxRecordBytes = MB;

type Case = [string, number, string, (i: number) => string, string, (source: TextSource, parsing: Parsing) => Pages];

const cases: Case[] = [
    ['CSV of 200 MB', 200 * MB, 'sku,name,price,text\n', i => `SKU-${i},"Product ""${i}""",${i % 100}.99,some more text to fill the row ${i}\n`, '', (source, parsing) => parseCsv(source, CSV_DEFAULTS, parsing)],
    ['NDJSON of 40 MB', 40 * MB, '', i => `{"sku":"SKU-${i}","name":"Product ${i}","price":${i % 100}.99}\n`, '', (source, parsing) => parseNdjson(source, { maxRecordBytes }, parsing)],
    ['JSON of 40 MB', 40 * MB, '{"data":{"items":[{}', i => `,{"sku":"SKU-${i}","name":"Product ${i}","price":${i % 100}.99}`, ']}}', (source, parsing) => parseJson(source, { recordsPath: 'data.items', maxRecordBytes }, parsing)],
    ['XML of 40 MB', 40 * MB, '<r>', i => `<p id="${i}"><sku>SKU-${i}</sku><name>Product ${i}</name></p>`, '</r>', (source, parsing) => parseXml(source, { emptyCells: 'TEXT', maxRecordBytes }, parsing)],
    ['one CSV cell of 200 MB', 200 * MB, 'a,b\n1,"', () => 'a cell that does not end\n', '"\n2,x\n', (source, parsing) => parseCsv(source, CSV_DEFAULTS, parsing)],

]; // prettier-ignore

void run(process.argv[2]!);

async function run(name: string): Promise<void> {
    const [, bytes, begin, part, end, parse] = cases.find(([title]) => title === name)!;
    const parsing: Parsing = { file: 'x', signal: new AbortController().signal, warn: () => undefined };
    const held: number[] = [];
    const source = new TextSource(
        generated(bytes, begin, part, end, () => held.push(heldBytes())),
        parsing,
    );
    let items = 0;
    for await (const page of parse(source, parsing)) items += page.length;
    // The first sample comes after everything has been loaded and has run warm.
    process.stdout.write(
        JSON.stringify({ bytes: source.bytesRead, items, samples: held.length, growth: Math.max(...held) - held[0]! }),
    );
}

/** A file that is made up while it is read. */
function generated(
    bytes: number,
    begin: string,
    part: (i: number) => string,
    end: string,
    sample: () => void,
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
            sample();
        }
        yield Buffer.from(end);
    }
    return { ...fileOf(''), stream: () => Readable.from(chunks(), { objectMode: false }) };
}

function heldBytes(): number {
    // What the first collection has only found to be dead, buffers above all, is given back by the second.
    globalThis.gc!();
    globalThis.gc!();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
}
