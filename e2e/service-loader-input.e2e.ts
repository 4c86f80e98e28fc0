import { Collection, CustomerGroup, CustomerService } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../shared/json';
import { describeOnEachDatabase } from './support/each-database';
import { createChannel } from './support/further-channel';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords, type LoadResult } from './support/run-loader';
import { bootServiceShop, loaderOf } from './support/service-shop';
import type { BootedVendure } from './support/vendure';

describeOnEachDatabase('What records of settings hold', database => {
    let shop: BootedVendure;

    beforeAll(async () => {
        shop = await bootServiceShop(database, 'service_loader_input', [ReferencePlugin]);
    });
    afterAll(() => shop?.close());

    const load = async (
        code: string,
        records: JsonObject[],
        settings: JsonObject = {},
        ctx = shop.ctx,
    ): Promise<LoadResult> =>
        loadRecords(await createLoader(loaderOf(code), hostOf(shop, { ctx }), settings), shop, records, { ctx });
    const refusals = async (code: string, record: JsonObject, settings: JsonObject = {}) =>
        (await load(code, [record], settings)).rejected;

    it.each<[args: JsonObject, refusal: string]>([
        [{ discount: 'ten' }, 'actions[0].args.discount must be a number, got "ten". Correct the value.'],
        [{ discount: '10 %' }, 'actions[0].args.discount must be a number, got "10 %". Correct the value.'],
    ])('refuses the argument %o, with which no order could be priced', async (args, refusal) => {
        const actions = [{ code: 'order_percentage_discount', args }];
        expect(await refusals('promotion', { name: 'Broken', couponCode: 'B', actions })).toEqual([refusal]);
    });

    it('gives arguments that are left out the default values that the shop declares', async () => {
        const record = (args: JsonObject): JsonObject => ({
            ...{ code: 'defaults', name: 'Defaults', fulfillmentHandler: 'manual-fulfillment' },
            checker: { code: 'default-shipping-eligibility-checker' },
            calculator: { code: 'default-shipping-calculator', args },
        });
        const { changeSets } = await load('shippingMethod', [record({ taxRate: 7 })]);
        const { fields } = changeSets[0]!.entities[0]!;
        const afterOf = (wanted: string) => fields.find(({ path }) => path === wanted)!.after;
        expect(afterOf('checker')).toMatchObject({ args: { orderMinimum: '0' } });
        expect(afterOf('calculator')).toMatchObject({ args: { rate: '0', includesTax: 'auto', taxRate: '7' } });
        const again = await load('shippingMethod', [record({ rate: 0, includesTax: 'auto', taxRate: 7 })]);
        expect(again.changeSets.map(({ action }) => action)).toEqual(['UNCHANGED']);
    });

    it('refuses a list of ids that Vendure could not read', async () => {
        const actions = [{ code: 'facet_based_discount', args: { discount: 5, facets: '5,6' } }];
        expect(await refusals('promotion', { name: 'Broken', couponCode: 'B', actions })).toEqual([
            'actions[0].args.facets must be a list, got "5,6". Make one with split.',
        ]);
    });

    it.each<[fields: JsonObject, refusal: string]>([
        [{ defaultCurrencyCode: 'EURO' }, 'defaultCurrencyCode: Vendure knows no currency "EURO". Did you mean "EUR"?'],
        [{ availableCurrencyCodes: ['EUR', 'usd'] }, 'availableCurrencyCodes: Vendure knows no currency "usd".'],
        [{ availableLanguageCodes: ['en', 'german'] }, 'availableLanguageCodes: Vendure knows no language "german".'],
    ])('refuses a channel with %o, which no query could show', async (fields, refusal) => {
        const record = {
            code: 'shown',
            defaultLanguageCode: 'en',
            defaultCurrencyCode: 'EUR',
            pricesIncludeTax: false,
            defaultTaxZone: 'Europe',
            defaultShippingZone: 'Europe',
            ...fields,
        };
        expect(await refusals('channel', record)).toEqual([expect.stringContaining(refusal)]);
    });

    it.each<[code: string, record: JsonObject, settings: JsonObject, list: string]>([
        [
            'administrator',
            { emailAddress: 'new@example.com', firstName: 'N', lastName: 'X', roles: ['__super_admin_role__'] },
            { rolesMode: 'SKIP' },
            'roles',
        ],
        ['role', { code: 'readers', permissions: ['ReadCatalog'] }, { permissionsMode: 'SKIP' }, 'permissions'],
    ])('a new %s has the list of the record although its mode is SKIP', async (code, record, settings, list) => {
        const { changeSets, rejected } = await load(code, [record], settings);
        expect(rejected).toEqual([]);
        const fields = changeSets.flatMap(({ entities }) => entities).flatMap(entity => entity.fields);
        expect(fields.find(({ path }) => path === list)).toEqual({ path: list, after: record[list] });
        const again = await load(code, [{ ...record, [list]: [] }], settings);
        expect(again.changeSets.map(({ action }) => action)).toEqual(['UNCHANGED']);
    });

    it('takes the text of the translations where a record gives two for a language', async () => {
        const record = {
            code: 'EN-2',
            name: 'Top level',
            translations: [{ languageCode: 'en', name: 'Translation' }],
        };
        for (const action of ['CREATE', 'UNCHANGED', 'UNCHANGED']) {
            const { changeSets, rejected } = await load('country', [record]);
            expect([changeSets.map(changeSet => changeSet.action), rejected]).toEqual([[action], []]);
        }
        const { changeSets } = await load('country', [{ code: 'EN-2', name: 'Translation' }]);
        expect(changeSets.map(({ action }) => action)).toEqual(['UNCHANGED']);
    });

    it('takes the custom field of the translations where a record gives two for a language', async () => {
        const operation = (code: string, args: JsonObject) => ({ code, args });
        const record = {
            code: 'twice',
            name: 'Twice',
            fulfillmentHandler: 'manual-fulfillment',
            checker: operation('default-shipping-eligibility-checker', { orderMinimum: 0 }),
            calculator: operation('default-shipping-calculator', { rate: 1, includesTax: 'auto', taxRate: 0 }),
            customFields: { claim: 'Top level' },
            translations: [{ languageCode: 'en', customFields: { claim: 'Translation' } }],
        };
        for (const action of ['CREATE', 'UNCHANGED', 'UNCHANGED']) {
            const { changeSets, rejected } = await load('shippingMethod', [record]);
            expect([changeSets.map(changeSet => changeSet.action), rejected]).toEqual([[action], []]);
        }
    });

    it('has the default currency of a channel among its currencies, in a plan and in each run', async () => {
        const record = {
            code: 'currencies',
            defaultLanguageCode: 'en',
            defaultCurrencyCode: 'EUR',
            pricesIncludeTax: false,
            defaultTaxZone: 'Europe',
            defaultShippingZone: 'Europe',
        };
        const refusal =
            'availableCurrencyCodes must hold the default currency "EUR". Add it, or give another defaultCurrencyCode.';
        expect(await refusals('channel', { ...record, availableCurrencyCodes: ['USD'] })).toEqual([refusal]);
        await load('channel', [record]);
        expect(await refusals('channel', { code: 'currencies', availableCurrencyCodes: ['USD'] })).toEqual([refusal]);
        const { changeSets } = await load('channel', [{ ...record, defaultCurrencyCode: 'USD' }]);
        expect(changeSets[0]!.entities[0]!.fields).toEqual([
            { path: 'defaultCurrencyCode', before: 'EUR', after: 'USD' },
            { path: 'availableCurrencyCodes', before: ['EUR'], after: ['EUR', 'USD'] },
        ]);
        const again = await load('channel', [{ ...record, defaultCurrencyCode: 'USD' }]);
        expect(again.changeSets.map(({ action }) => action)).toEqual(['UNCHANGED']);
    });

    it('refuses another code for the default channel, without which nothing works any more', async () => {
        const { id } = shop.ctx.channel;
        expect(await refusals('channel', { id, code: 'main' }, { matchBy: 'id' })).toEqual([
            'code: the default channel keeps its code "__default_channel__", as Vendure finds it by that. Leave the code out.',
        ]);
        const { changeSets } = await load('channel', [{ id, outOfStockThreshold: 1 }], { matchBy: 'id' });
        expect(changeSets.map(({ action }) => action)).toEqual(['UPDATE']);
    });

    it('keeps a condition or a coupon code, without which a promotion is one of every order', async () => {
        const refusal =
            'A promotion has at least one condition or a coupon code, and this one would have neither. Give one of them.';
        const actions = [{ code: 'order_percentage_discount', args: { discount: 10 } }];
        const conditions = [{ code: 'minimum_order_amount', args: { amount: 100, taxInclusive: true } }];
        await load('promotion', [{ name: 'Ten', couponCode: 'TEN', actions }]);
        expect(await refusals('promotion', { name: 'Ten', couponCode: null })).toEqual([refusal]);
        expect(await refusals('promotion', { name: 'Ten', couponCode: null, conditions })).toEqual([]);
        expect(await refusals('promotion', { name: 'Ten', conditions: [] })).toEqual([refusal]);
        expect(await refusals('promotion', { name: 'Ten', enabled: false })).toEqual([]);
    });

    it('finds the tax category that is the default', async () => {
        await load('taxCategory', [{ name: 'Former', isDefault: true }]);
        const { changeSets } = await load('taxCategory', [{ name: 'Latter', isDefault: true }]);
        expect(changeSets[0]!.entities.map(({ key, action }) => [key, action])).toEqual([
            ['Latter', 'CREATE'],
            ['Former', 'UPDATE'],
        ]);
    });

    it('asks the check of a custom field', async () => {
        const record = { code: 'unlucky', customFields: { rating: 13 } };
        expect(await refusals('shippingMethod', record)).toEqual([
            'customFields.rating: brings bad luck Correct the value.',
        ]);
    });

    it.each<[JsonValue]>([['abc'], [{ a: 1 }], [1.5]])(
        'refuses the custom field %o to match by without asking the database',
        async rating => {
            const settings = { matchBy: 'customField', matchField: 'rating' };
            const { rejected } = await load('shippingMethod', [{ code: 'x', customFields: { rating } }], settings);
            expect(rejected).toEqual([expect.stringMatching(/^fulfillmentHandler is missing|^customFields\.rating/)]);
        },
    );

    it.each<[code: string, record: JsonObject, settings: JsonObject]>([
        ['country', { code: { a: 1 }, name: 'X' }, {}],
        ['country', { id: 'abc', name: 'X' }, { matchBy: 'id' }],
        ['entityDeletion', { key: { a: 1 } }, { entityType: 'Country', onMissing: 'REJECT' }],
        ['entityDeletion', { id: 'abc' }, { entityType: 'Country', onMissing: 'REJECT' }],
    ])('%s refuses %o alone', async (code, record, settings) => {
        const { rejected } = await load(code, [record], settings);
        expect(rejected).toHaveLength(1);
    });

    it('deletes a collection together with those below it that are named as well', async () => {
        const tree: JsonObject[] = [
            { slug: 'top', name: 'Top' },
            { slug: 'below', name: 'Below', parent: 'top' },
        ];
        expect(await load('collection', tree)).toMatchObject({ rejected: [] });
        const { changeSets } = await load('entityDeletion', [{ key: 'top' }, { key: 'below' }], {
            entityType: 'Collection',
        });
        expect(changeSets.map(({ action }) => action)).toEqual(['DELETE', 'DELETE']);
        expect(await shop.connection.rawConnection.getRepository(Collection).countBy({ isRoot: false })).toBe(0);
    });

    const emailsIn = async (name: string): Promise<[emailAddress: string, isDeleted: boolean][]> => {
        const groups = shop.connection.rawConnection.getRepository(CustomerGroup);
        const { customers } = await groups.findOneOrFail({ where: { name }, relations: { customers: true } });
        return customers
            .sort((a, b) => Number(a.id) - Number(b.id))
            .map(({ emailAddress, deletedAt }) => [emailAddress, deletedAt !== null]);
    };

    it('takes a deleted member of a group for none', async () => {
        const service = shop.app.get(CustomerService);
        const person = { emailAddress: 'gone@example.com', firstName: 'Gone', lastName: 'X' };
        const gone = await service.create(shop.ctx, person);
        await load('customerGroup', [{ name: 'Club', customers: [person.emailAddress] }]);
        await service.softDelete(shop.ctx, (gone as { id: number }).id);

        const only = [{ name: 'Club', customers: ['first@example.com'] }];
        expect(await load('customerGroup', only, { customersMode: 'REPLACE_ALL' })).toMatchObject({ rejected: [] });
        await service.create(shop.ctx, person);
        await load('customerGroup', [{ name: 'Club', customers: [person.emailAddress] }]);
        expect(await emailsIn('Club')).toEqual([
            ['first@example.com', false],
            ['gone@example.com', true],
            ['gone@example.com', false],
        ]);
        const again = await load('customerGroup', [{ name: 'Club', customers: [person.emailAddress] }]);
        expect(again.changeSets.map(({ action }) => action)).toEqual(['UNCHANGED']);
    });

    it('leaves members alone who are in other channels only', async () => {
        await load('customerGroup', [{ name: 'Mixed', customers: ['first@example.com'] }]);
        const there = shop.ctx.copy(await createChannel(shop, 'b2b'));
        await shop.app.get(CustomerService).create(there, {
            emailAddress: 'there@example.com',
            firstName: 'There',
            lastName: 'X',
        });
        const only = [{ name: 'Mixed', customers: ['there@example.com'] }];
        expect(await load('customerGroup', only, { customersMode: 'REPLACE_ALL' }, there)).toMatchObject({
            rejected: [],
        });
        expect(await emailsIn('Mixed')).toEqual([
            ['first@example.com', false],
            ['there@example.com', false],
        ]);
    });
});
