import { createHash } from 'node:crypto';
import { Defect } from '../sdk/errors';

const chunkDigits = 10;
const ending = '.ndjson.gz';

/** A run's directory. Only what is its own text in every file system stands as it is; everything else becomes hex. */
export function runFolder(runId: string): string {
    return /^[a-z0-9][a-z0-9-]{0,99}$/.test(runId) ? `run-${runId}` : `hex-${Buffer.from(runId).toString('hex')}`;
}

/** The run that a directory belongs to; undefined when it is not one of ours. */
export function runIdOf(folder: string): string | undefined {
    const plain = /^run-([a-z0-9][a-z0-9-]{0,99})$/.exec(folder)?.[1];
    if (plain !== undefined) return plain;
    const hex = /^hex-((?:[0-9a-f]{2})+)$/.exec(folder)?.[1];
    return hex === undefined ? undefined : Buffer.from(hex, 'hex').toString();
}

/**
 * Channels are named by step keys, which may hold any sign and be of any length, while file systems and collations fold
 * letters together. So a hash tells them apart, and what reads well of the name stands before it for people.
 */
export function channelFolder(channel: string): string {
    const readable = channel.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40);
    return `${readable}.${channelKey(channel)}`;
}

export function channelKey(channel: string): string {
    return createHash('sha256').update(Buffer.from(channel, 'utf16le')).digest('hex').slice(0, 40);
}

/** Names sort like the numbers do. */
export function chunkFile(chunk: number): string {
    if (!Number.isSafeInteger(chunk) || chunk < 0 || chunk >= 10 ** chunkDigits) {
        throw new Defect('chunk-number', `${chunk} cannot be the number of a chunk.`);
    }
    return String(chunk).padStart(chunkDigits, '0') + ending;
}

/** Undefined for everything that is no whole chunk, such as the temporary file of one that was never finished. */
export function chunkOf(file: string): number | undefined {
    const match = /^(\d{10})\.ndjson\.gz$/.exec(file);
    return match ? Number(match[1]) : undefined;
}
