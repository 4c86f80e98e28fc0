import type { AssetStorageStrategy } from '@vendure/core';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** Files of assets in one folder, which several processes share. */
export class DiskAssetStorage implements AssetStorageStrategy {
    constructor(private readonly folder: string) {}

    async writeFileFromBuffer(fileName: string, data: Buffer): Promise<string> {
        await mkdir(this.folder, { recursive: true });
        await writeFile(join(this.folder, fileName), data);
        return fileName;
    }

    async writeFileFromStream(fileName: string, data: Readable): Promise<string> {
        return this.writeFileFromBuffer(fileName, await buffer(data));
    }

    readFileToBuffer(fileName: string): Promise<Buffer> {
        return readFile(join(this.folder, fileName));
    }

    async readFileToStream(fileName: string): Promise<Readable> {
        return createReadStream(join(this.folder, fileName));
    }

    deleteFile(fileName: string): Promise<void> {
        return rm(join(this.folder, fileName));
    }

    async fileExists(fileName: string): Promise<boolean> {
        return existsSync(join(this.folder, fileName));
    }
}
