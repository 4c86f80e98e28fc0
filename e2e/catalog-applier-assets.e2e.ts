import { Asset } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataHubReference } from '../src/entities/data-hub-reference.entity';
import type { UserError } from '../src/sdk/errors';
import { withAssets } from './support/applier-change-sets';
import { describeOnEachDatabase } from './support/each-database';
import { ApplierShop } from './support/applier-shop';

describeOnEachDatabase('assets that the applier fetches', database => {
    let shop: ApplierShop;

    beforeAll(async () => {
        shop = await ApplierShop.boot(database, 'applier_assets_e2e');
        shop.addFile('notes.exe', 'MZ');
        shop.addFile('broken.png', 'corrupt');
    });
    afterAll(() => shop?.close());

    it('are fetched through the outbound door and found again by the next import', async () => {
        shop.downloads['https://cdn.test/p?id=1'] = { body: 'picture 1', contentType: 'image/png' };
        await shop.write([withAssets('remote', ['https://cdn.test/p?id=1', 'side.png'])]);
        const references = await shop.rows(DataHubReference, { source: 'asset' });
        expect(references.map(({ externalId }) => externalId)).toContain('https://cdn.test/p?id=1');
        const before = await shop.rows(Asset, {});
        await shop.write([withAssets('remote-2', ['https://cdn.test/p?id=1'])]);
        expect(await shop.rows(Asset, {})).toHaveLength(before.length);
        expect(before.find(asset => asset.source === 'picture.png')).toBeDefined();
    });

    it.each([
        ['missing.png', 'asset-not-found', 'It could not be opened: File "missing.png" does not exist.'],
        ['notes.exe', 'asset-type-not-permitted', 'It is a file of type "application/x-msdos-program", which'],
        ['broken.png', 'asset-unreadable', 'Its preview could not be made: Input buffer contains unsupported'],
        ['../etc/passwd', 'asset-path-outside', 'Its path points outside of the folder'],
        ['https://cdn.test/gone.png', 'http-404', 'https://cdn.test/gone.png answered 404.'],
    ])('say what is wrong with %s', async (source, code, reason) => {
        const failure = await shop.write([withAssets('bad', ['red.png', source])]).then(
            () => undefined,
            (error: UserError) => error,
        );
        expect(failure).toMatchObject({ kind: 'USER', code, place: { key: 'bad', got: source } });
        expect(failure!.message).toContain(`The asset "${source}" of "bad" cannot be used. ${reason}`);
    });

    it('leave no file behind when their transaction is rolled back', async () => {
        const files = [...shop.server.assetFiles.files.keys()].sort();
        shop.addFile('fresh.png');
        await expect(shop.write([withAssets('late', ['fresh.png', 'missing.png'])])).rejects.toThrow('missing.png');
        expect([...shop.server.assetFiles.files.keys()].sort()).toEqual(files);

        await expect(
            shop.write([withAssets('later', ['fresh.png'])], undefined, () => {
                throw new Error('the lease is lost');
            }),
        ).rejects.toThrow('the lease is lost');
        await new Promise(resolve => setTimeout(resolve, 50));
        expect([...shop.server.assetFiles.files.keys()].sort()).toEqual(files);
        expect(await shop.rows(DataHubReference, { externalId: 'fresh.png' })).toEqual([]);
    });
});
