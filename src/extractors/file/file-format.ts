import { OpenedFile } from '../../sdk/extractor';
import { TextSource, TextSourceOptions } from '../../parsers/text/text-source';

export type FileFormat = 'CSV' | 'JSON' | 'NDJSON' | 'XML' | 'XLSX';

const BY_EXTENSION: Record<string, FileFormat> = {
    csv: 'CSV',
    tsv: 'CSV',
    tab: 'CSV',
    json: 'JSON',
    geojson: 'JSON',
    ndjson: 'NDJSON',
    jsonl: 'NDJSON',
    xml: 'XML',
    rss: 'XML',
    atom: 'XML',
    xlsx: 'XLSX',
    xlsm: 'XLSX',
};

const HEAD_BYTES = 64 * 1024;

/** By the extension, `.gz` aside; an unknown one is told by the content. One JSON object per line is NDJSON whatever the name. */
export async function detectFormat(file: OpenedFile, options: TextSourceOptions): Promise<FileFormat> {
    const byName = BY_EXTENSION[extensionOf(file.name)];
    if (byName !== undefined && byName !== 'JSON') return byName;
    if (byName === undefined && (await beginsLikeZip(file))) return 'XLSX';
    const head = (await new TextSource(file, options).head(HEAD_BYTES)).toString('utf8').trimStart();
    if (head.startsWith('{') && isObjectPerLine(head)) return 'NDJSON';
    if (byName === 'JSON' || head.startsWith('{') || head.startsWith('[')) return 'JSON';
    return head.startsWith('<') ? 'XML' : 'CSV';
}

/** `products.csv.gz` → `csv` */
export function extensionOf(name: string): string {
    const plain = name.toLowerCase().replace(/\.gz$/, '');
    return /\.([a-z0-9]+)$/.exec(plain)?.[1] ?? '';
}

async function beginsLikeZip(file: OpenedFile): Promise<boolean> {
    let begin = Buffer.alloc(0);
    for await (const chunk of file.stream() as AsyncIterable<Buffer>) {
        begin = Buffer.concat([begin, chunk]);
        if (begin.length >= 4) break;
    }
    return begin.subarray(0, 4).toString('latin1') === 'PK\x03\x04';
}

function isObjectPerLine(head: string): boolean {
    const [first = '', second = ''] = head.split(/\r?\n/).filter(line => line.trim() !== '');
    if (!second.trimStart().startsWith('{')) return false;
    try {
        JSON.parse(first);
        return true;
    } catch {
        return false;
    }
}
