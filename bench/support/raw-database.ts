import Database from 'better-sqlite3';
import { copyFileSync } from 'node:fs';
import mysql from 'mysql2/promise';
import { Client } from 'pg';
import { allDatabases, TestDatabase } from '../../e2e/support/databases';

/**
 * A database without any layer above its driver: the floor that imports are measured against. Identifiers stand in double
 * quotes on all of them.
 */
export interface RawDatabase {
    readonly dialect: 'postgres' | 'mysql' | 'sqlite';
    /** `column` is one of `values`, as the fastest condition of the driver, for `rows` with `parameters`. */
    isOneOf(column: string, values: readonly unknown[]): { sql: string; parameters: unknown[] };
    rows(sql: string, parameters?: unknown[]): Promise<unknown[][]>;
    columns(table: string): Promise<string[]>;
    /** Tables of a part of the shop, each after those that it points to. */
    tablesInInsertOrder(part?: ShopPart): Promise<string[]>;
    run(sql: string): Promise<void>;
    /** Runs a statement once for each row of parameters; on SQLite it is prepared once. */
    runEach(sql: string, rows: readonly unknown[][]): Promise<void>;
    /** The fastest plain INSERT of the driver; resolves with the number of statements. */
    insert(table: string, columns: string[], rows: unknown[][]): Promise<number>;
    close(): Promise<void>;
}

export function benchDatabase(name: string): TestDatabase {
    const found = allDatabases.find(database => database.name === name);
    if (!found) throw new Error(`Unknown database ${name}.`);
    return found;
}

/**
 * Makes each of `to` an exact copy of `from`, and has the server look at its tables: whoever works on the copy may find statistics,
 * as in a shop that has been there for a while. SQLite keeps none of its own accord.
 */
export async function copyDatabase(database: TestDatabase, from: string, ...to: string[]): Promise<void> {
    for (const name of to) await copyOnce(database, from, name);
}

async function copyOnce(database: TestDatabase, from: string, to: string): Promise<void> {
    await database.create(to);
    const options = database.connectionOptions(from);
    const { database: source } = options;
    const { database: copy } = database.connectionOptions(to);
    switch (options.type) {
        case 'better-sqlite3':
            copyFileSync(String(source), String(copy));
            return;
        case 'postgres': {
            await database.drop(to);
            const client = await pgClient({ ...options, database: 'postgres' });
            await client
                .query(`CREATE DATABASE "${String(copy)}" TEMPLATE "${String(source)}"`)
                .finally(() => client.end());
            const onCopy = await pgClient({ ...options, database: copy });
            await onCopy.query('ANALYZE').finally(() => onCopy.end());
            return;
        }
        default:
            await copyMysql(await mysqlConnection(database.connectionOptions(to)), String(source));
    }
}

async function copyMysql(copy: mysql.Connection, source: string): Promise<void> {
    try {
        await copy.query('SET foreign_key_checks = 0');
        const tables = await rowsOf(copy, `SHOW FULL TABLES FROM "${source}" WHERE Table_type = 'BASE TABLE'`);
        for (const [table] of tables) {
            const [[, definition] = []] = await rowsOf(copy, `SHOW CREATE TABLE "${source}"."${String(table)}"`);
            await copy.query(String(definition));
            await copy.query(`INSERT INTO "${String(table)}" SELECT * FROM "${source}"."${String(table)}"`);
            await copy.query(`ANALYZE TABLE "${String(table)}"`);
        }
    } finally {
        await copy.end();
    }
}

export async function openRaw(database: TestDatabase, databaseName: string): Promise<RawDatabase> {
    const options = database.connectionOptions(databaseName);
    switch (options.type) {
        case 'better-sqlite3':
            return sqlite(String(options.database));
        case 'postgres':
            return postgres(await pgClient(options));
        default:
            return mysqlDatabase(await mysqlConnection(options));
    }
}

async function pgClient(options: object): Promise<Client> {
    const { username: user, ...rest } = options as ServerOptions;
    const { host, port, password, database } = rest;
    const client = new Client({ host, port, user, database, ...(password ? { password } : {}) });
    await client.connect();
    return client;
}

