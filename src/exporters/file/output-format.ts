import { DataHubError, UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { CsvOutput } from './csv-output';
import type { FileExportConfig } from './file.config';
import { jsonOutput, ndjsonOutput } from './json-output';
import type { OutputBuffer } from './output-buffer';

/**
 * Text of a file, batch by batch, added to `out`. What a format has to remember of earlier batches is in `memory`, which is
 * stored with the position.
 */
export interface OutputFormat {
    /** Returns the memory after this batch; `memory` is undefined for the first one. */
    batch(records: readonly PipelineRecord[], memory: FormatMemory | undefined, out: OutputBuffer): FormatMemory;
    /** What stands behind the last batch; `memory` is undefined when there was none. */
    end(memory: FormatMemory | undefined, out: OutputBuffer): void;
    check?(record: PipelineRecord, memory: FormatMemory | undefined): DataHubError | undefined;
}

/** Plain JSON: a type and not an interface, so that it counts as such. */
export type FormatMemory = { records: number; columns?: string[] };

type Format = Exclude<FileExportConfig['format'], 'AUTO'>;

const BY_EXTENSION: Record<string, Format> = {
    csv: 'CSV',
    tsv: 'CSV',
    json: 'JSON',
    ndjson: 'NDJSON',
    jsonl: 'NDJSON',
};

export function outputFormat(config: FileExportConfig, warn: (message: string) => void): OutputFormat {
    const extension = extensionOf(config.path);
    switch (config.format === 'AUTO' ? formatBy(extension, config.path) : config.format) {
        case 'CSV':
            return new CsvOutput(
                { ...config, delimiter: config.delimiter ?? (extension === 'tsv' ? '\t' : ',') },
                warn,
            );
        case 'JSON':
            return jsonOutput;
        case 'NDJSON':
            return ndjsonOutput;
    }
}

/** `products.csv.gz` → `csv` */
function extensionOf(path: string): string {
    return /\.([a-z0-9]+)$/.exec(path.toLowerCase().replace(/\.gz$/, ''))?.[1] ?? '';
}

function formatBy(extension: string, path: string): Format {
    const format = BY_EXTENSION[extension];
    if (format !== undefined) return format;
    throw new UserError(
        'export-format-unknown',
        `The path "${path}" does not tell in which format to write.`,
        'Set `format`, or end the path with .csv, .tsv, .json, .ndjson or .jsonl.',
        { field: 'format' },
    );
}
