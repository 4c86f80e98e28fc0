import { Channel, NativeAuthenticationMethod, TaxRate } from '@vendure/core';
import { IsNull, Not } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../shared/json';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import type { ChangeSet } from '../src/sdk/change-set';
import { DatabaseSnapshot, differencesBetween, snapshotOf } from './support/database-snapshot';
import { describeOnEachDatabase } from './support/each-database';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords, LoadResult } from './support/run-loader';
import { ServiceCase, serviceCases } from './support/service-cases';
import { bootServiceShop, loaderOf } from './support/service-shop';
import { statementsOf } from './support/statements';
import type { BootedVendure } from './support/vendure';

describeOnEachDatabase(
    'A loader over a Vendure service',
    database => {
        let byServices: DatabaseSnapshot;
        let server: BootedVendure;

        beforeAll(async () => {
            const other = await bootServiceShop(database, 'service_loaders_other');
            for (const each of serviceCases) await viaService(other, each);
            byServices = await comparable(other);
            await other.close();
            server = await bootServiceShop(database, 'service_loaders', [ReferencePlugin]);
        });
        afterAll(() => server?.close());

        const load = async (
            each: ServiceCase,
            records: JsonObject[],
            more: { write?: boolean } = {},
        ): Promise<LoadResult> => {
            const host = hostOf(server, { dryRun: more.write === false });
            return loadRecords(
                await createLoader(loaderOf(each.code), host, each.settings ?? {}),
                server,
                records,
                more,
            );
        };

        describe.each(serviceCases)('$code', each => {
            it('creates, and tells in a plan what an update changes, field by field', async () => {
                const planned = await load(each, [each.create], { write: false });
                expect(planned.rejected).toEqual([]);
                expect(planned.changeSets.map(({ action }) => action)).toEqual(['CREATE']);
                const created = await load(each, [each.create]);
                expect(created.changeSets.map(({ entities }) => entities[0]!.entityId)).not.toEqual([null]);

                const plan = await load(each, [each.update], { write: false });
                expect(plan.rejected).toEqual([]);
                const fields = plan.changeSets.flatMap(({ entities }) => entities).flatMap(entity => entity.fields);
                const told = fields.map(({ path, before = null, after = null }): [string, JsonValue] => [
                    path,
                    [before, after],
                ]);
                expect(Object.fromEntries(told)).toEqual(each.changes);
                expect((await load(each, [each.update])).rejected).toEqual([]);
            });

            it('writes nothing the second time', async () => {
                const statements = await statementsOf(server.connection.rawConnection, async () => {
                    const again = await load(each, [each.update]);
                    expect(again.changeSets.map(({ action }) => action)).toEqual(['UNCHANGED']);
                });
                expect(statements.filter(({ sql }) => /^(INSERT|UPDATE|DELETE)/i.test(sql))).toEqual([]);
            });

            it('keeps to its strategy', async () => {
                const loader = (strategy: string) =>
                    createLoader(loaderOf(each.code), hostOf(server), { ...each.settings, strategy });
                const twice = await loadRecords(await loader('CREATE'), server, [each.update]);
                expect(twice.rejected).toEqual([expect.stringMatching(/exists already, and the strategy is CREATE/)]);
                const [key] = Object.keys(each.create);
                const unknown = { ...each.update, [key!]: 'unheard-of' };
                const none = await loadRecords(await loader('UPDATE'), server, [unknown]);
                expect(none.rejected).toEqual([expect.stringMatching(/There is no \w+ with the \w+ unheard-of/)]);
            });

            it('rejects with the reason', async () => {
                const [record, reason] = each.refused;
                const attempt = load(each, [record]).then(
                    ({ rejected }) => rejected.join(),
                    (thrown: Error) => thrown.message,
                );
                expect(await attempt).toMatch(reason);
            });

            it('reads a hundred records with as many statements as ten', async () => {
                const [key] = Object.keys(each.create);
                const counts: number[] = [];
                for (const count of [10, 100]) {
                    const records = Array.from({ length: count }, (_, i) => ({ ...each.update, [key!]: `many-${i}` }));
                    const loader = await createLoader(loaderOf(each.code), hostOf(server), each.settings ?? {});
                    const { connection, ctx } = server;
                    await new TypeOrmUnitOfWork(connection, ctx).transaction(async scope => {
                        const sent = await statementsOf(connection.rawConnection, async () => {
                            const origin = { step: 'source', index: 0 };
                            await loader.resolve(
                                [{ ...each.update, ...each.create }, ...records].map(data => ({ data, origin })),
                                scope,
                            );
                        });
                        counts.push(sent.length);
                    });
                }
                expect(counts[1]).toBe(counts[0]);
            });
        });

        it('commits nothing before the batch does, although Vendure’s service for tax rates would', async () => {
            const loader = await createLoader(loaderOf('taxRate'), hostOf(server));
            const valueNow = async () => {
                const rates = server.connection.rawConnection.getRepository(TaxRate);
                return (await rates.findOneByOrFail({ name: 'Germany' })).value;
            };
            const before = await valueNow();
            const { connection, ctx } = server;
            const attempt = new TypeOrmUnitOfWork(connection, ctx).transaction(async scope => {
                const records = [{ data: { name: 'Germany', value: 1 }, origin: { step: 'source', index: 0 } }];
                const state = await loader.resolve(records, scope);
                await loader.apply([loader.compare(records[0]!, state) as ChangeSet], state, scope);
                throw new Error('The worker dies.');
            });
            await expect(attempt).rejects.toThrow('The worker dies.');
            expect(await valueNow()).toBe(before);
        });

        it('leaves every table as Vendure’s services leave it', async () => {
            expect(differencesBetween(byServices, await comparable(server))).toEqual([]);
            expect(byServices.get('promotion')).toHaveLength(1);
        });
    },
    { sampleOn: 'mariadb' },
);

async function viaService({ connection, ctx, injector }: BootedVendure, { byService }: ServiceCase): Promise<void> {
    await byService({
        ctx,
        injector,
        async id(table, key, value) {
            const { driver } = connection.rawConnection;
            const quote = (name: string) => driver.escape(name);
            const sql = `SELECT id FROM ${quote(table)} WHERE ${quote(key)} = '${value}'`;
            const [row] = await connection.rawConnection.query<{ id: number }[]>(sql);
            return row!.id;
        },
    });
}

/** Every table but hashes, which are random, and those of sessions and jobs. */
async function comparable({ connection }: BootedVendure): Promise<DatabaseSnapshot> {
    const methods = connection.rawConnection.getRepository(NativeAuthenticationMethod);
    await methods.update({ id: Not(IsNull()) }, { passwordHash: 'x', verificationToken: null });
    await connection.rawConnection.getRepository(Channel).update({ id: 1 }, { token: 'home' });
    return snapshotOf(connection.rawConnection, table => !/^(data_hub|job_record|session)/.test(table));
}
