import { AssetPreviewStrategy, AssetStorageStrategy, RequestContext } from '@vendure/core';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** Files of assets by name, so that a test can see which are there. */
export class MemoryAssetStorage implements AssetStorageStrategy {
    readonly files = new Map<string, Buffer>();

    async writeFileFromBuffer(fileName: string, data: Buffer): Promise<string> {
        this.files.set(fileName, data);
        return fileName;
    }

    async writeFileFromStream(fileName: string, data: Readable): Promise<string> {
        return this.writeFileFromBuffer(fileName, await buffer(data));
    }

    async readFileToBuffer(fileName: string): Promise<Buffer> {
        const file = this.files.get(fileName);
        if (!file) throw new Error(`There is no file "${fileName}".`);
        return file;
    }

    async readFileToStream(fileName: string): Promise<Readable> {
        return Readable.from(await this.readFileToBuffer(fileName));
    }

    async deleteFile(fileName: string): Promise<void> {
        this.files.delete(fileName);
    }

    async fileExists(fileName: string): Promise<boolean> {
        return this.files.has(fileName);
    }
}

/** Takes anything for an image but the word "corrupt". */
export class TrustingPreview implements AssetPreviewStrategy {
    async generatePreviewImage(_ctx: RequestContext, _mimeType: string, data: Buffer): Promise<Buffer> {
        if (data.toString().startsWith('corrupt')) throw new Error('Input buffer contains unsupported image format');
        return data;
    }
}
