import fc from 'fast-check';
import { DataSource, In } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import { Colour, Everything, PostgresOnly, sqlEntities } from '../../../e2e/support/sql-entities';
import { openSqlSession } from './open-sql-session';

const databaseName = 'sql_round_trip_spec';

describeOnEachDatabase('Values come back as they went in', database => {
    let dataSource: DataSource;
    /** The driver of MySQL makes other numbers of 16 digits, and TypeORM leaves them so. */
    const isReadExactly = ({ path }: { path: string }) => path !== 'ratio' || !/^(mysql|mariadb)$/.test(database.name);

    beforeAll(async () => {
        await database.create(databaseName);
        const entities = database.name === 'postgres' ? [...sqlEntities, PostgresOnly] : sqlEntities;
        dataSource = await new DataSource({ ...database.connectionOptions(databaseName), entities }).initialize();
        // Speaks to the server as to a real MySQL, which knows neither RETURNING nor MariaDB's VALUES.
        if (database.name === 'mysql') dataSource.driver.version = '8.0.36';
    });

    afterAll(async () => {
        await dataSource.destroy();
        await database.drop(databaseName);
    });

    it('through insert, select, update and select again, and as TypeORM itself reads them', async () => {
        const batches = fc.array(fc.tuple(anyRow, anyRow), { minLength: 1, maxLength: 30 });
        await fc.assert(
            fc.asyncProperty(batches, async rows => {
                const queryRunner = dataSource.createQueryRunner();
                await queryRunner.startTransaction();
                try {
                    const sql = await openSqlSession(queryRunner);
                    const table = sql.table(Everything);
                    const read = async (ids: unknown[]): Promise<unknown[][]> => {
                        const found = await sql.selectIn(table, ['id', ...columns], 'id', ids);
                        const byId = new Map(found.map(row => [row[0], row.slice(1)]));
                        return ids.map(id => byId.get(id) ?? []);
                    };
                    const ids = await sql.insertReturningIds(
                        table,
                        columns,
                        rows.map(([before]) => before),
                    );
                    expect((await read(ids)).map(comparable)).toEqual(rows.map(([before]) => comparable(before)));

                    await sql.update(
                        table,
                        ['id'],
                        columns,
                        rows.map(([, after], index) => [ids[index], ...after]),
                    );
                    const updated = await read(ids);
                    expect(updated.map(comparable)).toEqual(rows.map(([, after]) => comparable(after)));

                    const entities = await queryRunner.manager.findBy(Everything, { id: In(ids) });
                    const byId = new Map(entities.map(entity => [entity.id, entity]));
                    const readByBoth = columns.map((path, at) => ({ path, at })).filter(isReadExactly);
                    expect(updated.map(row => readByBoth.map(({ at }) => row[at]))).toEqual(
                        ids.map(id =>
                            readByBoth.map(({ path }) => valueAt(byId.get(id as number) as Everything, path)),
                        ),
                    );
                } finally {
                    await queryRunner.rollbackTransaction();
                    await queryRunner.release();
                }
            }),
            { numRuns: 40 },
        );
    });

    it('in a text as long as a document', async () => {
        const queryRunner = dataSource.createQueryRunner();
        await queryRunner.startTransaction();
        try {
            const sql = await openSqlSession(queryRunner);
            const table = sql.table(Everything);
            const rows = Array.from({ length: 400 }, (_, index) => [`${index}`, `'"\\${'ü€😀'.repeat(7_000)}${index}`]);
            const ids = await sql.insertReturningIds(table, ['name', 'note'], rows);
            const found = new Map((await sql.selectIn(table, ['id', 'note'], 'id', ids)) as [number, string][]);
            expect(rows.every(([, note], index) => found.get(ids[index] as number) === note)).toBe(true);
        } finally {
            await queryRunner.rollbackTransaction();
            await queryRunner.release();
        }
    });

    if (database.name === 'postgres') {
        it('in the types that only PostgreSQL has', async () => {
            const queryRunner = dataSource.createQueryRunner();
            await queryRunner.startTransaction();
            try {
                const sql = await openSqlSession(queryRunner);
                const table = sql.table(PostgresOnly);
                const paths = ['colour', 'sizes', 'words', 'document', 'zonedAt', 'bytes', 'currency'];
                const zonedAt = new Date('2026-03-29T01:30:00.123Z');
                const full = [
                    Colour.Green,
                    [3, -1],
                    ['a "b"', 'c\\,{}'],
                    { x: [null] },
                    zonedAt,
                    Buffer.from('ü\0'),
                    'EUR',
                ];
                const empty = [null, [], null, null, null, null, null];
                const ids = await sql.insertReturningIds(table, paths, [full, empty]);
                expect(await sql.selectIn(table, paths, 'id', [ids[0]])).toEqual([full]);
                expect(await sql.selectIn(table, paths, 'id', [ids[1]])).toEqual([empty]);
                await sql.update(table, ['id'], paths, [
                    [ids[0], ...empty],
                    [ids[1], ...full],
                ]);
                expect(await sql.selectIn(table, paths, 'id', [ids[1]])).toEqual([full]);
                expect(await sql.selectIn(table, ['id'], 'colour', [Colour.Green])).toEqual([[ids[1]]]);
            } finally {
                await queryRunner.rollbackTransaction();
                await queryRunner.release();
            }
        });
    }
});

