import { SUPER_ADMIN_ROLE_CODE } from '@vendure/common/lib/shared-constants';
import { FacetValue } from '@vendure/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { AWAITED, awaited, awaitedBy, type AwaitedKind } from '../src/catalog/awaited';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import { customEntityLoader } from '../src/loaders';
import { existingAmong } from '../src/services/quarantine/known-references';
import { actions, bootBrandShop, byCode } from './support/brand-shop';
import { BrandNote, BrandShelf } from './support/custom-entities';
import { describeOnEachDatabase } from './support/each-database';
import { createLoader, hostOf } from './support/run-loader';

describeOnEachDatabase('loading entities of plugins', database => {
    let shop: Awaited<ReturnType<typeof bootBrandShop>>;
    let tests = 0;
    let code = '';

    beforeAll(async () => {
        shop = await bootBrandShop(database, 'custom_entity_e2e');
    });
    afterAll(() => shop?.close());
    beforeEach(() => {
        code = `b${++tests}`;
    });

    it('takes the text of the translations where a record gives two for a language', async () => {
        const translations = [{ languageCode: 'en', name: 'Translation', customFields: { hint: 'Translation' } }];
        const record = { code, name: 'Top level', translations, customFields: { hint: 'Top level' } };
        expect(await shop.load([record])).toMatchObject({ rejected: [] });
        expect((await shop.brand(code)).translations.map(({ name }) => name)).toEqual(['Translation']);
        expect(actions(await shop.load([record]))).toEqual(['UNCHANGED']);
    });

    it('writes a value of every kind of column, and nothing the second time', async () => {
        const record = {
            code,
            founded: 1949,
            turnover: 9_007_199_254_740_991,
            share: '0012.5',
            score: 0.25,
            launchedAt: '2024-02-29T12:30:15+02:00',
            details: { b: [1, null, { c: 'ü' }], a: '😀' },
            kind: 'LUXURY',
            labels: ['new', 'green'],
            secretName: 'inner',
            firstDay: '1949-03-31',
            opensAt: '09:30',
            country: 'DE',
            name: 'Acme',
            translations: [{ languageCode: 'de', name: 'Akme', claim: 'Schön', customFields: { hint: 'Tipp' } }],
            customFields: { erpId: 7 },
        };
        expect(await shop.load([record])).toMatchObject({ rejected: [] });
        expect(await shop.brand(code)).toMatchObject({
            enabled: true,
            founded: 1949,
            turnover: expect.anything() as unknown,
            score: 0.25,
            launchedAt: new Date('2024-02-29T10:30:15Z'),
            details: record.details,
            kind: 'LUXURY',
            labels: ['new', 'green'],
            secretName: 'inner',
            firstDay: '1949-03-31',
            version: 1,
            country: { code: 'DE' },
            customFields: { erpId: 7 },
            channels: [{ code: '__default_channel__' }],
        });
        const { turnover, share, translations } = await shop.brand(code);
        expect([String(turnover), Number(share)]).toEqual(['9007199254740991', 12.5]);
        const texts = translations.map(({ languageCode, name, claim }) => [languageCode, name, claim ?? null]);
        expect(texts.sort()).toEqual([
            ['de', 'Akme', 'Schön'],
            ['en', 'Acme', null],
        ]);
        const again = await shop.load([record]);
        expect([actions(again), again.statements.apply]).toEqual([['UNCHANGED'], 0]);
        const cleared = { code, founded: null, launchedAt: null, details: null, labels: [], country: null, share: 3 };
        const changed = await shop.load([cleared]);
        expect(actions(changed)).toEqual(['UPDATE']);
        expect(await shop.brand(code)).toMatchObject({
            founded: null,
            details: null,
            labels: [],
            country: null,
            version: 2,
        });
        expect(actions(await shop.load([cleared]))).toEqual(['UNCHANGED']);
    });

    it.each([
        [{ code: 'much too long a code' }, 'code must have at most 12 characters, got "much too long a code".'],
        [{ founded: 40_000 }, 'founded must be a whole number from -32768 to 32767, got 40000.'],
        [{ founded: '1949' }, 'founded must be a whole number from -32768 to 32767, got "1949".'],
        [{ turnover: '99999999999999999999' }, /^turnover must be a whole number from -9\d+ to 9\d+, got/],
        [{ share: '1.2345' }, 'share must have at most 3 decimals, got "1.2345".'],
        [{ share: '12345' }, 'share must have at most 4 digits before the point, got "12345".'],
        [{ share: null }, 'share must not be null, as the column takes none, got null.'],
        [{ score: 'high' }, 'score must be a number, got "high".'],
        [
            { launchedAt: 'yesterday' },
            'launchedAt must be a date in ISO 8601, such as "2026-01-31T12:00:00Z", got "yesterday".',
        ],
        [{ launchedAt: '2026-02-30T12:00:00Z' }, /^launchedAt must be a date in ISO 8601/],
        [{ firstDay: '2023-02-29' }, 'firstDay must be a day such as "2026-01-31", got "2023-02-29".'],
        [{ opensAt: '25:00' }, 'opensAt must be a time such as "18:30" or "18:30:00", got "25:00".'],
        [{ kind: 'LUXURI' }, 'kind must be one of LUXURY, BASIC, got "LUXURI". Did you mean "LUXURY"?'],
        [{ labels: ['a,b'] }, /^labels\[0\] must be neither empty nor hold a comma/],
        [{ enabled: 'yes' }, 'enabled must be true or false, got "yes".'],
        [{ name: 7 }, 'name must be text, got 7. Turn it into text with toText.'],
        [{ name: 'a\0b' }, /^name holds a character that databases do not store/],
        [{ name: undefined }, 'name is missing, and a new Brand needs it.'],
        [{ country: 'XX' }, 'country: there is no Country with the code "XX". Load it first, or correct the value.'],
        [{ product: 'x', products: ['none'] }, 'products[0]: there is no Product with the slug "none".'],
        [{ foundet: 1 }, 'A Brand record has no field "foundet". Did you mean "founded"?'],
        [
            { translations: [{ languageCode: 'fr', name: 'A' }] },
            'translations[0].languageCode: the language "fr" is not available',
        ],
        [{ customFields: { erpId: 'x' } }, 'customFields.erpId must be a number, got "x".'],
        [{ channels: ['nowhere'] }, 'channels[0]: there is no channel with the code "nowhere".'],
    ])('refuses %j with a sentence, and loads the others', async (wrong, sentence) => {
        const { rejected } = await shop.load([
            { code, name: 'A', ...wrong },
            { code: `${code}y`, name: 'B' },
        ]);
        expect(rejected).toEqual([
            expect.stringMatching(sentence instanceof RegExp ? sentence : new RegExp(escaped(sentence))),
        ]);
        expect(await shop.brands().countBy({ code })).toBe(0);
        expect(await shop.brands().countBy({ code: `${code}y` })).toBe(1);
    });

    it('refuses settings that cannot be', async () => {
        const refusals: [JsonObject, RegExp][] = [
            [
                { entity: 'Brnad', matchBy: ['code'] },
                /no entity "Brnad" in the shop. It knows Brand, BrandNote, BrandShelf\./,
            ],
            [{ entity: 'Product', matchBy: ['id'] }, /"Product" is Vendure’s own/],
            [{ entity: 'PipelineRun', matchBy: ['id'] }, /is DataHub’s own/],
            [{ entity: 'BrandTranslation', matchBy: ['name'] }, /holds the translations of Brand/],
            [{ entity: 'BrandPair', matchBy: ['left'] }, /has 2 primary columns/],
            [{ entity: 'Brand', matchBy: ['cod'] }, /matchBy: Brand has no "cod"\. It has createdAt, code, /],
            [{ entity: 'Brand', matchBy: ['details'] }, /a Brand cannot be found by "details"/],
            [
                { entity: 'Brand', matchBy: ['code'], fields: { code: 'c', password: 'p' } },
                /"password" of Brand cannot be loaded: it is hidden/,
            ],
            [{ entity: 'Brand', matchBy: ['code'], fields: { name: 'n' } }, /fields: "code" is missing/],
            [
                { entity: 'Brand', matchBy: ['code'], relationKeys: { country: 'kode' } },
                /a Country cannot be found by "kode"/,
            ],
        ];
        for (const [settings, sentence] of refusals) {
            await expect(createLoader(customEntityLoader, hostOf(shop.server), settings)).rejects.toThrow(sentence);
        }
        const product = createLoader(customEntityLoader, hostOf(shop.server), { entity: 'Product', matchBy: ['id'] });
        await expect(product).rejects.toMatchObject({ hint: 'Use the loader "product".' });
    });

    it('costs the same number of statements for four records and for a hundred', async () => {
        const records = (count: number, from: string) =>
            Array.from({ length: count }, (_, i) => ({
                code: `${from}${i}`,
                name: `Brand ${i}`,
                founded: i % 2 ? 1900 + i : null,
                country: 'DE',
                channels: ['b2b'],
                translations: [{ languageCode: 'de', name: `Marke ${i}` }],
            }));
        const changed = (count: number, from: string) =>
            records(count, from).map((record, i) => ({ ...record, ...(i % 2 ? { founded: 5 } : { name: 'New' }) }));
        const cost = async (list: object[]) => (await shop.load(list)).statements;
        const [few, many] = [await cost(records(4, `${code}f`)), await cost(records(100, `${code}m`))];
        expect(many).toEqual(few);
        expect(await cost(records(100, `${code}m`))).toEqual(await cost(records(4, `${code}f`)));
        expect(await cost(changed(100, `${code}m`))).toEqual(await cost(changed(4, `${code}f`)));
        expect(few.resolve).toBeLessThanOrEqual(4);
        expect(few.apply).toBeLessThanOrEqual(8);
    });

    it('keeps to strategy, list modes and channels', async () => {
        expect((await shop.load([{ code, name: 'A' }], { ...byCode, strategy: 'UPDATE' })).rejected).toEqual([
            `There is no Brand "${code}", and the strategy UPDATE does not create one. Choose the strategy UPSERT to create it.`,
        ]);
        await shop.load([{ code, name: 'A', channels: ['b2b'] }]);
        expect((await shop.load([{ code, name: 'A' }], { ...byCode, strategy: 'CREATE' })).rejected[0]).toMatch(
            /exists already/,
        );
        const { id } = await shop.brand(code);
        expect((await shop.load([{ id, name: 'By id' }], { entity: 'Brand', matchBy: ['id'] })).rejected).toEqual([]);
        expect((await shop.brand(code)).translations.map(({ name }) => name)).toEqual(['By id']);
        expect(
            (await shop.load([{ id: 999_999, name: 'B' }], { entity: 'Brand', matchBy: ['id'] })).rejected[0],
        ).toMatch(/no Brand with the id "999999", and ids of new ones are given by the database/);
        await shop.load([{ code, channels: [] }], { ...byCode, channelsMode: 'REPLACE_ALL' });
        expect((await shop.brand(code)).channels.map(each => each.code)).toEqual(['__default_channel__']);
        // Its code is unique, so that no second one can be created for the other channel.
        const elsewhere = await shop.load([{ code, name: 'C' }], { ...byCode, channel: 'b2b' });
        expect(elsewhere.rejected[0]).toMatch(/is not in the channel "b2b", and a second one cannot be created/);
    });

    it('finds rows by several fields, one of them a relation, and minds soft deletes', async () => {
        await shop.load([{ code, name: 'A' }]);
        const settings = {
            entity: 'BrandShelf',
            matchBy: ['brand', 'position'],
            relationKeys: { brand: 'code' },
            fields: { label: 'id', brand: 'of.brand', position: 'of.place', stock: 'pieces', 'place.aisle': 'aisle' },
        };
        const shelf = (position: number, more: object = {}) => ({
            id: `${code}-${position}`,
            of: { brand: code, place: position },
            ...more,
        });
        const records = [shelf(1, { pieces: 3, aisle: 'north' }), shelf(2)];
        expect(actions(await shop.load(records, settings))).toEqual(['CREATE', 'CREATE']);
        expect(actions(await shop.load(records, settings))).toEqual(['UNCHANGED', 'UNCHANGED']);
        const shelves = shop.server.connection.rawConnection.getRepository(BrandShelf);
        expect(await shelves.findOneByOrFail({ label: `${code}-1` })).toMatchObject({
            stock: 3,
            place: { aisle: 'north' },
        });
        const renamed = await shop.load([{ ...shelf(1), id: `${code}-9` }], settings);
        expect(renamed.rejected).toEqual([
            `label is "${code}-1", and a BrandShelf does not let it be changed once it is created. Take label out of the record, or give the same value.`,
        ]);
        await shelves.softDelete({ label: `${code}-2` });
        expect((await shop.load([shelf(2, { pieces: 9 })], settings)).rejected).toEqual([
            `The BrandShelf with this brand and position (id ${code}-2) is soft-deleted, and a second one cannot be created. Restore it, or delete it for good.`,
        ]);
        expect((await shop.load([{ ...shelf(3), of: { place: 3 } }], settings)).rejected[0]).toMatch(
            /^brand is missing/,
        );
    });

    it('loads rows with UUIDs for ids', async () => {
        await shop.load([{ code, name: 'A' }]);
        const settings = { entity: 'BrandNote', matchBy: ['brand', 'topic'], relationKeys: { brand: 'code' } };
        const note = { brand: code, topic: 'care', text: 'Wash cold.' };
        expect(actions(await shop.load([note], settings))).toEqual(['CREATE']);
        expect(actions(await shop.load([note], settings))).toEqual(['UNCHANGED']);
        const { id } = await shop.server.connection.rawConnection
            .getRepository(BrandNote)
            .findOneByOrFail({ text: note.text });
        const byId = { entity: 'BrandNote', matchBy: ['id'], relationKeys: { replaces: 'id' } };
        const changed = await shop.load([{ id, text: 'Wash hot.', replaces: id }], byId);
        expect([changed.rejected, actions(changed)]).toEqual([[], ['UPDATE']]);
        expect((await shop.load([{ id: 'none', text: 'x' }], byId)).rejected[0]).toMatch(
            /^id must be a UUID|^There is no BrandNote/,
        );
    });

    it('knows whether what records wait for is there, of every kind that they can wait for', async () => {
        await shop.load([{ code, name: 'A' }]);
        const [there, missing] = await new TypeOrmUnitOfWork(shop.server.connection, shop.server.ctx).transaction(
            async ({ sql }) => {
                const [value] = await shop.server.connection.rawConnection
                    .getRepository(FacetValue)
                    .find({ relations: { facet: true } });
                const given = [
                    awaited('Channel', 'b2b'),
                    awaited('Country', 'DE'),
                    awaited('Facet', value!.facet.code),
                    awaited('FacetValue', `${value!.facet.code}:${value!.code}`),
                    awaited('Product', 'lamp'),
                    awaited('ProductVariant', 'L1'),
                    awaited('Role', SUPER_ADMIN_ROLE_CODE),
                    awaited('Seller', 'Default Seller'),
                    awaited('TaxCategory', 'Standard Tax'),
                    awaited('Zone', 'Europe'),
                    awaitedBy('Brand', 'code', code),
                    awaitedBy('Brand', 'name', 'A'),
                    awaitedBy('Country', 'name', 'Germany'),
                ];
                const found = new Set((await existingAmong(sql, given)).map(({ waitsFor }) => waitsFor));
                const none = Object.keys(AWAITED).map(kind => awaited(kind as AwaitedKind, 'none:none'));
                const unknown = [awaitedBy('Brand', 'colour', 'x'), awaitedBy('Gone', 'code', 'x'), 'Gone:x'];
                return [given.filter(each => !found.has(each)), await existingAmong(sql, [...none, ...unknown])];
            },
        );
        expect([there, missing]).toEqual([[], []]);
    });
});

function escaped(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
