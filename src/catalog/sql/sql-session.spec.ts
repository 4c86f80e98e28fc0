import { DataSource, DefaultNamingStrategy, EntityTarget, ObjectLiteral, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import {
    Adjustment,
    Article,
    Everything,
    Movement,
    Sale,
    Shop,
    sqlEntities,
    UuidThing,
} from '../../../e2e/support/sql-entities';
import { openSqlSession } from './open-sql-session';
import type { SqlSession } from './sql-session';

const databaseName = 'sql_session_spec';

describeOnEachDatabase('SqlSession', database => {
    let dataSource: DataSource;
    let queryRunner: QueryRunner;
    let sql: SqlSession;

    beforeAll(async () => {
        await database.create(databaseName);
        dataSource = await new DataSource({
            ...database.connectionOptions(databaseName),
            entities: sqlEntities,
            entityPrefix: 'shop_',
            namingStrategy: new SnakeCase(),
        }).initialize();
        // Speaks to the server as to a real MySQL, which knows neither RETURNING nor MariaDB's VALUES.
        if (database.name === 'mysql') dataSource.driver.version = '8.0.36';
    });

    afterAll(async () => {
        await dataSource.destroy();
        await database.drop(databaseName);
    });

    beforeEach(async () => {
        queryRunner = dataSource.createQueryRunner();
        await queryRunner.startTransaction();
        sql = await openSqlSession(queryRunner);
        return async () => {
            await queryRunner.rollbackTransaction();
            await queryRunner.release();
        };
    });

    const find = <E extends ObjectLiteral>(entity: EntityTarget<E>): Promise<E[]> =>
        queryRunner.manager.find(entity, { order: { id: 'ASC' } as never });

    it('inserts rows that TypeORM reads back, through prefix, naming strategy and embedded columns', async () => {
        const table = sql.table(Everything);
        await sql.insert(
            table,
            ['name', 'note', 'customFields.erpId', 'customFields.isHeavy', 'isOn', 'settings', 'tags', 'wrapped'],
            [
                ['00123', null, 'E-1', true, false, { a: [1, 'ü'] }, ['x', 'y'], { deep: true }],
                ['"quoted" \\ {,} NULL', 'NULL', null, false, null, null, null, null],
            ],
        );
        const [first, second] = await find(Everything);
        expect(table.path).toContain('shop_everything');
        expect(table.column('customFields.erpId')).toContain('custom_fields_erp_id');
        expect(first).toMatchObject({
            name: '00123',
            note: null,
            customFields: { erpId: 'E-1', isHeavy: true, points: null },
            isOn: false,
            settings: { a: [1, 'ü'] },
            tags: ['x', 'y'],
            wrapped: { deep: true },
            version: 1,
        });
        expect(first?.createdAt).toBeInstanceOf(Date);
        expect(second).toMatchObject({ name: '"quoted" \\ {,} NULL', note: 'NULL', isOn: null });
    });

    it('returns generated ids in the order of the rows', async () => {
        const names = Array.from({ length: 2_500 }, (_, index) => `sku-${(index * 7919) % 2_500}`);
        const ids = await sql.insertReturningIds(
            sql.table(Article),
            ['sku'],
            names.map(name => [name]),
        );
        const stored = new Map((await find(Article)).map(article => [article.id, article.sku]));
        expect(ids.map(id => stored.get(id as number))).toEqual(names);
    });

    it('makes uuids itself and returns them in order', async () => {
        const table = sql.table(UuidThing);
        const [parent] = await sql.insertReturningIds(table, ['name'], [['parent']]);
        const ids = await sql.insertReturningIds(
            table,
            ['name', 'parent'],
            [
                ['b', parent],
                ['a', parent],
            ],
        );
        expect(await sql.selectIn(table, ['name', 'parent'], 'id', [ids[1]])).toEqual([['a', parent]]);
        await sql.update(
            table,
            ['id'],
            ['name'],
            [
                [ids[0], 'B'],
                [ids[1], 'A'],
            ],
        );
        expect(await sql.selectIn(table, ['name'], 'id', [ids[0]])).toEqual([['B']]);
    });

    it('keeps ids that the caller gives', async () => {
        expect(
            await sql.insertReturningIds(
                sql.table(Shop),
                ['id', 'code'],
                [
                    [900, 'x'],
                    [800, 'y'],
                ],
            ),
        ).toEqual([900, 800]);
    });

    it('leaves columns that are not named to their defaults', async () => {
        await sql.insert(sql.table(Article), ['sku'], [['a']]);
        expect((await find(Article))[0]).toMatchObject({ sku: 'a', stock: 7, deletedAt: null });
    });

    it('updates by key: nulls, mixed types, updatedAt and version', async () => {
        const table = sql.table(Everything);
        const ids = await sql.insertReturningIds(
            table,
            ['name', 'count', 'note', 'createdAt', 'updatedAt'],
            ['a', 'b', 'c'].map(name => [name, 1, 'old', new Date(0), new Date(0)]),
        );
        await sql.update(
            table,
            ['id'],
            ['count', 'note', 'isOn', 'happenedAt', 'settings'],
            [
                [ids[2], null, 'last', true, new Date('2026-01-02T03:04:05.678Z'), { n: 1 }],
                [ids[0], -5, null, null, null, null],
            ],
        );
        const [a, b, c] = await find(Everything);
        expect(a).toMatchObject({ name: 'a', count: -5, note: null, isOn: null, happenedAt: null, version: 2 });
        expect(b).toMatchObject({ name: 'b', count: 1, note: 'old', version: 1, updatedAt: new Date(0) });
        expect(c).toMatchObject({ count: null, note: 'last', isOn: true, settings: { n: 1 } });
        expect(c?.happenedAt).toEqual(new Date('2026-01-02T03:04:05.678Z'));
        expect(Math.abs(Date.now() - (a?.updatedAt.getTime() ?? 0))).toBeLessThan(60_000);
        expect(a?.createdAt).toEqual(new Date(0));
    });

    it('updates by text and by composite keys', async () => {
        const table = sql.table(Article);
        await sql.insert(
            table,
            ['sku', 'stock'],
            [
                ['a', 1],
                ['a', 2],
                ['b', 1],
            ],
        );
        await sql.update(
            table,
            ['sku', 'stock'],
            ['stock'],
            [
                ['a', 2, 20],
                ['b', 1, 10],
            ],
        );
        await sql.update(table, ['sku'], ['sku'], [['b', 'B']]);
        expect((await find(Article)).map(({ sku, stock }) => [sku, stock])).toEqual([
            ['a', 1],
            ['a', 20],
            ['B', 10],
        ]);
    });

    it('deletes by single and by composite keys', async () => {
        const table = sql.table(Article);
        await sql.insert(
            table,
            ['sku', 'stock'],
            [
                ['a', 1],
                ['a', 2],
                ['b', 1],
                ['c', 1],
            ],
        );
        await sql.delete(
            table,
            ['sku', 'stock'],
            [
                ['a', 2],
                ['b', 9],
            ],
        );
        await sql.delete(table, ['sku'], [['c']]);
        expect((await find(Article)).map(({ sku, stock }) => [sku, stock])).toEqual([
            ['a', 1],
            ['b', 1],
        ]);
    });

    it('selects by many values, with conditions, once per row', async () => {
        const table = sql.table(Article);
        const skus = Array.from({ length: 3_000 }, (_, index) => `sku-${index}`);
        await sql.insert(
            table,
            ['sku', 'deletedAt', 'stock'],
            skus.map((sku, index) => [sku, index % 2 ? new Date() : null, index % 4]),
        );
        const rows = await sql.selectIn(table, ['sku', 'stock'], 'sku', [...skus, ...skus, null, undefined], {
            isNull: ['deletedAt'],
            equals: { stock: 2 },
        });
        expect(rows).toHaveLength(750);
        expect(rows).toContainEqual(['sku-2', 2]);
        expect(await sql.selectIn(table, ['sku'], 'sku', ['00', 'nothing'])).toEqual([]);
    });

    it('finds text by number without taking the text for a number', async () => {
        const table = sql.table(Article);
        await sql.insert(table, ['sku'], [['00123'], ['123']]);
        expect(await sql.selectIn(table, ['sku'], 'sku', [123])).toEqual([['123']]);
    });

    it('fills the discriminator and reads only rows of the kind', async () => {
        await sql.insert(sql.table(Adjustment), ['type', 'quantity'], [['ADJUSTMENT', 5]]);
        await sql.insert(sql.table(Sale), ['type', 'quantity', 'orderCode'], [['SALE', -1, 'O1']]);
        expect((await find(Adjustment)).map(({ quantity }) => quantity)).toEqual([5]);
        expect(await sql.selectIn(sql.table(Sale), ['quantity'], 'type', ['ADJUSTMENT', 'SALE'])).toEqual([[-1]]);
        expect(await sql.selectIn(sql.table(Movement), ['quantity'], 'type', ['ADJUSTMENT', 'SALE'])).toHaveLength(2);
    });

    it('links, ignores existing links when asked, unlinks', async () => {
        const shops = await sql.insertReturningIds(sql.table(Shop), ['code'], [['s1'], ['s2']]);
        const articles = await sql.insertReturningIds(
            sql.table(Article),
            ['sku', 'homeShop'],
            [
                ['a', shops[0]],
                ['b', null],
            ],
        );
        const join = sql.joinTable(Article, 'shops');
        const [s1, s2] = shops as [number, number];
        const [a, b] = articles as [number, number];
        await sql.link(join, [
            [a, s1],
            [b, s1],
        ]);
        await sql.link(
            join,
            [
                [a, s1],
                [a, s2],
            ],
            { ignoreExisting: true },
        );
        const links = async (): Promise<unknown> =>
            (await sql.linksOf(join, [a, b])).sort((x, y) => +x[0] - +y[0] || +x[1] - +y[1]);
        expect(await links()).toEqual([
            [a, s1],
            [a, s2],
            [b, s1],
        ]);
        await sql.unlink(join, [
            [a, s1],
            [b, s2],
        ]);
        expect(await links()).toEqual([
            [a, s2],
            [b, s1],
        ]);
        expect(await sql.selectIn(sql.table(Article), ['homeShopId'], 'id', [a])).toEqual([[s1]]);
    });

    it('runs own SQL with ? for parameters and lists of any length', async () => {
        const table = sql.table(Article);
        await sql.insert(
            table,
            ['sku', 'stock'],
            [
                ['what?', 1],
                ['b', 2],
                ['c', 3],
            ],
        );
        const list = sql.inList(`a.${table.column('stock')}`, [1, 3]);
        const rows = await sql.query(
            `SELECT a.${table.column('sku')} FROM ${table.path} a WHERE ${list.sql} AND a.${table.column('sku')} <> '?' ` +
                `AND a.${table.column('sku')} = ? /* ? */`,
            [...list.parameters, 'what?'],
        );
        expect(rows).toEqual([['what?']]);
        const long = sql.inList(
            table.column('stock'),
            Array.from({ length: 40_000 }, (_, index) => index + 2),
        );
        expect(
            await sql
                .query(`SELECT COUNT(*) FROM ${table.path} WHERE ${long.sql}`, long.parameters)
                .then(([row]) => Number(row?.[0])),
        ).toBe(2);
        const none = sql.inList(table.column('stock'), []);
        expect(await sql.query(`SELECT 1 FROM ${table.path} WHERE ${none.sql}`, none.parameters)).toEqual([]);
    });

    it('refuses half numbers in integer columns and lists in text columns, on every database alike', async () => {
        const table = sql.table(Article);
        await expect(sql.insert(table, ['sku', 'stock'], [['a', 12.5]])).rejects.toMatchObject({
            kind: 'USER',
            message: 'Article.stock holds whole numbers, but got 12.5.',
        });
        await expect(sql.insert(table, ['sku'], [[['a']]])).rejects.toMatchObject({ code: 'value-not-text' });
    });

    it('names the known properties when one is unknown', () => {
        expect(() => sql.table(Article).column('skuu')).toThrow('Article has no column for the property "skuu".');
        expect(sql.table(Article).has('skuu')).toBe(false);
    });

    it('says which value is taken when a key exists already', async () => {
        await expect(sql.insert(sql.table(Shop), ['code'], [['s1'], ['s1']])).rejects.toMatchObject({
            kind: 'USER',
            code: 'not-unique',
            message: expect.stringMatching(/^The value of .+ is taken already \(/) as string,
        });
    });
});

class SnakeCase extends DefaultNamingStrategy {
    override columnName(property: string, custom: string, prefixes: string[]): string {
        return custom || [...prefixes, property].join('_').replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
    }
}
