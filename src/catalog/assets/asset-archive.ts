import type { Readable } from 'node:stream';
import { type Entry, open, type ZipFile } from 'yauzl';
import { UserError } from '../../sdk/errors';

export const MAX_FILES = 10_000;
/** Of a whole archive, unzipped. */
const MAX_BYTES = 4 * 1024 ** 3;
/** Unzipped to zipped; entries below the size are harmless whatever their ratio. */
const MAX_RATIO = 300;
const RATIO_FROM_BYTES = 16 * 1024 ** 2;

/**
 * A zip archive of files for assets. Nothing is ever unzipped under a name that the archive gives, and the sizes in its
 * directory can be believed: yauzl fails when an entry turns out to be larger.
 */
export class AssetArchive {
    private constructor(
        private readonly zip: ZipFile,
        private readonly entries: Map<string, Entry>,
    ) {}

    static async open(path: string, maxBytesPerFile: number): Promise<AssetArchive> {
        const zip = await new Promise<ZipFile>((resolve, reject) =>
            open(path, { lazyEntries: true, autoClose: false }, (error, opened) =>
                error ? reject(unreadableArchive(error)) : resolve(opened),
            ),
        );
        try {
            return new AssetArchive(zip, await readDirectory(zip, maxBytesPerFile));
        } catch (error) {
            zip.close();
            throw error;
        }
    }

    get names(): string[] {
        return [...this.entries.keys()].sort();
    }

    async read(name: string): Promise<Readable> {
        const entry = this.entries.get(name);
        if (!entry) {
            throw new UserError(
                'asset-not-found',
                `The zip archive holds no file "${name}".`,
                'Correct the path inside of the archive.',
            );
        }
        return new Promise((resolve, reject) =>
            this.zip.openReadStream(entry, (error, stream) => {
                if (error) {
                    reject(unreadableArchive(error));
                    return;
                }
                // It may fail before its reader listens, which would end the process; the reader is told all the same.
                stream.on('error', () => undefined);
                resolve(stream);
            }),
        );
    }

    close(): void {
        this.zip.close();
    }
}

/** Folders, hidden files and what operating systems add are no assets. yauzl refuses names that lead out of the archive. */
export function isAssetName(name: string): boolean {
    return !name.endsWith('/') && !name.split('/').some(part => part.startsWith('.') || part === '__MACOSX');
}

function readDirectory(zip: ZipFile, maxBytesPerFile: number): Promise<Map<string, Entry>> {
    const entries = new Map<string, Entry>();
    let bytes = 0;
    return new Promise((resolve, reject) => {
        zip.on('entry', (entry: Entry) => {
            const { fileName, uncompressedSize, compressedSize } = entry;
            if (isAssetName(fileName)) {
                bytes += uncompressedSize;
                const ratio = uncompressedSize / Math.max(1, compressedSize);
                if (uncompressedSize > maxBytesPerFile) {
                    reject(tooLarge(`its file "${fileName}" would have ${uncompressedSize} bytes`));
                    return;
                }
                if (uncompressedSize > RATIO_FROM_BYTES && ratio > MAX_RATIO) {
                    reject(tooLarge(`its file "${fileName}" would grow to the ${Math.round(ratio)}-fold`));
                    return;
                }
                entries.set(fileName, entry);
            }
            if (entries.size > MAX_FILES) reject(tooLarge(`it holds more than ${MAX_FILES} files`));
            else if (bytes > MAX_BYTES) reject(tooLarge(`its files would have more than ${MAX_BYTES} bytes`));
            else zip.readEntry();
        });
        zip.on('end', () => resolve(entries));
        zip.on('error', (error: Error) => reject(unreadableArchive(error)));
        zip.readEntry();
    });
}

function tooLarge(because: string): UserError {
    return new UserError(
        'asset-archive-too-large',
        `The zip archive is not unzipped: ${because}.`,
        'Split the archive, or raise assetOptions.uploadMaxFileSize if its files are meant to be that large.',
    );
}

export function unreadableArchive(error: Error): UserError {
    return new UserError(
        'asset-archive-unreadable',
        `The zip archive cannot be read: ${error.message}.`,
        'Pack it again, and check that it was transferred completely.',
        {},
        { cause: error },
    );
}
