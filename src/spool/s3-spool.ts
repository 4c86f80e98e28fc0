import { Spool } from '../runtime/ports';
import { PipelineRecord } from '../sdk/record';
import { decodeChunk, encodeChunk, missingChunk } from './chunk-codec';
import { loadS3Sdk, S3Bucket, S3SpoolSettings } from './s3-bucket';
import { SpoolFactory } from './spool-factory';
import { channelFolder, chunkFile, chunkOf, runFolder, runIdOf } from './spool-names';

/** A bucket of any S3-compatible service. An object appears whole or not at all, so a chunk is one object. */
export class S3SpoolFactory implements SpoolFactory {
    private readonly bucket: S3Bucket;
    private readonly root: string;

    constructor(settings: S3SpoolSettings, loadSdk = loadS3Sdk) {
        this.bucket = new S3Bucket(settings, loadSdk);
        this.root = settings.prefix === '' ? '' : `${settings.prefix}/`;
    }

    open(runId: string): Spool {
        return new S3Spool(this.bucket, `${this.root}${runFolder(runId)}/`);
    }

    async *runs(): AsyncIterable<string> {
        for await (const folder of this.bucket.folders(this.root)) {
            const runId = runIdOf(folder);
            if (runId !== undefined) yield runId;
        }
    }

    async removeRun(runId: string): Promise<void> {
        await this.open(runId).remove();
    }

    async close(): Promise<void> {
        await this.bucket.close();
    }
}

class S3Spool implements Spool {
    constructor(
        private readonly bucket: S3Bucket,
        private readonly root: string,
    ) {}

    async put(channel: string, chunk: number, records: readonly PipelineRecord[]): Promise<void> {
        await this.bucket.put(this.keyOf(channel, chunk), await encodeChunk(records));
    }

    async chunks(channel: string): Promise<number[]> {
        const folder = this.folderOf(channel);
        const chunks: number[] = [];
        for await (const keys of this.bucket.keys(folder)) {
            for (const key of keys) {
                const chunk = chunkOf(key.slice(folder.length));
                if (chunk !== undefined) chunks.push(chunk);
            }
        }
        return chunks.sort((a, b) => a - b);
    }

    async read(channel: string, chunk: number): Promise<PipelineRecord[]> {
        const name = `chunk ${chunk} of ${channel}`;
        const bytes = await this.bucket.get(this.keyOf(channel, chunk));
        if (!bytes) throw missingChunk(name);
        return decodeChunk(bytes, name);
    }

    async removeChannel(channel: string): Promise<void> {
        await this.bucket.removeAll(this.folderOf(channel));
    }

    async remove(): Promise<void> {
        await this.bucket.removeAll(this.root);
    }

    private keyOf(channel: string, chunk: number): string {
        return this.folderOf(channel) + chunkFile(chunk);
    }

    private folderOf(channel: string): string {
        return `${this.root}${channelFolder(channel)}/`;
    }
}
