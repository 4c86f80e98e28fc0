import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { isJsonObject, JsonValue } from '../../../shared/json';
import { Defect } from '../../sdk/errors';
import { defineExporter } from '../../sdk/exporter';
import { fileExportConfig } from './file.config';
import { OutputBuffer } from './output-buffer';
import { FormatMemory, outputFormat } from './output-format';
import { PositionedFile } from './positioned-file';

const gzipped = promisify(gzip);

/** Where the file ended after a batch, and what its format remembers. */
type FilePosition = { bytes: number } & FormatMemory;

export const fileExporter = defineExporter({
    code: 'file',
    name: 'File',
    description: 'Writes records to a CSV, JSON or NDJSON file, gzipped or not.',
    category: 'output',
    guarantees:
        'Records stand in the file in the order of the source, each once, also after a run was killed and resumed. The file ' +
        'appears under its name when it is complete, in one step, and replaces the one before; until then it is built ' +
        'beside it under a hidden name. Memory does not grow with the file. CSV follows RFC 4180: null and absent fields ' +
        'are empty cells, empty text is "", lists and objects are written as JSON. Cells that a spreadsheet program would ' +
        'run as formulas are neutralised.',
    limits:
        'A resumed run needs the folder of the run before, so all workers must see one folder for exports. After a power ' +
        'failure the last batches may be missing from the unfinished file; the resumed run then says so and a new run is ' +
        'needed. An unfinished file that nobody goes on with is removed after 30 days, when the same file is next exported. ' +
        'Two steps that write the same path replace the file of each other.',
    schema: fileExportConfig,
    examples: [
        {
            title: 'A feed with chosen columns',
            config: { path: 'feeds/products.csv', columns: ['sku', { path: 'price.gross', header: 'Price' }] },
        },
        { title: 'All fields, one JSON object per line', config: { path: 'products.ndjson' } },
        { title: 'A gzipped JSON list', config: { path: 'nightly/products.json.gz', compression: 'GZIP' } },
        {
            title: 'A CSV file for a German Excel',
            config: { path: 'liste.csv', delimiter: ';', byteOrderMark: true },
        },
    ],
    async create({ config, context }) {
        const format = outputFormat(config, message => context.log('WARN', message));
        const owner = `${context.runId}-${context.step}`;
        const file = new PositionedFile(await context.files.prepare({ path: config.path, owner }), config.path);
        const out = new OutputBuffer();
        // Members of their own, one after the other, are one gzip file: so that it can be cut between two batches.
        const taken = async (): Promise<Buffer> => {
            const text = out.take();
            return config.compression === 'GZIP' ? gzipped(text) : text;
        };
        return {
            check: format.check && ((record, position) => format.check!(record, parsed(position))),
            async write(records, position) {
                const from = parsed(position);
                // Nothing is decided by an empty batch, such as which columns there are.
                if (records.length === 0) return position ?? null;
                const memory = format.batch(records, from, out.begin());
                const bytes = await file.write(await taken(), from?.bytes ?? 0);
                return { bytes, ...memory };
            },
            async finish(position) {
                const from = parsed(position);
                format.end(from, out.begin());
                await file.finish(await taken(), from?.bytes ?? 0);
            },
            close: () => file.close(),
        };
    },
});

function parsed(position: JsonValue | undefined): FilePosition | undefined {
    if (position === undefined || position === null) return undefined;
    if (isJsonObject(position) && typeof position['bytes'] === 'number' && typeof position['records'] === 'number') {
        return position as unknown as FilePosition;
    }
    throw new Defect('export-position-invalid', 'The stored position of a file export is not one that it has written.');
}
