import { DataSource, Logger, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import { Article, Shop, sqlEntities } from '../../../e2e/support/sql-entities';
import { openSqlSession } from './open-sql-session';

const databaseName = 'sql_connections_spec';

describeOnEachDatabase('Statements', database => {
    let dataSource: DataSource;
    const log: [event: string, sql: string][] = [];

    beforeAll(async () => {
        await database.create(databaseName);
        dataSource = await new DataSource({
            ...database.connectionOptions(databaseName),
            entities: sqlEntities,
            logger: recorder(log),
        }).initialize();
        // Speaks to the server as to a real MySQL, which knows neither RETURNING nor MariaDB's VALUES.
        if (database.name === 'mysql') dataSource.driver.version = '8.0.36';
    });

    afterAll(async () => {
        await dataSource.destroy();
        await database.drop(databaseName);
    });

    const inTransaction = async <T>(work: (queryRunner: QueryRunner) => Promise<T>): Promise<T> => {
        const queryRunner = dataSource.createQueryRunner();
        await queryRunner.startTransaction();
        try {
            return await work(queryRunner);
        } finally {
            await queryRunner.rollbackTransaction();
            await queryRunner.release();
        }
    };

    it('are told to the logger of TypeORM, failures too', async () => {
        await inTransaction(async queryRunner => {
            const sql = await openSqlSession(queryRunner);
            log.length = 0;
            await sql.insert(sql.table(Shop), ['code'], [['a']]);
            await expect(sql.insert(sql.table(Shop), ['code'], [['a']])).rejects.toThrow();
        });
        const ours = log.filter(([, text]) => text.startsWith('INSERT INTO'));
        expect(ours.map(([event]) => event)).toEqual(['query', 'query', 'error']);
    });

    it('are one for a batch of any usual size, and none for nothing', async () => {
        await inTransaction(async queryRunner => {
            const sql = await openSqlSession(queryRunner);
            const table = sql.table(Article);
            const skus = Array.from({ length: 1_000 }, (_, index) => `sku-${index}`);
            await sql.insertReturningIds(table, ['sku'], [['warm-up']]);
            const counted = async (work: () => Promise<unknown>): Promise<number> => {
                const before = sql.statementCount;
                await work();
                return sql.statementCount - before;
            };
            expect(
                await counted(() =>
                    sql.insert(
                        table,
                        ['sku'],
                        skus.map(sku => [sku]),
                    ),
                ),
            ).toBe(1);
            expect(
                await counted(() =>
                    sql.insertReturningIds(
                        table,
                        ['sku'],
                        skus.map(sku => [sku]),
                    ),
                ),
            ).toBe(1);
            expect(await counted(() => sql.selectIn(table, ['sku'], 'sku', skus))).toBe(1);
            expect(
                await counted(() =>
                    sql.update(
                        table,
                        ['sku'],
                        ['stock'],
                        skus.map(sku => [sku, 3]),
                    ),
                ),
            ).toBe(1);
            expect(
                await counted(() =>
                    sql.delete(
                        table,
                        ['sku', 'stock'],
                        skus.map(sku => [sku, 3]),
                    ),
                ),
            ).toBe(1);
            expect(await queryRunner.manager.count(Article)).toBe(1);
            expect(
                await counted(async () => {
                    await sql.insert(table, ['sku'], []);
                    await sql.insertReturningIds(table, ['sku'], []);
                    await sql.selectIn(table, ['sku'], 'sku', []);
                    await sql.update(table, ['id'], ['sku'], []);
                    await sql.delete(table, ['id'], []);
                    await sql.link(sql.joinTable(Article, 'shops'), []);
                }),
            ).toBe(0);
        });
    });

    if (database.name === 'postgres') {
        const namedStatements = async (): Promise<string[]> =>
            inTransaction(async queryRunner => {
                const rows = (await queryRunner.query(
                    "SELECT statement FROM pg_prepared_statements WHERE name LIKE 'data_hub_%'",
                )) as { statement: string }[];
                return rows.map(({ statement }) => statement);
            });
        let last = 0;
        const insert = (): Promise<void> =>
            inTransaction(async queryRunner => {
                const sql = await openSqlSession(queryRunner);
                await sql.insert(sql.table(Article), ['sku'], [[`named-${++last}`]]);
            });

        it('keep no plan of what looks for rows: made for an empty table it would last until the table is large', async () => {
            await insert();
            await inTransaction(async queryRunner => {
                const sql = await openSqlSession(queryRunner);
                const table = sql.table(Article);
                await sql.selectIn(table, ['id'], 'sku', ['nothing']);
                await sql.update(table, ['id'], ['sku'], [[-1, 'nothing']]);
                await sql.delete(table, ['id'], [[-1]]);
                await sql.query(`SELECT 1 FROM ${table.path} WHERE ${table.column('id')} = ?`, [-1]);
            });
            const named = await namedStatements();
            expect(named.length).toBeGreaterThan(0);
            expect(named.filter(statement => !statement.startsWith('INSERT'))).toEqual([]);
        });

        it('do without names once a pooler has lost a named one', async () => {
            await insert();
            expect(await namedStatements()).not.toEqual([]);
            await dataSource.query('DEALLOCATE ALL');
            await expect(insert()).rejects.toMatchObject({ kind: 'TRANSIENT', cause: { code: '26000' } });
            await insert();
            expect(await namedStatements()).toEqual([]);
        });
    }

    if (database.name === 'mysql' || database.name === 'mariadb') {
        it('take the step between generated ids from the server', async () => {
            await inTransaction(async queryRunner => {
                await queryRunner.query('SET SESSION auto_increment_increment = 7, auto_increment_offset = 3');
                const sql = await openSqlSession(queryRunner);
                const table = sql.table(Article);
                const skus = ['a', 'b', 'c', 'd'];
                const ids = (await sql.insertReturningIds(
                    table,
                    ['sku'],
                    skus.map(sku => [sku]),
                )) as number[];
                const stored = new Map((await sql.selectIn(table, ['id', 'sku'], 'id', ids)) as [number, string][]);
                expect(ids.map(id => stored.get(id))).toEqual(skus);
                expect((ids[1] ?? 0) - (ids[0] ?? 0)).toBe(7);
            });
        });

        it('lock the rows they change and no others, however small the table', async () => {
            const ids = await inSession(dataSource, sql =>
                sql.insertReturningIds(sql.table(Article), ['sku'], [['x'], ['y'], ['z']]),
            );
            await inTransaction(async first => {
                const one = await openSqlSession(first);
                await one.update(one.table(Article), ['id'], ['stock'], [[ids[0], 1]]);
                await inTransaction(async second => {
                    await second.query('SET SESSION innodb_lock_wait_timeout = 1');
                    const two = await openSqlSession(second);
                    await two.update(two.table(Article), ['id'], ['stock'], [[ids[1], 2]]);
                });
            });
        });
    }
});

async function inSession<T>(
    dataSource: DataSource,
    work: (sql: Awaited<ReturnType<typeof openSqlSession>>) => Promise<T>,
): Promise<T> {
    const queryRunner = dataSource.createQueryRunner();
    try {
        return await work(await openSqlSession(queryRunner));
    } finally {
        await queryRunner.release();
    }
}

function recorder(log: [event: string, sql: string][]): Logger {
    return {
        logQuery: query => void log.push(['query', query]),
        logQueryError: (_error, query) => void log.push(['error', query]),
        logQuerySlow: () => undefined,
        logSchemaBuild: () => undefined,
        logMigration: () => undefined,
        log: () => undefined,
    };
}
