import {
    FacetService,
    FacetValue,
    FacetValueService,
    LanguageCode,
    ProductService,
    ProductVariantService,
} from '@vendure/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import { facetValueLoader, productLoader, productVariantLoader } from '../src/loaders';
import type { ChangeSet } from '../src/sdk/change-set';
import { describeOnEachDatabase } from './support/each-database';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import { BootedVendure, bootVendure } from './support/vendure';

describeOnEachDatabase('names that differ in signs only', database => {
    let server: BootedVendure;
    let facet = '';
    let tests = 0;

    beforeAll(async () => {
        server = await bootVendure({ database, databaseName: 'signs_e2e', plugins: [ReferencePlugin] });
    });
    afterAll(() => server?.close());
    beforeEach(() => {
        facet = `facet${++tests}`;
    });

    const load = async (adapter: object, records: JsonObject[], settings: JsonObject = {}, batchSize = 100) =>
        loadRecords(await createLoader(adapter as never, hostOf(server), settings), server, records, { batchSize });
    const actions = ({ changeSets }: { changeSets: ChangeSet[] }) => changeSets.map(({ action }) => action);
    const withValues = (...values: string[][]) =>
        values.map((names, i): JsonObject => ({
            slug: `${facet}-${i}`,
            name: `${facet} ${i}`,
            facetValues: names.map(name => `${facet}:${name}`),
        }));
    const namesOf = async (i: number) => {
        const product = await server.app
            .get(ProductService)
            .findOneBySlug(server.ctx, `${facet}-${i}`, ['facetValues', 'facetValues.translations']);
        return product!.facetValues.map(value => value.translations[0]!.name).sort();
    };
    /** All values of the facet of the test, by age. */
    const values = async () => {
        const found = await server.connection.rawConnection
            .getRepository(FacetValue)
            .find({ where: { facet: { code: facet } }, relations: { translations: true }, order: { id: 'ASC' } });
        return found.map(({ code, translations }) => [code, translations[0]!.name]);
    };

    it('give facet values of their own, whose codes are numbered', async () => {
        const records = withValues(['C++', 'C#'], ['C#', '<10', '>10'], ['10', 'C']);
        expect((await load(productLoader, records)).rejected).toEqual([]);
        const expected = [
            ['c', 'C++'],
            ['c-2', 'C#'],
            ['10', '<10'],
            ['10-2', '>10'],
            ['10-3', '10'],
            ['c-3', 'C'],
        ];
        expect(await values()).toEqual(expected);
        expect([await namesOf(0), await namesOf(1), await namesOf(2)]).toEqual([
            ['C#', 'C++'],
            ['<10', '>10', 'C#'],
            ['10', 'C'],
        ]);
        expect(actions(await load(productLoader, records))).toEqual(['UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
        expect(actions(await load(productLoader, [...records].reverse(), {}, 1))).toEqual(
            records.map(() => 'UNCHANGED'),
        );
        expect(await values()).toEqual(expected);
    });

    it('give them in batches and in runs of their own as well', async () => {
        const records = withValues(['+10'], ['10'], ['s+'], ['s']);
        expect((await load(productLoader, records, {}, 1)).rejected).toEqual([]);
        expect(await values()).toEqual([
            ['10', '+10'],
            ['10-2', '10'],
            ['s', 's+'],
            ['s-2', 's'],
        ]);
        const later = withValues(['+10'], ['10'], ['s+'], ['s'], ['-10'], ['10%'], ['S*']);
        expect(actions(await load(productLoader, later))).toEqual([
            ...records.map(() => 'UNCHANGED'),
            ...['CREATE', 'CREATE', 'CREATE'],
        ]);
        expect((await values()).slice(4)).toEqual([
            ['-10', '-10'],
            ['10-3', '10%'],
            ['s-3', 'S*'],
        ]);
        expect(actions(await load(productLoader, later))).toEqual(later.map(() => 'UNCHANGED'));
    });

    it('are refused for two groups of a product, of which one would be lost, unless they have codes', async () => {
        const product = (slug: string, optionGroups: string[], options: JsonObject): JsonObject => ({
            ...{ slug: `${facet}-${slug}`, name: `${facet} ${slug}`, optionGroups },
            variants: [{ sku: `${facet}-${slug}`, price: 1, options }],
        });
        const refusal = `variants[0] (SKU "${facet}-x") has several options of the group "C++", as names that differ in case or signs only are one group. Give one of the groups another name, or a code of its own, such as "C++:my-code" in optionGroups.`;
        for (const options of [{ 'C++': 'a', 'C#': 'b' }, ['a', 'b']] as unknown as JsonObject[]) {
            const { rejected } = await load(productLoader, [product('x', ['C++', 'C#'], options)]);
            expect(rejected).toEqual([refusal]);
        }
        const coded = product('y', ['C++', `C#:${facet}-sharp`], { 'C++': 'a', 'C#': 'b' });
        const { changeSets, rejected } = await load(productLoader, [coded]);
        expect(rejected).toEqual([]);
        const variant = changeSets[0]!.entities.find(({ entityType }) => entityType === 'ProductVariant')!;
        expect(variant.fields.find(({ path }) => path === 'options')?.after).toHaveLength(2);
    });

    it('find what is called by its code, in another case, or by a code that somebody chose', async () => {
        const { app, ctx } = server;
        const named = (name: string) => [{ languageCode: LanguageCode.en, name }];
        const owner = await app
            .get(FacetService)
            .create(ctx, { code: facet, isPrivate: false, translations: named('F') });
        for (const [code, name] of [
            ['c', 'C++'],
            ['red', 'Red'],
            ['light-blue', 'Sky'],
        ] as const) {
            await app.get(FacetValueService).create(ctx, owner, { code, translations: named(name) });
        }
        await load(productLoader, withValues(['c'], ['RED'], ['Light Blue'], ['C#']));
        expect([await namesOf(0), await namesOf(1), await namesOf(2), await namesOf(3)]).toEqual([
            ['C++'],
            ['Red'],
            ['Sky'],
            ['C#'],
        ]);
        expect((await values()).slice(3)).toEqual([['c-2', 'C#']]);
    });

    it('are told apart by batches of two runs that are in flight at the same time', async () => {
        await load(productLoader, withValues(['Go']));
        const units = new TypeOrmUnitOfWork(server.connection, server.ctx);
        const recordOf = (data: JsonObject, index: number) => ({ data, origin: { step: 'source', index } });
        const [plus, sharp] = withValues(['Go'], ['C++'], ['C#', 'Go']).slice(1) as [JsonObject, JsonObject];
        const records = [recordOf(sharp, 1)];
        const [first, second] = [
            await createLoader(productLoader, hostOf(server)),
            await createLoader(productLoader, hostOf(server)),
        ];
        const attempt = (meanwhile: () => Promise<unknown>) =>
            units.transaction(async scope => {
                const state = await second.resolve(records, scope);
                const changes = records.map(record => second.compare(record, state) as ChangeSet);
                await meanwhile();
                await second.apply(changes, state, scope);
            });
        const other = () => loadRecords(first, server, [plus]);
        // SQLite has one transaction at a time.
        if (database.name === 'sqlite') await other();
        else await expect(attempt(other)).rejects.toMatchObject({ code: 'created-concurrently' });
        await attempt(() => Promise.resolve());
        expect(await values()).toEqual([
            ['go', 'Go'],
            ['c', 'C++'],
            ['c-2', 'C#'],
        ]);
        expect([await namesOf(1), await namesOf(2)]).toEqual([['C++'], ['C#', 'Go']]);
    });

    it('plan values of their own in a dry run', async () => {
        const loader = await createLoader(productLoader, hostOf(server, { dryRun: true }));
        const records = withValues(['C++'], ['C#'], ['C++']);
        const { changeSets } = await loadRecords(loader, server, records, { batchSize: 1, write: false });
        const planned = changeSets.map(({ entities }) =>
            entities.filter(({ entityType }) => entityType === 'FacetValue').map(({ key }) => key),
        );
        expect(planned).toEqual([[`${facet}:c`], [`${facet}:c-2`], []]);
    });

    it('are values of their own to the loader of facet values, and found again', async () => {
        await load(productLoader, withValues(['Go', '10%']));
        const records = ['<10', '>10', 'C++', 'C#', 'Go'].map(name => ({ facet, name }));
        const loaded = await load(facetValueLoader, records);
        expect(loaded.rejected).toEqual([]);
        expect(actions(loaded)).toEqual(['CREATE', 'CREATE', 'CREATE', 'CREATE', 'UNCHANGED']);
        expect((await values()).slice(2)).toEqual([
            ['10-2', '<10'],
            ['10-3', '>10'],
            ['c', 'C++'],
            ['c-2', 'C#'],
        ]);
        const again = await load(facetValueLoader, [...records].reverse(), {}, 2);
        expect(actions(again)).toEqual(records.map(() => 'UNCHANGED'));
        const loader = await createLoader(facetValueLoader, hostOf(server));
        const keys = records.flatMap(record => loader.keysOf(record));
        expect(new Set(keys).size).toBe(records.length);
    });

    it('cost batches of any size the same statements, and nothing more where nothing is alike', async () => {
        const statements = async (names: string[]) => {
            const records = withValues(...names.map(name => [name]));
            const fresh = records.map((record, i) => ({ ...record, slug: `${facet}-${names.length}-${i}` }));
            return (await load(productLoader, fresh)).statements;
        };
        await statements(['Base']);
        const plain = await statements(['Base', 'one', 'two']);
        const alike = await statements(['Base', 'a+', 'a-', 'a!', 'b+', 'b!', 'b']);
        const more = await statements(['Base', ...Array.from({ length: 30 }, (_, i) => [`n${i}+`, `n${i}!`]).flat()]);
        expect(alike.resolve).toBe(plain.resolve + 1);
        expect(more.resolve).toBe(alike.resolve);
    });

    const lens = (slug: string, powers: string[], more: JsonObject = {}): JsonObject => ({
        ...{ slug, name: slug, ...more },
        variants: powers.map((power, i) => ({ sku: `${slug}-${power}`, price: i, options: { Power: power } })),
    });
    /** Options of the variants of a product, by SKU and as code and name. */
    const optionsOf = async (slug: string) => {
        const product = (await server.app.get(ProductService).findOneBySlug(server.ctx, slug))!;
        const relations = ['options'] as never;
        const { items } = await server.app
            .get(ProductVariantService)
            .getVariantsByProductId(server.ctx, product.id, {}, relations);
        const rows = items.map(({ sku, options: [option] }) => [sku, option!.code, option!.name]);
        return rows.sort(([a], [b]) => (a! < b! ? -1 : 1));
    };

    it('give options of their own, whose codes are numbered', async () => {
        const record = lens(`lens-${facet}`, ['+1.00', '1.00', '1/2', '12', 's+', 's']);
        expect((await load(productLoader, [record])).rejected).toEqual([]);
        const expected = [
            [`lens-${facet}-+1.00`, '1.00', '+1.00'],
            [`lens-${facet}-1.00`, '1.00-2', '1.00'],
            [`lens-${facet}-1/2`, '12', '1/2'],
            [`lens-${facet}-12`, '12-2', '12'],
            [`lens-${facet}-s`, 's-2', 's'],
            [`lens-${facet}-s+`, 's', 's+'],
        ];
        expect(await optionsOf(`lens-${facet}`)).toEqual(expected);
        const again = { ...record, variants: [...(record.variants as JsonObject[])].reverse() };
        expect(actions(await load(productLoader, [again]))).toEqual(['UNCHANGED']);
        const renamed = again.variants.map(({ sku: _, ...variant }) => variant);
        expect(actions(await load(productLoader, [{ ...again, variants: renamed }]))).toEqual(['UNCHANGED']);
    });

    it('give them to products that share a group, and to variants that come later', async () => {
        const slugs = ['a', 'b'].map(slug => `${slug}-${facet}`) as [string, string];
        const shared = { optionGroups: [`Power:${facet}`] };
        const records = [lens(slugs[0], ['S+'], shared), lens(slugs[1], ['S'], shared)];
        expect((await load(productLoader, records)).rejected).toEqual([]);
        const variants = ['S#', 'S', 'S+'].map(power => ({
            ...{ sku: `${slugs[0]}-${power}`, product: slugs[0] },
            options: { Power: power },
        }));
        const loaded = await load(productVariantLoader, variants);
        expect([loaded.rejected, actions(loaded)]).toEqual([[], ['CREATE', 'CREATE', 'UNCHANGED']]);
        expect([await optionsOf(slugs[0]), await optionsOf(slugs[1])]).toEqual([
            [
                [`${slugs[0]}-S`, 's-2', 'S'],
                [`${slugs[0]}-S#`, 's-3', 'S#'],
                [`${slugs[0]}-S+`, 's', 'S+'],
            ],
            [[`${slugs[1]}-S`, 's-2', 'S']],
        ]);
        expect(actions(await load(productLoader, records, {}, 1))).toEqual(['UNCHANGED', 'UNCHANGED']);
        expect(actions(await load(productVariantLoader, variants))).toEqual(variants.map(() => 'UNCHANGED'));
    });
});
