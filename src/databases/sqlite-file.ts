import { lstat } from 'node:fs/promises';
import { UserError } from '../sdk/errors';
import type { OutputFileAccess } from '../sdk/exporter';

/** Confined as exported files are. SQLite opens the file in its place, so a link there would lead out of the folder. */
export async function sqliteFileIn(outputs: OutputFileAccess, path: string): Promise<string> {
    const { finalPath } = await outputs.prepare({ path, owner: 'sqlite' });
    const stats = await lstat(finalPath).catch(() => undefined);
    if (!stats?.isSymbolicLink()) return finalPath;
    throw new UserError(
        'file-outside-root',
        `"${path}" is a symbolic link, so it is not opened as a database.`,
        'Put the file itself there.',
        { file: path },
    );
}
