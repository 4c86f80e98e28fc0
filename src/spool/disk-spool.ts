import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Spool } from '../runtime/ports';
import { UserError } from '../sdk/errors';
import { PipelineRecord } from '../sdk/record';
import { decodeChunk, encodeChunk, missingChunk } from './chunk-codec';
import { SpoolFactory } from './spool-factory';
import { channelFolder, chunkFile, chunkOf, runFolder, runIdOf } from './spool-names';

/** Records are customer data: nobody but the server's own user may look. */
const privateFolder = 0o700;
const privateFile = 0o600;

/** A directory on a disk that every worker sees: `<directory>/<run>/<channel>/<chunk>`. */
export class DiskSpoolFactory implements SpoolFactory {
    constructor(private readonly directory: string) {}

    open(runId: string): Spool {
        return new DiskSpool(join(this.directory, runFolder(runId)));
    }

    async *runs(): AsyncIterable<string> {
        for (const name of await namesIn(this.directory)) {
            const runId = runIdOf(name);
            if (runId !== undefined) yield runId;
        }
    }

    async removeRun(runId: string): Promise<void> {
        await this.open(runId).remove();
    }
}

class DiskSpool implements Spool {
    constructor(private readonly directory: string) {}

    /** A crash leaves the chunk of before or none; the file reaches the disk before its name does. */
    async put(channel: string, chunk: number, records: readonly PipelineRecord[]): Promise<void> {
        const folder = this.folderOf(channel);
        const path = join(folder, chunkFile(chunk));
        const temporary = `${path}.${randomUUID()}.tmp`;
        const bytes = await encodeChunk(records);
        await mkdir(folder, { recursive: true, mode: privateFolder });
        try {
            await writeDurably(temporary, bytes);
            await rename(temporary, path);
            await syncFolder(folder);
        } catch (error) {
            await rm(temporary, { force: true });
            throw isFull(error) ? full(error) : error;
        }
    }

    async chunks(channel: string): Promise<number[]> {
        const chunks = (await namesIn(this.folderOf(channel))).map(chunkOf).filter(chunk => chunk !== undefined);
        return chunks.sort((a, b) => a - b);
    }

    async read(channel: string, chunk: number): Promise<PipelineRecord[]> {
        const name = `chunk ${chunk} of ${channel}`;
        let bytes: Buffer;
        try {
            bytes = await readFile(join(this.folderOf(channel), chunkFile(chunk)));
        } catch (error) {
            throw isMissing(error) ? missingChunk(name, error) : error;
        }
        return decodeChunk(bytes, name);
    }

    async removeChannel(channel: string): Promise<void> {
        await rm(this.folderOf(channel), { recursive: true, force: true });
    }

    async remove(): Promise<void> {
        await rm(this.directory, { recursive: true, force: true });
    }

    private folderOf(channel: string): string {
        return join(this.directory, channelFolder(channel));
    }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
    const file = await open(path, 'wx', privateFile);
    try {
        await file.writeFile(bytes);
        await file.datasync();
    } finally {
        await file.close();
    }
}

async function syncFolder(path: string): Promise<void> {
    // Windows cannot open a directory, and needs not.
    if (process.platform === 'win32') return;
    const folder = await open(path, 'r');
    try {
        await folder.sync();
    } finally {
        await folder.close();
    }
}

async function namesIn(path: string): Promise<string[]> {
    try {
        return await readdir(path);
    } catch (error) {
        if (isMissing(error)) return [];
        throw error;
    }
}

function full(cause: unknown): UserError {
    return new UserError(
        'spool-disk-full',
        'The disk that keeps records between two stages is full.',
        'Make room or set another directory in the option "spool", and resume the run.',
        {},
        { cause },
    );
}

const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
