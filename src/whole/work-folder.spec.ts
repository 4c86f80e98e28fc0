import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../sdk/errors';
import { loadDuckDb, DuckDbWork } from './duckdb-work';
import { makeWorkFolder } from './work-folder';

let root: string;
beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'data-hub-work-spec-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const stranger = 54_321;

/** Only root may give a folder to somebody else. */
describe.runIf(process.getuid?.() === 0)('the directory for temporary files', () => {
    it('is not used when it belongs to somebody else, who could read what is written', async () => {
        chmodSync(root, 0o1777);
        const theirs = join(root, 'theirs');
        mkdirSync(theirs, { mode: 0o777 });
        chownSync(theirs, stranger, stranger);
        await expect(makeWorkFolder(theirs)).rejects.toThrow(UserError);
        expect(readdirSync(theirs)).toEqual([]);
        const link = join(root, 'link');
        symlinkSync(theirs, link);
        await expect(makeWorkFolder(link)).rejects.toThrow('belongs to another user');
    });

    it('is used when it is our own, and where nobody else can make folders whoever it belongs to', async () => {
        mkdirSync(join(root, 'given'));
        chownSync(join(root, 'given'), stranger, stranger);
        await makeWorkFolder(join(root, 'given'));
        chmodSync(root, 0o1777);
        await makeWorkFolder(join(root, 'ours', 'deep'));
        expect(readdirSync(join(root, 'ours', 'deep'))).toHaveLength(1);
    });
});

describe('DuckDB', () => {
    it('reaches no file but its own temporary ones, whatever it is asked', async () => {
        const settings = { tempDirectory: root, memoryLimitMb: 128, loadDuckDb };
        const work = await DuckDbWork.open(settings, new AbortController().signal);
        try {
            await expect(work.run(`SELECT * FROM read_text('${__filename}')`)).rejects.toThrow('disabled');
            await expect(work.run('SET enable_external_access = true')).rejects.toThrow();
        } finally {
            await work.close();
        }
    });
});
