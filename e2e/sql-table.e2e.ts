import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { describeOnEachDatabase } from './support/each-database';
import { isFull } from './support/scale';
import { load, TargetDatabase } from './support/target-database';

const COUNT = isFull ? 100_000 : 5_000;

describeOnEachDatabase('The loader sqlTable', database => {
    let target: TargetDatabase;
    let tables = 0;
    const fresh = () => `t${++tables}`;
    const isPostgres = database.name === 'postgres';

    beforeAll(async () => (target = await TargetDatabase.open(database, 'dhs_sql_table')) && undefined);
    afterAll(() => target?.close());

    const products = (count: number, from = 0) =>
        Array.from({ length: count }, (_, n) => ({ sku: `S${from + n}`, name: `Näme "${n}" \\ \t 🎉`, stock: n }));

    const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

    it.each(['append', 'upsert', 'replace', 'truncateAndInsert'])(`writes ${COUNT} records with %s`, async mode => {
        const table = fresh();
        const settings = { table, mode, keyColumns: ['sku'], createTable: true };
        expect(await target.run(settings, products(COUNT))).toEqual({ created: COUNT, updated: 0, rejected: [] });
        expect(await target.count(table)).toBe(COUNT);
        const [row] = await target.rows(`SELECT * FROM ${table} WHERE sku = 'S7'`);
        expect(row).toMatchObject({ sku: 'S7', name: 'Näme "7" \\ \t 🎉' });
        expect(Number(row!['stock'])).toBe(7);
        expect(await target.tables()).not.toContainEqual(expect.stringMatching(/^dh_/));
    });

    it('updates rows by their key and leaves absent columns alone', async () => {
        const table = fresh();
        const settings = { table, mode: 'upsert', keyColumns: ['sku'], createTable: true };
        await target.run(settings, [
            { sku: 'a', name: 'A', stock: 1 },
            { sku: 'b', name: 'B', stock: 2 },
        ]);
        const second: JsonObject[] = [
            { sku: 'b', stock: 3 },
            { sku: 'b', name: null },
            { sku: 'c', name: '', stock: 0 },
        ];
        expect(await target.run(settings, second, { run: 'run-2' })).toEqual({ created: 1, updated: 2, rejected: [] });
        const rows = await target.rows(`SELECT sku, name, stock FROM ${table} ORDER BY sku`);
        expect(rows.map(row => ({ ...row, stock: Number(row['stock']) }))).toEqual([
            { sku: 'a', name: 'A', stock: 1 },
            { sku: 'b', name: null, stock: 3 },
            { sku: 'c', name: '', stock: 0 },
        ]);
    });

    it('takes keys for one that the database takes for one, and the later record wins', async () => {
        const text = { postgres: 'char(3)', mariadb: 'char(3)', sqlite: 'char(3) COLLATE NOCASE' };
        const spellings: [string, string | number, string | number, number][] = [
            ['decimal(8,2)', '1.0', 1, 1],
            [isPostgres ? 'uuid' : 'integer', ...keysOf(isPostgres), 1],
            // Only the database knows, and MySQL counts before it writes.
            [text[database.name as 'postgres'], 'a', isPostgres ? 'a ' : 'A', isPostgres ? 1 : 2],
        ];
        for (const [type, key, same, created] of spellings) {
            const table = fresh();
            await target.source.query(`CREATE TABLE ${table} (k ${type} PRIMARY KEY, v int)`);
            const records = [
                { k: key, v: 1 },
                { k: same, v: 2 },
                { k: key, v: 3 },
            ];
            const settings = { table, mode: 'upsert', keyColumns: ['k'] };
            expect(await target.run(settings, records)).toEqual({ created, updated: 3 - created, rejected: [] });
            expect(await target.rows(`SELECT v FROM ${table}`)).toEqual([{ v: 3 }]);
        }
    });

    it('makes tables in which keys that differ in capital letters or accents are different', async () => {
        const table = fresh();
        const settings = { table, mode: 'upsert', keyColumns: ['sku'], createTable: true };
        const records = ['a', 'A', 'ä'].map(sku => ({ sku, name: sku }));
        expect(await target.run(settings, records)).toEqual({ created: 3, updated: 0, rejected: [] });
        const rows = await target.rows(`SELECT name FROM ${table}`);
        expect(rows.map(({ name }) => name).sort()).toEqual(['A', 'a', 'ä']);
    });

    it('writes 0 into a column that counts up by itself', async () => {
        const id = { postgres: 'serial', mariadb: 'int AUTO_INCREMENT', sqlite: 'integer' }[
            database.name as 'postgres'
        ];
        for (const mode of ['append', 'upsert', 'replace', 'truncateAndInsert']) {
            const table = fresh();
            await target.source.query(`CREATE TABLE ${table} (id ${id} PRIMARY KEY, name varchar(10))`);
            await target.run({ table, mode, keyColumns: ['id'] }, [{ id: 0, name: 'all' }]);
            expect(await target.rows(`SELECT * FROM ${table}`)).toEqual([{ id: 0, name: 'all' }]);
        }
    });

    it('tells steps apart whose keys differ in capital letters only', async () => {
        const table = fresh();
        const loader = await target.loader({ table, createTable: true });
        for (const step of ['write', 'Write']) await load(loader, [{ sku: step }], 0, step);
        expect(await target.count(table)).toBe(2);
    });

    it('writes numbers and truth values into bits of MySQL', async () => {
        if (database.name !== 'mariadb') return;
        const table = fresh();
        await target.source.query(`CREATE TABLE ${table} (flag bit(1), bits bit(8) NULL)`);
        const records: JsonObject[] = [
            { flag: true, bits: 5 },
            { flag: 0, bits: null },
            { flag: '1', bits: '255' },
            { bits: 256 },
        ];
        expect(await target.run({ table }, records)).toEqual({
            created: 3,
            updated: 0,
            rejected: [expect.stringContaining('cannot hold 256: expected a whole number from 0 to 255')],
        });
        const rows = await target.rows(`SELECT flag + 0 AS flag, bits + 0 AS bits FROM ${table} ORDER BY bits`);
        expect(rows.map(({ flag, bits }) => [Number(flag), bits === null ? null : Number(bits)])).toEqual([
            [0, null],
            [1, 5],
            [1, 255],
        ]);
    });

    it('stores timestamps in UTC, to the second where the column keeps no more', async () => {
        if (database.name === 'sqlite') return;
        const table = fresh();
        const types = isPostgres ? ['timestamp', 'timestamp(0)', 'time(0)'] : ['datetime(6)', 'datetime', 'time'];
        await target.source.query(`CREATE TABLE ${table} (a ${types[0]}, b ${types[1]}, c ${types[2]})`);
        const at = '2026-12-31T23:59:59.999-02:00';
        expect(await target.run({ table }, [{ a: at, b: at, c: '09:59:59.9' }])).toMatchObject({ created: 1 });
        const text = isPostgres ? 'text' : 'char(40)';
        const [row] = await target.rows(
            `SELECT CAST(a AS ${text}) AS a, CAST(b AS ${text}) AS b, CAST(c AS ${text}) AS c FROM ${table}`,
        );
        expect(row).toEqual({
            a: isPostgres ? '2027-01-01 01:59:59.999' : '2027-01-01 01:59:59.999000',
            b: '2027-01-01 01:59:59',
            c: '09:59:59',
        });
    });

    it('appends many rows through a view and past row security', async () => {
        if (!isPostgres) return;
        const [table, view] = [fresh(), fresh()];
        const role = `dhs_writer_${process.pid}`;
        await target.source.query(`CREATE TABLE ${table} (n int)`);
        await target.source.query(`CREATE VIEW ${view} AS SELECT * FROM ${table}`);
        expect(await target.run({ table: view }, numbers(300))).toEqual({ created: 300, updated: 0, rejected: [] });
        await target.source.query(`CREATE POLICY all_rows ON ${table} USING (true)`);
        await target.source.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
        await target.source.query(`CREATE ROLE ${role} LOGIN`);
        const { user } = target.connection.config;
        try {
            await target.source.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
            target.connection.config['user'] = role;
            expect(await target.run({ table }, numbers(300))).toEqual({ created: 300, updated: 0, rejected: [] });
        } finally {
            target.connection.config['user'] = user!;
            await target.source.query(`DROP OWNED BY ${role}`);
            await target.source.query(`DROP ROLE ${role}`);
        }
        expect(await target.count(table)).toBe(600);
    });

    it('recognises a batch that is repeated, and says the same about it', async () => {
        const table = fresh();
        await target.source.query(`CREATE TABLE ${table} (sku varchar(20) PRIMARY KEY, stock int)`);
        const batch = [
            { sku: 'a', stock: 1 },
            { sku: 'b', stock: 'many' },
            { sku: 'a', stock: 2 },
        ];
        const first = await load(await target.loader({ table }), batch);
        const again = await load(await target.loader({ table }), batch);
        expect(await target.count(table)).toBe(1);
        expect(first.rejected).toHaveLength(2);
        expect(again.rejected.map(({ rejected }) => rejected.error.message).sort()).toEqual(
            first.rejected.map(({ rejected }) => rejected.error.message).sort(),
        );
        expect(again).toMatchObject({ created: 1 });
        // A worker that has lost the run comes too late.
        const late = await target.loader({ table });
        await (
            await target.loader({ table })
        ).finish!('write');
        await expect(load(late, batch)).rejects.toThrow('has finished the table');
        // Another run is not the same.
        const other = await load(await target.loader({ table }, 'run-2'), [{ sku: 'c', stock: 1 }]);
        expect(other).toMatchObject({ created: 1 });
    });

    it('shows readers all old rows or all new ones', async () => {
        for (const mode of ['replace', 'truncateAndInsert']) {
            const table = fresh();
            const settings = { table, mode, createTable: true };
            await target.run(settings, products(300), { run: 'first' });
            const loader = await target.loader(settings, 'second');
            await load(loader, products(200, 1_000), 0);
            expect(await target.count(table)).toBe(300);
            await load(loader, products(200, 1_200), 1);
            const seen = new Set<string>();
            let isDone = false;
            const reading = (async () => {
                while (!isDone) {
                    const [row] = await target.rows(`SELECT COUNT(*) AS n, MIN(sku) AS first FROM ${table}`);
                    seen.add(`${Number(row!['n'])} ${String(row!['first'])}`);
                }
            })();
            await loader.finish!('write');
            isDone = true;
            await reading;
            await loader.finish!('write');
            expect(await target.count(table)).toBe(400);
            expect([...seen].filter(each => each !== '300 S0' && each !== '400 S1000')).toEqual([]);
        }
    });

    it('leaves the table as it was when the run fails, and drops what stood beside it', async () => {
        const table = fresh();
        const settings = { table, mode: 'replace', createTable: true };
        await target.run(settings, products(3), { run: 'first' });
        const loader = await target.loader(settings, 'failing');
        await load(loader, products(100));
        expect(await target.tables()).toContainEqual(expect.stringMatching(/^dh_new_/));
        await loader.abandon!('write');
        expect(await target.count(table)).toBe(3);
        expect(await target.tables()).not.toContainEqual(expect.stringMatching(/^dh_/));
        await expect(target.loader(settings, 'failing')).rejects.toThrow('were dropped when it failed');
    });

    it('keeps columns, defaults, keys and rights of a table that is replaced', async () => {
        const table = fresh();
        const id = { postgres: 'serial', mariadb: 'int AUTO_INCREMENT', sqlite: 'integer' }[
            database.name as 'postgres'
        ];
        await target.source.query(
            `CREATE TABLE ${table} (id ${id} PRIMARY KEY, sku varchar(10) UNIQUE, price decimal(8,2) DEFAULT 1.5)`,
        );
        if (isPostgres) await target.source.query(`GRANT SELECT ON ${table} TO PUBLIC`);
        const rows: JsonObject[] = [{ sku: 'a' }, { sku: 'b', price: '2.50' }, { sku: 'b', price: 3 }];
        for (const run of ['one', 'two']) {
            const { created, rejected } = await target.run({ table, mode: 'replace' }, rows, { run });
            expect(created).toBe(2);
            expect(rejected).toEqual([expect.stringContaining('is taken already')]);
        }
        await target.source.query(`INSERT INTO ${table} (sku) VALUES ('c')`);
        const found = await target.rows(`SELECT sku, price FROM ${table} ORDER BY sku`);
        expect(found.map(({ sku, price }) => [sku, Number(price)])).toEqual([
            ['a', 1.5],
            ['b', 2.5],
            ['c', 1.5],
        ]);
        if (!isPostgres) return;
        const [rights] = await target.rows(`SELECT relacl::text FROM pg_class WHERE relname = '${table}'`);
        expect(rights!['relacl']).toContain('=r/');
    });

    it('rejects a value that a unique index of a table that is replaced has already', async () => {
        for (const mode of ['replace', 'truncateAndInsert']) {
            const table = fresh();
            await target.source.query(`CREATE TABLE ${table} (sku varchar(10), name varchar(10))`);
            await target.source.query(`CREATE UNIQUE INDEX ${target.quote(`u "${table}`)} ON ${table} (sku)`);
            const records = [
                { sku: 'a', name: 'A' },
                { sku: 'a', name: 'B' },
            ];
            expect(await target.run({ table, mode }, records)).toEqual({
                created: 1,
                updated: 0,
                rejected: [expect.stringContaining('is taken already')],
            });
            expect(await target.rows(`SELECT name FROM ${table}`)).toEqual([{ name: 'A' }]);
        }
    });

    it('keeps rights to single columns and rights that may be passed on of a table that is replaced', async () => {
        if (!isPostgres) return;
        const table = fresh();
        await target.source.query(`CREATE TABLE ${table} (sku text, "the cost" int)`);
        await target.source.query(`GRANT SELECT ("the cost"), UPDATE ("the cost") ON ${table} TO PUBLIC`);
        await target.source.query(`GRANT SELECT ON ${table} TO pg_monitor WITH GRANT OPTION`);
        const rights = () =>
            target.rows(
                `SELECT relacl::text AS acl FROM pg_class WHERE relname = '${table}'
                 UNION ALL SELECT attacl::text FROM pg_attribute
                  WHERE attrelid = '${table}'::regclass AND attnum > 0`,
            );
        const before = await rights();
        await target.run({ table, mode: 'replace' }, [{ sku: 'a' }]);
        expect(await rights()).toEqual(before);
    });

    it('refuses to replace a table that others hang on', async () => {
        if (database.name === 'sqlite') return;
        const [parent, child] = [fresh(), fresh()];
        await target.source.query(`CREATE TABLE ${parent} (id int PRIMARY KEY)`);
        await target.source.query(`CREATE TABLE ${child} (id int, FOREIGN KEY (id) REFERENCES ${parent} (id))`);
        await expect(target.loader({ table: parent, mode: 'replace' })).rejects.toThrow('has foreign keys');
        const { created } = await target.run({ table: parent, mode: 'truncateAndInsert' }, [{ id: 1 }, { id: 2 }]);
        expect(created).toBe(2);
        await target.source.query(`DROP TABLE ${child}`);
    });

    it('takes any name and any value for what it is', async () => {
        const name = `we"ird \`na'me; DROP TABLE x; -- ? $1 :a ü ${fresh()}`;
        const evil = `'); DROP TABLE "${name}"; -- \\' \\\\ $1 ? \n\r\t \\N \\.`;
        const column = 'a"b`c\'d ? $1 :p';
        const data = Array.from({ length: 250 }, (_, n) => ({
            [column]: `${evil}${n}`,
            empty: '',
            nothing: n ? null : 'x',
        }));
        for (const mode of ['append', 'upsert', 'replace', 'truncateAndInsert']) {
            const settings = {
                table: `${name.slice(0, 50)}${mode.slice(0, 3)}`,
                mode,
                keyColumns: [column],
                createTable: true,
            };
            expect(await target.run(settings, data, { run: mode })).toEqual({ created: 250, updated: 0, rejected: [] });
            expect(await target.run(settings, data.slice(0, 1), { run: `${mode} again` })).toMatchObject({
                rejected: mode === 'append' ? [expect.stringContaining('is taken already')] : [],
            });
            const rows = await target.rows(`SELECT * FROM ${target.quote(settings.table)}`);
            const found = rows.find(row => row[column] === `${evil}0`);
            expect(found).toMatchObject({ empty: '', nothing: 'x' });
            if (rows.length > 1) expect(rows.find(row => row[column] === `${evil}9`)).toMatchObject({ nothing: null });
        }
    });

    it('refuses names that databases would shorten', async () => {
        await expect(target.loader({ table: 'x'.repeat(65) })).rejects.toThrow('cannot name a table');
        await expect(target.loader({ table: '' })).rejects.toThrow('cannot name a table');
    });

    it('infers types that lose nothing', async () => {
        const table = fresh();
        const record = {
            code: '00123',
            price: '12.10',
            big: '900719925474099312',
            count: 3,
            live: true,
            day: '2026-02-28',
            at: '2026-02-28T23:30:00+02:00',
            tags: ['a', { b: 1 }],
            mixed: 1,
        };
        const settings = { table, createTable: true, typeMap: { decimal: 'decimal(20,4)' } };
        expect(await target.run(settings, [record, { mixed: 'x', code: '7' }])).toMatchObject({ created: 2 });
        const loader = await target.loader({ table }, 'other');
        const wrong = await load(loader, [
            { count: 'many' },
            { day: '2026-02-30' },
            { live: 'perhaps' },
            { price: 'abc' },
            { at: 'yesterday' },
            { surprise: 1 },
            { count: '4', mixed: 'fine' },
        ]);
        expect(wrong.created).toBe(1);
        expect(wrong.rejected.map(({ rejected }) => rejected.error.message)).toEqual([
            expect.stringMatching(/^The column "count" \(.*\) of ".*" cannot hold "many": expected a whole number\.$/),
            expect.stringContaining('cannot hold "2026-02-30": expected a date'),
            expect.stringContaining('cannot hold "perhaps": expected true or false'),
            expect.stringContaining('cannot hold "abc": expected a decimal number'),
            expect.stringContaining('cannot hold "yesterday": expected a timestamp'),
            expect.stringContaining('has no column "surprise"'),
        ]);
        const text = isPostgres ? 'text' : 'char(60)';
        const [row] = await target.rows(
            `SELECT code, CAST(price AS ${text}) AS price, CAST(big AS ${text}) AS big, CAST(day AS ${text}) AS day,
                    ${isPostgres ? "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')" : `CAST(at AS ${text})`} AS at,
                    CAST(tags AS ${text}) AS tags, mixed FROM ${table} WHERE code = '00123'`,
        );
        expect(row).toMatchObject({ code: '00123', big: '900719925474099312', day: '2026-02-28', mixed: '1' });
        expect(Number(row!['price'])).toBe(12.1);
        expect(String(row!['at'])).toMatch(/^2026-02-28 21:30:00/);
        expect(JSON.parse(String(row!['tags']))).toEqual(['a', { b: 1 }]);
    });

    it('rejects single records that the database refuses, however many there are', async () => {
        const table = fresh();
        await target.source.query(`CREATE TABLE ${table} (sku varchar(10) PRIMARY KEY, n int CHECK (n < 1000))`);
        const data = Array.from({ length: 1_005 }, (_, n) => ({ sku: `${n}`, n }));
        const result = await target.run({ table }, [...data, { sku: 'x'.repeat(11) }, { sku: null }, { n: 1 }]);
        expect(result.rejected.filter(each => each.includes('breaks a rule'))).toHaveLength(5);
        // SQLite takes texts of any length, and null for keys that are no integers.
        const isLax = database.name === 'sqlite';
        expect(result.created).toBe(isLax ? 1_003 : 1_000);
        expect(result.rejected).toHaveLength(isLax ? 5 : 8);
        if (!isLax) expect(result.rejected).toContainEqual(expect.stringContaining('a text of at most 10 characters'));
        expect(await target.count(table)).toBe(result.created);
    });

    it('runs SQL around the load once for each run, where the connection allows it', async () => {
        const [table, log] = [fresh(), fresh()];
        await target.source.query(`CREATE TABLE ${log} (what varchar(20))`);
        const say = (what: string) => [`INSERT INTO ${log} VALUES ('${what}')`];
        for (const mode of ['append', 'replace', 'truncateAndInsert']) {
            const settings = { table, mode, createTable: true, preSql: say('before'), postSql: say('after') };
            await target.run(settings, products(3), { run: mode, batchSize: 1 });
            await (
                await target.loader(settings, mode)
            ).finish!('write');
            const said = await target.rows(`SELECT what FROM ${log}`);
            expect(said.map(({ what }) => what)).toEqual(['before', 'after']);
            await target.source.query(`DELETE FROM ${log}`);
        }
        const failing = { table, mode: 'truncateAndInsert', postSql: ['INSERT INTO no_such_table VALUES (1)'] };
        await expect(target.run(failing, products(1), { run: 'failing' })).rejects.toThrow('no_such_table');
        expect(await target.count(table)).toBe(3);
        target.connection.config['allowSql'] = false;
        await expect(target.loader(failing, 'refused')).rejects.toThrow('does not allow pipelines to run SQL');
        target.connection.config['allowSql'] = true;
        await expect(target.loader({ table, postSql: ['COMMIT'] })).rejects.toThrow('ends its transactions itself');
    });

    it('plans without writing', async () => {
        const table = fresh();
        const settings = { table, mode: 'upsert', keyColumns: ['sku'], createTable: true };
        const records = products(3).map((data, index) => ({ data, origin: { step: 'read', index } }));
        const plan = async () => (await target.loader(settings, 'plan')).plan!(records, undefined, undefined as never);
        expect(await plan()).toMatchObject({ created: 3, updated: 0 });
        expect(await target.tables()).not.toContain(table);
        await target.run(settings, products(2));
        expect(await plan()).toMatchObject({ created: 1, updated: 2 });
        expect(await target.count(table)).toBe(2);
    });

    it('says what is missing before the first record', async () => {
        await expect(target.loader({ table: 'no_such' })).rejects.toThrow('There is no table "no_such"');
        await expect(target.loader({ table: 'x', mode: 'upsert' })).rejects.toThrow('needs key columns');
        const table = fresh();
        await target.source.query(`CREATE TABLE ${table} (a int, b int)`);
        const upsert = target.run({ table, mode: 'upsert', keyColumns: ['a'] }, [{ a: 1, b: 1 }]);
        await expect(upsert).rejects.toThrow(/no unique|unique/i);
    });

    it('connects to no address of the inner network unless it is allowed', async () => {
        if (database.name === 'sqlite') return;
        const refusing = await TargetDatabase.open(database, 'dhs_sql_table_inner', []);
        try {
            await expect(refusing.loader({ table: 'x' })).rejects.toMatchObject({ code: 'address-not-allowed' });
            refusing.connection.config['host'] = 'localhost';
            await expect(refusing.loader({ table: 'x' })).rejects.toThrow(/not on the public internet/);
        } finally {
            await refusing.close();
        }
    });
});

/** Two spellings of one key. */
function keysOf(areUuids: boolean): [string, string] {
    return areUuids ? ['AAAAAAAA-0000-4000-8000-000000000000', 'aaaaaaaa-0000-4000-8000-000000000000'] : ['007', '7'];
}
