import {
    Asset,
    Channel,
    ChannelService,
    ConfigService,
    CurrencyCode,
    DefaultAssetImportStrategy,
    DefaultProductVariantPriceUpdateStrategy,
    Facet,
    FacetValue,
    FacetValueService,
    ID,
    LanguageCode,
    PluginCommonModule,
    Product,
    ProductOptionGroup,
    ProductService,
    ProductVariant,
    ProductVariantPrice,
    ProductVariantService,
    StockLevel,
    StockLocation,
    StockMovement,
    TaxCategory,
    VendurePlugin,
} from '@vendure/core';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { JsonValue } from '../shared/json';
import { ChangeSetApplier } from '../src/catalog/apply/change-set-applier';
import type { CatalogHost, CatalogScope } from '../src/catalog/catalog-scope';
import { References } from '../src/catalog/references';
import { openSqlSession } from '../src/catalog/sql/open-sql-session';
import { DataHubReference } from '../src/entities/data-hub-reference.entity';
import { ChangeAction, ChangeSet, EntityChange, FieldChange } from '../src/sdk/change-set';
import { UserError } from '../src/sdk/errors';
import { describeOnEachDatabase } from './support/each-database';
import { BootedVendure, bootVendure } from './support/vendure';

@VendurePlugin({ imports: [PluginCommonModule], entities: [DataHubReference], compatibility: '^3.7.0' })
class ReferencePlugin {}