const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }).filter(value => !value.includes('\0')),
    fc.constantFrom(
        '',
        'NULL',
        'null',
        "it's",
        '\\',
        '\\\\"',
        '{a,b}',
        '?',
        '$1',
        ' padded ',
        '00123',
        'Ünïcödé 😀 漢字',
    ),
);
const json = fc.dictionary(
    fc.string({ maxLength: 8 }).filter(key => key !== '__proto__'),
    fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text, { maxLength: 3 })),
    { maxKeys: 4 },
);
const date = fc.date({ min: new Date('1000-01-02'), max: new Date('9998-01-01'), noInvalidDate: true });
const ofSixteenDigits = fc
    .tuple(fc.integer({ min: 9_000_000, max: 9_999_999 }), fc.integer({ min: 0, max: 999_999_999 }), fc.nat(12))
    .map(([head, tail, decimals]) => Number(`${head}${String(tail).padStart(9, '0')}e-${decimals}`));
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
    fc.option(arbitrary, { nil: null, freq: 4 });

/** Property path, values, and what makes the drivers' spellings of equal values equal. */
const fields: [path: string, values: fc.Arbitrary<unknown>, comparable?: (value: unknown) => unknown][] = [
    ['name', text],
    ['note', nullable(text)],
    ['count', nullable(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))],
    ['big', nullable(fc.maxSafeInteger().map(String)), value => (typeof value === 'number' ? String(value) : value)],
    [
        'amount',
        nullable(fc.integer({ min: -1e9, max: 1e9 }).map(n => (n / 1000).toFixed(3))),
        value => (value === null ? null : Number(value)),
    ],
    [
        'ratio',
        nullable(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), ofSixteenDigits).map(n => n || 0)),
    ],
    ['isOn', nullable(fc.boolean())],
    ['happenedAt', nullable(date)],
    ['day', nullable(date.map(value => value.toISOString().slice(0, 10)))],
    ['settings', nullable(json)],
    ['document', nullable(json)],
    ['tags', nullable(fc.array(fc.stringMatching(/^[a-zü"\\']{1,5}$/), { maxLength: 3 }))],
    ['wrapped', nullable(json)],
    ['customFields.erpId', nullable(text)],
    ['customFields.isHeavy', fc.boolean()],
    ['customFields.points', nullable(fc.integer({ min: -5, max: 5 }))],
];
const columns = fields.map(([path]) => path);
const anyRow = fc.tuple(...fields.map(([, values]) => values));

function comparable(row: unknown[]): unknown[] {
    return row.map((value, index) => (fields[index]?.[2] ?? ((same: unknown) => same))(value));
}

function valueAt(entity: object, path: string): unknown {
    return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], entity);
}
