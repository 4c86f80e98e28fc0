import { z } from 'zod';
import { config, field } from '../../sdk/field';

const column = z.union([
    z.string().min(1),
    z.strictObject({
        path: z.string().min(1).meta({ description: 'Field of the record.' }),
        header: z.string().meta({ description: 'Name of the column.' }),
    }),
]);

export const fileExportConfig = config({
    path: field.file(
        'Path',
        'File to write, relative to the configured folder for exports. A file of that name is replaced when the new one is complete.',
        { example: 'feeds/products.csv' },
    ),
    format: field
        .choice('Format', 'How the records are written.', {
            AUTO: 'Told by the extension of the path: .csv, .tsv, .json, .ndjson or .jsonl.',
            CSV: 'A table of text, one line per record.',
            JSON: 'One list with all records.',
            NDJSON: 'One JSON object per line.',
        })
        .default('AUTO'),
    compression: field
        .choice('Compression', 'Whether the file is compressed while it is written.', {
            NONE: 'Plain text.',
            GZIP: 'Compressed with gzip, batch by batch: larger batches compress better.',
        })
        .default('NONE'),
    columns: field
        .list(
            column,
            'Columns',
            'Fields of the record that become columns of a CSV file, in this order, each as a path or with a header of its own. Absent: the fields that the records of the first batch have.',
            { example: ['sku', { path: 'price.gross', header: 'Price' }] },
        )
        .min(1)
        .optional(),
    extraFields: field
        .choice(
            'Fields without a column',
            'What happens to a record of a CSV export with a field at its top level for which there is no column.',
            {
                LEAVE_OUT: 'The field is left out. If no columns are configured, the log of the run says which.',
                REJECT: 'The record is rejected.',
            },
            { advanced: true },
        )
        .default('LEAVE_OUT'),
    delimiter: field
        .of(
            z.string().regex(/^[^"\r\n]$/, 'One character that is neither a quote nor a line break.'),
            'Delimiter',
            'What stands between two cells of a CSV file. Absent: a tab in .tsv files, else a comma.',
            { example: ';' },
        )
        .optional(),
    headerRow: field.flag('Header row', 'A CSV file begins with the names of its columns.').default(true),
    formulas: field
        .choice(
            'Formulas',
            'What becomes of text in a CSV file that a spreadsheet program would run as a formula.',
            {
                NEUTRALISE: 'An apostrophe is put before it, so that it is shown as text. Numbers such as -5.00 stay.',
                KEEP: 'It is written as it is: for files that no person opens.',
            },
            { advanced: true },
        )
        .default('NEUTRALISE'),
    newline: field
        .choice(
            'Line end',
            'How lines of a CSV file end.',
            { CRLF: 'As RFC 4180 says.', LF: 'As programs on Unix prefer.' },
            { advanced: true },
        )
        .default('CRLF'),
    byteOrderMark: field
        .flag('Byte order mark', 'A CSV file begins with a mark by which Excel knows that it is UTF-8.', {
            advanced: true,
        })
        .default(false),
});

export type FileExportConfig = z.output<typeof fileExportConfig>;
