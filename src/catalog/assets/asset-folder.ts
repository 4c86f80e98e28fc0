import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { UserError } from '../../sdk/errors';
import { AssetArchive, isAssetName, MAX_FILES } from './asset-archive';

/** `photos.zip/red.png` names a file inside of an archive. */
const IN_ARCHIVE = /^(.*?\.zip)\/(.+)$/i;

export function insideArchive(path: string): [archive: string, name: string] | undefined {
    const [, archive, name] = IN_ARCHIVE.exec(path) ?? [];
    return archive !== undefined && name !== undefined ? [archive, name] : undefined;
}

/**
 * The files that a path stands for: those of a folder and of all below it, those of a zip archive, else the path itself.
 * In the order of their names. `path` has been checked to stay inside of `root`; links are not followed.
 */
export async function filesAt(root: string, path: string, maxBytesPerFile: number): Promise<string[]> {
    const found = await stat(join(root, path)).catch(() => undefined);
    if (found?.isDirectory()) return filesIn(root, path);
    if (!found?.isFile() || !/\.zip$/i.test(path)) return [path];
    const archive = await AssetArchive.open(join(root, path), maxBytesPerFile);
    try {
        return archive.names.map(name => `${path}/${name}`);
    } finally {
        archive.close();
    }
}

async function filesIn(root: string, path: string): Promise<string[]> {
    const top = await realpath(root);
    const folder = await realpath(join(root, path));
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
        .filter(entry => entry.isFile())
        .map(entry => relative(top, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .filter(isAssetName)
        .sort();
    if (files.length <= MAX_FILES) return files;
    throw new UserError(
        'asset-folder-too-large',
        `The folder "${path}" holds ${files.length} files; one record takes at most ${MAX_FILES}.`,
        'Give its folders one by one.',
    );
}
