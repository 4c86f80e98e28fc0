import type { Client } from 'pg';
import { connect } from '../support/postgres';
import { ContenderInput, Measured, peakRssMb } from './contender';

/**
 * The floor: the very rows that an import left in `sourceDatabase`, written by multi-row INSERT through `pg`,
 * 1,000 rows a statement, everything in one transaction. Reading them beforehand is not timed.
 */
export async function rawInsert({ database, sourceDatabase }: ContenderInput): Promise<Measured> {
    const source = await connect(sourceDatabase!);
    const target = await connect(database);
    try {
        const tables = await tablesInInsertOrder(source);
        const loads: { table: string; columns: string[]; rows: unknown[][] }[] = [];
        for (const table of tables) {
            const load = await newRows(source, target, table);
            if (load.rows.length > 0) loads.push(load);
        }
        let statements = 0;
        const started = performance.now();
        await target.query('BEGIN');
        for (const { table, columns, rows } of loads) {
            const perStatement = Math.min(1_000, Math.floor(65_000 / columns.length));
            for (let from = 0; from < rows.length; from += perStatement) {
                await insert(target, table, columns, rows.slice(from, from + perStatement));
                statements++;
            }
        }
        await target.query('COMMIT');
        return { seconds: (performance.now() - started) / 1000, statements, transactions: 1, peakRssMb: peakRssMb() };
    } finally {
        await source.end();
        await target.end();
    }
}

async function insert(client: Client, table: string, columns: string[], rows: unknown[][]): Promise<void> {
    let parameter = 0;
    const tuples = rows.map(row => `(${row.map(() => `$${++parameter}`).join(',')})`);
    const names = columns.map(column => `"${column}"`).join(',');
    await client.query(`INSERT INTO "${table}" (${names}) VALUES ${tuples.join(',')}`, rows.flat());
}

/** Rows of the shop's tables that the source has and the target lacks; tables without an `id` are compared whole. */
async function newRows(source: Client, target: Client, table: string) {
    const all = await source.query({ text: `SELECT * FROM "${table}"`, rowMode: 'array' });
    const known = await target.query({ text: `SELECT * FROM "${table}"`, rowMode: 'array' });
    const columns = all.fields.map(field => field.name);
    const seen = new Set(known.rows.map(row => JSON.stringify(row)));
    const rows = (all.rows as unknown[][]).filter(row => !seen.has(JSON.stringify(row)));
    return { table, columns, rows: rows.map(row => row.map(value => jsonAsText(value))) };
}

const jsonAsText = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !(value instanceof Date) ? JSON.stringify(value) : value;

/** Catalog tables with those first that others point to. */
async function tablesInInsertOrder(client: Client): Promise<string[]> {
    const names = await client.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'
           AND (table_name LIKE 'product%' OR table_name LIKE 'stock_%' OR table_name LIKE 'facet%')`,
    );
    const links = await client.query<{ child: string; parent: string }>(
        `SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint WHERE contype = 'f'`,
    );
    const waiting = new Set(names.rows.map(row => row.name));
    const ordered: string[] = [];
    while (waiting.size > 0) {
        const free = [...waiting].filter(
            table => !links.rows.some(link => link.child === table && link.parent !== table && waiting.has(link.parent)),
        );
        if (free.length === 0) throw new Error(`Foreign keys form a circle: ${[...waiting].join(', ')}`);
        for (const table of free) {
            ordered.push(table);
            waiting.delete(table);
        }
    }
    return ordered;
}
