import { describe, expect, it } from 'vitest';
import { DataSource, QueryFailedError } from 'typeorm';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import { Article, Shop, sqlEntities } from '../../../e2e/support/sql-entities';
import { LeaseLostError } from '../../runtime/ports';
import { UserError } from '../../sdk/errors';
import { classifyDatabaseError, classifyIfDatabaseError } from './classify-error';
import { openSqlSession } from './open-sql-session';

const driverError = (code: string, message = 'driver says'): Error => Object.assign(new Error(message), { code });

describe('classifyDatabaseError', () => {
    it.each([
        ...['40P01', '40001', '55P03', '57P01', '08006', '08P01', '53300'],
        ...['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'ECONNREFUSED'],
        ...['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_LOCKED'],
    ])('takes %s for something that may succeed later', code => {
        const error = driverError(code);
        expect(classifyDatabaseError(error)).toMatchObject({ kind: 'TRANSIENT', cause: error });
    });

    it('sees through the error that TypeORM wraps around', () => {
        const error = driverError('40P01');
        expect(classifyDatabaseError(new QueryFailedError('SELECT 1', [], error))).toMatchObject({
            kind: 'TRANSIENT',
            cause: error,
        });
    });

    it('takes an unknown statement error for a defect, with the driver error as its cause', () => {
        const error = driverError('42P01', 'relation "x" does not exist');
        expect(classifyDatabaseError(error)).toMatchObject({
            kind: 'DEFECT',
            message: 'The database refused a statement: relation "x" does not exist.',
            cause: error,
        });
    });

    it('passes on what is not from a database', () => {
        const own = new UserError('x', 'y');
        const lease = new LeaseLostError('lost');
        expect(classifyIfDatabaseError(own)).toBe(own);
        expect(classifyIfDatabaseError(lease)).toBe(lease);
        expect(classifyIfDatabaseError(driverError('ENOENT'))).not.toMatchObject({ kind: 'DEFECT' });
        expect(classifyIfDatabaseError('text')).toBe('text');
    });
});

const databaseName = 'classify_error_spec';

describeOnEachDatabase(
    'Refused values',
    database => {
        it('are the fault of the data, and name the column or the constraint', async () => {
            await database.create(databaseName);
            const dataSource = await new DataSource({
                ...database.connectionOptions(databaseName),
                entities: sqlEntities,
            }).initialize();
            try {
                const refusal = async (
                    entity: typeof Shop | typeof Article,
                    columns: string[],
                    row: unknown[],
                ): Promise<string> => {
                    const queryRunner = dataSource.createQueryRunner();
                    await queryRunner.startTransaction();
                    try {
                        const sql = await openSqlSession(queryRunner);
                        await sql.insert(sql.table(Shop), ['code'], [['taken']]);
                        const error = await sql.insert(sql.table(entity), columns, [row]).then(
                            () => 'nothing',
                            (thrown: UserError) => thrown,
                        );
                        if (typeof error === 'string') return error;
                        expect(error).toMatchObject({ kind: 'USER', hint: expect.stringMatching(/./) as string });
                        return `${error.code} ${error.message}`;
                    } finally {
                        await queryRunner.rollbackTransaction();
                        await queryRunner.release();
                    }
                };
                expect(await refusal(Shop, ['code'], ['taken'])).toMatch(
                    /^not-unique The value of .*(code|key).* is taken already/i,
                );
                expect(await refusal(Shop, ['code'], [null])).toMatch(/^value-missing A value is missing for .*code/);
                expect(await refusal(Article, ['sku', 'homeShop'], ['a', 999])).toMatch(
                    /^reference-missing A reference is broken at /,
                );
                // SQLite enforces neither lengths nor ranges.
                const refused = database.name === 'sqlite' ? /^nothing$/ : /^value-too-long A value is too long for /;
                expect(await refusal(Shop, ['code'], ['x'.repeat(21)])).toMatch(refused);
                const outOfRange =
                    database.name === 'sqlite' ? /^nothing$/ : /^value-out-of-range A number is out of range for /;
                expect(await refusal(Article, ['sku', 'stock'], ['a', 2 ** 31])).toMatch(outOfRange);
            } finally {
                await dataSource.destroy();
                await database.drop(databaseName);
            }
        });
    },
    { mysqlType: true },
);
