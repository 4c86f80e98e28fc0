import { Asset, type CustomFieldConfig, type CustomFields, LanguageCode, Product, ProductService } from '@vendure/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import {
    collectionLoader,
    customerLoader,
    facetLoader,
    orderLoader,
    productLoader,
    productVariantLoader,
} from '../src/loaders';
import { describeOnEachDatabase } from './support/each-database';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, type LoadResult, loadRecords } from './support/run-loader';
import { loaderOf } from './support/service-shop';
import { BootedVendure, bootVendure } from './support/vendure';

const fields: CustomFieldConfig[] = [
    { name: 'erpId', type: 'string' },
    { name: 'claim', type: 'localeString' },
    { name: 'story', type: 'localeText' },
    { name: 'note', type: 'text' },
    { name: 'count', type: 'int' },
    { name: 'weight', type: 'float' },
    { name: 'fragile', type: 'boolean' },
    { name: 'visible', type: 'boolean', nullable: false, defaultValue: true },
    { name: 'origin', type: 'string', defaultValue: 'EU' },
    { name: 'motto', type: 'localeString', defaultValue: 'Ours' },
    { name: 'at', type: 'datetime' },
    { name: 'codes', type: 'string', list: true },
    { name: 'claims', type: 'localeString', list: true },
    { name: 'counts', type: 'int', list: true },
    { name: 'weights', type: 'float', list: true },
    { name: 'flags', type: 'boolean', list: true },
    { name: 'dates', type: 'datetime', list: true },
    { name: 'related', type: 'relation', entity: Product, list: true },
    { name: 'manual', type: 'relation', entity: Asset },
    {
        name: 'size',
        type: 'struct',
        fields: [
            { name: 'width', type: 'int' },
            { name: 'round', type: 'boolean' },
            {
                name: 'unit',
                type: 'string',
                validate: (unit: string | undefined) =>
                    unit === 'furlong' ? 'nobody measures in furlongs' : undefined,
            },
        ],
    },
    { name: 'sizes', type: 'struct', list: true, fields: [{ name: 'width', type: 'float', validate: isNotNegative }] },
];
const own = fields.filter(({ name }) => ['origin', 'note'].includes(name));
const customFields: CustomFields = {
    ...{ Product: fields, ProductVariant: fields, Facet: fields, Collection: fields, Region: fields },
    ...{ Customer: own, Order: own, OrderLine: own },
};

function isNotNegative(width: number | undefined): string | undefined {
    return width !== undefined && width < 0 ? 'must not be negative' : undefined;
}

const values: JsonObject = {
    ...{ erpId: 'A1', claim: 'Best', story: 'Once', note: 'Fragile', count: 3, weight: 0.1, fragile: true },
    ...{ visible: false, at: '2026-01-31T12:00:00.123Z', codes: ['x'], claims: ['p', 'q'], counts: [1, 2] },
    ...{ weights: [1.5], flags: [true, false], dates: ['2026-01-31T12:00:00.000Z'] },
    ...{ size: { width: 1, round: true, unit: 'cm' }, sizes: [{ width: 1.5 }] },
};

