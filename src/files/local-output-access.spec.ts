import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    rmSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { LocalOutputAccess } from './local-output-access';

const base = mkdtempSync(join(tmpdir(), 'output-access-'));
afterAll(() => rmSync(base, { recursive: true }));

let outputDir: string;
let outside: string;
let access: LocalOutputAccess;
beforeEach(() => {
    const place = mkdtempSync(join(base, 'case-'));
    outputDir = join(place, 'exports');
    outside = join(place, 'outside');
    mkdirSync(outside);
    access = new LocalOutputAccess({ outputDir });
});

const prepare = (path: string, owner = '1-write') => access.prepare({ path, owner });

describe('output files', () => {
    it('are built beside the place where they appear, in folders that are made', async () => {
        const { partialPath, finalPath } = await prepare('feeds/2025/products.csv');
        expect(finalPath).toBe(join(outputDir, 'feeds/2025/products.csv'));
        expect(dirname(partialPath)).toBe(dirname(finalPath));
        expect(existsSync(dirname(finalPath))).toBe(true);
        expect(existsSync(partialPath)).toBe(false);
    });

    it('of two runs or steps are built apart, and of the same one at the same place', async () => {
        const paths = await Promise.all([prepare('a.csv'), prepare('a.csv', '2-write'), prepare('a.csv')]);
        expect(new Set(paths.map(({ partialPath }) => partialPath)).size).toBe(2);
        expect((await prepare('a.csv', '../../x')).partialPath).toBe(join(outputDir, '.a.csv.______x.partial'));
    });

    it.each(['/etc/passwd', 'C:\\x.csv', '../x.csv', 'a/../../x.csv', 'a\\..\\..\\x', 'a\0b', ' '])(
        'are refused at %j',
        async path => {
            await expect(prepare(path)).rejects.toMatchObject({ code: 'file-path-refused' });
        },
    );

    it('do not follow links out of the folder, also where nothing is yet', async () => {
        mkdirSync(outputDir);
        symlinkSync(outside, join(outputDir, 'link'));
        symlinkSync(join(outside, 'not-there'), join(outputDir, 'dangling'));
        for (const path of ['link/a.csv', 'link/deep/er/a.csv', 'dangling/a.csv', 'dangling/deep/a.csv']) {
            await expect(prepare(path)).rejects.toMatchObject({ code: 'file-outside-root' });
        }
        expect(readdirSync(outside)).toEqual([]);
        expect(existsSync(join(outside, 'not-there'))).toBe(false);
    });

    it('may stand behind links within the folder', async () => {
        mkdirSync(join(outputDir, 'real'), { recursive: true });
        symlinkSync(join(outputDir, 'real'), join(outputDir, 'alias'));
        expect((await prepare('alias/a.csv')).finalPath).toBe(join(outputDir, 'real/a.csv'));
    });

    it('cannot have the name of a folder or stand below a file', async () => {
        mkdirSync(join(outputDir, 'taken'), { recursive: true });
        writeFileSync(join(outputDir, 'file'), '');
        await expect(prepare('taken')).rejects.toMatchObject({ code: 'not-a-file' });
        await expect(prepare('file/a.csv')).rejects.toThrow('a part of its path is a file and not a folder');
    });

    it('that nobody went on with for a month are removed, others stay', async () => {
        mkdirSync(outputDir);
        const old = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000);
        const names = ['.a.csv.1-x.partial', '.a.csv.2-x.partial', '.b.csv.1-x.partial', 'a.csv.partial'];
        for (const name of names) writeFileSync(join(outputDir, name), '');
        for (const name of names.filter(name => !name.includes('2-x'))) utimesSync(join(outputDir, name), old, old);
        await prepare('a.csv');
        expect(readdirSync(outputDir).sort()).toEqual(names.slice(1).sort());
    });
});