/** Dates as text, because a Date would lose their microseconds; `"` quotes names, as everywhere else. */
async function mysqlConnection(options: object): Promise<mysql.Connection> {
    const { host, port, username: user, password, database } = options as ServerOptions;
    const connection = await mysql.createConnection({
        ...{ host, port, user, database, dateStrings: true },
        ...(password ? { password } : {}),
    });
    await connection.query("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
    return connection;
}

interface ServerOptions {
    host: string;
    port: number;
    username: string;
    password?: string;
    database: string;
}

const PARTS = {
    catalog: `(name LIKE 'product%' OR name LIKE 'stock_%' OR name LIKE 'facet%')`,
    customers: `(name LIKE 'customer%' OR name LIKE 'user%' OR name IN ('address', 'authentication_method', 'history_entry'))`,
};
export type ShopPart = keyof typeof PARTS;

const ROWS_PER_STATEMENT = 1_000;

function postgres(client: Client): RawDatabase {
    return {
        dialect: 'postgres',
        isOneOf: (column, values) => ({ sql: `${column} = ANY($1)`, parameters: [values] }),
        rows: async (text, values) =>
            (await client.query<unknown[]>({ text, values: values ?? [], rowMode: 'array' })).rows,
        columns: async table =>
            (await client.query(`SELECT * FROM "${table}" LIMIT 0`)).fields.map(column => column.name),
        async tablesInInsertOrder(part = 'catalog') {
            const names = await client.query<{ name: string }>(
                `SELECT * FROM (SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public') t WHERE ${PARTS[part]}`,
            );
            const links = await client.query<{ child: string; parent: string }>(
                `SELECT trim('"' FROM conrelid::regclass::text) AS child, trim('"' FROM confrelid::regclass::text) AS parent FROM pg_constraint WHERE contype = 'f'`,
            );
            return parentsFirst(
                names.rows.map(row => row.name),
                links.rows,
            );
        },
        run: async sql => void (await client.query(sql)),
        async runEach(sql, rows) {
            for (const row of rows) await client.query(sql, row);
        },
        async insert(table, columns, rows) {
            const size = Math.min(ROWS_PER_STATEMENT, Math.floor(65_000 / columns.length));
            let statements = 0;
            for (let from = 0; from < rows.length; from += size, statements++) {
                const chunk = rows.slice(from, from + size);
                let parameter = 0;
                const tuples = chunk.map(row => `(${row.map(() => `$${++parameter}`).join(',')})`);
                await client.query(`${insertInto(table, columns)} ${tuples.join(',')}`, chunk.flat());
            }
            return statements;
        },
        close: () => client.end(),
    };
}

/** The driver writes the values into the text of the statement: one round trip, and no limit of placeholders. */
function mysqlDatabase(connection: mysql.Connection): RawDatabase {
    return {
        dialect: 'mysql',
        isOneOf: (column, values) => ({ sql: `${column} IN (?)`, parameters: [values] }),
        rows: (sql, parameters = []) => rowsOf(connection, sql, parameters),
        columns: async table =>
            (await rowsOf(connection, `SHOW COLUMNS FROM "${table}"`)).map(([name]) => String(name)),
        async tablesInInsertOrder(part = 'catalog') {
            const names = await rowsOf(
                connection,
                `SELECT * FROM (SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()) t WHERE ${PARTS[part]}`,
            );
            const links = await rowsOf(
                connection,
                `SELECT table_name, referenced_table_name FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()`,
            );
            return parentsFirst(
                names.map(([name]) => String(name)),
                links.map(([child, parent]) => ({ child: String(child), parent: String(parent) })),
            );
        },
        run: async sql => void (await connection.query(sql)),
        async runEach(sql, rows) {
            for (const row of rows) await connection.query(sql, row);
        },
        async insert(table, columns, rows) {
            let statements = 0;
            for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT, statements++) {
                await connection.query(`${insertInto(table, columns)} ?`, [
                    rows.slice(from, from + ROWS_PER_STATEMENT),
                ]);
            }
            return statements;
        },
        close: () => connection.end(),
    };
}

async function rowsOf(connection: mysql.Connection, sql: string, values: unknown[] = []): Promise<unknown[][]> {
    const [rows] = await connection.query({ sql, values, rowsAsArray: true });
    return rows as unknown as unknown[][];
}

/** better-sqlite3 is fastest with one prepared statement run per row inside a transaction. */
function sqlite(file: string): RawDatabase {
    const db = new Database(file);
    db.pragma('foreign_keys = ON');
    return {
        dialect: 'sqlite',
        isOneOf: (column, values) => ({
            sql: `${column} IN (${values.map(() => '?').join(',')})`,
            parameters: [...values],
        }),
        rows: async (sql, parameters = []) =>
            db
                .prepare(sql)
                .raw()
                .all(...parameters) as unknown[][],
        columns: async table =>
            db
                .prepare(`SELECT * FROM "${table}" LIMIT 0`)
                .columns()
                .map(column => column.name),
        async tablesInInsertOrder(part = 'catalog') {
            const names = db
                .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND ${PARTS[part]}`)
                .pluck()
                .all() as string[];
            const links = names.flatMap(child =>
                (db.pragma(`foreign_key_list("${child}")`) as { table: string }[]).map(link => ({
                    child,
                    parent: link.table,
                })),
            );
            return parentsFirst(names, links);
        },
        run: async sql => void db.exec(sql),
        async runEach(sql, rows) {
            const statement = db.prepare(sql);
            for (const row of rows) statement.run(...row);
        },
        async insert(table, columns, rows) {
            const statement = db.prepare(`${insertInto(table, columns)} (${columns.map(() => '?').join(',')})`);
            for (const row of rows) statement.run(row);
            return rows.length;
        },
        close: async () => void db.close(),
    };
}

const insertInto = (table: string, columns: string[]): string =>
    `INSERT INTO "${table}" (${columns.map(column => `"${column}"`).join(',')}) VALUES`;

function parentsFirst(tables: string[], links: { child: string; parent: string }[]): string[] {
    const waiting = new Set(tables);
    const ordered: string[] = [];
    while (waiting.size > 0) {
        const free = [...waiting].filter(
            table => !links.some(link => link.child === table && link.parent !== table && waiting.has(link.parent)),
        );
        if (free.length === 0) throw new Error(`Foreign keys form a circle: ${[...waiting].join(', ')}`);
        ordered.push(...free);
        for (const table of free) waiting.delete(table);
    }
    return ordered;
}
