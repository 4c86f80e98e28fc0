import {
    ChannelService,
    EventBus,
    Facet,
    FacetEvent,
    FacetService,
    FacetValue,
    FacetValueEvent,
    FacetValueService,
    ID,
    LanguageCode,
    Product,
} from '@vendure/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { facetLoader, facetValueLoader, productLoader } from '../src/loaders';
import type { LoaderAdapter } from '../src/sdk/loader';
import { createChannel } from './support/further-channel';
import { describeOnEachDatabase } from './support/each-database';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords, LoadResult } from './support/run-loader';
import { BootedVendure, bootVendure } from './support/vendure';

describeOnEachDatabase(
    'loading facets',
    database => {
        let server: BootedVendure;
        let b2b: ID;
        let prefix = '';
        let tests = 0;

        beforeAll(async () => {
            const customFields = () => [
                { name: 'erpId', type: 'string' as const, nullable: true },
                { name: 'hint', type: 'localeString' as const, nullable: true },
                { name: 'tags', type: 'string' as const, list: true, nullable: true },
                { name: 'rank', type: 'int' as const, nullable: true, min: 1 },
                { name: 'shown', type: 'relation' as const, entity: Product, list: true as const },
            ];
            server = await bootVendure({
                database,
                databaseName: 'facets_e2e',
                plugins: [ReferencePlugin],
                customFields: { Facet: customFields(), FacetValue: customFields() },
            });
            const created = await createChannel(server, 'b2b');
            b2b = created.id;
        });
        afterAll(() => server?.close());
        beforeEach(() => {
            prefix = `t${++tests}`;
        });

        const load = async (adapter: LoaderAdapter, records: readonly object[], settings: JsonObject = {}) =>
            loadRecords(await createLoader(adapter, hostOf(server), settings), server, records as JsonObject[]);
        const actions = ({ changeSets }: LoadResult) => changeSets.map(({ action }) => action);
        const inChannel = async () => server.ctx.copy(await server.app.get(ChannelService).findOne(server.ctx, b2b));

        /** The facets and values of a test with all that hangs on them, without ids and times. */
        const shop = async (from: string): Promise<unknown[]> => {
            const database = server.connection.rawConnection;
            const relations = { channels: true, customFields: { shown: true } } as const;
            const facets = await database.getRepository(Facet).find({ relations: relations as never });
            const values = await database
                .getRepository(FacetValue)
                .find({ relations: { ...relations, facet: true } as never });
            const plain = (entity: Facet | FacetValue) => ({
                code: entity.code.replace(from, ''),
                isPrivate: entity instanceof Facet ? entity.isPrivate : undefined,
                facet: entity instanceof FacetValue ? entity.facet.code.replace(from, '') : undefined,
                channels: entity.channels.map(({ code }) => code).sort(),
                customFields: {
                    ...entity.customFields,
                    shown: (entity.customFields as { shown: Product[] }).shown.map(({ id }) => id),
                },
                translations: entity.translations
                    .map(({ languageCode, name, customFields }) => [
                        languageCode,
                        name,
                        (customFields as { hint?: string } | undefined)?.hint ?? null,
                    ])
                    .sort(),
            });
            const own = [
                ...facets.filter(({ code }) => code.startsWith(from)),
                ...values.filter(({ facet }) => facet.code.startsWith(from)),
            ].map(plain);
            return own.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
        };

        it('leaves the tables as FacetService and FacetValueService do', async () => {
            const [ours, theirs] = [`${prefix}ours`, `${prefix}theirs`];
            const { app, ctx } = server;
            expect((await load(productLoader, [{ name: `${prefix} shown` }])).rejected).toEqual([]);
            const [product] = await server.connection.rawConnection
                .getRepository(Product)
                .find({ order: { id: 'DESC' } });
            const input = (code: string) => ({
                code,
                isPrivate: true,
                customFields: { erpId: '00123', tags: ['a', 'b'], rank: 3 },
                translations: [
                    { languageCode: LanguageCode.en, name: 'Brand', customFields: { hint: 'Who made it' } },
                    { languageCode: LanguageCode.de, name: 'Marke' },
                ],
            });
            const value = (code: string) => ({
                code,
                customFields: { erpId: '7' },
                translations: [{ languageCode: LanguageCode.en, name: 'Acme & Co', customFields: { hint: 'x' } }],
            });
            const facets = app.get(FacetService);
            const values = app.get(FacetValueService);
            const facet = await facets.create(ctx, {
                ...input(`${theirs} Brand`),
                customFields: { ...input('').customFields, shownIds: [product!.id] },
            });
            const created = await values.create(ctx, facet, value('Acme'));
            await values.create(ctx, facet, value('Other'));
            await facets.update(ctx, {
                id: facet.id,
                isPrivate: false,
                translations: [{ languageCode: LanguageCode.de, name: 'Hersteller' }],
                customFields: { rank: null },
            });
            await values.update(ctx, {
                id: created.id,
                code: 'acme-2',
                translations: [{ languageCode: LanguageCode.de, name: 'Acme' }],
            });
            await facets.assignFacetsToChannel(ctx, { facetIds: [facet.id], channelId: b2b });
            await values.create(await inChannel(), facet, value('Late'));

            const brand = `${ours} Brand`;
            const results = [
                await load(facetLoader, [
                    { ...input(brand), customFields: { ...input('').customFields, shown: [String(product!.id)] } },
                ]),
                await load(facetValueLoader, [
                    { ...value('Acme'), facet: brand, customFields: { erpId: `${prefix}acme` } },
                    { ...value('Other'), facet: brand },
                ]),
                await load(facetLoader, [
                    {
                        code: brand,
                        isPrivate: false,
                        translations: [{ languageCode: 'de', name: 'Hersteller' }],
                        customFields: { rank: null },
                    },
                ]),
                await load(
                    facetValueLoader,
                    [
                        {
                            ...{ code: 'acme-2', customFields: { erpId: `${prefix}acme` } },
                            translations: [{ languageCode: 'de', name: 'Acme' }],
                        },
                    ],
                    { matchBy: 'customField', matchField: 'erpId' },
                ),
                await load(facetValueLoader, [{ facet: brand, code: 'acme-2', customFields: { erpId: '7' } }]),
                await load(facetLoader, [{ code: brand, channels: ['b2b'] }]),
                await load(facetValueLoader, [{ ...value('Late'), facet: brand }], { channel: 'b2b' }),
            ];
            expect(results.flatMap(({ rejected }) => rejected)).toEqual([]);
            expect(await shop(ours)).toEqual(await shop(theirs));
            expect(await shop(ours)).toHaveLength(4);
        });

        it('needs as many statements for 100 records as for 10, and writes nothing the second time', async () => {
            const records = (count: number, tag: string): [JsonObject[], JsonObject[]] => {
                const codes = Array.from({ length: count }, (_, i) => `${prefix}${tag}${i}`);
                const rest = { customFields: { erpId: 'x' }, channels: ['b2b'] };
                const names = (code: string) => ({
                    name: code,
                    translations: [{ languageCode: 'de', name: `${code} de` }],
                });
                return [
                    codes.map(code => ({ code, ...names(code), ...rest })),
                    codes.map(code => ({ facet: code, code: 'v', ...names(code), ...rest })),
                ];
            };
            const [fewFacets, fewValues] = records(10, 'few');
            const [manyFacets, manyValues] = records(100, 'many');
            for (const [adapter, few, many] of [
                [facetLoader, fewFacets, manyFacets],
                [facetValueLoader, fewValues, manyValues],
            ] as const) {
                for (const change of [{}, { name: 'Changed', translations: [{ languageCode: 'de', name: 'Neu' }] }]) {
                    const small = await load(
                        adapter,
                        few.map(record => ({ ...record, ...change })),
                    );
                    const large = await load(
                        adapter,
                        many.map(record => ({ ...record, ...change })),
                    );
                    expect([...small.rejected, ...large.rejected]).toEqual([]);
                    expect(large.statements).toEqual(small.statements);
                    const again = await load(
                        adapter,
                        many.map(record => ({ ...record, ...change })),
                    );
                    expect(new Set(actions(again))).toEqual(new Set(['UNCHANGED']));
                    expect(again.statements.apply).toBe(0);
                }
            }
        });

        it('refuses what it cannot do, record by record', async () => {
            const brand = `${prefix}-brand`;
            await load(facetLoader, [
                { code: brand, name: 'Brand', channels: ['b2b'] },
                { code: `${prefix}-main`, name: 'M' },
            ]);
            await load(facetValueLoader, [
                { facet: brand, code: 'acme', name: 'Acme', channels: ['b2b'], customFields: { erpId: `${prefix}a` } },
                { facet: brand, code: 'other', name: 'Other' },
            ]);
            await load(productLoader, [{ name: prefix, channels: ['b2b'], facetValues: [`${brand}:acme`] }]);
            expect(
                (
                    await load(facetValueLoader, [
                        { facet: `${prefix}-none`, code: 'x', name: 'X' },
                        { facet: brand, code: 'nameless' },
                        { facet: brand, code: 'x', translations: [{ languageCode: 'fr', name: 'X' }] },
                        { facet: brand, code: 'acme', customFields: { rank: 0 } },
                        { facet: `${prefix}-main`, code: 'x', name: 'X', channels: ['b2b'] },
                        { code: 'x', name: 'X' },
                        { facet: brand, code: 'good', name: 'Good' },
                    ])
                ).rejected,
            ).toEqual([
                expect.stringMatching(/^facet: there is no facet "t\d+-none" in the channel/),
                expect.stringMatching(/^name is missing, and the facet value has no name in "en" yet\./),
                expect.stringMatching(/^translations\[0\]\.languageCode: the language "fr" is not available/),
                expect.stringMatching(/^customFields\.rank must be at least 1, got 0\./),
                expect.stringMatching(/^channels: the facet "t\d+-main" is not in the channel "b2b"/),
                expect.stringMatching(/^facet is missing; a facet value needs the facet/),
            ]);
            const none = { channels: [], code: brand };
            expect((await load(facetLoader, [none], { channelsMode: 'REPLACE_ALL' })).rejected).toEqual([
                expect.stringMatching(/cannot be taken out of the channel "b2b", where .* have its value "acme"\./),
            ]);
            expect((await load(facetLoader, [{ code: brand, name: 'B' }], { strategy: 'CREATE' })).rejected).toEqual([
                expect.stringMatching(/^The facet "t\d+-brand" exists already/),
            ]);
            expect(
                (await load(facetLoader, [{ code: 'nowhere', name: 'N' }], { strategy: 'UPDATE' })).rejected,
            ).toEqual([expect.stringMatching(/^There is no facet "nowhere" in the channel/)]);
            const byErp = { matchBy: 'customField', matchField: 'erpId' };
            const taken = { code: 'other', customFields: { erpId: `${prefix}a` } };
            expect((await load(facetValueLoader, [taken], byErp)).rejected).toEqual([
                expect.stringMatching(/^code: another facet value \(id .*\) has the code "other"\./),
            ]);
            expect(
                (await load(facetLoader, [{ code: `${prefix}-main`, name: 'M' }], { channel: 'b2b' })).rejected,
            ).toEqual([expect.stringMatching(/exists, but not in the channel "b2b"\. Load it in the default channel/)]);
        });

        it('takes a facet with its values out of a channel in which nobody has them', async () => {
            await load(facetLoader, [{ code: prefix, name: 'F', channels: ['b2b'] }]);
            await load(facetValueLoader, [{ facet: prefix, code: 'v', name: 'V', channels: ['b2b'] }]);
            const { changeSets, rejected } = await load(facetLoader, [{ code: prefix, channels: ['b2b'] }], {
                channelsMode: 'REMOVE',
            });
            expect(rejected).toEqual([]);
            expect(changeSets[0]!.entities.map(({ entityType, key }) => `${entityType} ${key}`)).toEqual([
                `Facet ${prefix}`,
                `FacetValue ${prefix}:v`,
            ]);
            const channels = (await shop(prefix)).map(entity => (entity as { channels: string[] }).channels);
            expect(channels).toEqual([['__default_channel__'], ['__default_channel__']]);
        });

        it('tells other plugins after the commit', async () => {
            const told: string[] = [];
            const bus = server.app.get(EventBus);
            const listeners = [
                bus.ofType(FacetEvent).subscribe(({ type, entity }) => told.push(`${type} ${entity.code}`)),
                bus.ofType(FacetValueEvent).subscribe(({ type, entity }) => told.push(`${type} ${entity.code}`)),
            ];
            for (const [adapter, record] of [
                [facetLoader, { code: prefix, name: 'F' }],
                [facetValueLoader, { facet: prefix, code: 'v', name: 'V' }],
            ] as [LoaderAdapter, JsonObject][]) {
                const loader = await createLoader(adapter, hostOf(server));
                const { changeSets } = await loadRecords(loader, server, [record]);
                await loader.afterCommit!(changeSets);
                await loader.afterRun!();
            }
            for (const listener of listeners) listener.unsubscribe();
            expect(told).toEqual([`created ${prefix}`, 'created v']);
        });
    },
    { sampleOn: 'postgres' },
);
