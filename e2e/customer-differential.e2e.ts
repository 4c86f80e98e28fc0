import {
    Customer,
    CustomerGroup,
    CustomerGroupService,
    CustomerService,
    normalizeEmailAddress,
    type ID,
    ZoneService,
} from '@vendure/core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { customerLoader } from '../src/loaders';
import { DatabaseSnapshot, differencesBetween, snapshotOf } from './support/database-snapshot';
import type { TestDatabase } from './support/databases';
import { describeOnEachDatabase } from './support/each-database';
import { customFieldsOf } from './support/catalog-through-services';
import { ZONES } from './support/generated-catalog';
import { customerRounds, GROUPS, PLAIN_CUSTOM_FIELDS } from './support/generated-customers';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import { isFull, seed } from './support/scale';
import { BootedVendure, bootVendure } from './support/vendure';

interface Person {
    emailAddress: string;
    title?: string | null;
    firstName?: string;
    lastName?: string;
    phoneNumber?: string | null;
    groups?: string[];
    customFields?: JsonObject;
    addresses?: (JsonObject & { streetLine1: string; countryCode: string; customFields?: JsonObject })[];
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
        let served: DatabaseSnapshot[];
        let loaded: DatabaseSnapshot[];

        beforeAll(async () => {
            served = await shopsAfter(database, rounds, throughServices);
            loaded = await shopsAfter(database, rounds, throughLoader);
        });

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
    },
    { sampleOn: 'mariadb' },
);

const generated = { worlds: isFull ? 10 : 1, customers: isFull ? 12 : 6, rounds: isFull ? 5 : 2 };

/** The service notes in it whatever it is called with, also what is as it was. */
const noHistory = /^(session|job_record|history_entry|data_hub)/;

describeOnEachDatabase(
    'Generated customers',
    database => {
        it.each(Array.from({ length: generated.worlds }, (_, index) => seed + index))(
            'are the same through the loader as through Vendure’s services, round by round (seed %i)',
            async drawn => {
                const arbitrary = customerRounds(generated.customers, generated.rounds);
                const [records] = fc.sample(arbitrary, { seed: drawn, numRuns: 1 });
                const given = records as unknown as Person[][];
                const served = await shopsAfter(database, given, throughServices, noHistory);
                const loaded = await shopsAfter(database, given, throughLoader, noHistory);
                for (const [round, people] of given.entries()) {
                    const differences = differencesBetween(served[round]!, loaded[round]!);
                    const cause = differences.length > 0 ? `Round ${round}: ${JSON.stringify(people, null, 1)}` : '';
                    expect(differences, cause).toEqual([]);
                }
                expect(loaded[0]!.get('customer')).toHaveLength(generated.customers);
            },
            600_000,
        );
    },
    { sampleOn: 'sqlite' },
);

async function shopsAfter(
    database: TestDatabase,
    given: readonly Person[][],
    load: (shop: BootedVendure, round: Person[]) => Promise<void>,
    leftOut = /^(session|job_record|data_hub)/,
): Promise<DatabaseSnapshot[]> {
    const shop = await bootVendure({
        database,
        databaseName: 'e2e_customer_differential',
        plugins: [ReferencePlugin],
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
            Customer: [...PLAIN_CUSTOM_FIELDS, { name: 'level', type: 'int', defaultValue: 1 }],
            Address: [...PLAIN_CUSTOM_FIELDS, { name: 'number', type: 'string', nullable: true }],
        },
    });
    try {
        for (const name of ZONES.slice(1)) await shop.app.get(ZoneService).create(shop.ctx, { name });
        for (const name of GROUPS) await shop.app.get(CustomerGroupService).create(shop.ctx, { name });
        const snapshots: DatabaseSnapshot[] = [];
        for (const round of given) {
            await load(shop, structuredClone(round));
            snapshots.push(await snapshotOf(shop.connection.rawConnection, table => !leftOut.test(table)));
        }
        return snapshots;
    } finally {
        await shop.close();
    }
}

async function throughLoader(shop: BootedVendure, round: Person[]): Promise<void> {
    const loader = await createLoader(customerLoader, hostOf(shop));
    // Vendure's service gives every customer an account.
    const records = round.map(person => ({ ...person, user: {} })) as unknown as JsonObject[];
    const { rejected } = await loadRecords(loader, shop, records, { batchSize: 4 });
    expect(rejected).toEqual([]);
    const again = await loadRecords(loader, shop, records);
    expect(again.changeSets.map(({ action }) => action)).toEqual(round.map(() => 'UNCHANGED'));
}

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
            const input = { id, ...changes, ...customFieldsIn(changes) };
            if (Object.keys(changes).length > 0) await customers.update(ctx, input as never);
        } else {
            const created = await customers.create(ctx, { ...details, ...customFieldsIn(details) } as never);
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
            if (!known) await customers.createAddress(ctx, id, { ...address, ...customFieldsIn(address) });
            else {
                const { streetLine1: _street, countryCode: _country, ...changes } = address;
                await customers.updateAddress(ctx, { id: known.id, ...changes, ...customFieldsIn(changes) });
            }
        }
    }
}

/** Fields of this suite's own stay as they are. */
function customFieldsIn({ customFields }: { customFields?: JsonObject }): object {
    if (!customFields) return {};
    const entries = Object.entries(customFields).map(([name, value]): object => {
        const isKnown = PLAIN_CUSTOM_FIELDS.some(field => field.name === name);
        return isKnown ? customFieldsOf({ customFields: { [name]: value } }).customFields! : { [name]: value };
    });
    // In the order in which they came, as the history keeps it.
    return { customFields: Object.assign({}, ...entries) as object };
}
