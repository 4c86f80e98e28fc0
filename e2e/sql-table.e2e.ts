import { afterAll, beforeAll, expect, it } from 'vitest';
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
        const second = [
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

    it('recognises a batch that is repeated, and says the same about it', async () => {
        const table = fresh();
        await target.source.query(`CREATE TABLE ${table} (sku varchar(20) PRIMARY KEY, stock int)`);
        const batch = [{ sku: 'a', stock: 1 }, { sku: 'b', stock: 'many' }, { sku: 'a', stock: 2 }];
        const first = await load(await target.loader({ table }), batch);
        const again = await load(await target.loader({ table }), batch);
        expect(await target.count(table)).toBe(1);
        expect(first.rejected).toHaveLength(2);
        expect(again.rejected.map(({ rejected }) => rejected.error.message).sort()).toEqual(
            first.rejected.map(({ rejected }) => rejected.error.message).sort(),
        );
        expect(again).toMatchObject({ created: 1 });
        // Another run is not the same.
        const other = await load(await target.loader({ table }, 'run-2'), [{ sku: 'c', stock: 1 }]);
        expect(other).toMatchObject({ created: 1 });
    });
});
