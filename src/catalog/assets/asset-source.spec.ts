import { ConfigService, DefaultAssetImportStrategy } from '@vendure/core';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { DownloadedBody } from '../../outbound/outbound-http';
import { TransientError, UserError } from '../../sdk/errors';
import type { CatalogHost } from '../catalog-scope';
import { AssetSource } from './asset-source';

describe('AssetSource', () => {
    const folder = mkdtempSync(join(tmpdir(), 'asset-source-'));
    writeFileSync(join(folder, 'red.png'), 'red');
    afterAll(() => rmSync(folder, { recursive: true }));

    it('reads paths relative to the import folder, with or without a leading slash', async () => {
        for (const path of ['red.png', '/red.png', './red.png']) {
            const opened = await source().open(path);
            expect(await text(opened.stream())).toBe('red');
            expect(opened.fileName).toBe('red.png');
        }
    });

    it.each(['../red.png', '/../red.png', 'a/../../red.png', '..\\red.png', 'red.png\0.jpg'])(
        'refuses %j, which leaves the import folder',
        async path => {
            await expect(source().open(path)).rejects.toMatchObject({ code: 'asset-path-outside' });
        },
    );

    it('refuses a symbolic link that leads out of the import folder, and follows one that stays in it', async () => {
        mkdirSync(join(folder, 'links'));
        symlinkSync('/etc/passwd', join(folder, 'links/passwd.png'));
        symlinkSync('/etc', join(folder, 'links/etc'));
        symlinkSync(join(folder, 'red.png'), join(folder, 'links/red.png'));
        for (const path of ['links/passwd.png', 'links/etc/passwd']) {
            await expect(source().open(path)).rejects.toMatchObject({ code: 'asset-path-outside' });
        }
        expect(await text((await source().open('links/red.png')).stream())).toBe('red');
    });

    it('does not tell where the import folder is on the server', async () => {
        const failure = await source()
            .open('gone.png')
            .catch((error: UserError) => error);
        expect((failure as UserError).message).toBe('It could not be opened: File "gone.png" does not exist.');
    });

    it('never lets the import strategy fetch a URL', async () => {
        const strategy = vi.spyOn(DefaultAssetImportStrategy.prototype, 'getStreamFromPath');
        for (const url of ['https://cdn.test/a.png', 'HTTP://cdn.test/a.png']) {
            await (await source({ fileName: 'a.png' }).open(url)).release();
        }
        expect(strategy).not.toHaveBeenCalled();
        strategy.mockRestore();
    });

    it.each([
        ['image', 'image/png; charset=binary', 'image.png'],
        ['image', 'text/html', 'image'],
        ['photo.jpg', 'image/png', 'photo.jpg'],
        ['../../etc/cron.d/x', undefined, 'x'],
        ['a\nb:c?.png', undefined, 'a_b_c_.png'],
        ['..', 'image/png', 'asset.png'],
    ])('stores a download called %j of type %s as %s', async (fileName, contentType, expected) => {
        const opened = await source({ fileName, contentType }).open('https://cdn.test/x');
        expect(opened.fileName).toBe(expected);
        expect(await text(opened.stream())).toBe('body');
        await opened.release();
    });

    it('refuses the page with which a server answers for an image that it does not have', async () => {
        const page = (start: string) => ({
            fileName: 'shoe.jpg',
            contentType: 'text/html; charset=utf-8',
            body: Readable.from([Buffer.from(start), Buffer.from('<title>Not found</title>')]),
        });
        for (const start of ['<!DOCTYPE html>', '\n <html lang="en">']) {
            await expect(source(page(start)).open('https://cdn.test/shoe.jpg')).rejects.toMatchObject({
                code: 'asset-is-page',
            });
        }
        const called = await source(page('\xff\xd8\xff')).open('https://cdn.test/shoe.jpg');
        expect(called.fileName).toBe('shoe.jpg');
        await called.release();
    });

    it('keeps nothing of a download once it is released', async () => {
        const opened = await source({ fileName: 'a.png' }).open('https://cdn.test/a.png');
        const stream = opened.stream() as unknown as { path: string } & Readable;
        await text(stream);
        await opened.release();
        expect(existsSync(dirname(stream.path))).toBe(false);
    });

    it('blames the asset and not the database when its server cannot be reached, also on a second try', async () => {
        const download = vi.fn(() => Promise.reject(new TransientError('http-failed', 'It could not be read.')));
        const failure = await source({}, download)
            .open('https://cdn.test/a.png')
            .catch((error: unknown) => error);
        expect(failure).toMatchObject({ kind: 'USER', code: 'asset-unreachable', message: 'It could not be read.' });
        expect(download).toHaveBeenCalledTimes(2);
    });

    it('fetches a file again whose body broke off', async () => {
        const broken = Readable.from(
            (function* () {
                yield 'bo';
                throw new TransientError('http-failed', 'It broke off.');
            })(),
        );
        const bodies = [body({ body: broken }), body({})];
        const opened = await source({}, () => Promise.resolve(bodies.shift()!)).open('https://cdn.test/a.png');
        expect(await text(opened.stream())).toBe('body');
        await opened.release();
    });

    it('asks for no more than the shop takes for an upload', async () => {
        const download = vi.fn((_url: string, _options?: { maxBytes?: number }) => Promise.resolve(body({})));
        await (await source({}, download).open('https://cdn.test/a.png')).release();
        expect(download).toHaveBeenCalledWith('https://cdn.test/a.png', { maxBytes: 1_000 });
    });

    function source(downloaded: Partial<DownloadedBody> = {}, download?: CatalogHost['http']['download']): AssetSource {
        const assetImportStrategy = new DefaultAssetImportStrategy();
        const config = {
            importExportOptions: { importAssetsDir: folder, assetImportStrategy },
            assetOptions: { uploadMaxFileSize: 1_000 },
        };
        const injector = { get: (type: unknown) => (type === ConfigService ? config : undefined) };
        assetImportStrategy.init(injector as never);
        const http = { download: download ?? (() => Promise.resolve(body(downloaded))) };
        return new AssetSource({ injector, http } as unknown as CatalogHost);
    }
});

function body(downloaded: Partial<DownloadedBody>): DownloadedBody {
    return { body: Readable.from(['body']), fileName: 'x.png', ...downloaded };
}