describeOnEachDatabase('the applier of change sets', database => {
    let server: BootedVendure;
    let host: CatalogHost;
    let applier: ChangeSetApplier;
    let second: Channel;
    const folder = mkdtempSync(join(tmpdir(), 'applier-assets-'));
    const downloads: Record<string, { body: string; contentType?: string }> = {};

    beforeAll(async () => {
        server = await bootVendure({
            database,
            databaseName: 'applier_e2e',
            plugins: [ReferencePlugin],
            config: {
                importExportOptions: { importAssetsDir: folder, assetImportStrategy: new DefaultAssetImportStrategy() },
            },
            customFields: {
                Product: [
                    { name: 'erpId', type: 'string', nullable: true },
                    { name: 'claim', type: 'localeString', nullable: true },
                    { name: 'releasedAt', type: 'datetime', nullable: true },
                    { name: 'tags', type: 'string', list: true, nullable: true },
                    { name: 'rating', type: 'int', defaultValue: 3 },
                    { name: 'related', type: 'relation', entity: Product, list: true },
                    { name: 'manual', type: 'relation', entity: Asset },
                ],
            },
        });
        host = {
            injector: server.injector,
            ctx: server.ctx,
            dryRun: false,
            files: { open: () => Promise.reject(new Error('not used')) },
            http: {
                request: () => Promise.reject(new Error('not used')),
                download: async url => {
                    const found = downloads[url];
                    if (!found) throw new UserError('http-404', `${url} answered 404.`);
                    return { body: Readable.from([found.body]), contentType: found.contentType, fileName: 'picture' };
                },
            },
        };
        applier = new ChangeSetApplier(host);
        const main = await server.app.get(ChannelService).getDefaultChannel();
        second = (await server.app.get(ChannelService).create(server.ctx, {
            code: 'outlet',
            token: 'outlet',
            defaultLanguageCode: LanguageCode.en,
            defaultCurrencyCode: CurrencyCode.USD,
            availableCurrencyCodes: [CurrencyCode.USD],
            pricesIncludeTax: false,
            defaultTaxZoneId: main.defaultTaxZone.id,
            defaultShippingZoneId: main.defaultShippingZone.id,
        })) as Channel;
        for (const name of ['red.png', 'blue.png', 'side.png']) writeFileSync(join(folder, name), `picture ${name}`);
        writeFileSync(join(folder, 'notes.exe'), 'MZ');
        writeFileSync(join(folder, 'broken.png'), 'corrupt');
    });

    afterAll(() => server?.close());

    it('creates a product with everything that belongs to it, as Vendure reads it', async () => {
        const { ids } = await write([fullProduct('laptop')]);
        const product = (await server.app
            .get(ProductService)
            .findOne(server.ctx, ids.laptop!, [
                'channels',
                'facetValues',
                'assets',
                'optionGroups',
                'variants',
                'featuredAsset',
            ]))!;
        expect(product).toMatchObject({ name: 'laptop', slug: 'laptop', description: '', enabled: true });
        expect(product.channels.map(channel => channel.code).sort()).toEqual(['__default_channel__', 'outlet']);
        expect(product.facetValues.map(value => value.code)).toEqual(['red']);
        expect(product.featuredAsset.source).toBe('red.png');
        const custom = product.customFields as unknown as Record<string, unknown>;
        expect(custom).toMatchObject({ erpId: '00123', tags: ['new', 'hot'], rating: 3, claim: 'Fast' });
        expect((custom.releasedAt as Date).toISOString()).toBe('2026-03-01T10:00:00.000Z');
        expect(product.translations.find(t => t.languageCode === LanguageCode.de)).toMatchObject({
            name: 'laptop de',
            customFields: { claim: 'Schnell' },
        });

        const variants = await server.app.get(ProductVariantService).getVariantsByProductId(server.ctx, ids.laptop!);
        expect(variants.items).toHaveLength(2);
        expect(variants.items[0]).toMatchObject({
            sku: 'laptop-s',
            price: 1299,
            priceWithTax: 1559,
            currencyCode: 'USD',
        });
        expect(variants.items[0]!.options.map(option => option.code)).toEqual(['small']);
        const levels = await rows(StockLevel, { productVariantId: variants.items[0]!.id });
        expect(levels).toMatchObject([{ stockOnHand: 7, stockAllocated: 0 }]);
        const movements = await rows(StockMovement, { productVariant: { id: variants.items[0]!.id } });
        expect(movements).toMatchObject([{ type: 'ADJUSTMENT', quantity: 7 }]);
        expect(await rows(StockMovement, { productVariant: { id: variants.items[1]!.id } })).toEqual([]);

        const group = await server.connection.rawConnection
            .getRepository(ProductOptionGroup)
            .findOneOrFail({ where: { code: 'size' }, relations: { channels: true, products: true } });
        expect(group.channels.map(channel => channel.code).sort()).toEqual(['__default_channel__', 'outlet']);
        expect(group.products.map(({ id }) => id)).toEqual([ids.laptop]);
        const assets = await server.connection.rawConnection
            .getRepository(Asset)
            .find({ relations: { channels: true } });
        expect(assets.map(asset => asset.channels.length)).toEqual([2, 2]);
    });

    it('can be edited by Vendure afterwards', async () => {
        const { ids } = await write([simpleProduct('editable')]);
        const service = server.app.get(ProductVariantService);
        const [variant] = (await service.getVariantsByProductId(server.ctx, ids.editable!)).items;
        const [updated] = await service.update(server.ctx, [{ id: variant!.id, price: 500, stockOnHand: 3 }]);
        expect(updated).toMatchObject({ price: 500 });
        await server.app.get(ProductService).update(server.ctx, {
            id: ids.editable!,
            translations: [{ languageCode: LanguageCode.en, name: 'Edited', slug: 'edited', description: '' }],
        });
        expect((await server.app.get(ProductService).findOne(server.ctx, ids.editable!))!.name).toBe('Edited');
    });

    it('costs the same number of statements for 50 and for 500 records', async () => {
        const batch = (count: number, name: string) =>
            Array.from({ length: count }, (_, i) =>
                simpleProduct(`${name}-${i}`, i % 3 === 0 ? { erpId: `E${i}` } : {}),
            );
        const small = await write(batch(50, 'fifty'));
        const large = await write(batch(500, 'fivehundred'));
        expect(large.statements).toBe(small.statements);
        expect(large.statements).toBeLessThanOrEqual(45);

        const update = (made: typeof small) =>
            Object.entries(made.ids).map(([key, id], i) =>
                changeSet(key, 'UPDATE', [
                    change(
                        'Product',
                        key,
                        'UPDATE',
                        [
                            { path: 'enabled', before: true, after: false },
                            ...(i % 2 ? [{ path: 'customFields.erpId', before: null, after: `U${i}` }] : []),
                            { path: 'translations.en.name', before: key, after: `${key}!` },
                            { path: 'translations.de.name', after: `${key} neu` },
                            { path: 'translations.de.slug', after: key },
                        ],
                        id,
                    ),
                ]),
            );
        const smallUpdate = await write(update(small));
        const largeUpdate = await write(update(large));
        expect(largeUpdate.statements).toBe(smallUpdate.statements);
        expect(largeUpdate.statements).toBeLessThanOrEqual(8);
        const last = Object.values(large.ids).at(-1)!;
        const product = await server.connection.rawConnection.getRepository(Product).findOneByOrFail({ id: last });
        expect(product).toMatchObject({ enabled: false, customFields: { erpId: 'U499' } });
        expect(product.translations.map(t => t.name).sort()).toEqual(['fivehundred-499 neu', 'fivehundred-499!']);
    });

    it('changes only what a change set names', async () => {
        const { ids, references } = await write([fullProduct('chair')]);
        const [small] = (await variantsOf(ids.chair!)).filter(variant => variant.sku === 'chair-s');
        const level = { productVariantId: small!.id };
        await server.connection.rawConnection
            .getRepository(StockLevel)
            .update(level, { stockAllocated: 2, stockOnHand: 6 });
        await write(
            [
                changeSet('chair', 'UPDATE', [
                    change(
                        'Product',
                        'chair',
                        'UPDATE',
                        [
                            { path: 'translations.de.name', before: 'chair de', after: 'Stuhl' },
                            {
                                path: 'channels',
                                before: ['__default_channel__', 'outlet'],
                                after: ['__default_channel__'],
                            },
                            { path: 'facetValues', before: ['colour:red'], after: [] },
                            { path: 'assets', before: ['red.png', 'blue.png'], after: ['blue.png', 'red.png'] },
                            { path: 'featuredAsset', before: 'red.png', after: null },
                            { path: 'customFields.tags', before: ['new', 'hot'], after: null },
                            { path: 'customFields.related', after: [String(ids.chair)] },
                            { path: 'customFields.manual', after: String(references.get('Asset', 'red.png')) },
                        ],
                        ids.chair,
                    ),
                    change(
                        'ProductVariant',
                        'chair-s',
                        'UPDATE',
                        [
                            { path: 'sku', before: 'chair-s', after: '00123' },
                            { path: 'prices.__default_channel__.USD', before: 1299, after: 1399 },
                            { path: 'prices.__default_channel__.EUR', after: 1199 },
                            { path: 'prices.outlet.USD', before: 999 },
                            { path: 'stock.Default Stock Location', before: 7, after: 10 },
                        ],
                        small!.id,
                    ),
                ]),
            ],
            references,
        );
        const product = (await server.app
            .get(ProductService)
            .findOne(server.ctx, ids.chair!, ['channels', 'facetValues', 'assets', 'featuredAsset']))!;
        expect(product.translations.map(t => t.name).sort()).toEqual(['Stuhl', 'chair']);
        expect(product.channels.map(channel => channel.code)).toEqual(['__default_channel__']);
        expect(product).toMatchObject({
            facetValues: [],
            featuredAsset: null,
            customFields: { tags: null, erpId: '00123' },
        });
        expect(product.assets.sort((a, b) => a.position - b.position).map(({ asset }) => asset.source)).toEqual([
            'blue.png',
            'red.png',
        ]);
        const related = await server.connection.rawConnection
            .getRepository(Product)
            .findOneOrFail({ where: { id: ids.chair! }, relations: ['customFields.related', 'customFields.manual'] });
        expect(related.customFields).toMatchObject({ related: [{ id: ids.chair }], manual: { source: 'red.png' } });

        const prices = await rows(ProductVariantPrice, { variant: { id: small!.id } });
        expect(prices.map(({ price, currencyCode }) => `${currencyCode} ${price}`).sort()).toEqual([
            'EUR 1199',
            'USD 1399',
        ]);
        expect(await rows(StockLevel, level)).toMatchObject([{ stockOnHand: 10, stockAllocated: 2 }]);
        const movements = await rows(StockMovement, { productVariant: { id: small!.id } });
        // 7 when it was created; then from 6, which is what stood there and not what the change set had seen.
        expect(movements.map(({ quantity }) => quantity)).toEqual([7, 4]);
        expect((await variantsOf(ids.chair!)).map(({ sku }) => sku).sort()).toEqual(['00123', 'chair-m']);
    });

    it('lets the price strategy of the shop have its say', async () => {
        const { ids, references } = await write([fullProduct('sync')]);
        const { catalogOptions } = server.app.get(ConfigService);
        const usual = catalogOptions.productVariantPriceUpdateStrategy;
        const synced = new DefaultProductVariantPriceUpdateStrategy({ syncPricesAcrossChannels: true });
        catalogOptions.productVariantPriceUpdateStrategy = synced;
        const [small, medium] = await variantsOf(ids.sync!);
        const main = { path: 'prices.__default_channel__.USD', before: 1299, after: 1500 };
        const outlet = { path: 'prices.outlet.USD', before: 999, after: 900 };
        await write(
            [
                changeSet('sync', 'UPDATE', [
                    change('ProductVariant', 'sync-s', 'UPDATE', [main], small!.id),
                    change('ProductVariant', 'sync-m', 'UPDATE', [main, outlet], medium!.id),
                ]),
            ],
            references,
        );
        catalogOptions.productVariantPriceUpdateStrategy = usual;
        const pricesOf = async (variant?: ProductVariant) =>
            (await rows(ProductVariantPrice, { variant: { id: variant!.id } })).map(({ price }) => price);
        expect(await pricesOf(small)).toEqual([1500, 1500]);
        expect(await pricesOf(medium), 'given prices stay as given').toEqual([1500, 900]);
    });

    it('takes assets and options along into a further channel', async () => {
        const { ids, references } = await write([fullProduct('lamp', { channels: ['__default_channel__'] })]);
        await write(
            [
                changeSet('lamp', 'UPDATE', [
                    change(
                        'Product',
                        'lamp',
                        'UPDATE',
                        [
                            {
                                path: 'channels',
                                before: ['__default_channel__'],
                                after: ['__default_channel__', 'outlet'],
                            },
                        ],
                        ids.lamp,
                    ),
                ]),
            ],
            references,
        );
        const outlet = server.ctx.copy();
        const product = (await server.app
            .get(ProductService)
            .findOne(outlet, ids.lamp!, ['optionGroups.options.channels', 'optionGroups.channels']))!;
        expect(product.optionGroups[0]!.channels.map(({ id }) => id)).toContain(second.id);
        expect(
            product.optionGroups[0]!.options.every(option => option.channels.some(({ id }) => id === second.id)),
        ).toBe(true);
    });

    it('deletes as Vendure does: softly, with its variants, and lets option groups go', async () => {
        const { ids } = await write([fullProduct('sofa'), simpleProduct('table')]);
        await write([
            changeSet('sofa', 'DELETE', [
                change(
                    'Product',
                    'sofa',
                    'DELETE',
                    [{ path: 'deletedAt', before: null, after: '2026-05-01T00:00:00.000Z' }],
                    ids.sofa,
                ),
            ]),
        ]);
        const sofa = await server.connection.rawConnection.getRepository(Product).findOneOrFail({
            where: { id: ids.sofa! },
            relations: { variants: true, optionGroups: true, facetValues: true },
        });
        expect(sofa.deletedAt?.toISOString()).toBe('2026-05-01T00:00:00.000Z');
        expect(sofa.variants.map(variant => variant.deletedAt !== null)).toEqual([true, true]);
        expect(sofa.optionGroups).toEqual([]);
        expect(await server.app.get(ProductService).findOne(server.ctx, ids.sofa!)).toBeUndefined();
        expect(await server.app.get(ProductService).findOne(server.ctx, ids.table!)).toBeDefined();
    });

    it('writes a facet value that two records of a batch want only once', async () => {
        const wanting = (key: string) => {
            const set = simpleProduct(key);
            set.entities.unshift(facetChange('material'), facetValueChange('material', 'wood'));
            set.entities
                .find(entity => entity.entityType === 'Product')!
                .fields.push({ path: 'facetValues', after: ['material:wood'] });
            return set;
        };
        const [first, other] = [wanting('oak'), wanting('ash')];
        await write([first, other]);
        const values = await rows(FacetValue, { code: 'wood' });
        expect(values).toHaveLength(1);
        expect([first, other].map(set => set.entities[1]!.entityId)).toEqual([
            String(values[0]!.id),
            String(values[0]!.id),
        ]);
        const facet = await server.connection.rawConnection
            .getRepository(Facet)
            .findOneOrFail({ where: { code: 'material' }, relations: { channels: true } });
        expect(facet.channels.map(({ code }) => code)).toEqual(['__default_channel__']);
        expect(await server.app.get(FacetValueService).findByFacetId(server.ctx, facet.id)).toHaveLength(1);
    });

    it('takes the facet value that somebody else created since the change set was made', async () => {
        await write([changeSet('x', 'CREATE', [facetChange('season'), facetValueChange('season', 'summer')])]);
        await write([changeSet('y', 'CREATE', [facetChange('season'), facetValueChange('season', 'summer')])]);
        expect(await rows(FacetValue, { code: 'summer' })).toHaveLength(1);
    });

    it.skipIf(database.name === 'sqlite')('lets two transactions create the same facet value once', async () => {
        await write([changeSet('f', 'CREATE', [facetChange('shape')])]);
        const create = (key: string) =>
            write([changeSet(key, 'CREATE', [facetChange('shape'), facetValueChange('shape', 'round')])]);
        await Promise.all([create('a'), create('b'), create('c')]);
        expect(await rows(FacetValue, { code: 'round' })).toHaveLength(1);
    });

    it.skipIf(database.name === 'sqlite')('has whoever comes second with a facet or an asset try again', async () => {
        const files = server.assetFiles.files.size;
        writeFileSync(join(folder, 'shared.png'), 'picture shared');
        const create = (key: string) => {
            const set = withAssets(key, ['shared.png']);
            set.entities.unshift(facetChange('brand'));
            return write([set]);
        };
        const outcomes = await Promise.allSettled([create('one'), create('two'), create('three')]);
        const failures = outcomes.flatMap(outcome =>
            outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
        );
        expect(failures.length).toBeLessThan(3);
        for (const failure of failures) expect(failure).toMatchObject({ kind: 'TRANSIENT' });
        expect(await rows(Facet, { code: 'brand' })).toHaveLength(1);
        expect(await rows(DataHubReference, { source: 'asset', externalId: 'shared.png' })).toHaveLength(1);
        await vi.waitFor(() => expect(server.assetFiles.files.size).toBe(files + 2));
    });

    it.skipIf(database.name === 'sqlite')(
        'has whoever comes second with the first stock of a place try again',
        async () => {
            const { ids, references } = await write([simpleProduct('shelved')]);
            const [variant] = await variantsOf(ids.shelved!);
            await server.connection.rawConnection.getRepository(StockLevel).delete({ productVariantId: variant!.id });
            const path = 'stock.Default Stock Location';
            const stocked = (stock: number) =>
                write(
                    [
                        changeSet('shelved', 'UPDATE', [
                            change('ProductVariant', 'shelved', 'UPDATE', [{ path, after: stock }], variant!.id),
                        ]),
                    ],
                    references,
                );
            const outcomes = await Promise.allSettled([1, 2, 3, 4].map(stocked));
            const failures = outcomes.flatMap(outcome =>
                outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
            );
            for (const failure of failures) expect(failure).toMatchObject({ kind: 'TRANSIENT' });
            expect(failures.length).toBeLessThan(4);
            expect(await rows(StockLevel, { productVariantId: variant!.id })).toHaveLength(1);
        },
    );

    it('names path and key of a reference that is missing', async () => {
        const set = simpleProduct('orphan');
        set.entities[1]!.fields.push({ path: 'facetValues', after: ['no:such'] });
        await expect(write([set])).rejects.toMatchObject({
            kind: 'DEFECT',
            message: '"facetValues" points to FacetValue "no:such", which was neither found nor created.',
            place: { key: 'orphan' },
        });
        expect(await rows(Product, { translations: { slug: 'orphan' } })).toEqual([]);
    });

    describe('assets', () => {
        it('are fetched through the outbound door and found again by the next import', async () => {
            downloads['https://cdn.test/p?id=1'] = { body: 'picture 1', contentType: 'image/png' };
            await write([withAssets('remote', ['https://cdn.test/p?id=1', 'side.png'])]);
            const references = await rows(DataHubReference, { source: 'asset' });
            expect(references.map(({ externalId }) => externalId)).toContain('https://cdn.test/p?id=1');
            const before = await rows(Asset, {});
            await write([withAssets('remote-2', ['https://cdn.test/p?id=1'])]);
            expect(await rows(Asset, {})).toHaveLength(before.length);
            expect(before.find(asset => asset.source === 'picture.png')).toBeDefined();
        });

        it.each([
            ['missing.png', 'asset-not-found', 'It could not be opened: File "missing.png" does not exist.'],
            ['notes.exe', 'asset-type-not-permitted', 'It is a file of type "application/x-msdos-program", which'],
            ['broken.png', 'asset-unreadable', 'Its preview could not be made: Input buffer contains unsupported'],
            ['../etc/passwd', 'asset-path-outside', 'Its path points outside of the folder'],
            ['https://cdn.test/gone.png', 'http-404', 'https://cdn.test/gone.png answered 404.'],
        ])('say what is wrong with %s', async (source, code, reason) => {
            const failure = await write([withAssets('bad', ['red.png', source])]).then(
                () => undefined,
                (error: UserError) => error,
            );
            expect(failure).toMatchObject({ kind: 'USER', code, place: { key: 'bad', got: source } });
            expect(failure!.message).toContain(`The asset "${source}" of "bad" cannot be used. ${reason}`);
        });

        it('leave no file behind when their transaction is rolled back', async () => {
            const files = [...server.assetFiles.files.keys()].sort();
            writeFileSync(join(folder, 'fresh.png'), 'picture fresh');
            await expect(write([withAssets('late', ['fresh.png', 'missing.png'])])).rejects.toThrow('missing.png');
            expect([...server.assetFiles.files.keys()].sort()).toEqual(files);

            await expect(
                write([withAssets('later', ['fresh.png'])], undefined, () => {
                    throw new Error('the lease is lost');
                }),
            ).rejects.toThrow('the lease is lost');
            await new Promise(resolve => setTimeout(resolve, 50));
            expect([...server.assetFiles.files.keys()].sort()).toEqual(files);
            expect(await rows(DataHubReference, { externalId: 'fresh.png' })).toEqual([]);
        });
    });

    async function write(
        changeSets: ChangeSet[],
        known = new References(),
        afterwards?: () => void,
    ): Promise<{ ids: Record<string, ID>; statements: number; references: References }> {
        await addBasics(known);
        const statements = await server.connection.withTransaction(server.ctx, async ctx => {
            const { queryRunner } = server.connection.getRepository(ctx, Product).manager;
            const scope: CatalogScope = { ctx, sql: await openSqlSession(queryRunner!) };
            const before = scope.sql.statementCount;
            await applier.apply(changeSets, known, scope);
            afterwards?.();
            return scope.sql.statementCount - before;
        });
        const ids = Object.fromEntries(
            changeSets.map(({ key, entities }) => {
                const product = entities.find(entity => entity.entityType === 'Product');
                return [key, Number(product?.entityId)];
            }),
        );
        return { ids, statements, references: known };
    }

    async function addBasics(references: References): Promise<void> {
        for (const { id, code } of await rows(Channel, {})) references.set('Channel', code, id);
        for (const { id, name } of await rows(TaxCategory, {})) references.set('TaxCategory', name, id);
        for (const { id, name } of await rows(StockLocation, {})) references.set('StockLocation', name, id);
    }

    async function rows<T extends { id: ID } & ObjectLiteral>(entity: EntityTarget<T>, where: object): Promise<T[]> {
        const found = await server.connection.rawConnection.getRepository<T>(entity).find({ where });
        return found.sort((a, b) => Number(a.id) - Number(b.id));
    }

    async function variantsOf(productId: ID): Promise<ProductVariant[]> {
        return rows(ProductVariant, { productId });
    }
});

