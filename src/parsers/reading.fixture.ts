import { Readable } from 'node:stream';
import { JsonObject } from '../../shared/json';
import { ExtractedItem, OpenedFile } from '../sdk/extractor';
import { CsvOptions, parseCsv } from './csv/csv-parser';
import { Pages, Parsing } from './parsing';
import { TextSource, TextSourceOptions } from './text/text-source';

/** For specs: a file that exists in memory only, in the chunks given. */
export function fileOf(content: string | Buffer | readonly Buffer[], name = 'test.csv'): OpenedFile {
    const chunks =
        typeof content === 'string' ? [Buffer.from(content)] : Buffer.isBuffer(content) ? [content] : content;
    return {
        name,
        sizeBytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
        fingerprint: 'memory',
        localPath: '/nowhere',
        stream: () => Readable.from(chunks, { objectMode: false }),
    };
}

/** The same content in chunks of the given size. */
export function chunked(content: string | Buffer, size: number): Buffer[] {
    const bytes = Buffer.from(content as string);
    return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

export interface Read {
    items: ExtractedItem[];
    records: JsonObject[];
    /** `code@line: message` of each error item. */
    errors: string[];
    warnings: string[];
}

export async function readAll(
    file: OpenedFile,
    parse: (source: TextSource, parsing: Parsing) => Pages,
    options: Partial<TextSourceOptions> = {},
): Promise<Read> {
    const warnings: string[] = [];
    const { signal = new AbortController().signal } = options;
    const source = new TextSource(file, { signal, ...options });
    const pages = parse(source, { file: file.name, signal, warn: message => warnings.push(message) });
    return { ...(await collect(pages)), warnings };
}

export async function collect(pages: Pages): Promise<Omit<Read, 'warnings'>> {
    const items: ExtractedItem[] = [];
    for await (const page of pages) items.push(...page);
    return {
        items,
        records: items.flatMap(item => ('data' in item ? [item.data] : [])),
        errors: items.flatMap(item =>
            'error' in item ? [`${item.error.code}@${item.line}: ${item.error.message}`] : [],
        ),
    };
}

export const CSV_DEFAULTS: CsvOptions = {
    quote: '"',
    trimCells: false,
    headerRow: true,
    emptyCells: 'TEXT',
    maxRecordBytes: 1024 * 1024,
};

export function readCsv(
    content: string | Buffer | readonly Buffer[],
    options: Partial<CsvOptions> = {},
    text: Partial<TextSourceOptions> = {},
): Promise<Read> {
    return readAll(
        fileOf(content),
        (source, parsing) => parseCsv(source, { ...CSV_DEFAULTS, ...options }, parsing),
        text,
    );
}
