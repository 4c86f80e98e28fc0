import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvFramer } from './csv-framer';
import { cellsOfQuotedRow, QuotedRowOptions } from './quoted-row';

describe('cells of a quoted row', () => {
    it.each([
        ['"a","b"', ['a', 'b']],
        ['a,"b, c",', ['a', 'b, c', '']],
        ['"say ""hi""",x', ['say "hi"', 'x']],
        ['"""",""', ['"', null]],
        ['"two\nlines"', ['two\nlines']],
    ])('of %j', (text, cells) => {
        expect(cellsOfQuotedRow(text, { delimiter: ',', quote: '"', trim: false })).toEqual(cells);
    });

    it('are unknown where a quote stands that the framer does not let through', () => {
        for (const text of ['"a"b,c', 'a"b,"c"', '"a', '"a" ,b', ' "a"']) {
            expect(cellsOfQuotedRow(text, { delimiter: ',', quote: '"', trim: false })).toBeUndefined();
        }
    });

    it('are those that csv-parse finds in whatever the framer cuts out', () => {
        const units = ['a', '"', '"', "'", ',', ';', '|', '||', '\n', '\r', '\r\n', ' ', '\t', 'é', '😀'];
        const anything = fc.string({ unit: fc.constantFrom(...units), maxLength: 6 });
        const blanks = fc.constantFrom('', '', ' ', '\t ');
        // Most cells are quoted as they should be: of random text the framer lets little through.
        const piece = fc.oneof(
            { weight: 3, arbitrary: fc.tuple(blanks, anything, blanks).map(parts => ({ quoted: parts })) },
            { weight: 2, arbitrary: fc.constantFrom('', 'a', ' b ', 'é').map(plain => ({ plain })) },
            { weight: 1, arbitrary: anything.map(plain => ({ plain })) },
        );
        let rows = 0;
        fc.assert(
            fc.property(
                fc.array(piece, { minLength: 1, maxLength: 5 }),
                fc.constantFrom(',', ';', '\t', '||', '|'),
                fc.constantFrom('"', "'"),
                fc.constantFrom('\n' as const, '\r' as const),
                fc.boolean(),
                (pieces, delimiter, quote, newline, trim) => {
                    const text = pieces
                        .map(each => {
                            if ('plain' in each) return each.plain;
                            const [before, inside, after] = each.quoted;
                            return before + quote + inside.replaceAll(quote, quote + quote) + quote + after;
                        })
                        .join(delimiter);
                    const framer = new CsvFramer({ delimiter, quote, newline, maxRecordBytes: 1_000, trim });
                    framer.push(Buffer.from(text));
                    framer.end();
                    for (let frame = framer.next(); frame; frame = framer.next()) {
                        if (frame.problem !== undefined || !frame.quoted) continue;
                        rows++;
                        const options = { delimiter, quote, trim };
                        expect(cellsOfQuotedRow(frame.text, options)).toEqual(byCsvParse(frame.text, newline, options));
                    }
                },
            ),
            { numRuns: 20_000 },
        );
        expect(rows).toBeGreaterThan(5_000);
    });
});

/** Undefined where it refuses the text or finds several rows. */
function byCsvParse(text: string, newline: string, { delimiter, quote, trim }: QuotedRowOptions): unknown {
    try {
        const rows: unknown[] = parse(text, {
            delimiter,
            quote,
            escape: quote,
            record_delimiter: newline,
            relax_column_count: true,
            trim,
            cast: (cell, { quoting }) => (quoting && cell === '' ? null : cell),
        });
        return rows.length === 1 ? rows[0] : undefined;
    } catch {
        return undefined;
    }
}
