import { z } from 'zod';
import { DEFAULT_MAX_RECORD_BYTES } from '../../parsers/parsing';
import { DEFAULT_MAX_TEXT_BYTES } from '../../parsers/text/text-source';
import { config, field } from '../../sdk/field';

export const fileConfig = config({
    path: field
        .file('Path', 'File to read, relative to the configured folder for files. Give either this or an upload.', {
            example: 'imports/products.csv',
        })
        .optional(),
    uploadId: field.text('Upload', 'Id of an uploaded file. Give either this or a path.').optional(),
    format: field
        .choice('Format', 'What kind of file it is. Text formats may be gzipped.', {
            AUTO: 'Told by the extension of the file, else by its content.',
            CSV: 'A table of text: comma, semicolon, tab or bar between the cells.',
            JSON: 'One JSON document with a list of objects in it.',
            NDJSON: 'One JSON object per line.',
            XML: 'An XML document with one element per record.',
            XLSX: 'A sheet of an Excel workbook.',
        })
        .default('AUTO'),
    encoding: field
        .text(
            'Encoding',
            'Encoding of a text file. Absent: its byte order mark or XML declaration decides, else UTF-8, strictly checked.',
            {
                advanced: true,
                example: 'windows-1252',
            },
        )
        .optional(),
    delimiter: field
        .of(
            z.string().min(1).max(4),
            'Delimiter',
            'What stands between two cells of a CSV file. Absent: told by the first lines, out of comma, semicolon, tab and bar.',
            { example: ';' },
        )
        .optional(),
    quote: field
        .of(
            z.string().regex(/^[\x21-\x7e]?$/, 'One ASCII character, or empty if nothing is quoted.'),
            'Quote',
            'Character around CSV cells that hold the delimiter or a line break; doubled within a cell. Empty: nothing is quoted.',
            { advanced: true },
        )
        .default('"'),
    trimCells: field
        .flag(
            'Trim cells',
            'Removes the blanks around the cells of a CSV file; what stands in quotes is left as it is.',
            {
                advanced: true,
            },
        )
        .default(false),
    headerRow: field
        .flag('Header row', 'The first row of a CSV file or sheet holds the names of the columns.')
        .default(true),
    columns: field
        .list(
            z.string().min(1),
            'Column names',
            'Names for the columns of a CSV file or sheet, in their order; they replace those in the header row.',
            { advanced: true, example: ['sku', 'name', 'price'] },
        )
        .optional(),
    requiredColumns: field
        .paths(
            'Required columns',
            'The run fails at once if the table lacks one of these. In JSON and XML, where each record has fields of its own, a record without one of them is rejected.',
            { example: ['sku', 'price'] },
        )
        .optional(),
    emptyCells: field
        .choice('Empty cells', 'What an empty cell without quotes, or an empty XML element, becomes.', {
            TEXT: 'Empty text, which empties a field.',
            NULL: 'Null, which clears a field.',
            OMIT: 'Nothing: the field is absent and stays as it is in the shop.',
        })
        .default('TEXT'),
    recordsPath: field
        .path(
            'Path of the records',
            'Where the list of records stands in a JSON document. Absent: the document is the list.',
            {
                example: 'data.products',
            },
        )
        .optional(),
    recordElement: field
        .text(
            'Record element',
            'Name of the XML elements that are records, or the end of their path. Absent: every child of the root element.',
            {
                example: 'channel/item',
            },
        )
        .optional(),
    sheet: field
        .of(
            z.union([z.string().min(1), z.int().min(1)]),
            'Sheet',
            'Name of a sheet of the workbook, or its position from 1. Absent: the first sheet that is not hidden.',
            { example: 'Products' },
        )
        .optional(),
    maxRecordBytes: field
        .count('Largest record', 'A record with more bytes than this is rejected without being held in memory.', {
            advanced: true,
        })
        .default(DEFAULT_MAX_RECORD_BYTES),
    maxTextBytes: field
        .count('Largest text', 'A gzipped file that grows beyond this many bytes is refused.', { advanced: true })
        .default(DEFAULT_MAX_TEXT_BYTES),
}).refine(({ path, uploadId }) => (path === undefined) !== (uploadId === undefined), {
    path: ['path'],
    message: 'Give exactly one of path and uploadId.',
});

export type FileConfig = z.output<typeof fileConfig>;
