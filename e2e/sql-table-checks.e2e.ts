import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEachDatabase } from './support/each-database';
import { TargetDatabase } from './support/target-database';

describeOnEachDatabase('The loader sqlTable, before and beside its rows,', database => {
    let target: TargetDatabase;
    let tables = 0;
    const fresh = () => `t${++tables}`;
    const isPostgres = database.name === 'postgres';
    const isMariadb = database.name === 'mariadb';
    const isSqlite = database.name === 'sqlite';
    const run = (sql: string) => target.source.query(sql);

    beforeAll(async () => (target = await TargetDatabase.open(database, 'dhs_table_checks')) && undefined);
    afterAll(() => target?.close());

    it.each(['CASCADE', 'SET NULL'])(
        'refuses to empty a table where rows of others would follow (%s)',
        async action => {
            const [parent, child] = [fresh(), fresh()];
            const above = isSqlite ? '' : `, above int REFERENCES ${parent} (id) ON DELETE CASCADE`;
            await run(`CREATE TABLE ${parent} (id int PRIMARY KEY${above})`);
            await run(`CREATE TABLE ${child} (id int, FOREIGN KEY (id) REFERENCES ${parent} (id) ON DELETE ${action})`);
            await run(`INSERT INTO ${parent} (id) VALUES (1)`);
            await run(`INSERT INTO ${child} VALUES (1)`);
            for (const mode of ['truncateAndInsert', ...(isSqlite ? ['replace'] : [])]) {
                const settings = { table: parent, mode };
                await expect(target.run(settings, [{ id: 1 }])).rejects.toThrow(`the rows of "${child}"`);
            }
            expect(await target.rows(`SELECT id FROM ${child}`)).toEqual([{ id: 1 }]);
            await run(`DROP TABLE ${child}`);
            expect(await target.run({ table: parent, mode: 'truncateAndInsert' }, [{ id: 2 }])).toMatchObject({
                created: 1,
            });
            expect(await target.rows(`SELECT id FROM ${parent}`)).toEqual([{ id: 2 }]);
        },
    );

    it('refuses to empty a table of SQLite whose own rows follow: those gathered beside it would follow, too', async () => {
        if (!isSqlite) return;
        const table = fresh();
        await run(`CREATE TABLE ${table} (id int PRIMARY KEY, above int REFERENCES ${table} (id) ON DELETE CASCADE)`);
        await expect(target.loader({ table, mode: 'truncateAndInsert' })).rejects.toThrow(`the rows of "${table}"`);
    });

    it('refuses to replace a table of PostgreSQL with row security, also when it has no policy', async () => {
        if (!isPostgres) return;
        const table = fresh();
        await run(`CREATE TABLE ${table} (id int)`);
        await run(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
        await expect(target.loader({ table, mode: 'replace' })).rejects.toThrow('has row security');
    });

    it('takes only a unique index for a key that holds for whole columns of every row', async () => {
        const isTaken = async (columns: string, index: string, keyColumns: string[]): Promise<boolean> => {
            const table = fresh();
            await run(`CREATE TABLE ${table} (${columns})`);
            if (index) await run(`CREATE UNIQUE INDEX u_${table} ON ${table} ${index}`);
            const refusal = await target.loader({ table, mode: 'upsert', keyColumns }).catch((thrown: Error) => thrown);
            if (!(refusal instanceof Error)) return true;
            expect(refusal.message).toContain('no unique index has exactly these columns');
            return false;
        };
        const columns = 'sku varchar(20), shop int, v int';
        expect(await isTaken(columns, '', ['sku'])).toBe(false);
        expect(await isTaken(columns, '(sku, shop)', ['sku'])).toBe(false);
        expect(await isTaken(columns, isMariadb ? '(sku(3))' : '(sku) WHERE v > 0', ['sku'])).toBe(false);
        expect(await isTaken(columns, '(sku, shop)', ['shop', 'sku'])).toBe(true);
        expect(await isTaken(`${columns}, PRIMARY KEY (shop, sku)`, '', ['sku', 'shop'])).toBe(true);
        expect(await isTaken('id integer PRIMARY KEY, v int', '', ['id'])).toBe(true);
        if (isMariadb) return;
        expect(await isTaken(columns, '(lower(sku))', ['sku'])).toBe(false);
    });

    it('updates rows through a view of PostgreSQL', async () => {
        if (!isPostgres) return;
        const table = fresh();
        await run(`CREATE TABLE ${table} (sku text PRIMARY KEY, v int)`);
        await run(`CREATE VIEW v_${table} AS SELECT * FROM ${table}`);
        const settings = { table: `v_${table}`, mode: 'upsert', keyColumns: ['sku'] };
        const records = [
            { sku: 'a', v: 1 },
            { sku: 'a', v: 2 },
        ];
        expect(await target.run(settings, records)).toMatchObject({ created: 1, updated: 1, rejected: [] });
    });

    it('names the table of the step, and the column, in what the database refuses', async () => {
        for (const mode of ['replace', 'truncateAndInsert']) {
            const table = fresh();
            await run(`CREATE TABLE ${table} (sku int UNIQUE)`);
            const { rejected } = await target.run({ table, mode }, [{ sku: 1 }, { sku: 1 }]);
            expect(rejected).toEqual([expect.stringContaining(isMariadb ? 'the key sku' : `${table}.sku is taken`)]);
        }
        if (!isMariadb) return;
        const table = fresh();
        await run(`CREATE TABLE ${table} (at timestamp NULL)`);
        const { rejected } = await target.run({ table }, [{ at: '1960-01-01T00:00:00Z' }]);
        expect(rejected).toEqual([expect.stringContaining('does not fit the type of at (')]);
    });

    it('takes names of as many letters as the database does, of whatever alphabet', async () => {
        const [column, table] = ['Ж'.repeat(isMariadb ? 64 : 31), fresh()];
        expect(await target.run({ table, createTable: true }, [{ [column]: 1 }])).toMatchObject({ created: 1 });
        expect(Object.keys((await target.rows(`SELECT * FROM ${table}`))[0]!)).toEqual([column]);
        const longer = target.run({ table: fresh(), createTable: true }, [{ [`${column}ЖЖ`]: 1 }]);
        await expect(longer).rejects.toThrow(isMariadb ? 'has 1 to 64 characters' : 'has 1 to 63 bytes');
    });

    it('finds a table of SQLite whose name is written in other letters', async () => {
        if (!isSqlite) return;
        await run(`CREATE TABLE Stock (sku int)`);
        expect(await target.run({ table: 'stock', mode: 'replace' }, [{ sku: 1 }])).toMatchObject({ created: 1 });
        expect(await target.rows('SELECT * FROM Stock')).toEqual([{ sku: 1 }]);
    });
});
