import { RequestContext, TransactionalConnection } from '@vendure/core';
import { TransactionWrapper } from '@vendure/core/dist/connection/transaction-wrapper';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import { meeting } from '../../../e2e/support/fault-in-batch';
import { Article, Shop, sqlEntities } from '../../../e2e/support/sql-entities';
import { LeaseLostError } from '../../runtime/ports';
import { CatalogScope } from '../catalog-scope';
import { EntityId } from './sql-session';
import { TypeOrmUnitOfWork } from './unit-of-work';

const databaseName = 'unit_of_work_spec';

describeOnEachDatabase('TypeOrmUnitOfWork', database => {
    let dataSource: DataSource;
    let connection: TransactionalConnection;
    let units: TypeOrmUnitOfWork;
    const isSqlite = database.name === 'sqlite';

    beforeAll(async () => {
        await database.create(databaseName);
        dataSource = await new DataSource({
            ...database.connectionOptions(databaseName),
            entities: sqlEntities,
        }).initialize();
        connection = new TransactionalConnection(dataSource, new TransactionWrapper(), { authOptions: {} } as never);
        units = new TypeOrmUnitOfWork(connection, RequestContext.empty());
    });

    afterAll(async () => {
        await dataSource.destroy();
        await database.drop(databaseName);
    });

    beforeEach(async () => {
        await dataSource.getRepository(Article).createQueryBuilder().delete().execute();
        await dataSource.getRepository(Shop).createQueryBuilder().delete().execute();
    });

    const insert = ({ sql }: CatalogScope, ...codes: string[]): Promise<void> =>
        sql.insert(
            sql.table(Shop),
            ['code'],
            codes.map(code => [code]),
        );
    const stored = async (): Promise<string[]> =>
        (await dataSource.getRepository(Shop).find({ order: { code: 'ASC' } })).map(shop => shop.code);

    it('commits what the session and what repositories of the context wrote, and gives the result', async () => {
        const result = await units.transaction(async scope => {
            await insert(scope, 'session');
            await connection.getRepository(scope.ctx, Shop).save({ code: 'repository' });
            return 42;
        });
        expect(result).toBe(42);
        expect(await stored()).toEqual(['repository', 'session']);
    });

    it('rolls both back when the work throws, and throws what the work threw', async () => {
        const lost = new LeaseLostError('mine no more');
        await expect(
            units.transaction(async scope => {
                await insert(scope, 'session');
                await connection.getRepository(scope.ctx, Shop).save({ code: 'repository' });
                throw lost;
            }),
        ).rejects.toBe(lost);
        expect(await stored()).toEqual([]);
    });

    it('always rolls readOnly back, and still gives the result', async () => {
        const seen = await units.readOnly(async scope => {
            await insert(scope, 'a');
            return scope.sql.selectIn(scope.sql.table(Shop), ['code'], 'code', ['a', 'b']);
        });
        expect(seen).toEqual([['a']]);
        expect(await stored()).toEqual([]);
    });

    it('undoes a savepoint alone, so that the transaction can go on after a failed statement', async () => {
        await units.transaction(async scope => {
            await insert(scope, 'before');
            const attempt = units.savepoint(scope, async () => {
                await insert(scope, 'inside');
                await insert(scope, 'before');
            });
            await expect(attempt).rejects.toMatchObject({ kind: 'USER', code: 'not-unique' });
            await units.savepoint(scope, () => insert(scope, 'after'));
        });
        expect(await stored()).toEqual(['after', 'before']);
    });

    it('nests savepoints', async () => {
        await units.transaction(async scope => {
            await units.savepoint(scope, async () => {
                await insert(scope, 'outer');
                await expect(units.savepoint(scope, () => insert(scope, 'inner', 'inner'))).rejects.toThrow();
            });
        });
        expect(await stored()).toEqual(['outer']);
    });

    it('classifies errors of TypeORM statements inside a savepoint and a transaction', async () => {
        const twice = (scope: CatalogScope): Promise<unknown> =>
            connection.getRepository(scope.ctx, Shop).insert([{ code: 'x' }, { code: 'x' }]);
        await expect(units.transaction(scope => units.savepoint(scope, () => twice(scope)))).rejects.toMatchObject({
            code: 'not-unique',
        });
        await expect(units.transaction(twice)).rejects.toMatchObject({ code: 'not-unique' });
    });

    it('gives the connection back however a unit ends', async () => {
        for (let round = 0; round < 12; round++) {
            await units.transaction(scope => insert(scope, `t${round}`));
            await units.readOnly(scope => insert(scope, `r${round}`));
            await expect(units.transaction(scope => insert(scope, 'd', 'd'))).rejects.toThrow();
        }
        expect(await stored()).toHaveLength(12);
    });

    it('refuses a savepoint in a transaction that has ended', async () => {
        let kept: CatalogScope | undefined;
        await units.transaction(async scope => void (kept = scope));
        await expect(units.savepoint(kept as CatalogScope, async () => 1)).rejects.toMatchObject({
            code: 'no-transaction',
        });
    });

    it('runs units side by side without mixing their writes', async () => {
        const ends = await Promise.allSettled(
            Array.from({ length: 20 }, (_, index) =>
                units.transaction(async scope => {
                    await insert(scope, `${index}-a`);
                    await new Promise(resolve => setTimeout(resolve, 2));
                    await insert(scope, `${index}-b`);
                    if (index % 2) throw new Error('odd');
                }),
            ),
        );
        expect(ends.filter(end => end.status === 'fulfilled')).toHaveLength(10);
        const codes = await stored();
        expect(codes).toHaveLength(20);
        expect(codes.every(code => parseInt(code, 10) % 2 === 0)).toBe(true);
    });

    if (isSqlite) {
        it('keeps its transaction whole when Vendure opens one on the same connection meanwhile', async () => {
            const ctx = RequestContext.empty();
            const vendure = (code: string): Promise<unknown> =>
                connection.withTransaction(ctx, async tx => {
                    await connection.getRepository(tx, Shop).insert({ code });
                    await new Promise(resolve => setTimeout(resolve, 20));
                });
            const before = vendure('vendure-before');
            const unit = units.transaction(async scope => {
                await insert(scope, 'ours-1');
                void vendure('vendure-inside');
                await new Promise(resolve => setTimeout(resolve, 5));
                await insert(scope, 'ours-2');
            });
            await Promise.all([before, unit]);
            expect(await stored()).toEqual(['ours-1', 'ours-2', 'vendure-before', 'vendure-inside']);
            expect(dataSource.createQueryRunner().isTransactionActive).toBe(false);
        });
    } else {
        it('reports a deadlock as transient, with the driver error as its cause, and leaves nothing of the victim', async () => {
            const [a, b] = (await units.transaction(({ sql }) =>
                sql.insertReturningIds(sql.table(Article), ['sku'], [['a'], ['b']]),
            )) as [EntityId, EntityId];
            const barrier = meeting(2);
            const cross = (first: EntityId, second: EntityId): Promise<void> =>
                units.transaction(async scope => {
                    const { sql } = scope;
                    const restock = (id: EntityId): Promise<void> =>
                        sql.update(sql.table(Article), ['id'], ['stock'], [[id, first]]);
                    await restock(first);
                    await barrier();
                    // Swallowed on purpose: the transaction is gone, and nothing of what follows may be written.
                    await units.savepoint(scope, () => restock(second)).catch(() => undefined);
                    await insert(scope, `survivor-${first}`);
                });
            const ends = await Promise.allSettled([cross(a, b), cross(b, a)]);
            const failed = ends.filter(end => end.status === 'rejected');
            if (database.name === 'postgres') {
                // The savepoint takes the failed statement back; the transaction lives on.
                expect(failed).toHaveLength(0);
                expect((await stored()).filter(code => code.startsWith('survivor'))).toHaveLength(2);
            } else {
                expect(failed).toHaveLength(1);
                expect(failed[0]?.reason).toMatchObject({ kind: 'TRANSIENT', cause: { code: 'ER_LOCK_DEADLOCK' } });
                expect((await stored()).filter(code => code.startsWith('survivor'))).toHaveLength(1);
            }
        });

        it('reports a lost connection as transient and works again with a new one', async () => {
            const lost = units.transaction(async scope => {
                const { sql } = scope;
                const id = sql.dialect === 'postgres' ? 'pg_backend_pid()' : 'CONNECTION_ID()';
                const [row] = await sql.query(`SELECT ${id}`);
                const server = Number(row?.[0]);
                await dataSource.query(
                    sql.dialect === 'postgres' ? `SELECT pg_terminate_backend(${server})` : `KILL ${server}`,
                );
                await insert(scope, 'never');
            });
            await expect(lost).rejects.toMatchObject({ kind: 'TRANSIENT' });
            for (let round = 0; round < 8; round++) await units.transaction(scope => insert(scope, `again-${round}`));
            expect(await stored()).toHaveLength(8);
        });

        it('reports a deadlock from the work without Vendure hiding it', async () => {
            const deadlock = Object.assign(new Error('Deadlock found'), { code: 'ER_LOCK_DEADLOCK' });
            await expect(units.transaction(() => Promise.reject(deadlock))).rejects.toMatchObject({
                kind: 'TRANSIENT',
                cause: deadlock,
            });
        });
    }
});