function changeSet(key: string, action: ChangeAction, entities: EntityChange[]): ChangeSet {
    return { key, action, entities };
}

function change(
    entityType: string,
    key: string,
    action: Exclude<ChangeAction, 'UNCHANGED'>,
    fields: FieldChange[],
    id?: ID,
): EntityChange {
    return { entityType, key, action, fields, entityId: id === undefined ? null : String(id) };
}

function created(entityType: string, key: string, fields: Record<string, JsonValue>): EntityChange {
    return change(
        entityType,
        key,
        'CREATE',
        Object.entries(fields).map(([path, after]) => ({ path, after })),
    );
}

function facetChange(code: string): EntityChange {
    return created('Facet', code, { code, isPrivate: false, 'translations.en.name': code });
}

function facetValueChange(facet: string, code: string): EntityChange {
    return created('FacetValue', `${facet}:${code}`, { code, 'translations.en.name': code });
}

function simpleProduct(key: string, customFields: Record<string, JsonValue> = {}): ChangeSet {
    return changeSet(key, 'CREATE', [
        created('Product', key, {
            enabled: true,
            'translations.en.name': key,
            'translations.en.slug': key,
            channels: ['__default_channel__'],
            ...Object.fromEntries(Object.entries(customFields).map(([name, value]) => [`customFields.${name}`, value])),
        }),
        created('ProductVariant', key, {
            product: key,
            sku: key,
            taxCategory: 'Standard Tax',
            'translations.en.name': key,
            channels: ['__default_channel__'],
            'prices.__default_channel__.USD': 1000,
            'stock.Default Stock Location': 0,
        }),
    ]);
}

