import { Asset, Collection, CollectionService, FacetValue, type ID, LanguageCode, ProductVariant } from '@vendure/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../shared/json';
import { DataHubRecordError, PipelineRun } from '../src/entities';
import { collectionLoader, productLoader } from '../src/loaders';
import { describeOnEachDatabase } from './support/each-database';
import { LoaderShop } from './support/loader-shop';
import { until } from './support/pipeline-shop';
import { statementsOf } from './support/statements';
import type { BootedVendure } from './support/vendure';

const red = (facetValueIds: string[]) => ({
    code: 'facet-value-filter',
    args: { facetValueIds, containsAny: false, combineWithAnd: true },
});

describeOnEachDatabase(
    'The collection loader',
    database => {
        let shop: LoaderShop;
        let server: BootedVendure;

        beforeAll(async () => {
            shop = await LoaderShop.boot({
                database,
                databaseName: 'e2e_collection_loader',
                runJobs: true,
                customFields: {
                    Collection: [
                        { name: 'erpId', type: 'string', nullable: true },
                        { name: 'claim', type: 'localeString', nullable: true },
                        { name: 'faces', type: 'relation', entity: Asset, list: true, nullable: true },
                    ],
                },
            });
            server = shop.server;
            for (const name of ['one.png', 'two.png']) shop.file(name);
            await shop.load(
                productLoader,
                ['red', 'blue', 'green'].map(color => ({
                    name: `Shirt ${color}`,
                    facetValues: [`color:${color}`, 'kind:shirt'],
                    assets: ['one.png'],
                    variants: [{ sku: `SHIRT-${color}`, price: 100 }],
                })),
            );
        });
        afterAll(() => shop?.close());
        afterEach(() => vi.restoreAllMocks());

        const collections = (records: JsonObject[], settings: JsonObject = {}, options = {}) =>
            shop.load(collectionLoader, records, settings, options);
        const run = (records: JsonObject[], batchSize?: number, settings: JsonObject = {}) =>
            shop.run({ adapterCode: 'collection', ...settings }, records, batchSize);

        async function bySlug(slug: string) {
            return shop.rows(Collection).findOneOrFail({
                where: { translations: { slug } },
                relations: ['parent', 'channels', 'productVariants', 'assets', 'assets.asset', 'featuredAsset'],
            });
        }

        async function skusOf(slug: string): Promise<string[]> {
            const { productVariants } = await bySlug(slug);
            return productVariants.map(variant => variant.sku).sort();
        }

        /** All of a subtree but ids and times; slugs without their prefix. */
        async function described(prefix: string): Promise<unknown[]> {
            const all = await shop.rows(Collection).find({
                relations: ['translations', 'parent', 'channels', 'assets', 'featuredAsset', 'customFields.faces'],
            });
            const slugOf = (id: ID) =>
                all.find(each => each.id === id)?.translations.find(t => t.languageCode === LanguageCode.en)!.slug;
            const plain = (text: string | undefined) => text?.replace(prefix, '');
            const closure = await server.connection.rawConnection.query<{ id_ancestor: ID; id_descendant: ID }[]>(
                'SELECT * FROM collection_closure',
            );
            return all
                .filter(({ id }) => slugOf(id)?.startsWith(prefix))
                .map(({ id, translations, parent, channels, assets, featuredAsset, customFields, ...columns }) => ({
                    isPrivate: columns.isPrivate,
                    isRoot: columns.isRoot,
                    inheritFilters: columns.inheritFilters,
                    filters: columns.filters,
                    position: columns.position,
                    parent: plain(slugOf(parent.id)),
                    above: closure
                        .filter(row => String(row.id_descendant) === String(id))
                        .map(row =>
                            plain(all.find(each => String(each.id) === String(row.id_ancestor))!.translations[0]!.slug),
                        )
                        .sort(),
                    channels: channels.map(({ code }) => code).sort(),
                    assets: assets.map(({ assetId, position }) => [String(assetId), position]).sort(),
                    featured: featuredAsset?.id,
                    customFields: JSON.parse(
                        JSON.stringify(customFields, (key, value) =>
                            key === 'faces' ? (value as Asset[] | undefined)?.map(face => face.id) : (value as unknown),
                        ),
                    ) as unknown,
                    texts: translations
                        .map(({ languageCode, name, slug, description, customFields: own }) => [
                            languageCode,
                            name,
                            plain(slug),
                            description,
                            own,
                        ])
                        .sort(),
                }))
                .sort((a, b) => JSON.stringify(a.texts).localeCompare(JSON.stringify(b.texts)));
        }

        it('writes what Vendure’s service writes', async () => {
            const service = server.app.get(CollectionService);
            const [asset] = await shop.rows(Asset).find();
            const [value] = await shop.rows(FacetValue).findBy({ code: 'red' });
            const [variant] = await shop.rows(ProductVariant).findBy({ sku: 'SHIRT-blue' });
            const argument = (name: string, of: unknown) => ({ name, value: JSON.stringify(of) });
            const text = (languageCode: LanguageCode, name: string, slug: string) => ({
                languageCode,
                name,
                slug,
                description: `About ${name}`,
            });
            const top = await service.create(server.ctx, {
                translations: [text(LanguageCode.en, 'Top', 'svc-top'), text(LanguageCode.de, 'Oben', 'svc-oben')],
                filters: [
                    {
                        code: 'facet-value-filter',
                        arguments: [
                            argument('facetValueIds', [String(value!.id)]),
                            argument('containsAny', false),
                            argument('combineWithAnd', true),
                        ],
                    },
                ],
                assetIds: [asset!.id],
                featuredAssetId: asset!.id,
                customFields: { erpId: 'E1', facesIds: [asset!.id] },
            });
            const child = await service.create(server.ctx, {
                parentId: top.id,
                isPrivate: true,
                inheritFilters: false,
                translations: [text(LanguageCode.en, 'Child', 'svc-child')],
                filters: [{ code: 'variant-id-filter', arguments: [argument('variantIds', [String(variant!.id)])] }],
            });
            await service.create(server.ctx, {
                parentId: child.id,
                translations: [text(LanguageCode.en, 'Leaf', 'svc-leaf')],
                filters: [
                    {
                        code: 'variant-name-filter',
                        arguments: [
                            { name: 'operator', value: 'contains' },
                            { name: 'term', value: 'Shirt' },
                        ],
                    },
                ],
            });
            await service.update(server.ctx, {
                id: top.id,
                isPrivate: true,
                translations: [{ languageCode: LanguageCode.en, name: 'Top of all' }],
            });
            const byService = await described('svc-');
            await service.delete(server.ctx, top.id);

            const words = (name: string) => ({ name, description: `About ${name}` });
            const records = [
                {
                    ...words('Leaf'),
                    slug: 'svc-leaf',
                    parent: 'svc-child',
                    filters: [{ code: 'variant-name-filter', args: { operator: 'contains', term: 'Shirt' } }],
                },
                {
                    ...words('Child'),
                    slug: 'svc-child',
                    parent: 'svc-top',
                    isPrivate: true,
                    inheritFilters: false,
                    filters: [{ code: 'variant-id-filter', args: { variantIds: ['SHIRT-blue'] } }],
                },
                {
                    ...words('Top'),
                    slug: 'svc-top',
                    filters: [red(['color:red'])],
                    assets: ['one.png'],
                    customFields: { erpId: 'E1', faces: [asset!.id] },
                    translations: [{ languageCode: 'de', ...words('Oben'), slug: 'svc-oben' }],
                },
            ];
            expect((await collections(records as never)).rejected).toEqual([]);
            await collections([{ slug: 'svc-top', name: 'Top of all', isPrivate: true }]);
            expect(byService).toHaveLength(3);
            expect(await described('svc-')).toEqual(byService);
        });

        describe('given the same again', () => {
            const tree = (prefix: string, count: number): JsonObject[] =>
                Array.from({ length: count }, (_, i) => ({
                    slug: `${prefix}-${i}`,
                    name: `${prefix} ${i}`,
                    ...(i > 0 ? { parent: `${prefix}-${Math.floor((i - 1) / 3)}` } : {}),
                    filters: [red(['color:red']), { code: 'variant-id-filter', args: { variantIds: ['SHIRT-red'] } }],
                    assets: ['one.png'],
                    channels: ['b2b'],
                    customFields: { erpId: `${prefix}-${i}`, claim: 'So red' },
                }));

            it('writes nothing', async () => {
                await collections(tree('again', 12));
                let result: Awaited<ReturnType<typeof collections>> | undefined;
                const statements = await statementsOf(server.connection.rawConnection, async () => {
                    result = await collections(tree('again', 12));
                });
                expect(result!.changeSets.map(({ action }) => action)).toEqual(Array(12).fill('UNCHANGED'));
                expect(statements.filter(({ sql }) => /^\s*(INSERT|UPDATE|DELETE)/i.test(sql))).toEqual([]);
            });

            it('needs as many statements for 100 collections as for 10', async () => {
                const [few, many] = [await collections(tree('few', 10)), await collections(tree('many', 100))];
                expect(many.statements).toEqual(few.statements);
            });
        });

        it('moves a branch with all below it, and puts it after its new siblings', async () => {
            await collections([
                { slug: 'm-a', name: 'A' },
                { slug: 'm-b', name: 'B', parent: 'm-a' },
                { slug: 'm-c', name: 'C', parent: 'm-b' },
                { slug: 'm-x', name: 'X' },
                { slug: 'm-y', name: 'Y', parent: 'm-x', position: 7 },
            ]);
            const { changeSets } = await collections([{ slug: 'm-b', parent: 'm-x' }]);
            expect(changeSets[0]!.entities[0]!.fields).toEqual([
                { path: 'parent', before: 'm-a', after: 'm-x' },
                { path: 'position', before: 1, after: 8 },
            ]);
            const [leaf] = (await described('m-c')) as { above: string[] }[];
            expect(leaf!.above).toEqual(['', '__root_collection__', 'm-b', 'm-x']);
        });

        it('refuses loops, and writes the rest', async () => {
            await collections([
                { slug: 'l-a', name: 'A' },
                { slug: 'l-b', name: 'B', parent: 'l-a' },
            ]);
            const { rejected, changeSets } = await collections([
                { slug: 'l-a', parent: 'l-b' },
                { slug: 'l-new', name: 'New', parent: 'l-other' },
                { slug: 'l-other', name: 'Other', parent: 'l-new' },
                { slug: 'l-self', name: 'Self', parent: 'l-self' },
                { slug: 'l-fine', name: 'Fine', parent: 'l-b' },
            ]);
            expect(changeSets.map(({ key }) => key)).toEqual(['l-fine']);
            expect(rejected.map(message => /"([^"]+)" would come to stand below itself/.exec(message)?.[1])).toEqual([
                'l-a',
                'l-new',
                'l-other',
                'l-self',
            ]);
        });

        it('turns a branch upside down in one batch', async () => {
            await collections([
                { slug: 't-a', name: 'A' },
                { slug: 't-b', name: 'B', parent: 't-a' },
            ]);
            const { rejected } = await collections([
                { slug: 't-a', parent: 't-b' },
                { slug: 't-b', parent: null },
            ]);
            expect(rejected).toEqual([]);
            expect((await bySlug('t-a')).parent.id).toBe((await bySlug('t-b')).id);
        });

        it('finds a parent by the path of its slugs', async () => {
            await collections([
                { slug: 'p-top', name: 'Top' },
                { slug: 'p-mid', name: 'Mid', parent: 'p-top' },
            ]);
            const { rejected } = await collections([
                { slug: 'p-leaf', name: 'Leaf', parent: 'p-top/p-mid' },
                { slug: 'p-lost', name: 'Lost', parent: 'p-elsewhere/p-mid' },
            ]);
            expect((await bySlug('p-leaf')).parent.id).toBe((await bySlug('p-mid')).id);
            expect(rejected).toEqual([expect.stringContaining('does not stand below the others')]);
        });

        it('lets a child wait for its parent, which may come in a later batch', async () => {
            const first = await run(
                [
                    { slug: 'w-leaf', name: 'Leaf', parent: 'w-mid' },
                    { slug: 'w-mid', name: 'Mid', parent: 'w-top' },
                    { slug: 'w-top', name: 'Top' },
                ],
                1,
            );
            expect(first).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 1, rejected: 2 });
            const errors = await shop
                .rows(DataHubRecordError)
                .find({ where: { runId: first.id }, order: { id: 'ASC' } });
            expect(errors.map(({ waitsFor }) => waitsFor)).toEqual(['Collection:w-mid', 'Collection:w-top']);
            await until('the leaf is there', () =>
                shop.rows(Collection).existsBy({ translations: { slug: 'w-leaf' } }),
            );
            expect((await bySlug('w-leaf')).parent.id).toBe((await bySlug('w-mid')).id);
            await until('all that follows is done', async () => {
                return !(await shop
                    .rows(PipelineRun)
                    .existsBy([{ status: 'PENDING' }, { status: 'RUNNING' }] as never));
            });
        });

        it('refuses a filter that the shop does not know or that would fail, and waits for what a filter points to', async () => {
            const named = (args: JsonObject) => ({ code: 'variant-name-filter', args });
            const { rejected } = await collections([
                { slug: 'f-a', name: 'A', filters: [{ code: 'facet-valu-filter' }] },
                { slug: 'f-b', name: 'B', filters: [red(['color:pink'])] },
                { slug: 'f-c', name: 'C', filters: [{ code: 'variant-id-filter', args: { variantIds: ['NONE'] } }] },
                { slug: 'f-d', name: 'D', filters: [{ code: 'variant-id-filter', args: { variantId: [] } }] },
                { slug: 'f-e', name: 'E', filters: [{ code: 'facet-value-filter', args: { containsAny: 'yes' } }] },
                { slug: 'f-f', name: 'F', filters: [named({ operator: 'beginsWith', term: 'Shirt' })] },
                { slug: 'f-g', name: 'G', filters: [named({ term: 'Shirt' })] },
                { slug: 'f-h', name: 'H', filters: [named({ operator: 'contains' })] },
            ] as never);
            expect(rejected).toEqual([
                expect.stringMatching(/no collection filter "facet-valu-filter".*facet-value-filter/),
                expect.stringContaining('there is no facet value "color:pink" yet'),
                expect.stringContaining('there is no variant with the SKU "NONE" yet'),
                expect.stringMatching(/no argument "variantId".*variantIds/),
                expect.stringContaining('facetValueIds is missing'),
                expect.stringMatching(/operator must be one of startsWith, .*, got "beginsWith"/),
                expect.stringContaining('operator is missing'),
                expect.stringContaining('term is missing'),
            ]);
        });

        it('has filled its collections when the run has ended, without a job', async () => {
            const trigger = vi.spyOn(server.app.get(CollectionService), 'triggerApplyFiltersJob');
            const records = [
                { slug: 'j-all', name: 'All', filters: [red(['kind:shirt'])] },
                { slug: 'j-red', name: 'Red', parent: 'j-all', filters: [red(['color:red'])] },
                {
                    slug: 'j-hand',
                    name: 'Hand-picked',
                    filters: [{ code: 'product-id-filter', args: { productIds: ['shirt-blue', 'shirt-green'] } }],
                },
            ];
            expect(await run(records as JsonObject[], 1)).toMatchObject({ status: 'COMPLETED', created: 3 });
            expect(await skusOf('j-all')).toEqual(['SHIRT-blue', 'SHIRT-green', 'SHIRT-red']);
            expect(await skusOf('j-red')).toEqual(['SHIRT-red']);
            expect(await skusOf('j-hand')).toEqual(['SHIRT-blue', 'SHIRT-green']);

            // What is above decides about what is below, though nothing below has changed.
            expect(await run([{ slug: 'j-all', filters: [red(['color:blue'])] }])).toMatchObject({ updated: 1 });
            expect(await skusOf('j-all')).toEqual(['SHIRT-blue']);
            expect(await skusOf('j-red')).toEqual([]);

            expect(await run([{ slug: 'j-all', position: 50 }])).toMatchObject({ updated: 1 });
            expect(await run([{ slug: 'j-all', position: 50 }])).toMatchObject({ unchanged: 1 });
            expect(trigger).not.toHaveBeenCalled();
        });

        it('can be undone: what was there is as before, what was made goes', async () => {
            await run([
                { slug: 'u-old', name: 'Old', filters: [red(['color:red'])], assets: ['one.png'] },
                { slug: 'u-home', name: 'Home' },
            ]);
            const before = await described('u-');
            const done = await run(
                [
                    { slug: 'u-new', name: 'New' },
                    { slug: 'u-below', name: 'Below', parent: 'u-new', assets: ['two.png'], channels: ['b2b'] },
                    {
                        slug: 'u-old',
                        name: 'Older',
                        parent: 'u-home',
                        isPrivate: true,
                        filters: [{ code: 'variant-id-filter', args: { variantIds: ['SHIRT-blue'] } }],
                        assets: ['two.png'],
                        translations: [{ languageCode: 'de', name: 'Alt', slug: 'u-alt' }],
                    },
                ] as never,
                2,
            );
            expect(done).toMatchObject({ status: 'COMPLETED', created: 2, updated: 1 });
            expect(await skusOf('u-old')).toEqual(['SHIRT-blue']);
            const undo = await shop.undo(done.id);
            expect(undo).toMatchObject({ status: 'COMPLETED', rejected: 0 });
            expect(await described('u-')).toEqual(before);
            expect(await skusOf('u-old')).toEqual(['SHIRT-red']);

            expect(await shop.undo(undo.id)).toMatchObject({ status: 'COMPLETED', rejected: 0 });
            expect((await bySlug('u-below')).parent.id).toBe((await bySlug('u-new')).id);
            expect(await skusOf('u-old')).toEqual(['SHIRT-blue']);
        });

        it('names slugs that others have taken since, and leaves those collections alone', async () => {
            const undoOf = async (id: ID) => {
                const undone = await shop.undo(id);
                return { run: undone, errors: await shop.rows(DataHubRecordError).findBy({ runId: undone.id }) };
            };
            await run([{ slug: 't-old', name: 'Old', customFields: { erpId: 't1' } }]);
            const { id: old } = await bySlug('t-old');
            const renamed = await run([{ id: old, slug: 't-new', name: 'New' }] as never, 10, { matchBy: 'id' });
            expect(renamed).toMatchObject({ updated: 1 });
            await run([{ slug: 't-old', name: 'Another' }]);
            const back = await undoOf(renamed.id);
            expect(back.errors).toMatchObject([{ cause: 'in-use-since', field: 'translations.en.slug' }]);
            expect((await bySlug('t-new')).id).toBe(old);

            const made = await run([{ slug: 't-made', name: 'Made' }]);
            const gone = await undoOf(made.id);
            expect(gone.errors).toEqual([]);
            await run([{ slug: 't-made', name: 'By somebody else' }]);
            const again = await undoOf(gone.run.id);
            expect(again.errors).toMatchObject([
                {
                    cause: 'in-use-since',
                    message: expect.stringMatching(/"t-made".* belongs to the collection with the id/) as unknown,
                },
            ]);
            expect(await shop.rows(Collection).countBy({ translations: { slug: 't-made' } })).toBe(1);
        });
    },
    { sampleOn: 'postgres' },
);
