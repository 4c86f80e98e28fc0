import { getPath } from '../../../shared/path';
import { parseCsv } from '../../parsers/csv/csv-parser';
import { parseJson } from '../../parsers/json/json-parser';
import { parseNdjson } from '../../parsers/json/ndjson-parser';
import { Pages, Parsing } from '../../parsers/parsing';
import { assertEncoding } from '../../parsers/text/text-decoding';
import { TextSource, TextSourceOptions } from '../../parsers/text/text-source';
import { parseXlsx } from '../../parsers/xlsx/xlsx-parser';
import { declaredXmlEncoding, parseXml } from '../../parsers/xml/xml-parser';
import { UserError } from '../../sdk/errors';
import { defineExtractor, ExtractContext, ExtractedItem, OpenedFile } from '../../sdk/extractor';
import { FileConfig, fileConfig } from './file.config';
import { detectFormat, extensionOf, FileFormat } from './file-format';

export const fileExtractor = defineExtractor({
    code: 'file',
    name: 'File',
    description: 'Reads records from a CSV, JSON, NDJSON, XML or Excel file, gzipped or not.',
    category: 'source',
    guarantees:
        'Records come in the order of the file, each with its line, the same on every run as long as the file is the same. ' +
        'Memory does not grow with the file; of a workbook only its shared texts are held. Cells of CSV files stay text, ' +
        'so 00123 keeps its zeros. Numbers in JSON that a float would change arrive as text. Bytes that are no text in ' +
        'the encoding of the file stop the run instead of becoming question marks. A malformed line of CSV or NDJSON is ' +
        'rejected and the rest goes on.',
    limits:
        'A syntax error in JSON or XML ends the run at that place, after the records before it. So does a text file that is ' +
        'written to while it is read, at its end; one that is replaced by a rename does no harm. Rows without any text are ' +
        'left out. A record whose quotes are wrong loses its first line; lines that belonged to it are then read as records ' +
        'of their own and are rejected unless they have the right number of cells. Excel keeps 15 digits of a number. ' +
        'Excel files of the old format (.xls) and files with a password cannot be read.',
    schema: fileConfig,
    examples: [
        { title: 'A CSV file; delimiter and encoding are found out', config: { path: 'imports/products.csv' } },
        {
            title: 'An uploaded export of a German spreadsheet program',
            config: {
                uploadId: '8c1b6f0e-5a0d-4a53-9f0e-2f4a3f6d7c11',
                format: 'CSV',
                delimiter: ';',
                encoding: 'windows-1252',
                requiredColumns: ['sku', 'preis'],
                emptyCells: 'OMIT',
            },
        },
        { title: 'A list within a JSON document', config: { path: 'erp/stock.json.gz', recordsPath: 'data.stock' } },
        {
            title: 'Items of an RSS feed',
            config: { path: 'feeds/products.xml', format: 'XML', recordElement: 'channel/item' },
        },
        { title: 'A sheet of a workbook', config: { path: 'prices.xlsx', sheet: 'Prices 2025' } },
    ],
    async fingerprint({ config, context }) {
        const file = await context.files.open({ path: config.path, uploadId: config.uploadId });
        return `${file.name}:${file.fingerprint}`;
    },
    async *read({ config, context }) {
        if (config.encoding !== undefined) assertEncoding(config.encoding);
        const file = await context.files.open({ path: config.path, uploadId: config.uploadId });
        if (file.sizeBytes === 0) {
            throw new UserError(
                'file-empty',
                `The file "${file.name}" is empty.`,
                'Check the export that makes it; an export without rows still writes a header line.',
                { file: file.name },
            );
        }
        const options: TextSourceOptions = {
            signal: context.signal,
            encoding: config.encoding,
            maxTextBytes: config.maxTextBytes,
        };
        const format =
            config.format === 'AUTO'
                ? await detectFormat(file, { ...options, declaredEncoding: declaredXmlEncoding })
                : config.format;
        const { pages, bytesRead } = parserFor(file, format, config, options, context);
        const fieldsWanted = format === 'CSV' || format === 'XLSX' ? [] : (config.requiredColumns ?? []);
        for await (const items of pages) {
            yield {
                items: fieldsWanted.length === 0 ? items : items.map(item => withFields(item, fieldsWanted, file.name)),
                file: file.name,
                bytesRead: bytesRead(),
                bytesTotal: file.sizeBytes,
            };
        }
    },
});

function parserFor(
    file: OpenedFile,
    format: FileFormat,
    config: FileConfig,
    options: TextSourceOptions,
    context: ExtractContext,
): { pages: Pages; bytesRead: () => number } {
    const parsing: Parsing = { file: file.name, signal: context.signal, warn: message => context.log('WARN', message) };
    if (format === 'XLSX') {
        let share = 0;
        const pages = parseXlsx(file, { ...config, onProgress: now => (share = now) }, parsing);
        return { pages, bytesRead: () => Math.round(share * file.sizeBytes) };
    }
    const source = new TextSource(
        file,
        format === 'XML' ? { ...options, declaredEncoding: declaredXmlEncoding } : options,
    );
    return { pages: textPages(source, format, config, parsing), bytesRead: () => source.bytesRead };
}

function textPages(
    source: TextSource,
    format: Exclude<FileFormat, 'XLSX'>,
    config: FileConfig,
    parsing: Parsing,
): Pages {
    switch (format) {
        case 'CSV':
            return parseCsv(
                source,
                { ...config, delimiter: config.delimiter ?? usualDelimiter(source.file.name) },
                parsing,
            );
        case 'JSON':
            return parseJson(source, config, parsing);
        case 'NDJSON':
            return parseNdjson(source, config, parsing);
        case 'XML':
            return parseXml(source, config, parsing);
    }
}

function usualDelimiter(name: string): string | undefined {
    return ['tsv', 'tab'].includes(extensionOf(name)) ? '\t' : undefined;
}

function withFields(item: ExtractedItem, fields: readonly string[], file: string): ExtractedItem {
    if ('error' in item) return item;
    const missing = fields.find(name => getPath(item.data, name) === undefined);
    if (missing === undefined) return item;
    const { line } = item;
    const error = new UserError(
        'missing-field',
        `The record at line ${line} of "${file}" has no field "${missing}".`,
        `Its fields are: ${Object.keys(item.data).slice(0, 20).join(', ')}.`,
        { file, line, field: missing },
    );
    return { error, line, raw: JSON.stringify(item.data).slice(0, 1_000) };
}
