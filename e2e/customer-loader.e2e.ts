import {
    Address,
    ChannelService,
    CurrencyCode,
    Customer,
    CustomerEvent,
    CustomerGroupService,
    CustomerService,
    EventBus,
    LanguageCode,
    RequestContext,
    User,
    VendureEvent,
} from '@vendure/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { customerLoader } from '../src/loaders';
import { describeOnEachDatabase } from './support/each-database';
import { createLoader, hostOf, loadRecords, LoadResult } from './support/run-loader';
import { statementsOf } from './support/statements';
import { BootedVendure, bootVendure } from './support/vendure';

describeOnEachDatabase('the customer loader', database => {
    let server: BootedVendure;
    let b2b: RequestContext;

    beforeAll(async () => {
        server = await bootVendure({
            database,
            databaseName: 'customer_loader_e2e',
            customFields: {
                Customer: [
                    { name: 'erpId', type: 'string', nullable: true },
                    { name: 'tags', type: 'string', list: true, nullable: true },
                    { name: 'friends', type: 'relation', entity: Customer, list: true },
                ],
                Address: [{ name: 'number', type: 'string', nullable: true }],
            },
        });
        const channels = server.app.get(ChannelService);
        const main = await channels.getDefaultChannel();
        const channel = await channels.create(server.ctx, {
            code: 'b2b',
            token: 'b2b-token',
            defaultLanguageCode: LanguageCode.en,
            availableLanguageCodes: [LanguageCode.en],
            pricesIncludeTax: false,
            defaultCurrencyCode: CurrencyCode.EUR,
            availableCurrencyCodes: [CurrencyCode.EUR],
            defaultTaxZoneId: main.defaultTaxZone?.id,
            defaultShippingZoneId: main.defaultShippingZone?.id,
        });
        b2b = server.ctx.copy(channel as never);
        await server.app.get(CustomerGroupService).create(server.ctx, { name: 'Wholesale' });
    });
    afterAll(() => server?.close());

    const load = async (records: JsonObject[], settings: JsonObject = {}): Promise<LoadResult> =>
        loadRecords(await createLoader(customerLoader, hostOf(server), settings), server, records);
    const actions = ({ changeSets }: LoadResult) => changeSets.map(changeSet => changeSet.action);
    const byEmail = (emailAddress: string) =>
        server.connection.rawConnection.getRepository(Customer).find({
            where: { emailAddress },
            relations: { groups: true, channels: true, addresses: { country: true } },
            order: { id: 'ASC' },
        });
    const only = async (emailAddress: string) => {
        const found = await byEmail(emailAddress);
        expect(found).toHaveLength(1);
        found[0]!.addresses.sort((a, b) => Number(a.id) - Number(b.id));
        return found[0]!;
    };
    const person = (emailAddress: string, more: JsonObject = {}): JsonObject => ({
        emailAddress,
        firstName: 'Ada',
        lastName: 'Byron',
        ...more,
    });
    const home = (more: JsonObject = {}): JsonObject => ({
        streetLine1: 'Hauptstr. 1',
        postalCode: '01067',
        countryCode: 'DE',
        ...more,
    });

    it('creates a customer with all that belongs to it, and then finds it unchanged', async () => {
        const record = person(' Full@Example.COM ', {
            title: 'Dr.',
            phoneNumber: '00123',
            user: { verified: true },
            groups: ['Wholesale'],
            channels: ['b2b'],
            customFields: { erpId: '007', tags: ['a', 'b'] },
            addresses: [home({ defaultShippingAddress: true, customFields: { number: '1' } }), home({ postalCode: '2' })],
        });
        expect((await load([record])).rejected).toEqual([]);
        const customer = await only('full@example.com');
        expect(customer).toMatchObject({ title: 'Dr.', phoneNumber: '00123', customFields: { erpId: '007' } });
        expect(customer.user).toMatchObject({ identifier: 'full@example.com', verified: true });
        expect(customer.groups.map(({ name }) => name)).toEqual(['Wholesale']);
        expect(customer.channels.map(({ code }) => code).sort()).toEqual(['__default_channel__', 'b2b']);
        expect(customer.addresses.map(a => [a.postalCode, a.defaultShippingAddress, a.country.code])).toEqual([
            ['01067', true, 'DE'],
            ['2', false, 'DE'],
        ]);
        const again = await load([record]);
        expect(actions(again)).toEqual(['UNCHANGED']);
        expect(again.statements.apply).toBe(0);
    });

    it('needs as many statements for 100 customers as for 10', async () => {
        const people = (count: number, prefix: string, more: JsonObject = {}) =>
            Array.from({ length: count }, (_, i) =>
                person(`${prefix}${i}@example.com`, {
                    user: { verified: true },
                    groups: ['Wholesale'],
                    addresses: [home({ defaultBillingAddress: true }), home({ streetLine1: 'Nebenstr. 2' })],
                    ...more,
                }),
            );
        const statements = async (records: JsonObject[]) => {
            const { rawConnection } = server.connection;
            let result: LoadResult | undefined;
            const sent = await statementsOf(rawConnection, async () => void (result = await load(records)));
            expect(result!.rejected).toEqual([]);
            return [sent.length, result!.statements];
        };
        await load(people(1, 'warm'));
        expect(await statements(people(100, 'many'))).toEqual(await statements(people(10, 'few')));
        const change = { lastName: 'King', addresses: [home({ city: 'Dresden' })] };
        expect(await statements(people(100, 'many', change))).toEqual(await statements(people(10, 'few', change)));
    });
});
