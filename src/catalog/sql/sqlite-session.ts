import type { QueryRunner } from 'typeorm';
import { BaseSqlSession, FixedCondition, Inserted, InsertMode, Rows } from './base-session';
import { chunksOf, listsOf } from './chunks';
import { Column, encodeFlat, sqliteInstant } from './column';
import { encodeVarying, type InsertInput } from './insert-input';
import type { SqlCondition } from './sql-session';
import { DriverConnection, Piece, RunResult, Statements, Written } from './statements';
import { CompiledTable } from './table';

/** SQLite through better-sqlite3. */
export class SqliteSession extends BaseSqlSession {
    readonly dialect = 'sqlite';

    static async open(queryRunner: QueryRunner): Promise<SqliteSession> {
        const database = (await queryRunner.connect()) as BetterSqlite3Database;
        return new SqliteSession(queryRunner, new Statements(queryRunner, new SqliteConnection(database)));
    }

    query(sql: string, parameters: readonly unknown[] = []): Promise<unknown[][]> {
        return this.statements.rows(sql, parameters.map(bindable));
    }

    inList(column: string, values: readonly unknown[]): SqlCondition {
        if (values.length === 0) return { sql: '1 = 0', parameters: [] };
        if (values.length <= maxListed) {
            return { sql: `${column} IN (${placeholders(values.length)})`, parameters: [...values] };
        }
        // One parameter, however long the list.
        return { sql: `${column} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(values)] };
    }

    protected async insertRows(
        table: CompiledTable,
        { varying, constants, rows }: InsertInput,
        mode: InsertMode,
    ): Promise<Inserted> {
        const names = [...constants, ...varying].map(({ column }) => column.name).join(', ');
        const select = constants.length > 0 ? `SELECT ${constants.map(() => '?, ').join('')}u.* FROM (` : '';
        // WHERE tells the parser that ON CONFLICT is no condition of a join.
        const end = (select && ') u WHERE TRUE') + (mode === 'MISSING' ? ' ON CONFLICT DO NOTHING' : '');
        const values = constants.map(({ value }) => value);
        const inserted: Inserted = { ids: [], added: 0 };
        // One text for all pieces of a size: it is long, and hashed to find the statement.
        const texts = new Map<number, string>();
        const textFor = (count: number): string => {
            let text = texts.get(count);
            if (text === undefined) {
                text = `INSERT INTO ${table.path} (${names}) ${select}VALUES ${tuples(varying.length, count)}${end}`;
                texts.set(count, text);
            }
            return text;
        };
        const pieces = piecesOf(rows, varying.length, values.length).map(piece => ({
            sql: textFor(piece.length),
            parameters: () => encodeVarying(varying, piece, values),
            // Nobody else can write while the statement runs, so its ids are consecutive and this is the last of them.
            done({ lastInsertRowid, changes }: Written) {
                inserted.added += changes;
                const first = Number(lastInsertRowid) - piece.length + 1;
                if (mode === 'IDS') for (let index = 0; index < piece.length; index++) inserted.ids.push(first + index);
            },
        }));
        await this.statements.together(pieces);
        return inserted;
    }

    protected async updateRows(
        table: CompiledTable,
        keys: readonly Column[],
        sets: readonly Column[],
        automatic: readonly string[],
        rows: Rows,
    ): Promise<void> {
        const columns = [...keys, ...sets];
        const assignments = sets.map((column, index) => `${column.name} = u.column${keys.length + index + 1}`);
        const match = keys.map((key, index) => `${table.path}.${key.name} = u.column${index + 1}`).join(' AND ');
        for (const chunk of chunksOf(rows, limitsFor(columns.length))) {
            await this.statements.run(
                `UPDATE ${table.path} SET ${[...assignments, ...automatic].join(', ')} ` +
                    `FROM (VALUES ${tuples(columns.length, chunk.length)}) AS u WHERE ${match}`,
                encodeFlat(columns, chunk),
            );
        }
    }

    protected async deleteRows(table: CompiledTable, keys: readonly Column[], rows: Rows): Promise<void> {
        const names = keys.map(key => key.name).join(', ');
        for (const chunk of chunksOf(rows, limitsFor(keys.length))) {
            await this.statements.run(
                `DELETE FROM ${table.path} WHERE (${names}) IN (VALUES ${tuples(keys.length, chunk.length)})`,
                encodeFlat(keys, chunk),
            );
        }
    }

    protected async selectRows(
        table: CompiledTable,
        columns: readonly Column[],
        column: Column,
        values: readonly unknown[],
        fixed: readonly FixedCondition[],
    ): Promise<unknown[][]> {
        const select = `SELECT ${columns.map(({ name }) => name).join(', ')} FROM ${table.path} WHERE ${column.name} IN `;
        const found: unknown[][] = [];
        for (const chunk of listsOf(values, selectLimits)) {
            const wanted = chunk.map(column.encode);
            const isShort = wanted.length < maxInJson && wanted.every(value => typeof value === 'number');
            const parameters = isShort ? [JSON.stringify(wanted)] : filledUp(wanted);
            const list = isShort ? '(SELECT value FROM json_each(?))' : `(${placeholders(parameters.length)})`;
            const conditions = fixed.map(condition => ` AND ${condition(value => (parameters.push(value), '?'))}`);
            const rows = await this.statements.rows(select + list + conditions.join(''), parameters);
            if (chunk.length === values.length) return rows;
            for (const row of rows) found.push(row);
        }
        return found;
    }

    /** What TypeORM's own updates write: seconds, as text. */
    protected now(): string {
        return 'CURRENT_TIMESTAMP';
    }
}

const maxParameters = 32_766;
/** Shorter lists are listed, so that a query may hold several of them. */
const maxListed = 1_000;
/** Fewer ids go in one parameter: a statement that stays the same needs no parsing, which costs more than finding so few rows. */
const maxInJson = 1_000;
const selectLimits = { maxRows: 20_000, maxChars: 16_000_000 };

function limitsFor(columns: number): { maxRows: number; maxChars: number } {
    return { maxRows: Math.min(1_000, Math.floor(maxParameters / columns)), maxChars: 16_000_000 };
}

/**
 * The library is in the process, so a statement costs no round trip but has to be parsed, and one of some thousand
 * placeholders longer than it takes to run it. Pieces of few sizes make few texts, which stay prepared.
 */
function piecesOf(rows: Rows, columns: number, constants: number): Rows[] {
    const pieces: Rows[] = [];
    let from = 0;
    for (const size of PIECES) {
        if (size > 1 && size * columns + constants > maxParameters) continue;
        for (; from + size <= rows.length; from += size) pieces.push(rows.slice(from, from + size));
    }
    return pieces;
}

const PIECES = [250, 25, 1];

/** To one of few lengths, with NULL, which no value equals: the text of the statement stays prepared from batch to batch. */
function filledUp(values: readonly unknown[]): unknown[] {
    const step = values.length > LIST_STEP ? LIST_STEP : SHORT_LIST_STEP;
    const filled = [...values];
    while (filled.length % step > 0) filled.push(null);
    return filled;
}

const LIST_STEP = 250;
const SHORT_LIST_STEP = 10;

function placeholders(count: number): string {
    return '?, '.repeat(count - 1) + '?';
}

function tuples(columns: number, rows: number): string {
    return `(${placeholders(columns)}),`.repeat(rows - 1) + `(${placeholders(columns)})`;
}

/** better-sqlite3 takes neither booleans nor Dates; both are stored as TypeORM stores them. */
function bindable(value: unknown): unknown {
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (value instanceof Date) return sqliteInstant(value);
    return value === undefined ? null : value;
}

interface BetterSqlite3Database {
    prepare(sql: string): BetterSqlite3Statement;
}

interface BetterSqlite3Statement {
    readonly reader: boolean;
    raw(): BetterSqlite3Statement;
    all(parameters: readonly unknown[]): unknown[][];
    run(parameters: readonly unknown[]): Written;
}

class SqliteConnection implements DriverConnection {
    private readonly prepared: Map<string, BetterSqlite3Statement>;

    constructor(private readonly database: BetterSqlite3Database) {
        let prepared = preparedStatements.get(database);
        if (!prepared) preparedStatements.set(database, (prepared = new Map<string, BetterSqlite3Statement>()));
        this.prepared = prepared;
    }

    async rows(sql: string, parameters: readonly unknown[]): Promise<unknown[][]> {
        const statement = this.statement(sql);
        if (statement.reader) return statement.all(parameters);
        statement.run(parameters);
        return [];
    }

    async run(sql: string, parameters: readonly unknown[]): Promise<RunResult> {
        return { insertId: this.statement(sql).run(parameters).lastInsertRowid };
    }

    write({ sql, parameters, done }: Piece): void {
        done(this.statement(sql).run(parameters()));
    }

    private statement(sql: string): BetterSqlite3Statement {
        let statement = this.prepared.get(sql);
        if (statement) {
            this.prepared.delete(sql);
        } else {
            statement = this.database.prepare(sql);
            if (statement.reader) statement.raw();
        }
        this.prepared.set(sql, statement);
        // The map keeps insertion order and hits move to its end: the first entry is the one unused for longest.
        const [oldest] = this.prepared.size > maxPrepared ? this.prepared.keys() : [];
        if (oldest !== undefined) this.prepared.delete(oldest);
        return statement;
    }
}

const maxPrepared = 300;
const preparedStatements = new WeakMap<BetterSqlite3Database, Map<string, BetterSqlite3Statement>>();
