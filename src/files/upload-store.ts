import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sentence } from '../sdk/sentence';
import { SpokenError } from '../sdk/spoken-error';

export interface StoreUploadOptions {
    maxBytes: number;
}

export interface StoredUpload {
    uploadId: string;
    /** The original name, without anything that could be a path. */
    name: string;
    sizeBytes: number;
}

export const UPLOAD_ID = /^[A-Za-z0-9-]{1,64}$/;

/** Writes to `<uploadsDir>/<id>.partial/` and renames the folder, so that a half upload can never be opened. */
export async function storeUpload(
    uploadsDir: string,
    stream: Readable,
    fileName: string,
    { maxBytes }: StoreUploadOptions,
): Promise<StoredUpload> {
    const uploadId = randomUUID();
    const name = safeName(fileName);
    const partial = join(uploadsDir, `${uploadId}.partial`);
    let sizeBytes = 0;
    try {
        await mkdir(partial, { recursive: true });
        await pipeline(
            stream,
            async function* (chunks: AsyncIterable<Buffer>) {
                for await (const chunk of chunks) {
                    sizeBytes += chunk.length;
                    if (sizeBytes > maxBytes) throw tooLarge(name, maxBytes);
                    yield chunk;
                }
            },
            createWriteStream(join(partial, name), { flags: 'wx', flush: true }),
        );
        await rename(partial, join(uploadsDir, uploadId));
    } catch (error) {
        // A pipeline that failed before it started leaves the source open.
        stream.destroy();
        await rm(partial, { recursive: true, force: true });
        throw error;
    }
    return { uploadId, name, sizeBytes };
}

/** Takes a complete upload back; one that is gone already is no error. */
export async function removeUpload(uploadsDir: string, uploadId: string): Promise<void> {
    if (!UPLOAD_ID.test(uploadId)) return;
    await rm(join(uploadsDir, uploadId), { recursive: true, force: true });
}

/** The dashboard says them in the language of whoever reads. */
export const UPLOAD_PROBLEMS = {
    tooLarge: [
        '“{name}” is larger than the {maxBytes} bytes that an upload may have.',
        'Compress the file with gzip, split it, or raise the limit for uploads.',
    ],
} as const;

function tooLarge(name: string, maxBytes: number): SpokenError {
    const [wrong, next] = UPLOAD_PROBLEMS.tooLarge;
    const sentences = [sentence(wrong, { name, maxBytes }), sentence(next)] as const;
    return new SpokenError('upload-too-large', sentences, { file: name });
}

function safeName(fileName: string): string {
    const last = fileName.split(/[\\/]/).at(-1) ?? '';
    let name = [...last]
        .filter(char => char >= ' ' && char !== '\x7f')
        .join('')
        .replace(/^\.+/, '')
        .trim();
    const extension = /\.[A-Za-z0-9.]{1,16}$/.exec(name)?.[0] ?? '';
    // File systems allow 255 bytes per name.
    while (Buffer.byteLength(name) > 200) name = name.slice(0, -extension.length - 1) + extension;
    return name === '' ? 'upload' : name;
}
