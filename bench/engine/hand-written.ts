import { createReadStream, createWriteStream, WriteStream } from 'node:fs';
import { finished, pipeline } from 'node:stream/promises';
import { parse as csvParse } from 'csv-parse';
import Papa, { Parser } from 'papaparse';
import type { EngineInput, Handled } from './contender';

/*
 * The same work as a good developer writes it for this one file: streaming, with the columns written out, one pass per
 * row, lines written in pieces. Like the engine it keeps money exact, and a row that cannot be used is counted and left
 * out while the others go on.
 */

type Row = Record<'sku' | 'Title' | 'description' | 'brand' | 'price' | 'stock', string> &
    Record<'ean' | 'taxCategory' | 'weight' | 'updatedAt', string>;

const PIECE_CHARACTERS = 64 * 1024;

export async function withCsvParse({ csvPath, outputPath }: EngineInput): Promise<Handled> {
    const handled: Handled = { read: 0, written: 0, rejected: 0 };
    await pipeline(
        createReadStream(csvPath),
        csvParse({ columns: true, skip_empty_lines: true }),
        async function* (rows: AsyncIterable<Row>) {
            let lines = '';
            for await (const row of rows) {
                lines += lineOf(row, handled);
                if (lines.length < PIECE_CHARACTERS) continue;
                yield lines;
                lines = '';
            }
            yield lines;
        },
        createWriteStream(outputPath),
    );
    return handled;
}

/** With its callback per chunk, which is faster than its stream of rows. */
export async function withPapaparse({ csvPath, outputPath }: EngineInput): Promise<Handled> {
    const handled: Handled = { read: 0, written: 0, rejected: 0 };
    const out = createWriteStream(outputPath);
    // Given bytes it breaks characters that stand across two chunks.
    const source = createReadStream(csvPath, { encoding: 'utf8', highWaterMark: 256 * 1024 });
    await new Promise<void>((resolve, reject) => {
        Papa.parse<Row>(source, {
            header: true,
            skipEmptyLines: true,
            chunk: ({ data }, parser) => {
                let lines = '';
                for (const row of data) lines += lineOf(row, handled);
                writeSlowly(out, lines, parser);
            },
            complete: () => resolve(),
            error: reject,
        });
        out.on('error', reject);
    });
    out.end();
    await finished(out);
    return handled;
}

/** Parsing waits for the disk, so that memory stays flat. */
function writeSlowly(out: WriteStream, lines: string, parser: Parser): void {
    if (lines === '' || out.write(lines)) return;
    parser.pause();
    out.once('drain', () => parser.resume());
}

function lineOf(row: Row, handled: Handled): string {
    handled.read++;
    const cents = toCents(row.price.trim());
    if (cents === undefined) {
        handled.rejected++;
        return '';
    }
    const stock = row.stock.trim();
    if (!(Number(stock) > 0)) return '';
    handled.written++;
    const article = {
        sku: row.sku.trim(),
        description: row.description.trim(),
        brand: row.brand.trim(),
        price: cents,
        stock,
        ean: row.ean.trim(),
        taxCategory: row.taxCategory.trim() || 'standard',
        weight: row.weight.trim(),
        updatedAt: row.updatedAt.trim(),
        name: row.Title.trim(),
    };
    return `${JSON.stringify(article)}\n`;
}

const AMOUNT = /^(-?)(\d+)(?:\.(\d{1,2}))?$/;

function toCents(text: string): number | undefined {
    const match = AMOUNT.exec(text);
    if (!match) return undefined;
    const cents = Number(match[2]! + (match[3] ?? '').padEnd(2, '0'));
    if (!Number.isSafeInteger(cents)) return undefined;
    return match[1] ? -cents : cents;
}
