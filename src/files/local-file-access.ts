import { createReadStream, type Stats } from 'node:fs';
import { realpath, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { didYouMean } from '../sdk/did-you-mean';
import { UserError } from '../sdk/errors';
import { FileAccess, OpenedFile } from '../sdk/extractor';
import { codeOf, isInside, refuseEscapes } from './confined-path';
import { removeUpload, storeUpload, StoredUpload, StoreUploadOptions, UPLOAD_ID } from './upload-store';

export interface LocalFileAccessOptions {
    /** Folder that `path` is relative to. Without it only uploads can be read. */
    rootDir?: string;
    /** Folder of uploaded files. Without it nothing can be uploaded. */
    uploadsDir?: string;
}

/**
 * Files on this machine's disk (or on a disk that all workers mount). Nothing outside the two configured folders can be
 * opened: paths are checked after symbolic links have been followed.
 */
export class LocalFileAccess implements FileAccess {
    constructor(private readonly options: LocalFileAccessOptions) {}

    async open(reference: { path?: string; uploadId?: string }): Promise<OpenedFile> {
        if (reference.path !== undefined && reference.uploadId === undefined) return this.openPath(reference.path);
        if (reference.uploadId !== undefined && reference.path === undefined)
            return this.openUpload(reference.uploadId);
        throw new UserError(
            'file-reference-invalid',
            'A file is named either by its path or by the id of an upload, and here both or neither are given.',
            'Set exactly one of `path` and `uploadId`.',
        );
    }

    /** Streams an upload to disk. It appears under its id only when it is complete. */
    async store(stream: Readable, fileName: string, options: StoreUploadOptions): Promise<StoredUpload> {
        return storeUpload(this.uploadsDir(), stream, fileName, options);
    }

    /** Removes an upload that nobody will ask for. */
    async discard(uploadId: string): Promise<void> {
        await removeUpload(this.uploadsDir(), uploadId);
    }

    private async openPath(path: string): Promise<OpenedFile> {
        if (this.options.rootDir === undefined) {
            throw new UserError(
                'file-root-not-configured',
                `The file "${path}" cannot be read because no folder for files is configured.`,
                'Set the folder for files in the options of DataHubPlugin.init(), or upload the file.',
                { file: path },
            );
        }
        refuseEscapes(path, 'folder for files', 'imports/products.csv');
        const root = await realpath(resolve(this.options.rootDir)).catch(() => {
            throw new UserError(
                'file-root-missing',
                'The configured folder for files does not exist or cannot be read on this machine.',
                'Create the folder, mount it on every worker, or correct the options of DataHubPlugin.init().',
                { file: path },
            );
        });
        const wanted = resolve(root, path);
        const real = await realpath(wanted).catch(error => this.notFound(error, path, wanted, root));
        if (!isInside(root, real)) {
            throw new UserError(
                'file-outside-root',
                `"${path}" leads out of the folder for files through a symbolic link, so it is not read.`,
                'Copy the file into the folder instead of linking it.',
                { file: path },
            );
        }
        return openedFile(real, relative(root, wanted).split(sep).join('/'));
    }

    private async openUpload(uploadId: string): Promise<OpenedFile> {
        const directory = join(this.uploadsDir(), uploadId);
        const names = UPLOAD_ID.test(uploadId) ? await readdir(directory).catch(() => []) : [];
        const name = names[0];
        if (name === undefined) {
            throw new UserError(
                'upload-not-found',
                `There is no upload with the id "${uploadId}"; it may have been removed.`,
                'Upload the file again and use the id that the upload returns.',
                { got: uploadId },
            );
        }
        return openedFile(join(directory, name), name);
    }

    private uploadsDir(): string {
        if (this.options.uploadsDir !== undefined) return resolve(this.options.uploadsDir);
        throw new UserError(
            'uploads-not-configured',
            'Uploaded files cannot be used because no folder for uploads is configured.',
            'Set the folder for uploads in the options of DataHubPlugin.init().',
        );
    }

    private async notFound(error: unknown, path: string, wanted: string, root: string): Promise<never> {
        if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw unreadable(path, error);
        // Neighbours may be listed only inside the root: a link further up could lead elsewhere.
        const directory = await realpath(dirname(wanted)).catch(() => undefined);
        const neighbours =
            directory !== undefined && isInside(root, directory) ? await readdir(directory).catch(() => []) : [];
        const hint =
            neighbours.length === 0
                ? 'Check the path; it is relative to the configured folder for files.'
                : neighbours.length <= 20
                  ? didYouMean(basename(wanted), neighbours)
                  : 'Check the name of the file; its folder exists.';
        throw new UserError('file-not-found', `There is no file "${path}" in the folder for files.`, hint, {
            file: path,
        });
    }
}

async function openedFile(localPath: string, name: string): Promise<OpenedFile> {
    const stats = await stat(localPath).catch(error => {
        throw codeOf(error) === 'ENOENT' ? disappeared(name) : unreadable(name, error);
    });
    if (!stats.isFile()) {
        throw new UserError(
            'not-a-file',
            `"${name}" is ${stats.isDirectory() ? 'a folder' : 'not a regular file'}, so it cannot be read.`,
            'Name a file.',
            { file: name },
        );
    }
    return {
        name,
        sizeBytes: stats.size,
        fingerprint: fingerprintOf(stats),
        localPath,
        stream: () => Readable.from(readBytes(localPath, name), { objectMode: false, highWaterMark: 64 * 1024 }),
    };
}

function fingerprintOf({ size, mtimeMs }: Stats): string {
    return `${size}-${Math.trunc(mtimeMs)}`;
}

async function* readBytes(localPath: string, name: string): AsyncGenerator<Buffer> {
    const before = await stat(localPath).catch(() => undefined);
    try {
        yield* createReadStream(localPath) as AsyncIterable<Buffer>;
    } catch (error) {
        throw codeOf(error) === 'ENOENT' ? disappeared(name) : unreadable(name, error);
    }
    const after = await stat(localPath).catch(() => undefined);
    // One that was replaced or removed was read to its end all the same: another one has its name now.
    const isSame = before !== undefined && after?.ino === before.ino;
    if (isSame && fingerprintOf(after) !== fingerprintOf(before)) throw writtenTo(name);
}

/** Its last line may be half of one, or what came before it from the file as it was. */
function writtenTo(name: string): UserError {
    return new UserError(
        'file-written-to',
        `The file "${name}" was written to while it was read.`,
        'Run again when it is complete; let whoever delivers files write under a temporary name and rename at the end.',
        { file: name },
    );
}

function disappeared(name: string): UserError {
    return new UserError(
        'file-disappeared',
        `The file "${name}" was there a moment ago and is gone now.`,
        'Put it back and run again; let whoever delivers files write under a temporary name and rename at the end.',
        { file: name },
    );
}

function unreadable(name: string, error: unknown): UserError {
    const code = codeOf(error);
    const because = code === 'EACCES' || code === 'EPERM' ? 'permission is denied' : (code ?? String(error));
    return new UserError(
        'file-unreadable',
        `The file "${name}" cannot be read: ${because}.`,
        'Check the permissions of the file for the user that runs the server and its workers.',
        { file: name },
        { cause: error },
    );
}