describeOnEachDatabase(
    'custom fields',
    database => {
        let server: BootedVendure;

        beforeAll(async () => {
            server = await bootVendure({
                database,
                databaseName: 'custom_fields_e2e',
                plugins: [ReferencePlugin],
                customFields,
            });
        });
        afterAll(() => server?.close());

        const loadWith = async (adapter: object, records: JsonObject[], settings: JsonObject = {}) =>
            loadRecords(await createLoader(adapter as never, hostOf(server), settings), server, records);
        const load = (records: JsonObject[], settings?: JsonObject) => loadWith(productLoader, records, settings);
        const changes = ({ changeSets }: LoadResult) =>
            changeSets.flatMap(({ entities }) => entities.flatMap(entity => entity.fields));

        it('of every type are written, and then unchanged', async () => {
            const product = {
                slug: 'all',
                name: 'All',
                customFields: values,
                variants: [{ sku: 'all', customFields: values }],
            };
            const facet = { code: 'all', name: 'All', customFields: values };
            const collection = { slug: 'all', name: 'All', customFields: values };
            for (const [adapter, record] of [
                [productLoader, product],
                [facetLoader, facet],
                [collectionLoader, collection],
            ] as const) {
                expect((await loadWith(adapter, [record])).rejected).toEqual([]);
                expect(changes(await loadWith(adapter, [record]))).toEqual([]);
            }
            const flipped = await load([{ slug: 'all', customFields: { fragile: false } }]);
            expect(changes(flipped)).toEqual([{ path: 'customFields.fragile', before: true, after: false }]);
        });

        it('come from the translations where a record gives two values for a language', async () => {
            const twice: JsonObject = {
                name: 'Top level',
                customFields: { claim: 'Top level' },
                translations: [{ languageCode: 'en', name: 'Twice', customFields: { claim: 'Translation' } }],
            };
            const records: [adapter: object, record: JsonObject][] = [
                [productLoader, { ...twice, slug: 'twice', variants: [{ ...twice, sku: 'twice' }] }],
                [facetLoader, { ...twice, code: 'twice' }],
                [collectionLoader, { ...twice, slug: 'twice' }],
            ];
            for (const [adapter, record] of records) {
                const created = await loadWith(adapter, [record]);
                const texts = changes(created).filter(({ path }) => /name$|claim$/.test(path));
                const wrote = texts.map(({ after }) => after).sort();
                const each = ['Translation', 'Twice'];
                expect(wrote).toEqual((adapter === productLoader ? [...each, ...each] : each).sort());
                expect(changes(await loadWith(adapter, [record]))).toEqual([]);
            }
        });

        it('that are left out get the defaults that Vendure gives', async () => {
            await server.app.get(ProductService).create(server.ctx, {
                translations: [{ languageCode: LanguageCode.en, name: 'Theirs', slug: 'theirs', description: '' }],
            });
            await load([{ slug: 'ours', name: 'Ours' }]);
            const products = await server.connection.rawConnection.getRepository(Product).find();
            const of = (slug: string) => products.find(product => product.translations[0]!.slug === slug)!;
            expect(of('ours').customFields).toEqual(of('theirs').customFields);
        });

        it('that are null in a new record stay empty although they have a default', async () => {
            const none = { customFields: { origin: null, motto: null, note: null } };
            const noOrigin = { customFields: { origin: null, note: null } };
            const paid = { state: 'PaymentSettled', orderPlacedAt: '2021-03-04T10:15:00Z' };
            const line = { sku: 'none', quantity: 1, unitPrice: 0 };
            const records: [adapter: object, record: JsonObject][] = [
                [productLoader, { slug: 'none', name: 'None', ...none, variants: [{ sku: 'none', ...none }] }],
                [facetLoader, { code: 'none', name: 'None', ...none }],
                [loaderOf('country'), { code: 'XN', name: 'None', ...none }],
                [customerLoader, { emailAddress: 'no@ne.example', firstName: 'No', lastName: 'Ne', ...noOrigin }],
                [orderLoader, { code: 'none', ...paid, lines: [{ ...line, ...noOrigin }], ...noOrigin }],
            ];
            for (const [adapter, record] of records) {
                expect((await loadWith(adapter, [record])).rejected).toEqual([]);
                expect(changes(await loadWith(adapter, [record]))).toEqual([]);
            }
            const products = await server.connection.rawConnection.getRepository(Product).find();
            const stored = products.find(product => product.translations[0]!.slug === 'none')!;
            expect(stored.customFields).toMatchObject({ origin: null });
            expect(stored.translations[0]!.customFields).toMatchObject({ motto: null });
        });

        describe('are refused', () => {
            it.each([
                [{ at: '03.04.2026' }, 'customFields.at must be a date in ISO 8601, such as "2026-01-31T12:00:00Z"'],
                [{ at: '2026-02-30' }, 'customFields.at must be a date in ISO 8601, such as "2026-01-31T12:00:00Z"'],
                [{ dates: ['5'] }, 'customFields.dates[0] must be a date in ISO 8601'],
                [{ at: '0001-01-01' }, 'customFields.at must be a date after the year 999'],
                [{ size: { unit: 'furlong' } }, 'customFields.size.unit: nobody measures in furlongs'],
                [{ sizes: [{ width: 1 }, { width: -1 }] }, 'customFields.sizes.width: must not be negative'],
            ])('as in %o', async (given: JsonObject, sentence) => {
                const { rejected, changeSets } = await load([{ slug: 'no', name: 'No', customFields: given }]);
                expect(changeSets).toEqual([]);
                expect(rejected).toEqual([expect.stringContaining(sentence)]);
            });

            it('when they are localised and there is no name in that language', async () => {
                const inGerman = { translations: [{ languageCode: 'de', name: 'Hemd', slug: 'hemd' }] };
                await load([{ ...inGerman, variants: [{ sku: 'hemd' }] }], { matchBy: 'sku' });
                const claim = { customFields: { claim: 'Best' } };
                const sentence = (what: string) =>
                    `customFields.claim is a text in "en", and the ${what} has no name in that language yet. ` +
                    'Give the name in "en" too, or the custom field in translations.';
                const { rejected } = await load([{ ...claim, variants: [{ sku: 'hemd' }] }], { matchBy: 'sku' });
                expect(rejected).toEqual([sentence('product')]);
                const ofVariant = await loadWith(productVariantLoader, [{ sku: 'hemd', ...claim }]);
                expect(ofVariant.rejected).toEqual([sentence('variant')]);
                const facet = { code: 'farbe', translations: [{ languageCode: 'de', name: 'Farbe' }], ...claim };
                expect((await loadWith(facetLoader, [facet])).rejected).toEqual([sentence('facet')]);
            });
        });
    },
    { mysqlType: true },
);
