import {
    Customer,
    CustomerGroup,
    CustomerGroupService,
    CustomerService,
    normalizeEmailAddress,
    type ID,
} from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { customerLoader } from '../src/loaders';
import { DatabaseSnapshot, differencesBetween, snapshotOf } from './support/database-snapshot';
import type { TestDatabase } from './support/databases';
import { describeOnEachDatabase } from './support/each-database';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import { BootedVendure, bootVendure } from './support/vendure';

interface Person {
    emailAddress: string;
    title?: string | null;
    firstName?: string;
    lastName?: string;
    phoneNumber?: string | null;
    groups?: string[];
    customFields?: { erpId?: string | null; level?: number };
    addresses?: (JsonObject & { streetLine1: string; countryCode: string })[];
}

/** What a shop is given first, and then on top of that. */
const rounds: Person[][] = [
    [
        {
            emailAddress: 'Ada@Example.com ',
            title: 'Dr.',
            firstName: 'Ada',
            lastName: 'Byron',
            phoneNumber: '00123',
            groups: ['Wholesale', 'Newsletter'],
            customFields: { erpId: '007' },
            addresses: [
                {
                    fullName: 'Ada Byron',
                    company: 'Engines Ltd',
                    streetLine1: 'Hauptstr. 1',
                    streetLine2: 'Hinterhaus',
                    city: 'Dresden',
                    province: 'Sachsen',
                    postalCode: '01067',
                    phoneNumber: '0049',
                    countryCode: 'DE',
                    defaultShippingAddress: true,
                    defaultBillingAddress: true,
                    customFields: { number: 'A1' },
                },
                { streetLine1: 'Nebenstr. 2', countryCode: 'DE' },
            ],
        },
        { emailAddress: 'bo@example.com', firstName: 'Bo', lastName: '' },
        {
            emailAddress: 'cy@example.com',
            firstName: 'Cy',
            lastName: 'Öz',
            addresses: [
                { streetLine1: 'Weg 1', postalCode: '1', countryCode: 'DE', defaultShippingAddress: true },
                { streetLine1: 'Weg 2', postalCode: '', countryCode: 'DE', defaultBillingAddress: true },
            ],
        },
    ],
    [
        {
            emailAddress: 'ada@example.com',
            title: null,
            lastName: 'King',
            customFields: { erpId: null, level: 4 },
            addresses: [{ streetLine1: 'Nebenstr. 2', countryCode: 'DE', defaultShippingAddress: true }],
        },
        { emailAddress: 'bo@example.com', groups: ['Wholesale'] },
        {
            emailAddress: 'cy@example.com',
            addresses: [
                { streetLine1: 'Weg 1', countryCode: 'DE', city: 'Köln' },
                { streetLine1: 'Weg 3', countryCode: 'DE', defaultBillingAddress: true },
            ],
        },
    ],
];

describeOnEachDatabase(
    'Customers',
    database => {
        let shop: BootedVendure;
        let served: DatabaseSnapshot[];
        let loaded: DatabaseSnapshot[];

        beforeAll(async () => {
            served = await shopsAfter(database, round => throughServices(shop, round));
            loaded = await shopsAfter(database, async round => {
                const loader = await createLoader(customerLoader, hostOf(shop));
                // Vendure's service gives every customer an account.
                const records = round.map(person => ({ ...person, user: {} })) as unknown as JsonObject[];
                const { rejected } = await loadRecords(loader, shop, records);
                expect(rejected).toEqual([]);
                const again = await loadRecords(loader, shop, records);
                expect(again.changeSets.map(({ action }) => action)).toEqual(round.map(() => 'UNCHANGED'));
            });
        });
        afterAll(() => shop?.close());

        it('are created the same as through Vendure’s services, in every table', () => {
            expect(differencesBetween(served[0]!, loaded[0]!)).toEqual([]);
        });

        it('are updated the same', () => {
            expect(differencesBetween(served[1]!, loaded[1]!)).toEqual([]);
        });

        it('were really compared', () => {
            const rows = (table: string) => loaded[1]!.get(table)!.length;
            expect(rows('customer')).toBe(3);
            expect(rows('address')).toBe(5);
            expect(rows('customer_groups_customer_group')).toBe(3);
            expect(rows('authentication_method')).toBe(4);
            expect(rows('history_entry')).toBe(14);
        });

        async function shopsAfter(on: TestDatabase, load: (round: Person[]) => Promise<void>) {
            shop = await bootVendure({
                database: on,
                databaseName: 'e2e_customer_differential',
                config: {
                    defaultChannelToken: 'differential',
                    authOptions: {
                        passwordHashingStrategy: {
                            hash: () => Promise.resolve('hash'),
                            check: () => Promise.resolve(true),
                        },
                        superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
                        verificationTokenStrategy: {
                            generateVerificationToken: () => 'token',
                            verifyVerificationToken: () => true,
                        },
                    },
                },
                customFields: {
                    Customer: [
                        { name: 'erpId', type: 'string', nullable: true },
                        { name: 'level', type: 'int', defaultValue: 1 },
                    ],
                    Address: [{ name: 'number', type: 'string', nullable: true }],
                },
            });
            for (const name of ['Wholesale', 'Newsletter']) {
                await shop.app.get(CustomerGroupService).create(shop.ctx, { name });
            }
            const snapshots: DatabaseSnapshot[] = [];
            for (const round of rounds) {
                await load(round);
                snapshots.push(
                    await snapshotOf(shop.connection.rawConnection, table => !/^(session|job_record)/.test(table)),
                );
            }
            await shop.close();
            return snapshots;
        }
    },
    { sampleOn: 'mariadb' },
);

async function throughServices(shop: BootedVendure, round: readonly Person[]): Promise<void> {
    const { app, ctx } = shop;
    const customers = app.get(CustomerService);
    const repository = shop.connection.rawConnection.getRepository(Customer);
    for (const { groups, addresses, ...details } of round) {
        const emailAddress = normalizeEmailAddress(details.emailAddress);
        const live = await repository.findOne({ where: { emailAddress }, relations: { addresses: true } });
        let id: ID;
        if (live) {
            id = live.id;
            const { emailAddress: _, ...changes } = details;
            if (Object.keys(changes).length > 0) await customers.update(ctx, { id, ...changes } as never);
        } else {
            const created = await customers.create(ctx, { ...details } as never);
            if (!('id' in created)) throw new Error(created.message);
            id = created.id;
        }
        for (const name of groups ?? []) {
            const group = await shop.connection.rawConnection.getRepository(CustomerGroup).findOneByOrFail({ name });
            await app
                .get(CustomerGroupService)
                .addCustomersToGroup(ctx, { customerGroupId: group.id, customerIds: [id] });
        }
        for (const address of addresses ?? []) {
            const known = live?.addresses.find(({ streetLine1 }) => streetLine1 === address.streetLine1);
            if (!known) await customers.createAddress(ctx, id, { ...address });
            else {
                const { streetLine1: _street, countryCode: _country, ...changes } = address;
                await customers.updateAddress(ctx, { id: known.id, ...changes });
            }
        }
    }
}
