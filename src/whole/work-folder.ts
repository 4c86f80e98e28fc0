import { chmod, lstat, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../sdk/errors';

const start = 'whole-';
const abandonedAfterMs = 24 * 60 * 60 * 1000;

/** A folder of its own for one operation; records are customer data, so nobody else may look. */
export async function makeWorkFolder(tempDirectory: string): Promise<string> {
    await mkdir(tempDirectory, { recursive: true, mode: 0o700 });
    await refuseTrap(tempDirectory);
    const folder = await mkdtemp(join(tempDirectory, start));
    await chmod(folder, 0o700);
    return folder;
}

/**
 * Where everybody may make folders, as in /tmp, somebody else may have made ours: its owner could exchange what is in it
 * and so read the records. Elsewhere it is for the administrator to say whose it is.
 */
async function refuseTrap(directory: string): Promise<void> {
    const isShared = ((await stat(dirname(directory))).mode & 0o002) !== 0;
    if (!isShared || !process.getuid) return;
    const trusted = [process.getuid(), 0];
    // A link is as good as its owner, and then as what it leads to.
    const owners = [(await lstat(directory)).uid, (await stat(directory)).uid];
    if (owners.every(owner => trusted.includes(owner))) return;
    throw new UserError(
        'whole-directory-not-ours',
        `The directory for temporary files, "${directory}", belongs to another user of this machine.`,
        'Set "whole.tempDirectory" in the options of DataHubPlugin to a directory of the user that runs the server.',
    );
}

export async function removeWorkFolder(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
}

/** What killed workers left: no operation goes a day without writing. Safe while others work in the same directory. */
export async function removeAbandonedWork(tempDirectory: string, now = Date.now()): Promise<number> {
    const names = await readdir(tempDirectory).catch(() => []);
    let removed = 0;
    for (const name of names.filter(each => each.startsWith(start))) {
        const folder = join(tempDirectory, name);
        if ((await lastWriteMs(folder)) > now - abandonedAfterMs) continue;
        await removeWorkFolder(folder);
        removed++;
    }
    return removed;
}

async function lastWriteMs(folder: string): Promise<number> {
    const paths = [folder, ...(await readdir(folder).catch(() => [])).map(name => join(folder, name))];
    // What is gone meanwhile was somebody's who still works there.
    const times = await Promise.all(
        paths.map(path =>
            stat(path).then(
                ({ mtimeMs }) => mtimeMs,
                () => Date.now(),
            ),
        ),
    );
    return Math.max(...times);
}
