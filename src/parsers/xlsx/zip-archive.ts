import { Readable } from 'node:stream';
import { Entry, open, ZipFile } from 'yauzl';
import { UserError } from '../../sdk/errors';

export interface ZipLimits {
    /** All entries together, unzipped. */
    maxBytes: number;
    /** Unzipped to zipped size of one entry; small entries may exceed it. */
    maxRatio: number;
}

export const DEFAULT_ZIP_LIMITS: ZipLimits = { maxBytes: 4 * 1024 ** 3, maxRatio: 300 };

/** Entries below this are harmless whatever their ratio. */
const RATIO_FROM_BYTES = 16 * 1024 * 1024;
const MAX_ENTRIES = 10_000;
/** Lists of sheets, formats and relations are held as objects. */
const MAX_SMALL_PART_BYTES = 32 * 1024 * 1024;

/**
 * A zip archive with its directory read and checked against the limits. The sizes in the directory can be believed
 * later on: yauzl fails when an entry turns out to be larger than the directory says.
 */
export class ZipArchive {
    private constructor(
        private readonly zip: ZipFile,
        private readonly entries: Map<string, Entry>,
        private readonly file: string,
    ) {}

    static async open(localPath: string, file: string, limits: ZipLimits): Promise<ZipArchive> {
        const zip = await new Promise<ZipFile>((resolve, reject) =>
            open(localPath, { lazyEntries: true, autoClose: false }, (error, opened) =>
                error ? reject(notAZip(error, file)) : resolve(opened),
            ),
        );
        try {
            return new ZipArchive(zip, await readDirectory(zip, file, limits), file);
        } catch (error) {
            zip.close();
            throw error;
        }
    }

    has(name: string): boolean {
        return this.entries.has(name);
    }

    /** Unzipped size of an entry. */
    sizeOf(name: string): number {
        return this.entries.get(name)?.uncompressedSize ?? 0;
    }

    /** Unzipped bytes of an entry; leaving the loop closes it. */
    async *read(name: string): AsyncGenerator<Buffer, void, undefined> {
        const entry = this.entries.get(name);
        if (!entry) throw damaged(this.file, `it has no part "${name}"`);
        const stream = await new Promise<Readable>((resolve, reject) =>
            this.zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened))),
        ).catch((error: Error) => {
            throw damaged(this.file, error.message, error);
        });
        try {
            for await (const chunk of stream) yield chunk as Buffer;
        } catch (error) {
            throw damaged(this.file, (error as Error).message, error);
        } finally {
            stream.destroy();
        }
    }

    /** Like {@link read}, for parts whose content is held as a whole. */
    async *readSmall(name: string): AsyncGenerator<Buffer, void, undefined> {
        if (this.sizeOf(name) > MAX_SMALL_PART_BYTES) {
            throw this.tooLarge(`its part "${name}" would have more than ${MAX_SMALL_PART_BYTES} bytes`);
        }
        yield* this.read(name);
    }

    tooLarge(because: string): UserError {
        return tooLarge(this.file, because);
    }

    close(): void {
        this.zip.close();
    }
}

function readDirectory(zip: ZipFile, file: string, limits: ZipLimits): Promise<Map<string, Entry>> {
    const entries = new Map<string, Entry>();
    let total = 0;
    return new Promise((resolve, reject) => {
        zip.on('error', error => reject(notAZip(error as Error, file)));
        zip.on('end', () => resolve(entries));
        zip.on('entry', (entry: Entry) => {
            total += entry.uncompressedSize;
            const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
            if (total > limits.maxBytes || entries.size >= MAX_ENTRIES) {
                return reject(
                    tooLarge(file, `it would grow to more than ${limits.maxBytes} bytes or ${MAX_ENTRIES} parts`),
                );
            }
            if (entry.uncompressedSize > RATIO_FROM_BYTES && ratio > limits.maxRatio) {
                return reject(
                    tooLarge(
                        file,
                        `its part "${entry.fileName}" would grow ${Math.round(ratio)}-fold, which no real workbook does`,
                    ),
                );
            }
            entries.set(entry.fileName, entry);
            zip.readEntry();
        });
        zip.readEntry();
    });
}

function tooLarge(file: string, because: string): UserError {
    return new UserError(
        'workbook-too-large',
        `"${file}" is not unzipped because ${because}.`,
        'Split the workbook, or save it as CSV.',
        { file },
    );
}

function notAZip(error: Error, file: string): UserError {
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (gone)
        return new UserError(
            'file-disappeared',
            `The file "${file}" was there a moment ago and is gone now.`,
            'Put it back and run again.',
            { file },
        );
    return new UserError(
        'workbook-unreadable',
        `"${file}" is not an Excel workbook (.xlsx): ${error.message}.`,
        'Open it in a spreadsheet program and save it as .xlsx, or set the format that it has.',
        { file },
        { cause: error },
    );
}

export function damaged(file: string, because: string, cause?: unknown): UserError {
    return new UserError(
        'workbook-damaged',
        `The workbook "${file}" is damaged: ${because}.`,
        'Open it in a spreadsheet program and save it again.',
        { file },
        { cause },
    );
}