function withAssets(key: string, assets: string[]): ChangeSet {
    const set = simpleProduct(key);
    set.entities.unshift(...assets.map(source => created('Asset', source, { source })));
    set.entities.find(entity => entity.entityType === 'Product')!.fields.push({ path: 'assets', after: assets });
    return set;
}

function fullProduct(
    key: string,
    { channels = ['__default_channel__', 'outlet'] }: { channels?: string[] } = {},
): ChangeSet {
    const variant = (suffix: string, option: string, stock: number) =>
        created('ProductVariant', `${key}-${suffix}`, {
            product: key,
            sku: `${key}-${suffix}`,
            enabled: true,
            taxCategory: 'Standard Tax',
            'translations.en.name': `${key} ${option}`,
            channels,
            options: [`size:${option}`],
            facetValues: [],
            assets: ['blue.png'],
            'prices.__default_channel__.USD': 1299,
            ...(channels.includes('outlet') ? { 'prices.outlet.USD': 999 } : {}),
            'stock.Default Stock Location': stock,
        });
    return changeSet(key, 'CREATE', [
        facetChange('colour'),
        facetValueChange('colour', 'red'),
        created('Asset', 'red.png', { source: 'red.png' }),
        created('Asset', 'blue.png', { source: 'blue.png' }),
        created('Product', key, {
            enabled: true,
            'translations.en.name': key,
            'translations.en.slug': key,
            'translations.en.customFields.claim': 'Fast',
            'translations.de.name': `${key} de`,
            'translations.de.slug': `${key}-de`,
            'translations.de.customFields.claim': 'Schnell',
            'customFields.erpId': '00123',
            'customFields.tags': ['new', 'hot'],
            'customFields.releasedAt': '2026-03-01T10:00:00.000Z',
            channels,
            facetValues: ['colour:red'],
            assets: ['red.png', 'blue.png'],
            featuredAsset: 'red.png',
            optionGroups: ['size'],
        }),
        created('ProductOptionGroup', 'size', { code: 'size', 'translations.en.name': 'Size' }),
        created('ProductOption', 'size:small', { code: 'small', 'translations.en.name': 'Small' }),
        created('ProductOption', 'size:medium', { code: 'medium', 'translations.en.name': 'Medium' }),
        variant('s', 'small', 7),
        variant('m', 'medium', 0),
    ]);
}
