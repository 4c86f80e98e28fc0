import { Customer, CustomerService, type ID, User } from '@vendure/core';
import { In, IsNull } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { describeOnEachDatabase } from './support/each-database';
import { differences, UndoShop } from './support/undo-shop';

describeOnEachDatabase(
    'Undo of an import of customers',
    database => {
        let shop: UndoShop;

        beforeAll(async () => {
            shop = await UndoShop.boot(database, 'e2e_undo_customers', 2);
        });
        afterAll(() => shop?.close());

        const person = (name: string, more: JsonObject = {}): JsonObject => ({
            emailAddress: `${name}@example.com`,
            firstName: name,
            lastName: 'Byron',
            user: { verified: true },
            addresses: [{ streetLine1: 'Hauptstr. 1', postalCode: '01067', countryCode: 'DE' }],
            ...more,
        });
        const find = (name: string) =>
            shop.server.connection.rawConnection
                .getRepository(Customer)
                .findOneOrFail({ where: { emailAddress: `${name}@example.com` }, relations: { addresses: true } });
        const userOf = (id: ID) => shop.server.connection.rawConnection.getRepository(User).findOneByOrFail({ id });

        it('takes away customers, accounts and groups that the run created', async () => {
            const before = await shop.snapshot();
            const run = await shop.load(
                ['a', 'b', 'c'].map(name => person(name, { groups: ['Undone'] })),
                'customers',
            );
            expect(run).toMatchObject({ status: 'COMPLETED', created: 3 });
            expect(differences(before, await shop.snapshot())).not.toEqual([]);
            const undo = await shop.undo(run);
            expect(await shop.messages(undo)).toEqual([]);
            expect(undo).toMatchObject({ status: 'COMPLETED' });
            expect(differences(before, await shop.snapshot())).toEqual([]);
            const { user } = await find('a');
            expect((await userOf(user!.id)).deletedAt).not.toBeNull();
        });

        it('puts back what the run changed', async () => {
            await shop.load([person('d'), person('e', { groups: ['Kept'] })], 'customers');
            const guest = { ...person('f') };
            delete guest.user;
            await shop.load([guest], 'customers');
            const before = await shop.snapshot();
            const run = await shop.load(
                [
                    person('d', { lastName: 'King', title: 'Dr.', groups: ['Kept', 'Fresh'], channels: ['b2b'] }),
                    person('e', {
                        addresses: [{ streetLine1: 'Weg 2', countryCode: 'DE', defaultBillingAddress: true }],
                    }),
                    person('f', { addresses: [{ streetLine1: 'Hauptstr. 1', city: 'Dresden' }] }),
                ],
                'customers',
            );
            expect(run).toMatchObject({ status: 'COMPLETED', updated: 3 });
            const plan = await shop.undo(run, { dryRun: true });
            expect(await shop.messages(plan)).toEqual([]);
            const undo = await shop.undo(run);
            expect(await shop.messages(undo)).toEqual([]);
            expect(differences(before, await shop.snapshot())).toEqual([]);
        });

        it('keeps a created customer whole when an address has been edited since', async () => {
            const { app, ctx } = shop.server;
            const run = await shop.load([person('g'), person('h')], 'customers');
            const [address] = (await find('g')).addresses;
            await app.get(CustomerService).updateAddress(ctx, { id: address!.id, city: 'Leipzig' });
            const undo = await shop.undo(run);
            expect(await shop.messages(undo)).toEqual([
                'Address "g@example.com: Hauptstr. 1, 01067" was created by the run; city was "" then and is "Leipzig" now. The customer "g@example.com" stays, with all its addresses.',
                expect.stringContaining('User "g@example.com" was created by the run and is used by the Customer'),
            ]);
            expect((await find('g')).deletedAt).toBeNull();
            expect((await find('h')).deletedAt).not.toBeNull();
        });

        it('keeps the accounts of those who have logged in since', async () => {
            const guest = { ...person('i') };
            delete guest.user;
            await shop.load([guest], 'customers');
            const run = await shop.load([person('i'), person('j')], 'customers');
            const users = shop.server.connection.rawConnection.getRepository(User);
            const { user } = await find('i');
            const lastLogin = new Date();
            for (const id of [user!.id, (await find('j')).user!.id]) await users.update({ id }, { lastLogin });
            const undo = await shop.undo(run);
            expect((await shop.messages(undo)).map(message => message.split('; ')[0])).toEqual([
                'Customer "i@example.com": user cannot be taken back: its owner has logged in since.',
                expect.stringContaining(
                    'Customer "j@example.com" was created by the run and is used by the log-in of the User',
                ),
                expect.stringContaining('User "i@example.com" was created by the run and is used by the Customer'),
                expect.stringContaining('User "j@example.com" was created by the run and is used by the Customer'),
            ]);
            expect((await find('i')).user!.id).toBe(user!.id);
            expect((await find('j')).deletedAt).toBeNull();
        });

        it('brings no customer back whose e-mail address belongs to somebody else by now', async () => {
            const run = await shop.load([person('k'), person('l')], 'customers');
            const undo = await shop.undo(run);
            const again = await shop.load([person('k')], 'customers');
            expect(again).toMatchObject({ status: 'COMPLETED', created: 1 });
            const living = { where: { emailAddress: 'k@example.com', deletedAt: IsNull() } };
            const customers = shop.server.connection.rawConnection.getRepository(Customer);
            const owner = await customers.findOneByOrFail(living.where);
            const back = await shop.undo(undo);
            expect(await shop.messages(back)).toEqual([
                `User "k@example.com" had the identifier "k@example.com" before the run, which belongs to the customer with the id ${owner.id} now; it is left as it is.`,
                `Customer "k@example.com" had the emailAddress "k@example.com" before the run, which belongs to the customer with the id ${owner.id} now; it is left as it is.`,
            ]);
            expect(await customers.find(living)).toEqual([owner]);
            const users = await shop.server.connection.rawConnection
                .getRepository(User)
                .findBy({ identifier: In(['k@example.com', 'l@example.com']), deletedAt: IsNull() });
            expect(users.map(({ identifier }) => identifier).sort()).toEqual(['k@example.com', 'l@example.com']);
        });

        it('leaves an account its new e-mail address when somebody else has the old one by now', async () => {
            await shop.load([person('m'), person('n')], 'customers');
            const [m, n] = [await find('m'), await find('n')];
            const run = await shop.load(
                [
                    { id: String(m.id), emailAddress: 'm2@example.com' },
                    { id: String(n.id), emailAddress: 'n2@example.com' },
                ],
                'customersById',
            );
            expect(run).toMatchObject({ status: 'COMPLETED', updated: 2 });
            await shop.load([person('m')], 'customers');
            const owner = await find('m');
            const undo = await shop.undo(run);
            expect(await shop.messages(undo)).toEqual([
                `User "m2@example.com" had the identifier "m@example.com" before the run, which belongs to the customer with the id ${owner.id} now; it is left as it is.`,
                `Customer "m@example.com" had the emailAddress "m@example.com" before the run, which belongs to the customer with the id ${owner.id} now; it is left as it is.`,
            ]);
            expect((await userOf(m.user!.id)).identifier).toBe('m2@example.com');
            expect((await userOf(n.user!.id)).identifier).toBe('n@example.com');
            expect((await find('n')).id).toBe(n.id);
        });
    },
    { sampleOn: 'sqlite' },
);
