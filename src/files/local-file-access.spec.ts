import {
    appendFileSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    realpathSync,
    renameSync,
    rmSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalFileAccess } from './local-file-access';

describe('local files', () => {
    let base: string;
    let root: string;
    let uploads: string;
    let files: LocalFileAccess;

    beforeEach(() => {
        base = realpathSync(mkdtempSync(join(tmpdir(), 'data-hub-files-')));
        root = join(base, 'root');
        uploads = join(base, 'uploads');
        mkdirSync(join(root, 'imports'), { recursive: true });
        writeFileSync(join(root, 'imports/products.csv'), 'sku\n1\n');
        writeFileSync(join(base, 'secret.txt'), 'secret');
        files = new LocalFileAccess({ rootDir: root, uploadsDir: uploads });
    });
    afterEach(() => rmSync(base, { recursive: true }));

    const textOf = async (stream: Readable) => Buffer.concat(await stream.toArray()).toString();

    it('opens a file in the root, as often as its stream is asked for', async () => {
        const file = await files.open({ path: 'imports/products.csv' });
        expect(file).toMatchObject({
            name: 'imports/products.csv',
            sizeBytes: 6,
            localPath: join(root, 'imports/products.csv'),
        });
        expect(await textOf(file.stream())).toBe('sku\n1\n');
        expect(await textOf(file.stream())).toBe('sku\n1\n');
    });

    it('changes the fingerprint with size and time of change', async () => {
        const fingerprint = async () => (await files.open({ path: 'imports/products.csv' })).fingerprint;
        const before = await fingerprint();
        expect(await fingerprint()).toBe(before);
        utimesSync(join(root, 'imports/products.csv'), 1, 1);
        const touched = await fingerprint();
        expect(touched).not.toBe(before);
        writeFileSync(join(root, 'imports/products.csv'), 'sku\n1\n2\n');
        utimesSync(join(root, 'imports/products.csv'), 1, 1);
        expect(await fingerprint()).not.toBe(touched);
    });

    it.each([
        ['../secret.txt', '".." would lead out of its folder'],
        ['imports/../../secret.txt', '".." would lead out of its folder'],
        ['imports\\..\\..\\secret.txt', '".." would lead out of its folder'],
        ['/etc/passwd', 'paths are relative to the configured folder for files'],
        ['C:\\secret.txt', 'paths are relative to the configured folder for files'],
        ['imports/products.csv\0.png', 'it contains a NUL character'],
        [' ', 'it is empty'],
    ])('refuses the path %j', async (path, because) => {
        await expect(files.open({ path })).rejects.toMatchObject({
            code: 'file-path-refused',
            message: expect.stringContaining(because) as string,
        });
    });

    it('follows links within the root and refuses those that leave it', async () => {
        symlinkSync(join(root, 'imports/products.csv'), join(root, 'inside.csv'));
        symlinkSync(join(base, 'secret.txt'), join(root, 'outside.txt'));
        symlinkSync(base, join(root, 'folder'));
        expect(await textOf((await files.open({ path: 'inside.csv' })).stream())).toBe('sku\n1\n');
        for (const path of ['outside.txt', 'folder/secret.txt']) {
            await expect(files.open({ path })).rejects.toMatchObject({ code: 'file-outside-root' });
        }
        // Nothing about the outside is told either.
        await expect(files.open({ path: 'folder/secret.tx' })).rejects.toMatchObject({
            hint: expect.not.stringContaining('secret') as string,
        });
    });

    it('is not confused by a folder whose name begins like the root', async () => {
        mkdirSync(`${root}-other`);
        writeFileSync(join(`${root}-other`, 'x.csv'), 'x');
        symlinkSync(join(`${root}-other`, 'x.csv'), join(root, 'x.csv'));
        await expect(files.open({ path: 'x.csv' })).rejects.toMatchObject({ code: 'file-outside-root' });
    });

    it('suggests the file that was meant', async () => {
        await expect(files.open({ path: 'imports/product.csv' })).rejects.toMatchObject({
            message: 'There is no file "imports/product.csv" in the folder for files.',
            hint: 'Did you mean "products.csv"?',
        });
        await expect(files.open({ path: 'missing/products.csv' })).rejects.toMatchObject({ code: 'file-not-found' });
    });

    it('refuses folders, missing configuration and unclear references', async () => {
        await expect(files.open({ path: 'imports' })).rejects.toThrow('"imports" is a folder, so it cannot be read.');
        await expect(new LocalFileAccess({}).open({ path: 'x' })).rejects.toMatchObject({
            code: 'file-root-not-configured',
        });
        await expect(new LocalFileAccess({}).open({ uploadId: 'x' })).rejects.toMatchObject({
            code: 'uploads-not-configured',
        });
        await expect(new LocalFileAccess({ rootDir: join(base, 'gone') }).open({ path: 'x' })).rejects.toMatchObject({
            code: 'file-root-missing',
        });
        await expect(files.open({})).rejects.toMatchObject({ code: 'file-reference-invalid' });
        await expect(files.open({ path: 'x', uploadId: 'y' })).rejects.toMatchObject({
            code: 'file-reference-invalid',
        });
    });

    it('refuses the end of a file that was written to while it was read, but not of one that was replaced', async () => {
        const path = join(root, 'imports/large.csv');
        const text = 'sku\n'.repeat(100_000);
        const whileReading = async (change: () => void) => {
            writeFileSync(path, text);
            const file = await files.open({ path: 'imports/large.csv' });
            let read = '';
            for await (const chunk of file.stream() as AsyncIterable<Buffer>) {
                if (read === '') change();
                read += chunk.toString();
            }
            return read === text;
        };
        const changed = 'The file "imports/large.csv" was written to while it was read.';
        await expect(whileReading(() => appendFileSync(path, '1\n'))).rejects.toThrow(changed);
        await expect(whileReading(() => writeFileSync(path, 'sku\n'))).rejects.toThrow(changed);
        writeFileSync(`${path}.new`, 'sku\n1\n');
        expect(await whileReading(() => renameSync(`${path}.new`, path))).toBe(true);
        expect(await whileReading(() => rmSync(path))).toBe(true);
    });

    it('names a file that disappears between opening and reading', async () => {
        const file = await files.open({ path: 'imports/products.csv' });
        rmSync(join(root, 'imports/products.csv'));
        await expect(textOf(file.stream())).rejects.toMatchObject({
            kind: 'USER',
            message: 'The file "imports/products.csv" was there a moment ago and is gone now.',
        });
    });

    describe('uploads', () => {
        it('are stored under an id with their own name', async () => {
            const stored = await files.store(
                Readable.from([Buffer.from('sku\n'), Buffer.from('1\n')]),
                'C:\\Users\\me\\März 2024.csv',
                { maxBytes: 6 },
            );
            expect(stored).toMatchObject({ name: 'März 2024.csv', sizeBytes: 6 });
            const file = await files.open({ uploadId: stored.uploadId });
            expect(file).toMatchObject({ name: 'März 2024.csv', sizeBytes: 6 });
            expect(await textOf(file.stream())).toBe('sku\n1\n');
        });

        it.each([
            ['../../etc/passwd', 'passwd'],
            ['..', 'upload'],
            ['.hidden', 'hidden'],
            ['', 'upload'],
            ['a\0b\n.csv', 'ab.csv'],
            [`${'ü'.repeat(300)}.csv`, `${'ü'.repeat(98)}.csv`],
        ])('lose anything dangerous from the name %j', async (given, name) => {
            expect((await files.store(Readable.from([Buffer.from('x')]), given, { maxBytes: 1 })).name).toBe(name);
        });

        it('leave nothing behind when they are too large or break off', async () => {
            await expect(
                files.store(Readable.from([Buffer.alloc(5), Buffer.alloc(5)]), 'x.csv', { maxBytes: 9 }),
            ).rejects.toMatchObject({ code: 'upload-too-large' });
            const broken = Readable.from((async function* () { yield Buffer.alloc(5); throw new Error('connection lost'); })()); // prettier-ignore
            await expect(files.store(broken, 'x.csv', { maxBytes: 100 })).rejects.toThrow('connection lost');
            expect(readdirSync(uploads)).toEqual([]);
        });

        it('cannot be opened before they are complete', async () => {
            const slow = new Readable({ read: () => undefined });
            slow.push('begin');
            const storing = files.store(slow, 'x.csv', { maxBytes: 100 });
            await expect.poll(() => readdirSync(uploads)).toHaveLength(1);
            const [partial] = readdirSync(uploads);
            for (const uploadId of [partial!, partial!.replace('.partial', '')]) {
                await expect(files.open({ uploadId })).rejects.toMatchObject({ code: 'upload-not-found' });
            }
            slow.push(null);
            expect((await files.open({ uploadId: (await storing).uploadId })).sizeBytes).toBe(5);
        });

        it('are found by a proper id only', async () => {
            for (const uploadId of ['..', '../root/imports', '.', '', 'nothing-here']) {
                await expect(files.open({ uploadId })).rejects.toMatchObject({ code: 'upload-not-found' });
            }
        });
    });
});
