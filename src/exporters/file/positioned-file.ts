import { FileHandle, open, rename, stat } from 'node:fs/promises';
import { constants } from 'node:fs';
import { UserError } from '../../sdk/errors';

/** A file that is written at positions, and of which everything behind a position can be cut off. */
export class PositionedFile {
    private handle: FileHandle | undefined;
    /** Where the file ends for certain; undefined after a write that failed halfway. */
    private end: number | undefined;

    constructor(
        private readonly paths: { partialPath: string; finalPath: string },
        /** As the user knows it. */
        private readonly name: string,
    ) {}

    /** Writes `bytes` at `position`, after which the file ends. Resolves with the new end. */
    async write(bytes: Buffer, position: number): Promise<number> {
        return this.translated(async () => {
            const handle = await this.openAt(position);
            this.end = undefined;
            for (let written = 0; written < bytes.length;) {
                const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
                written += bytesWritten;
            }
            this.end = position + bytes.length;
            return this.end;
        });
    }

    /** Ends the file at `position` with `tail`, puts it on the disk and gives it its name. Repeating it changes nothing. */
    async finish(tail: Buffer, position: number): Promise<void> {
        // Without records there is nothing that would be lost if it is written once more.
        if (position > 0 && (await this.isFinished(position + tail.length))) return;
        await this.write(tail, position);
        await this.translated(async () => {
            // Before the rename: after a power failure nobody may find an empty file under the final name.
            await this.handle!.sync();
            await this.close();
            await rename(this.paths.partialPath, this.paths.finalPath);
        });
    }

    async close(): Promise<void> {
        const { handle } = this;
        this.handle = undefined;
        this.end = undefined;
        await handle?.close();
    }

    private async openAt(position: number): Promise<FileHandle> {
        if (!this.handle) {
            const { O_CREAT, O_RDWR, O_NOFOLLOW } = constants;
            const create = position === 0 ? O_CREAT : 0;
            this.handle = await open(this.paths.partialPath, O_RDWR | create | O_NOFOLLOW, 0o644).catch(error => {
                throw (error as NodeJS.ErrnoException).code === 'ENOENT' && position > 0 ? this.lost() : error;
            });
        }
        if (this.end === position) return this.handle;
        const { size } = await this.handle.stat();
        if (size < position) throw this.lost();
        if (size > position) await this.handle.truncate(position);
        this.end = position;
        return this.handle;
    }

    private async isFinished(size: number): Promise<boolean> {
        if (this.handle || (await sizeOf(this.paths.partialPath)) !== undefined) return false;
        // The rename was the last thing that an earlier attempt did.
        return (await sizeOf(this.paths.finalPath)) === size;
    }

    private lost(): UserError {
        return new UserError(
            'export-part-missing',
            `The unfinished part of "${this.name}" is not there any more, or not as long as it was.`,
            'It stands on the disk of the worker that wrote it: mount one folder for exports on all workers. Start a new run of the pipeline to write the file again.',
            { file: this.name },
        );
    }

    private async translated<T>(work: () => Promise<T>): Promise<T> {
        try {
            return await work();
        } catch (thrown) {
            const sentence = SENTENCES[(thrown as NodeJS.ErrnoException | undefined)?.code ?? ''];
            if (!sentence) throw thrown;
            throw new UserError(
                'file-unwritable',
                `The file "${this.name}" cannot be written: ${sentence.because}.`,
                `${sentence.cure} Then resume the run: it goes on where it stands.`,
                { file: this.name },
                { cause: thrown },
            );
        }
    }
}

const SENTENCES: Record<string, { because: string; cure: string }> = {
    ENOSPC: { because: 'the disk is full', cure: 'Make room on the disk of the folder for exports.' },
    EDQUOT: { because: 'the quota of its disk is used up', cure: 'Make room on the disk of the folder for exports.' },
    EFBIG: { because: 'it would be larger than its file system allows', cure: 'Use another disk.' },
    EROFS: { because: 'its disk is read-only', cure: 'Mount the folder for exports writable.' },
    EACCES: {
        because: 'permission is denied',
        cure: 'Allow the user of the server to write to the folder for exports.',
    },
    EPERM: {
        because: 'permission is denied',
        cure: 'Allow the user of the server to write to the folder for exports.',
    },
};

async function sizeOf(path: string): Promise<number | undefined> {
    return stat(path).then(
        stats => stats.size,
        () => undefined,
    );
}
