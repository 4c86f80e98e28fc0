import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { UserError } from '../sdk/errors';
import { PipelineRecord } from '../sdk/record';

/** Level 1 makes records about eight times smaller for less time than turning them into JSON takes. */
const gzipLevel = 1;
const format = 1;

/** NDJSON, gzipped: a line that says how many records follow, then one line for each. */
export async function encodeChunk(records: readonly PipelineRecord[]): Promise<Buffer> {
    const lines = [JSON.stringify({ format, records: records.length })];
    for (const { data, origin } of records) lines.push(JSON.stringify({ data, origin }));
    return promisify(gzip)(lines.join('\n'), { level: gzipLevel });
}

/** Refuses a chunk that is not whole, such as one on a disk that filled up: records would be lost without a word. */
export async function decodeChunk(bytes: Uint8Array, name: string): Promise<PipelineRecord[]> {
    let header: { format?: unknown; records?: unknown };
    let records: PipelineRecord[];
    try {
        const [first = '', ...lines] = (await promisify(gunzip)(bytes)).toString('utf8').split('\n');
        header = JSON.parse(first) as typeof header;
        records = lines.map(line => JSON.parse(line) as PipelineRecord);
    } catch (cause) {
        throw damaged(name, cause);
    }
    if (header.format !== format || header.records !== records.length) throw damaged(name);
    return records;
}

export function missingChunk(name: string, cause?: unknown): UserError {
    return new UserError(
        'spool-chunk-missing',
        `Records that wait between two stages are gone: ${name} does not exist.`,
        'If this worker cannot see the spool of the worker before, let all use the same directory, the database or S3; start a new run.',
        {},
        { cause },
    );
}

function damaged(name: string, cause?: unknown): UserError {
    return new UserError(
        'spool-chunk-damaged',
        `Records that wait between two stages cannot be read: ${name} is damaged.`,
        'Look for a full or failing disk, and start a new run.',
        {},
        { cause },
    );
}
