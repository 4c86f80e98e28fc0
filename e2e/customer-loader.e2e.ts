import {
    AccountRegistrationEvent,
    Country,
    Customer,
    CustomerAddressEvent,
    CustomerEvent,
    CustomerGroupChangeEvent,
    CustomerGroupService,
    CustomerService,
    EventBus,
    NativeAuthenticationMethod,
    RequestContext,
    RequestContextService,
    TaxCategory,
    Type,
    UserService,
    VendureEvent,
} from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { readEntities } from '../src/catalog/follow-ups/read-entities';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import { customerLoader } from '../src/loaders';
import type { Rejected } from '../src/sdk/outcome';
import { existingAmong } from '../src/services/quarantine/known-references';
import { createChannel } from './support/further-channel';
import { describeOnEachDatabase } from './support/each-database';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords, LoadResult } from './support/run-loader';
import { statementsOf } from './support/statements';
import { BootedVendure, bootVendure } from './support/vendure';

describeOnEachDatabase(
    'the customer loader',
    database => {
        let server: BootedVendure;
        let b2b: RequestContext;

        beforeAll(async () => {
            server = await bootVendure({
                database,
                databaseName: 'customer_loader_e2e',
                plugins: [ReferencePlugin],
                customFields: {
                    Customer: [
                        { name: 'erpId', type: 'string', nullable: true },
                        { name: 'tags', type: 'string', list: true, nullable: true },
                        { name: 'friends', type: 'relation', entity: Customer, list: true },
                        { name: 'rates', type: 'relation', entity: TaxCategory, eager: true },
                    ],
                    Address: [{ name: 'number', type: 'string', nullable: true }],
                },
            });
            const channel = await createChannel(server, 'b2b');
            b2b = server.ctx.copy(channel);
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

        it('finds a country by its code with blanks around it', async () => {
            const { rejected } = await load([
                person('blank@example.com', { addresses: [home({ countryCode: ' DE ' })] }),
            ]);
            expect(rejected).toEqual([]);
            expect((await only('blank@example.com')).addresses.map(({ country }) => country.code)).toEqual(['DE']);
        });

        it('creates a customer with all that belongs to it, and then finds it unchanged', async () => {
            const record = person(' Full@Example.COM ', {
                title: 'Dr.',
                phoneNumber: '00123',
                user: { verified: true },
                groups: ['Wholesale'],
                channels: ['b2b'],
                customFields: { erpId: '007', tags: ['a', 'b'] },
                addresses: [
                    home({ defaultShippingAddress: true, customFields: { number: '1' } }),
                    home({ postalCode: '2' }),
                ],
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

        it('meets the addresses that are there as its mode says', async () => {
            const weg = (number: number, more: JsonObject = {}) => ({
                streetLine1: `Weg ${number}`,
                countryCode: 'DE',
                ...more,
            });
            const lists = async (addresses: JsonObject[], addressesMode: string) => {
                const { rejected } = await load([person('modes@example.com', { addresses })], { addressesMode });
                expect(rejected).toEqual([]);
                return (await only('modes@example.com')).addresses.map(
                    a =>
                        `${a.streetLine1} ${a.city}${a.defaultShippingAddress ? ' S' : ''}${a.defaultBillingAddress ? ' B' : ''}`,
                );
            };
            const both = { defaultShippingAddress: true, defaultBillingAddress: true };
            expect(await lists([weg(1, both), weg(2)], 'MERGE')).toEqual(['Weg 1  S B', 'Weg 2 ']);
            expect(await lists([weg(2, { city: 'Köln', defaultBillingAddress: true })], 'MERGE')).toEqual([
                'Weg 1  S',
                'Weg 2 Köln B',
            ]);
            expect(await lists([weg(9)], 'SKIP')).toEqual(['Weg 1  S', 'Weg 2 Köln B']);
            expect(await lists([weg(3), weg(2)], 'REPLACE_ALL')).toEqual(['Weg 2 Köln S B', 'Weg 3 ']);
            expect(await lists([weg(2)], 'REMOVE')).toEqual(['Weg 3  S B']);
            expect(await lists([], 'MERGE')).toEqual(['Weg 3  S B']);
            expect(await lists([], 'REPLACE_ALL')).toEqual([]);
        });

        it('finds an address by what is given of it, by number or by id', async () => {
            const settings = { addressMatchField: 'number' };
            const at = (streetLine1: string, number?: string, more: JsonObject = {}) =>
                home({ streetLine1, ...(number ? { customFields: { number } } : {}), ...more });
            await load(
                [person('places@example.com', { addresses: [at('A 1', '1'), at('A 1', '2'), at('B 1')] })],
                settings,
            );
            const before = (await only('places@example.com')).addresses.map(({ id }) => id);
            const record = person('places@example.com', {
                addresses: [
                    at('Moved 9', '2'),
                    { streetLine1: ' b  1', phoneNumber: '7' },
                    { id: before[0] as string, city: 'Bonn' },
                ],
            });
            expect((await load([record], settings)).rejected).toEqual([]);
            const after = (await only('places@example.com')).addresses;
            expect(after.map(({ id }) => id)).toEqual(before);
            expect(after.map(a => [a.streetLine1, a.city, a.phoneNumber])).toEqual([
                ['A 1', 'Bonn', ''],
                ['Moved 9', '', ''],
                ['b  1', '', '7'],
            ]);
        });

        it('joins and leaves groups, and creates them only if it may', async () => {
            const groups = async (names: string[], settings: JsonObject) => {
                const { rejected } = await load([person('groups@example.com', { groups: names })], settings);
                const [customer] = await byEmail('groups@example.com');
                return [customer?.groups.map(({ name }) => name).sort(), rejected] as const;
            };
            expect(await groups(['Wholesale', 'Absent'], {})).toEqual([
                undefined,
                [
                    'groups[1]: there is no customer group called "Absent". Create the group first, or turn on createGroups.',
                ],
            ]);
            expect(await groups(['Wholesale', 'Made'], { createGroups: true })).toEqual([['Made', 'Wholesale'], []]);
            expect(await groups(['Wholesale'], { groupsMode: 'REMOVE' })).toEqual([['Made'], []]);
            expect(await groups([], { groupsMode: 'REPLACE_ALL' })).toEqual([[], []]);
            await server.app.get(CustomerGroupService).create(server.ctx, { name: 'Made' });
            const [, [ambiguous]] = await groups(['Made'], {});
            expect(ambiguous).toMatch(/^groups\[0\]: 2 customer groups are called "Made": ids \d+, \d+\./);
        });

        it('lets a record wait for a group or a country, which are found once they are there', async () => {
            const loader = await createLoader(customerLoader, hostOf(server));
            const units = new TypeOrmUnitOfWork(server.connection, server.ctx);
            await units.transaction(async scope => {
                const origin = { step: 'source', index: 0 };
                const records = [
                    { data: person('waits1@example.com', { groups: ['Later'] }), origin },
                    { data: person('waits2@example.com', { addresses: [home({ countryCode: 'FR' })] }), origin },
                ];
                const state = await loader.resolve(records, scope);
                const waitsFor = records.map(
                    record => (loader.compare(record, state) as Rejected).error.place.waitsFor,
                );
                expect(waitsFor).toEqual(['CustomerGroup:Later', 'Country:FR']);
                const there = await existingAmong(scope.sql, [
                    'CustomerGroup:Wholesale',
                    'Country:DE',
                    ...waitsFor.map(String),
                ]);
                expect([...new Set(there.map(reference => reference.waitsFor))]).toEqual([
                    'CustomerGroup:Wholesale',
                    'Country:DE',
                ]);
                expect(there).toHaveLength(4);
            });
        });

        it('creates a group that several records need once', async () => {
            const { changeSets } = await load(
                [1, 2].map(i => person(`shared${i}@example.com`, { groups: ['Shared'] })),
                { createGroups: true },
            );
            const created = changeSets
                .flatMap(({ entities }) => entities)
                .filter(e => e.entityType === 'CustomerGroup');
            expect(created).toHaveLength(1);
            for (const i of [1, 2]) expect((await only(`shared${i}@example.com`)).groups).toHaveLength(1);
        });

        it('reports customers who share an address with their ids, and ignores deleted ones', async () => {
            const email = 'twins@example.com';
            const repository = server.connection.rawConnection.getRepository(Customer);
            const gone = { emailAddress: email, firstName: 'x', lastName: 'x', deletedAt: new Date() };
            await repository.save(new Customer(gone));
            expect(actions(await load([person(email)]))).toEqual(['CREATE']);
            const { id } = (await byEmail(email))[1]!;
            await repository.save(new Customer({ emailAddress: email, firstName: 'y', lastName: 'y' }));
            const { rejected, changeSets } = await load([person(email), person('alone@example.com')]);
            expect(changeSets).toHaveLength(1);
            expect(rejected).toEqual([
                expect.stringMatching(
                    `^2 customers fit "${email}" by emailAddress: ids ${id}, \\d+\\. Delete the superfluous`,
                ),
            ]);
        });

        it('matches by id and by custom field, and moves account and address together', async () => {
            const settings = { matchBy: 'customField', matchField: 'erpId' };
            const numbered = (erpId: string, emailAddress: string) =>
                person(emailAddress, { user: { verified: true }, customFields: { erpId } });
            await load([numbered('N1', 'one@example.com'), numbered('N2', 'two@example.com')], settings);
            expect((await load([numbered('N1', 'two@example.com')], settings)).rejected).toEqual([
                expect.stringMatching(/^emailAddress: "two@example.com" belongs to the customer with the id \d+\./),
            ]);
            await load([numbered('N1', 'new@example.com')], settings);
            const moved = await only('new@example.com');
            expect(moved.user!.identifier).toBe('new@example.com');
            const account = await server.app
                .get(UserService)
                .getUserByEmailAddress(server.ctx, 'new@example.com', 'customer');
            expect(account!.getNativeAuthenticationMethod().identifier).toBe('new@example.com');
            expect(actions(await load([{ id: String(moved.id), title: 'Dr.' }], { matchBy: 'id' }))).toEqual([
                'UPDATE',
            ]);
            expect((await load([{ id: '999999', title: 'Dr.' }], { matchBy: 'id' })).rejected).toEqual([
                expect.stringContaining('There is no customer with the id "999999"'),
            ]);
        });

        it('gives a guest an account, and never takes verification back', async () => {
            await load([person('guest@example.com')]);
            expect((await only('guest@example.com')).user).toBeNull();
            await load([person('guest@example.com', { user: { verified: false } })]);
            const methods = server.connection.rawConnection.getRepository(NativeAuthenticationMethod);
            const method = () =>
                methods.findOneOrFail({
                    where: { identifier: 'guest@example.com' },
                    select: { id: true, passwordHash: true, verificationToken: true },
                });
            expect(await method()).toMatchObject({ passwordHash: '', verificationToken: expect.any(String) as string });
            const { changeSets } = await load([person('guest@example.com', { user: { verified: true } })]);
            expect(changeSets[0]!.entities.map(({ entityType }) => entityType)).toEqual(['User']);
            expect(await method()).toMatchObject({ passwordHash: '', verificationToken: null });
            expect(actions(await load([person('guest@example.com', { user: { verified: false } })]))).toEqual([
                'UNCHANGED',
            ]);
            expect((await only('guest@example.com')).user!.verified).toBe(true);
        });

        it('gives no guest an account whose address belongs to that of another customer, however the guest is found', async () => {
            await load([person('double@example.com', { user: {} })]);
            const repository = server.connection.rawConnection.getRepository(Customer);
            const twin = { emailAddress: 'double@example.com', firstName: 'Twin', lastName: 'Doe' };
            const guest = await repository.save(new Customer({ ...twin, customFields: { erpId: 'D1' } }));
            const byNumber = { matchBy: 'customField', matchField: 'erpId' };
            const { rejected } = await load([{ customFields: { erpId: 'D1' }, user: {} }], byNumber);
            expect(rejected).toEqual([
                expect.stringMatching(/^emailAddress: "double@example\.com" belongs to the account of the customer/),
            ]);
            expect((await load([{ id: String(guest.id), user: {} }], { matchBy: 'id' })).rejected).toHaveLength(1);
        });

        it('lets an owner set the first password through the password reset', async () => {
            await load([person('reset@example.com', { user: { verified: true } })]);
            const customers = server.app.get(CustomerService);
            const shop = await server.app
                .get(RequestContextService)
                .create({ apiType: 'shop', channelOrToken: server.ctx.channel });
            await customers.requestPasswordReset(shop, 'reset@example.com');
            const method = await server.connection.rawConnection
                .getRepository(NativeAuthenticationMethod)
                .findOneByOrFail({ identifier: 'reset@example.com' });
            const result = await customers.resetPassword(shop, method.passwordResetToken!, 'first-password');
            expect(result).toMatchObject({ identifier: 'reset@example.com', verified: true });
        });

        it('brings a registered customer into another channel, and no guest', async () => {
            await load([person('far@example.com', { user: {} }), person('walkin@example.com')]);
            const inB2b = async (record: JsonObject) =>
                loadRecords(await createLoader(customerLoader, hostOf(server, { ctx: b2b })), server, [record], {
                    ctx: b2b,
                });
            expect((await inB2b({ emailAddress: 'far@example.com', title: 'Dr.' })).rejected).toEqual([]);
            const far = await only('far@example.com');
            expect(far.title).toBe('Dr.');
            expect(far.channels.map(({ code }) => code).sort()).toEqual(['__default_channel__', 'b2b']);
            expect((await inB2b(person('walkin@example.com'))).rejected).toEqual([
                expect.stringMatching(
                    /who is a guest in other channels and not in "b2b"\. Run the step in the default channel/,
                ),
            ]);
            expect((await inB2b(person('b2b-only@example.com'))).rejected).toEqual([]);
            expect((await only('b2b-only@example.com')).channels).toHaveLength(2);
        });

        it('creates nobody in another channel whose address a customer has already', async () => {
            await load([person('known@example.com', { user: {}, customFields: { erpId: 'K1' } })]);
            const byNumber = { matchBy: 'customField', matchField: 'erpId' };
            const loader = await createLoader(customerLoader, hostOf(server, { ctx: b2b }), byNumber);
            const record = person('known@example.com', { customFields: { erpId: 'K1' } });
            const { rejected } = await loadRecords(loader, server, [record], { ctx: b2b });
            expect(rejected).toEqual([
                expect.stringMatching(
                    /who is in other channels and not in "b2b"\. Run the step in the default channel/,
                ),
            ]);
            await only('known@example.com');
        });

        it('refuses what cannot be written, record by record', async () => {
            const { rejected, changeSets } = await load([
                { emailAddress: 'r1@example.com', firstName: 'No last name' },
                person('r2@example.com', { addresses: [home({ countryCode: 'XX' })] }),
                person('r3@example.com', { addresses: [{ streetLine1: 'Weg 1' }] }),
                person('r4@example.com', {
                    addresses: [
                        home({ defaultShippingAddress: true }),
                        home({ city: 'B', defaultShippingAddress: true }),
                    ],
                }),
                person('r5@example.com', { customFields: { erpid: '1' } }),
                person('r6@example.com', { customFields: { friends: ['999999'] } }),
                person('r7@example.com', { phoneNumber: 123 }),
                person('fine@example.com'),
            ]);
            expect(changeSets.map(({ key }) => key)).toEqual(['fine@example.com']);
            expect(rejected.map(text => text.split('. ')[0])).toEqual(
                [
                    'phoneNumber must be text, got 123',
                    'lastName is missing; a customer cannot be created without it',
                    'addresses[0].countryCode: the shop has no country with the code "XX"',
                    'addresses[0].countryCode is missing; an address cannot be created without it',
                    'addresses: more than one has defaultShippingAddress, and a customer has one',
                    'customFields.erpid: there is no such custom field',
                    'customFields.friends: there is no Customer with the id "999999"',
                ].sort((a, b) => Number(a.startsWith('phone')) - Number(b.startsWith('phone'))),
            );
        });

        it('tells of customers as TypeORM reads them, created and updated', async () => {
            const told: Customer[] = [];
            const subscription = server.app
                .get(EventBus)
                .ofType(CustomerEvent)
                .subscribe(({ entity }) => told.push(entity));
            const loader = await createLoader(customerLoader, hostOf(server), {});
            const { id: rates } = await server.connection.rawConnection.getRepository(TaxCategory).findOneByOrFail({});
            const customFields = { erpId: '007', tags: ['a', 'b'], rates: String(rates) };
            const whole = person('whole@example.com', { customFields });
            const records = [whole, person('bare@example.com', { title: 'Dr.' })];
            const created = await loadRecords(loader, server, records);
            await loader.afterCommit!(created.changeSets);
            const updated = await loadRecords(loader, server, [{ ...whole, firstName: 'Augusta' }]);
            await loader.afterCommit!(updated.changeSets);
            await new Promise(resolve => setImmediate(resolve));
            subscription.unsubscribe();
            const repository = server.connection.rawConnection.getRepository(Customer);
            const [, bare] = told;
            expect(told.map(({ firstName }) => firstName)).toEqual(['Ada', 'Ada', 'Augusta']);
            expect(bare).toStrictEqual(await repository.findOneBy({ emailAddress: 'bare@example.com' }));
            expect(told[2]!.customFields).toMatchObject({ rates: { id: rates } });
            expect(told[2]).toStrictEqual(await repository.findOneBy({ emailAddress: 'whole@example.com' }));
            const emailAddress = 'account@example.com';
            await loadRecords(loader, server, [person(emailAddress, { user: {} })]);
            const registered = await repository.findOneByOrFail({ emailAddress });
            expect(registered.user?.identifier).toBe(emailAddress);
            const { rawConnection } = server.connection;
            expect(await readEntities(rawConnection, Customer, [registered.id])).toStrictEqual([registered]);
        });

        it('reads entities that have translations as TypeORM does', async () => {
            const { rawConnection } = server.connection;
            const [germany] = await rawConnection.getRepository(Country).findBy({ code: 'DE' });
            expect(germany!.translations).not.toEqual([]);
            expect(await readEntities(rawConnection, Country, [germany!.id])).toStrictEqual([germany]);
        });

        it('publishes the events of its policy', async () => {
            const told = async (name: string, events: string, address: JsonObject = {}) => {
                const loader = await createLoader(customerLoader, hostOf(server), { events });
                const seen: string[] = [];
                const watch = <E extends VendureEvent>(type: Type<E>) =>
                    server.app
                        .get(EventBus)
                        .ofType(type)
                        .subscribe(event => seen.push(event.constructor.name));
                const subscriptions = [
                    watch(CustomerEvent),
                    watch(CustomerAddressEvent),
                    watch(CustomerGroupChangeEvent),
                    watch(AccountRegistrationEvent),
                ];
                const record = (i: number) =>
                    person(`${name}${i}@example.com`, { user: {}, groups: ['Wholesale'], addresses: [home(address)] });
                const { changeSets } = await loadRecords(loader, server, [record(1), record(2)]);
                await loader.afterCommit!(changeSets);
                await new Promise(resolve => setImmediate(resolve));
                subscriptions.forEach(subscription => subscription.unsubscribe());
                return seen.sort();
            };
            expect(await told('none', 'NONE')).toEqual([]);
            const batch = ['CustomerEvent', 'CustomerEvent', 'CustomerGroupChangeEvent'];
            expect(await told('batch', 'BATCH')).toEqual(batch);
            expect(await told('batch', 'BATCH', { phoneNumber: '123' })).toEqual(['CustomerEvent', 'CustomerEvent']);
            expect(await told('all', 'ALL')).toEqual(
                [
                    ...batch,
                    ...['CustomerAddressEvent', 'CustomerAddressEvent'],
                    ...['AccountRegistrationEvent', 'AccountRegistrationEvent'],
                ].sort(),
            );
        });
    },
    { sampleOn: 'postgres' },
);
