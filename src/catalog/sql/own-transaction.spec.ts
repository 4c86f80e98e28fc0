import { DataSource, type QueryRunner } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import { Article, sqlEntities } from '../../../e2e/support/sql-entities';
import { inOwnTransaction } from './single-connection';

const databaseName = 'sql_own_transaction_spec';

describeOnEachDatabase('A transaction of its own', database => {
    let dataSource: DataSource;

    beforeAll(async () => {
        await database.create(databaseName);
        const options = database.connectionOptions(databaseName);
        dataSource = await new DataSource({ ...options, entities: sqlEntities }).initialize();
        await dataSource.getRepository(Article).insert(['a', 'b', 'c', 'd'].map(sku => ({ sku, stock: 0 })));
    });

    afterAll(async () => {
        await dataSource.destroy();
        await database.drop(databaseName);
    });

    const setStock = (runner: QueryRunner, id: number, stock: number) =>
        runner.manager.update(Article, { id }, { stock });
    const inTransaction = async (work: (runner: QueryRunner) => Promise<unknown>): Promise<void> => {
        const runner = dataSource.createQueryRunner();
        try {
            await runner.startTransaction();
            await work(runner);
            await runner.commitTransaction();
        } catch (error) {
            if (runner.isTransactionActive) await runner.rollbackTransaction();
            throw error;
        } finally {
            await runner.release();
        }
    };

    it.runIf(database.name !== 'sqlite')('is done again when the database undoes it to end a deadlock', async () => {
        const settled: string[] = [];
        let own: Promise<unknown> | undefined;
        await inTransaction(async other => {
            // The one that has written less is undone; on PostgreSQL the one that looks first.
            if (database.name === 'postgres') await other.query(`SET LOCAL deadlock_timeout = '60s'`);
            for (const id of [1, 3, 4]) await setStock(other, id, 1);
            let attempts = 0;
            let isHolding = (): void => undefined;
            const holding = new Promise<void>(resolve => (isHolding = resolve));
            own = inOwnTransaction(dataSource, () =>
                inTransaction(async runner => {
                    attempts++;
                    await setStock(runner, 2, 2);
                    isHolding();
                    await setStock(runner, 1, 2);
                }),
            ).then(() => settled.push(`own, at attempt ${attempts}`));
            await holding;
            await setStock(other, 2, 1);
            settled.push('other');
        });
        await own;
        expect(settled).toEqual(['other', 'own, at attempt 2']);
        const stock = await dataSource.getRepository(Article).find({ order: { id: 'ASC' } });
        expect(stock.map(article => article.stock)).toEqual([2, 2, 1, 1]);
    });

    it('is not done again after any other failure', async () => {
        let attempts = 0;
        const work = async (): Promise<void> => {
            attempts++;
            await dataSource.query('SELECT nothing FROM nowhere');
        };
        await expect(inOwnTransaction(dataSource, work)).rejects.toThrow();
        expect(attempts).toBe(1);
    });
});
