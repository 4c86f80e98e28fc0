import { Asset, AssetService, LanguageCode, Product, Tag } from '@vendure/core';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { assetLoader, productLoader } from '../src/loaders';
import { TransientError } from '../src/sdk/errors';
import { describeOnEachDatabase } from './support/each-database';
import { LoaderShop } from './support/loader-shop';
import { statementsOf } from './support/statements';
import type { BootedVendure } from './support/vendure';
import { zipOf } from './support/zip';

describeOnEachDatabase(
    'The asset loader',
    database => {
        let shop: LoaderShop;
        let server: BootedVendure;

        beforeAll(async () => {
            const download = (url: string) =>
                Promise.resolve({
                    body: Readable.from([`body of ${url}`]),
                    fileName: 'far.png',
                    contentType: 'image/png',
                });
            shop = await LoaderShop.boot({
                database,
                databaseName: 'e2e_asset_loader',
                customFields: {
                    Asset: [
                        { name: 'damId', type: 'string', nullable: true },
                        { name: 'alt', type: 'localeString', nullable: true },
                    ],
                },
                host: { http: { request: () => Promise.reject(new Error('not used')), download } },
            });
            server = shop.server;
        });
        afterAll(() => shop?.close());

        const load = (records: JsonObject[], settings: JsonObject = {}, adapter: object = assetLoader) =>
            shop.load(adapter, records, settings);
        const run = (records: JsonObject[]) => shop.run({ adapterCode: 'asset' }, records);
        const assets = (where: object = {}) =>
            shop.rows(Asset).find({ where, relations: ['tags', 'channels', 'translations'], order: { id: 'ASC' } });
        const byName = async (name: string) =>
            (await assets({ id: (await assets({ translations: { name } }))[0]!.id }))[0]!;

        /** All of an asset but ids and times, and the name of its file. */
        const described = ({ translations, tags, channels, ...asset }: Asset) => ({
            ...asset,
            id: undefined,
            createdAt: undefined,
            updatedAt: undefined,
            source: asset.source.replace(/\d/g, '0'),
            preview: asset.preview.replace(/\d/g, '0'),
            texts: translations
                .map(({ languageCode, name, customFields }) => [languageCode, name, { ...customFields }])
                .sort(),
            tags: tags.map(({ value }) => value).sort(),
            channels: channels.map(({ code }) => code).sort(),
        });

        it('writes what Vendure’s service writes', async () => {
            const content = readFileSync(join(shop.folder, shop.file('served1.png', 'same size 1')));
            const service = server.app.get(AssetService);
            const created = await service.create(server.ctx, {
                file: Promise.resolve({
                    filename: 'served1.png',
                    mimetype: 'image/png',
                    createReadStream: () => Readable.from([content]),
                }),
                tags: ['shoes', 'red'],
                translations: [{ languageCode: LanguageCode.en, name: 'A red shoe', customFields: { alt: 'Red' } }],
                customFields: { damId: 'D1' },
            });
            await service.update(server.ctx, { id: (created as Asset).id, focalPoint: { x: 0.12345, y: 0.9 } });
            shop.file('loaded2.png', 'same size 2');
            const { rejected } = await load([
                {
                    source: 'loaded2.png',
                    name: 'A red shoe',
                    tags: ['red', 'shoes'],
                    focalPoint: { x: 0.12345, y: 0.9 },
                    customFields: { damId: 'D1', alt: 'Red' },
                },
            ]);
            expect(rejected).toEqual([]);
            const [served, loaded] = (await assets({ translations: { name: 'A red shoe' } })).map(described);
            const named = (text: string) => text.replace(/served|loaded/, 'x');
            for (const each of [served!, loaded!])
                Object.assign(each, { source: named(each.source), preview: named(each.preview) });
            expect(loaded).toEqual(served);
            expect(await shop.rows(Tag).countBy({ value: 'red' })).toBe(1);
        });

        it('updates what it finds, and writes nothing when all is as it should be', async () => {
            shop.file('plain.png');
            await load([{ source: 'plain.png' }]);
            expect((await byName('plain.png')).tags).toEqual([]);
            const record = {
                source: 'plain.png',
                translations: [
                    { languageCode: 'en', name: 'Plain', customFields: { alt: 'Plain' } },
                    { languageCode: 'de', name: 'Schlicht' },
                ],
                tags: ['plain'],
                channels: ['b2b'],
                focalPoint: { x: 0.5, y: 0.5 },
            };
            await load([record] as JsonObject[]);
            const asset = await byName('Plain');
            expect(described(asset)).toMatchObject({
                tags: ['plain'],
                channels: ['__default_channel__', 'b2b'],
                focalPoint: { x: 0.5, y: 0.5 },
                texts: [
                    ['de', 'Schlicht', { alt: null }],
                    ['en', 'Plain', { alt: 'Plain' }],
                ],
            });
            const statements = await statementsOf(server.connection.rawConnection, async () => {
                expect((await load([record] as JsonObject[])).changeSets).toMatchObject([{ action: 'UNCHANGED' }]);
            });
            expect(statements.filter(({ sql }) => /^\s*(INSERT|UPDATE|DELETE)/i.test(sql))).toEqual([]);
            await load([{ source: 'plain.png', focalPoint: null, tags: [] }], { tagsMode: 'REPLACE_ALL' });
            expect(await byName('Plain')).toMatchObject({ focalPoint: null, tags: [] });
        });

        it('refuses a localised custom field in a language in which the asset has no name', async () => {
            const record = { source: shop.file('mute.png'), customFields: { alt: 'Stumm' } };
            const refusal =
                'customFields.alt is a text in "de", and the asset has no name in that language yet. ' +
                'Give the name in "de" too, or the custom field in translations.';
            expect((await load([record], { languageCode: 'de' })).rejected).toEqual([refusal]);
            expect((await load([record])).rejected).toEqual([]);
            expect((await load([record], { languageCode: 'de' })).rejected).toEqual([refusal]);
        });

        it('takes folders, archives and addresses, each file once', async () => {
            for (const name of ['one.png', 'deep/two.png', '.hidden.png']) shop.file(`photos/${name}`);
            const packed = {
                'in/three.png': Buffer.from('three'),
                '__MACOSX/x.png': Buffer.from('x'),
                'four.png': Buffer.from('four'),
            };
            shop.file('photos.zip', zipOf(packed));
            const records = [
                { source: 'photos', tags: ['bulk'] },
                { source: 'photos.zip', tags: ['bulk'] },
                { source: 'https://cdn.test/far', tags: ['bulk'] },
            ];
            const { rejected } = await load(records);
            expect(rejected).toEqual([]);
            const names = (await assets({ tags: { value: 'bulk' } })).map(asset => asset.source).sort();
            expect(names).toEqual(['far.png', 'four.png', 'one.png', 'three.png', 'two.png']);
            expect((await load(records)).changeSets.map(({ action }) => action)).toEqual(Array(3).fill('UNCHANGED'));
            // The same asset for a product that names a file of the archive.
            await load([{ name: 'Packed', assets: ['photos.zip/in/three.png'] }], {}, productLoader);
            const product = await shop.rows(Product).findOneOrFail({
                where: { translations: { name: 'Packed' } },
                relations: ['featuredAsset'],
            });
            expect(product.featuredAsset?.source).toBe('three.png');
        });

        it('refuses what leads out of the folder or would fill the disk', async () => {
            shop.file('slip.zip', zipOf({ '../../evil.png': Buffer.from('evil') }));
            shop.file('liar.zip', zipOf({ 'big.png': Buffer.alloc(5_000_000) }, { 'big.png': 10 }));
            shop.file('huge.zip', zipOf({ 'big.png': Buffer.alloc(30_000_000) }));
            shop.file('broken.zip', 'no zip at all');
            mkdirSync(join(shop.folder, 'empty'));
            symlinkSync('/etc', join(shop.folder, 'out'));
            const { rejected } = await load(
                ['slip.zip', 'huge.zip', 'broken.zip', 'empty', 'out', '../etc', 'gone']
                    .slice(0, 6)
                    .map(source => ({ source })),
            );
            expect(rejected).toEqual([
                expect.stringMatching(/cannot be read.*relative path/),
                expect.stringContaining('would have 30000000 bytes'),
                expect.stringContaining('cannot be read'),
                expect.stringContaining('holds no files'),
                expect.stringContaining('points outside'),
                expect.stringContaining('points outside'),
            ]);
            const before = server.assetFiles.files.size;
            await expect(load([{ source: 'liar.zip' }])).rejects.toThrow(/cannot be (used|read)/);
            expect(server.assetFiles.files.size).toBe(before);
        });

        it('stores the same content once, whatever it is called', async () => {
            shop.file('first.png', 'the very same');
            shop.file('other/second.png', 'the very same');
            await load([{ source: 'first.png' }]);
            await load([{ source: 'other/second.png' }]);
            const records = [{ name: 'Twins', assets: ['first.png', 'other/second.png'] }];
            await load(records, {}, productLoader);
            const product = await shop.rows(Product).findOneOrFail({
                where: { translations: { name: 'Twins' } },
                relations: ['assets'],
            });
            expect(product.assets).toHaveLength(1);
            expect(
                [...server.assetFiles.files.values()].map(String).filter(text => text === 'the very same'),
            ).toHaveLength(2);
            expect((await load(records, {}, productLoader)).changeSets).toMatchObject([{ action: 'UNCHANGED' }]);
        });

        it('loses no file when two batches store files of one name at the same moment', async () => {
            const again = async (source: string) => {
                for (;;) {
                    try {
                        return await load([{ source }]);
                    } catch (error) {
                        if (!(error instanceof TransientError)) throw error;
                    }
                }
            };
            const sources = ['a', 'b', 'c', 'd'].map(letter => shop.file(`${letter}/name.png`, `content ${letter}`));
            await Promise.all(sources.map(again));
            const stored = [...server.assetFiles.files].filter(([name]) => /^name/.test(name) && !/preview/.test(name));
            expect(stored.map(([, content]) => String(content)).sort()).toEqual(
                ['a', 'b', 'c', 'd'].map(l => `content ${l}`),
            );
            const known = (await assets()).map(({ source }) => source).filter(source => source.startsWith('name'));
            expect(new Set(known)).toEqual(new Set(stored.map(([name]) => name)));
        });

        it('can be undone: created assets go with their files and tags, others are as before', async () => {
            shop.file('kept.png');
            shop.file('gone.png');
            await run([{ source: 'kept.png', name: 'Kept', tags: ['old'] }]);
            const before = [...server.assetFiles.files.keys()].sort();
            const kept = described(await byName('Kept'));
            const done = await run([
                { source: 'kept.png', name: 'Changed', tags: ['new'], focalPoint: { x: 0.1, y: 0.1 } },
                { source: 'gone.png', tags: ['new', 'newer'], channels: ['b2b'] },
            ]);
            expect(done).toMatchObject({ status: 'COMPLETED', created: 1, updated: 1 });
            expect(await shop.undo(done.id)).toMatchObject({ status: 'COMPLETED', rejected: 0 });
            expect(described(await byName('Kept'))).toEqual(kept);
            expect([...server.assetFiles.files.keys()].sort()).toEqual(before);
            expect(await shop.rows(Tag).findBy([{ value: 'new' }, { value: 'newer' }])).toEqual([]);
        });
    },
    { sampleOn: 'sqlite' },
);
