import {
    FacetValue,
    LanguageCode,
    ProductService,
    ProductVariant,
    ProductVariantService,
    StockLevel,
} from '@vendure/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JsonObject } from '../shared/json';
import type { CatalogScope } from '../src/catalog/catalog-scope';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import { productLoader, productVariantLoader } from '../src/loaders';
import type { ChangeSet } from '../src/sdk/change-set';
import { createChannel } from './support/further-channel';
import { describeOnEachDatabase } from './support/each-database';
import { productFields } from './support/product-fields';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords, LoadResult } from './support/run-loader';
import { BootedVendure, bootVendure } from './support/vendure';

describeOnEachDatabase('the product loader', database => {
    let server: BootedVendure;
    /** Called while a batch whose records give the custom field `even` is read. */
    let whileReading: (() => Promise<void>) | undefined;

    beforeAll(async () => {
        server = await bootVendure({
            database,
            databaseName: 'product_loader_e2e',
            plugins: [ReferencePlugin],
            customFields: productFields(async () => whileReading?.()),
        });
        await createChannel(server, 'b2b', { languages: [LanguageCode.en, LanguageCode.de] });
    });
    afterAll(() => server?.close());

    const load = async (records: JsonObject[], settings: JsonObject = {}): Promise<LoadResult> =>
        loadRecords(await createLoader(productLoader, hostOf(server), settings), server, records);
    const loadVariants = async (records: JsonObject[], settings: JsonObject = {}): Promise<LoadResult> =>
        loadRecords(await createLoader(productVariantLoader, hostOf(server), settings), server, records);
    const actions = ({ changeSets }: LoadResult) => changeSets.map(changeSet => changeSet.action);
    const bySlug = (slug: string) =>
        server.app.get(ProductService).findOneBySlug(server.ctx, slug, ['channels', 'facetValues', 'optionGroups']);
    const variantsOf = async (slug: string) => {
        const product = (await bySlug(slug))!;
        const list = await server.app
            .get(ProductVariantService)
            .getVariantsByProductId(server.ctx, product.id, { sort: { id: 'ASC' } }, [
                'options',
                'channels',
                'facetValues',
                'taxCategory',
            ]);
        return list.items;
    };

    const shirt = (slug: string): JsonObject => ({
        slug,
        name: 'Shirt',
        facetValues: ['category:Clothing', 'brand:Own Brand'],
        optionGroups: ['Size'],
        variants: [
            { sku: `${slug}-s`, options: { Size: 'S' }, price: 1000, stockOnHand: 3 },
            { sku: `${slug}-m`, options: { Size: 'M' }, price: 1100, stockOnHand: 4 },
        ],
    });

    it('creates a product that Vendure’s services can read, and then finds it unchanged', async () => {
        expect((await load([shirt('shirt')])).rejected).toEqual([]);
        const variants = await variantsOf('shirt');
        expect(variants.map(({ name, sku, priceWithTax }) => [name, sku, priceWithTax])).toEqual([
            ['Shirt S', 'shirt-s', 1200],
            ['Shirt M', 'shirt-m', 1320],
        ]);
        const again = await load([shirt('shirt')]);
        expect(actions(again)).toEqual(['UNCHANGED']);
        expect(again.statements.apply).toBe(0);
    });

    it('writes only what differs', async () => {
        await load([shirt('differs')]);
        const record = shirt('differs');
        (record.variants as JsonObject[])[1]!.price = 1200;
        const { changeSets } = await load([record]);
        expect(changeSets[0]!.entities.map(e => [e.entityType, e.key, e.action, e.fields])).toEqual([
            [
                'ProductVariant',
                'differs-m',
                'UPDATE',
                [{ path: 'prices.__default_channel__.USD', before: 1100, after: 1200 }],
            ],
        ]);
        expect((await variantsOf('differs'))[1]!.price).toBe(1200);
    });

    it('needs as many statements for 500 records as for 50', async () => {
        const records = (count: number, prefix: string) =>
            Array.from({ length: count }, (_, i) => shirt(`${prefix}${i}`));
        const loader = async (list: JsonObject[]) => {
            const { rejected, statements } = await loadRecords(
                await createLoader(productLoader, hostOf(server)),
                server,
                list,
                { batchSize: 1000 },
            );
            expect(rejected).toEqual([]);
            return statements;
        };
        const createdFew = await loader(records(50, 'few-'));
        const createdMany = await loader(records(500, 'many-'));
        const few = await loader(records(50, 'few-'));
        const many = await loader(records(500, 'many-'));
        expect(createdMany.resolve).toBe(createdFew.resolve);
        expect(many).toEqual(few);
        expect(many.resolve).toBeLessThanOrEqual(16);
    });

    describe('slugs', () => {
        it('come from the name, and are numbered when they are taken', async () => {
            const { rejected } = await load([{ name: 'Twin Peaks', variants: [{ sku: 'tp1' }] }]);
            expect(rejected).toEqual([]);
            const more = [
                { name: 'Twin Peaks', variants: [{ sku: 'tp2' }] },
                { name: 'Twin Peaks', variants: [{ sku: 'tp3' }] },
            ];
            expect((await load(more, { matchBy: 'sku' })).changeSets.map(c => c.key)).toEqual([
                'twin-peaks-2',
                'twin-peaks-3',
            ]);
            expect(actions(await load(more, { matchBy: 'sku' }))).toEqual(['UNCHANGED', 'UNCHANGED']);
        });

        it.each([
            ['goes to another record of the batch', {}, 'given-up'],
            ['stays taken while the shop may keep it', { ownedByShop: ['translations'] }, 'given-up-2'],
        ])('given up by a product %s', async (_title, settings: JsonObject, expected) => {
            const records = [
                { customFields: { erpId: 'first' }, name: 'Given up', slug: 'given-up' },
                { customFields: { erpId: 'first' }, name: 'Given up', slug: 'new-place' },
                { customFields: { erpId: 'second' }, name: 'Given up', slug: 'given-up' },
            ];
            const erpIds = { matchBy: 'customField', matchField: 'erpId', ...settings };
            await load(records.slice(0, 1), erpIds);
            const { changeSets } = await load(records.slice(1), erpIds);
            expect(changeSets.at(-1)!.key).toBe(expected);
            const all = await server.app
                .get(ProductService)
                .findAll(server.ctx, { filter: { name: { eq: 'Given up' } } });
            expect(new Set(all.items.map(({ slug }) => slug)).size).toBe(2);
            for (const { id } of all.items) await server.app.get(ProductService).softDelete(server.ctx, id);
        });

        it('that several products have are refused with their ids', async () => {
            await load([{ slug: 'same', name: 'Same' }]);
            const other = (await load([{ slug: 'other', name: 'Other' }])).changeSets[0]!.entities.find(
                e => e.entityType === 'Product',
            )!;
            await server.connection.rawConnection
                .createQueryBuilder()
                .update('product_translation')
                .set({ slug: 'same' })
                .where('baseId = :id', { id: other.entityId })
                .execute();
            expect((await load([{ slug: 'same', enabled: false }])).rejected[0]).toMatch(
                /^2 products fit "same" by slug: ids \d+, \d+\./,
            );
        });
    });

    describe('strategies', () => {
        it('CREATE refuses what exists, UPDATE what does not', async () => {
            await load([{ slug: 'there', name: 'There' }]);
            expect((await load([{ slug: 'there', name: 'X' }], { strategy: 'CREATE' })).rejected[0]).toContain(
                'exists already',
            );
            expect((await load([{ slug: 'nowhere', name: 'X' }], { strategy: 'UPDATE' })).rejected[0]).toContain(
                'There is no product "nowhere"',
            );
        });
    });

    describe('channels', () => {
        it('take variants, prices and options along, and let them go again', async () => {
            await load([shirt('moving')]);
            expect((await load([{ slug: 'moving', channels: ['b2b'] }])).rejected).toEqual([]);
            const variants = await variantsOf('moving');
            expect(variants[0]!.channels.map(c => c.code).sort()).toEqual(['__default_channel__', 'b2b']);
            expect(variants[0]!.productVariantPrices.map(p => [p.currencyCode, p.price]).sort()).toEqual([
                ['EUR', 1000],
                ['USD', 1000],
            ]);
            expect(actions(await load([{ slug: 'moving', channels: ['b2b'] }]))).toEqual(['UNCHANGED']);
            await load([{ slug: 'moving', channels: ['b2b'] }], { channelsMode: 'REMOVE' });
            const left = await variantsOf('moving');
            expect(left[0]!.channels.map(c => c.code)).toEqual(['__default_channel__']);
            expect(left[0]!.productVariantPrices.map(p => p.currencyCode)).toEqual(['USD']);
        });

        it('work from within another channel: the default one is always there too', async () => {
            const { rejected } = await load([{ ...shirt('elsewhere'), facetValues: [] }], { channel: 'b2b' });
            expect(rejected).toEqual([]);
            expect((await bySlug('elsewhere'))!.channels.map(c => c.code).sort()).toEqual([
                '__default_channel__',
                'b2b',
            ]);
            expect(actions(await load([{ ...shirt('elsewhere'), facetValues: [] }], { channel: 'b2b' }))).toEqual([
                'UNCHANGED',
            ]);
        });

        it('see the facets that their products use', async () => {
            await load([{ slug: 'main-only', name: 'Main', facetValues: ['season:Winter'] }]);
            const records = ['b2b-1', 'b2b-2'].map(slug => ({ slug, name: slug, facetValues: ['season:Winter'] }));
            expect((await load(records, { channel: 'b2b' })).rejected).toEqual([]);
            const [value] = (await bySlug('b2b-1'))!.facetValues;
            const { rawConnection } = server.connection;
            const stored = await rawConnection
                .getRepository(FacetValue)
                .findOneOrFail({ where: { id: value!.id }, relations: { channels: true, facet: { channels: true } } });
            for (const { channels } of [stored, stored.facet]) expect(channels.map(c => c.code)).toContain('b2b');
        });

        it('refuse a price where the product is not', async () => {
            await load([shirt('home')]);
            const record = { slug: 'home', variants: [{ sku: 'home-s', prices: [{ channel: 'b2b', price: 5 }] }] };
            expect((await load([record])).rejected).toEqual([
                'prices[0].channel: the product is not in the channel "b2b". Add the channel to channels of the product, or leave out this price.',
            ]);
        });
    });

    describe('variants', () => {
        it('of a file are added to those that are there, or replace them', async () => {
            await load([shirt('range')]);
            await load([{ slug: 'range', variants: [{ sku: 'range-l', options: { Size: 'L' }, price: 5 }] }]);
            expect((await variantsOf('range')).map(v => [v.sku, v.name])).toEqual([
                ['range-s', 'Shirt S'],
                ['range-m', 'Shirt M'],
                ['range-l', 'Shirt L'],
            ]);
            await load([{ slug: 'range', variants: [{ sku: 'range-l' }] }], { variantsMode: 'REPLACE_ALL' });
            expect((await variantsOf('range')).map(v => v.sku)).toEqual(['range-l']);
        });

        it('keep their identity when the SKU changes', async () => {
            await load([shirt('renamed')]);
            const before = await variantsOf('renamed');
            await load([{ slug: 'renamed', variants: [{ sku: 'new-sku', options: { Size: 'M' } }] }]);
            const after = await variantsOf('renamed');
            expect(after.map(v => [v.id, v.sku])).toEqual([
                [before[0]!.id, 'renamed-s'],
                [before[1]!.id, 'new-sku'],
            ]);
        });

        it.each<[string, JsonObject, string]>([
            [
                'the same options twice',
                { variants: [{ sku: 'rules-x', options: { Size: 'S' } }, { sku: 'rules-s' }] },
                'has the same options (s) as',
            ],
            ['no option', { variants: [{ sku: 'rules-x' }] }, 'has no option of the group "Size"'],
            [
                'an unknown group',
                { variants: [{ sku: 'rules-x', options: { Colour: 'red' } }] },
                'the group "Colour", which the product does not have (Size)',
            ],
            [
                'a SKU of another product',
                { variants: [{ sku: 'owned', options: { Size: 'XL' } }] },
                'The SKU "owned" belongs to another product already: "owner".',
            ],
            [
                'an unknown tax category',
                { variants: [{ sku: 'rules-s', taxCategory: 'Standart Tax' }] },
                'no tax category called "Standart Tax". Did you mean "Standard Tax"?',
            ],
            [
                'an unknown location',
                { variants: [{ sku: 'rules-s', stock: [{ location: 'Mars', stockOnHand: 1 }] }] },
                'no stock location called "Mars"',
            ],
            [
                'an unknown currency',
                { variants: [{ sku: 'rules-s', prices: [{ currencyCode: 'GBP', price: 1 }] }] },
                'the currency "GBP" is not available',
            ],
            [
                'an unknown language',
                { translations: [{ languageCode: 'fr', name: 'Chemise' }] },
                'the language "fr" is not available',
            ],
            [
                'a further group for some variants',
                {
                    optionGroups: ['Size', 'Colour'],
                    variants: [{ sku: 'rules-s', options: { Size: 'S', Colour: 'red' } }],
                },
                'which the record does not name, has no option of the group "Colour"',
            ],
        ])('are refused with %s', async (_what, record, sentence) => {
            await load([shirt('rules'), { slug: 'owner', name: 'Owner', variants: [{ sku: 'owned' }] }]);
            const { rejected, changeSets } = await load([{ slug: 'rules', ...record }]);
            expect(changeSets).toEqual([]);
            expect(rejected[0]).toContain(sentence);
        });
    });

    describe('custom fields', () => {
        it('of every type are written, and then unchanged', async () => {
            const other = (await load([{ slug: 'related', name: 'Related' }])).changeSets[0]!.entities[0]!.entityId;
            const record = {
                slug: 'custom',
                name: 'Custom',
                customFields: {
                    erpId: 'E1',
                    claim: 'Best',
                    releasedAt: '2026-01-31T12:00:00+02:00',
                    tags: ['a', 'b'],
                    rating: 5,
                    related: [Number(other)],
                    size: { width: 3, unit: 'cm' },
                    even: 4,
                },
                translations: [{ languageCode: 'de', name: 'Eigen', customFields: { claim: 'Beste' } }],
                variants: [{ sku: 'custom-1', customFields: { weight: 1.5 } }],
            };
            expect((await load([record])).rejected).toEqual([]);
            const again = await load([record]);
            expect(again.changeSets.flatMap(c => c.entities.flatMap(e => e.fields))).toEqual([]);
            expect(
                actions(
                    await load([{ customFields: { erpId: 'E1' }, name: 'Renamed' }], {
                        matchBy: 'customField',
                        matchField: 'erpId',
                    }),
                ),
            ).toEqual(['UPDATE']);
            const product = (await bySlug('custom'))!;
            expect(product.name).toBe('Renamed');
            expect(new Date((product.customFields as { releasedAt: string }).releasedAt).toISOString()).toBe(
                '2026-01-31T10:00:00.000Z',
            );
            const cleared = await load([{ slug: 'custom', customFields: { erpId: null, tags: [], related: [] } }]);
            expect(cleared.changeSets[0]!.entities[0]!.fields).toEqual([
                { path: 'customFields.erpId', before: 'E1', after: null },
                { path: 'customFields.tags', before: ['a', 'b'], after: [] },
                { path: 'customFields.related', before: [other], after: [] },
            ]);
        });

        it.each<[JsonObject, string]>([
            [{ erpid: 'x' }, 'customFields.erpid: there is no such custom field. Did you mean "erpId"?'],
            [{ rating: 9 }, 'customFields.rating must be at most 5, got 9.'],
            [{ rating: '4' }, 'customFields.rating must be a number, got "4". Turn it into one with toNumber.'],
            [{ secret: 'x' }, 'customFields.secret is read-only.'],
            [{ even: 3 }, 'customFields.even: must be even'],
            [{ related: [999999] }, 'customFields.related: there is no Product with the id "999999".'],
            [{ releasedAt: 'soon' }, 'customFields.releasedAt must be a date in ISO 8601'],
            [{ size: { depth: 1 } }, 'customFields.size.depth: there is no such field.'],
        ])('refuse %o', async (customFields, sentence) => {
            const { rejected } = await load([{ slug: 'refused', name: 'Refused', customFields }]);
            expect(rejected[0]).toContain(sentence);
        });
    });

    it('lets records of one batch share a group with a code of its own', async () => {
        const shoe = (slug: string, sizes: string[]) => ({
            slug,
            name: slug,
            optionGroups: ['size:shoe-size'],
            variants: sizes.map(size => ({ sku: `${slug}-${size}`, options: { size } })),
        });
        const records = [shoe('boot', ['40', '41']), shoe('sandal', ['41', '42'])];
        expect((await load(records)).rejected).toEqual([]);
        const [boot, sandal] = [(await bySlug('boot'))!, (await bySlug('sandal'))!];
        expect(boot.optionGroups.map(g => g.id)).toEqual(sandal.optionGroups.map(g => g.id));
        expect((await variantsOf('sandal')).map(v => v.options.map(o => o.code))).toEqual([['41'], ['42']]);
        expect(actions(await load(records))).toEqual(['UNCHANGED', 'UNCHANGED']);
        expect((await load([shoe('clog', ['43'])])).rejected).toEqual([]);
        expect((await bySlug('clog'))!.optionGroups.map(g => g.id)).toEqual(boot.optionGroups.map(g => g.id));
    });

    it('keeps, replaces or removes facet values as it is told', async () => {
        const codes = async () => (await bySlug('facets'))!.facetValues.map(v => v.code).sort();
        await load([{ slug: 'facets', name: 'Facets', facetValues: ['colour:Red', 'colour:Blue'] }]);
        await load([{ slug: 'facets', facetValues: ['colour:Green'] }]);
        expect(await codes()).toEqual(['blue', 'green', 'red']);
        await load([{ slug: 'facets', facetValues: ['colour:Red'] }], { facetValuesMode: 'REMOVE' });
        expect(await codes()).toEqual(['blue', 'green']);
        await load([{ slug: 'facets', facetValues: [] }]);
        expect(await codes()).toEqual(['blue', 'green']);
        await load([{ slug: 'facets', facetValues: [] }], { facetValuesMode: 'REPLACE_ALL' });
        expect(await codes()).toEqual([]);
        const strict = await load([{ slug: 'facets', facetValues: ['colour:Mauve'] }], { createFacets: false });
        expect(strict.rejected[0]).toContain('the facet "colour" has no value "Mauve"');
    });

    it('knows the facets it has read although another batch fails before it decides', async () => {
        const given = (slug: string) => ({ slug, name: slug, facetValues: ['origin:Peru'], customFields: { even: 2 } });
        await load([given('calm')]);
        const loader = await createLoader(productLoader, hostOf(server));
        const recordOf = (data: JsonObject) => ({ data, origin: { step: 'source', index: 0 } });
        const [record, other] = [recordOf(given('calm')), recordOf({ slug: 'calm', name: 'Calm' })];
        const units = new TypeOrmUnitOfWork(server.connection, server.ctx);
        const decision = await units.transaction(async scope => {
            const stateOfOther = await loader.resolve([other], scope);
            const change = loader.compare(other, stateOfOther) as ChangeSet;
            const nowhere = { sql: { query: () => Promise.reject(new Error('gone')) } } as unknown as CatalogScope;
            whileReading = () => expect(loader.apply([change], stateOfOther, nowhere)).rejects.toThrow();
            const state = await loader.resolve([record], scope).finally(() => (whileReading = undefined));
            return loader.compare(record, state);
        });
        expect(decision).toMatchObject({ action: 'UNCHANGED' });
    });

    it('plans new facets once in a dry run', async () => {
        const loader = await createLoader(productLoader, hostOf(server, { dryRun: true }));
        const records = ['dry-1', 'dry-2'].map(slug => ({ slug, name: slug, facetValues: ['dry:Run'] }));
        const { changeSets } = await loadRecords(loader, server, records, { batchSize: 1, write: false });
        const facets = changeSets.flatMap(c => c.entities).filter(e => e.entityType.startsWith('Facet'));
        expect(facets.map(e => e.key)).toEqual(['dry', 'dry:run']);
        expect(await bySlug('dry-1')).toBeUndefined();
    });

    describe('the variant loader', () => {
        beforeEach(() => load([shirt('erp')]));

        it('updates price and stock by SKU', async () => {
            const { rejected } = await loadVariants([{ sku: 'erp-s', price: 777, stockOnHand: 9 }], {
                strategy: 'UPDATE',
            });
            expect(rejected).toEqual([]);
            const [variant] = await variantsOf('erp');
            expect(variant!.price).toBe(777);
            const levels = await server.connection.rawConnection
                .getRepository(StockLevel)
                .find({ where: { productVariantId: variant!.id } });
            expect(levels.map(level => level.stockOnHand)).toEqual([9]);
            expect(actions(await loadVariants([{ sku: 'erp-s', price: 777, stockOnHand: 9 }]))).toEqual(['UNCHANGED']);
        });

        it('adds variants with new options to a product', async () => {
            const records = ['XL', 'XXL'].map(size => ({
                sku: `erp-${size}`,
                product: 'erp',
                options: { Size: size },
                price: 5,
            }));
            records.push({ sku: 'erp-XL2', product: 'erp', options: { Size: 'XL' }, price: 6 });
            const { rejected } = await loadVariants(records);
            expect(rejected).toEqual([
                'The variant "erp-XL2" has the same options (xl) as The variant "erp-XL". Give every variant its own combination of options.',
            ]);
            expect((await variantsOf('erp')).slice(2).map(v => [v.name, v.options.map(o => o.code)])).toEqual([
                ['Shirt XL', ['xl']],
                ['Shirt XXL', ['xxl']],
            ]);
        });

        it('says what a new variant needs', async () => {
            const { rejected } = await loadVariants([
                { sku: 'lost' },
                { sku: 'lost', product: 'nowhere' },
                { price: 1 },
            ]);
            expect(rejected).toEqual([
                expect.stringContaining('does not say to which product a new one belongs'),
                expect.stringContaining('no product with the slug "nowhere"'),
                expect.stringContaining('sku is missing, and variants are matched by it'),
            ]);
        });

        it('refuses a SKU that several variants have', async () => {
            await load([{ slug: 'clash', name: 'Clash', variants: [{ sku: 'clash-1' }] }]);
            await server.connection.rawConnection
                .getRepository(ProductVariant)
                .update({ sku: 'clash-1' }, { sku: 'erp-s' });
            expect((await loadVariants([{ sku: 'erp-s', price: 1 }])).rejected[0]).toMatch(
                /^2 variants fit "erp-s" by sku: ids \d+, \d+\./,
            );
            const narrowed = await loadVariants([{ sku: 'erp-s', price: 1, product: 'clash' }]);
            expect(narrowed.rejected).toEqual([]);
            expect((await variantsOf('clash'))[0]!.price).toBe(1);
            await server.connection.rawConnection
                .getRepository(ProductVariant)
                .update({ id: (await variantsOf('clash'))[0]!.id }, { sku: 'clash-1' });
        });
    });
});
