import { benchDatabase, openRaw, RawDatabase } from '../support/raw-database';
import { ContenderInput, cpuSecondsSince, Measured, peakRssMb } from './contender';

/**
 * The floor: the very rows that an import left in `sourceDatabase`, written by plain INSERTs through the driver
 * (PostgreSQL: 1,000 rows a statement; SQLite: one prepared statement a row), everything in one transaction.
 * Reading them beforehand is not timed.
 */
export async function rawInsert(input: ContenderInput): Promise<Measured> {
    const { warmUpDatabases = [], warmUpSources = [] } = input;
    for (const [index, database] of warmUpDatabases.entries()) {
        await insertOnce({ ...input, database, sourceDatabase: warmUpSources[index] });
    }
    return insertOnce(input);
}

async function insertOnce({ server, database, sourceDatabase, part }: ContenderInput): Promise<Measured> {
    const source = await openRaw(benchDatabase(server), sourceDatabase!);
    const target = await openRaw(benchDatabase(server), database);
    try {
        const loads: { table: string; columns: string[]; rows: unknown[][] }[] = [];
        for (const table of await source.tablesInInsertOrder(part)) {
            const rows = await newRows(source, target, table);
            if (rows.length > 0) loads.push({ table, columns: await source.columns(table), rows });
        }
        let statements = 0;
        const started = performance.now();
        const cpu = process.cpuUsage();
        await target.run('BEGIN');
        for (const { table, columns, rows } of loads) statements += await target.insert(table, columns, rows);
        await target.run('COMMIT');
        const seconds = (performance.now() - started) / 1000;
        const rows = loads.reduce((sum, load) => sum + load.rows.length, 0);
        return {
            seconds,
            cpuSeconds: cpuSecondsSince(cpu),
            statements,
            transactions: 1,
            peakRssMb: peakRssMb(),
            note: `${rows} rows in ${loads.length} tables`,
        };
    } finally {
        await source.close();
        await target.close();
    }
}

/** Rows of a table that the source has and the target lacks. */
async function newRows(source: RawDatabase, target: RawDatabase, table: string): Promise<unknown[][]> {
    const known = new Set((await target.rows(`SELECT * FROM "${table}"`)).map(row => JSON.stringify(row)));
    const all = await source.rows(`SELECT * FROM "${table}"`);
    return all.filter(row => !known.has(JSON.stringify(row)));
}
