import { lstat, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { UserError } from '../sdk/errors';
import { OutputFileAccess, OutputReference } from '../sdk/exporter';
import { codeOf, isInside, refuseEscapes } from './confined-path';

const FOLDER = 'folder for exports';
const DAY_MS = 24 * 60 * 60 * 1000;
/** Nobody resumes a run after that; until then its unfinished file stays. */
const ABANDONED_AFTER_MS = 30 * DAY_MS;

export interface LocalOutputAccessOptions {
    /** Folder that paths are relative to; made when it is missing. */
    outputDir: string;
}

/**
 * Output files on this machine's disk (or on a disk that all workers mount). Nothing outside the configured folder can
 * be written: folders are checked after symbolic links have been followed, and a link in place of the file itself is
 * replaced, not followed. The unfinished file stands beside the finished one, so that it can appear by a rename.
 */
export class LocalOutputAccess implements OutputFileAccess {
    constructor(private readonly options: LocalOutputAccessOptions) {}

    async prepare(reference: OutputReference): Promise<{ partialPath: string; finalPath: string }> {
        const { path, owner } = reference;
        refuseEscapes(path, FOLDER, 'feeds/products.csv');
        const name = basename(path);
        try {
            const folder = await this.folderFor(path);
            const finalPath = join(folder, name);
            await refuseFolder(finalPath, path);
            await removeAbandoned(folder, name);
            const partialPath = join(folder, `.${name}.${owner.replace(/[^A-Za-z0-9_-]/g, '_')}.partial`);
            return { partialPath, finalPath };
        } catch (thrown) {
            if (thrown instanceof UserError) throw thrown;
            throw unwritable(path, thrown);
        }
    }

    private async folderFor(path: string): Promise<string> {
        await mkdir(resolve(this.options.outputDir), { recursive: true });
        const root = await realpath(resolve(this.options.outputDir));
        const wanted = dirname(resolve(root, path));
        // Looked at before anything is made: mkdir follows links that lead out of the folder.
        if (!isInside(root, await deepestReal(wanted))) throw outside(path);
        await mkdir(wanted, { recursive: true });
        const real = await realpath(wanted);
        if (!isInside(root, real)) throw outside(path);
        return real;
    }
}

/** The real path of the last part of `path` that is there already. */
async function deepestReal(path: string): Promise<string> {
    try {
        return await realpath(path);
    } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
        // A link to nothing may not be created through: it counts as leading out.
        const isLink = await lstat(path).then(
            stats => stats.isSymbolicLink(),
            () => false,
        );
        if (isLink) return parse(path).root;
        return deepestReal(dirname(path));
    }
}

async function refuseFolder(finalPath: string, path: string): Promise<void> {
    const stats = await lstat(finalPath).catch(() => undefined);
    if (!stats?.isDirectory()) return;
    throw new UserError(
        'not-a-file',
        `"${path}" is a folder, so no file can be written there.`,
        'Give the file another name.',
        { file: path },
    );
}

async function removeAbandoned(folder: string, name: string): Promise<void> {
    for (const sibling of await readdir(folder)) {
        if (!sibling.startsWith(`.${name}.`) || !sibling.endsWith('.partial')) continue;
        const stats = await stat(join(folder, sibling)).catch(() => undefined);
        if (stats && Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS) await rm(join(folder, sibling), { force: true });
    }
}

function outside(path: string): UserError {
    return new UserError(
        'file-outside-root',
        `"${path}" leads out of the ${FOLDER} through a symbolic link, so it is not written.`,
        'Replace the link by a folder, or mount the other place there.',
        { file: path },
    );
}

function unwritable(path: string, error: unknown): UserError {
    const code = codeOf(error);
    const because =
        code === 'EACCES' || code === 'EPERM'
            ? 'permission is denied'
            : code === 'ENOTDIR' || code === 'EEXIST'
              ? 'a part of its path is a file and not a folder'
              : code === 'ENAMETOOLONG'
                ? 'its name is too long'
                : (code ?? String(error));
    return new UserError(
        'file-unwritable',
        `The file "${path}" cannot be written: ${because}.`,
        `Check the path and the permissions of the ${FOLDER} for the user that runs the server and its workers.`,
        { file: path },
        { cause: error },
    );
}
