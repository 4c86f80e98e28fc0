import type { QueryRunner } from 'typeorm';
import { BaseSqlSession, FixedCondition, Inserted, InsertMode, Rows } from './base-session';
import { chunksOf, listsOf } from './chunks';
import { Column, encodeFlat } from './column';
import { ascendingIds } from './ids';
import type { InsertInput } from './insert-input';
import type { SqlCondition } from './sql-session';
import { DriverConnection, RunResult, Statements } from './statements';
import { CompiledTable } from './table';

/** MySQL and MariaDB through mysql2. */
export class MysqlSession extends BaseSqlSession {
    readonly dialect = 'mysql';
    private readonly mariaDb: MariaDbAbilities;
    private step: number | undefined;

    private constructor(queryRunner: QueryRunner, statements: Statements) {
        super(queryRunner, statements);
        this.mariaDb = mariaDbAbilities(queryRunner.connection.driver.version ?? '');
    }

    static async open(queryRunner: QueryRunner): Promise<MysqlSession> {
        const connection = (await queryRunner.connect()) as Mysql2Connection;
        return new MysqlSession(queryRunner, new Statements(queryRunner, new MysqlConnection(connection)));
    }

    query(sql: string, parameters: readonly unknown[] = []): Promise<unknown[][]> {
        return this.statements.rows(sql, parameters);
    }

    inList(column: string, values: readonly unknown[]): SqlCondition {
        if (values.length === 0) return { sql: '1 = 0', parameters: [] };
        return { sql: `${column} IN (${placeholders(values.length)})`, parameters: [...values] };
    }

    protected async insertRows(
        table: CompiledTable,
        { varying, constants, rows }: InsertInput,
        mode: InsertMode,
    ): Promise<Inserted> {
        const columns = [...varying, ...constants].map(({ column }) => column.name);
        const into = `INSERT INTO ${table.path} (${columns.join(', ')}) VALUES `;
        // INSERT IGNORE would also hide broken foreign keys and cut texts; this ignores the duplicate key and nothing else.
        const [first] = columns;
        const onDuplicate = mode === 'MISSING' ? ` ON DUPLICATE KEY UPDATE ${first} = ${table.path}.${first}` : '';
        const tuple = `(${placeholders(columns.length)})`;
        const inserted: Inserted = { ids: [], added: 0 };
        for (const chunk of chunksOf(rows, chunkLimits)) {
            const sql = into + Array(chunk.length).fill(tuple).join(',') + onDuplicate;
            const parameters = rowsWithConstants({ varying, constants }, chunk);
            if (mode === 'IDS' && this.mariaDb.returning) {
                const returned = await this.statements.rows(`${sql} RETURNING ${table.id.name}`, parameters);
                inserted.ids.push(...ascendingIds(table, chunk.length, returned));
                continue;
            }
            const { insertId, info } = await this.statements.run(sql, parameters);
            if (mode === 'MISSING') inserted.added += newRowsIn(info);
            if (mode !== 'IDS') continue;
            // The ids of one INSERT … VALUES are reserved together: consecutive, whatever others insert meanwhile.
            this.step ??= await this.readIdStep();
            for (let index = 0; index < chunk.length; index++) inserted.ids.push(Number(insertId) + index * this.step);
        }
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
        const assignments = sets.map((column, index) => `${table.path}.${column.name} = u.c${keys.length + index}`);
        for (const chunk of chunksOf(rows, chunkLimits)) {
            await this.statements.run(
                `UPDATE ${this.joined(table, keys, columns, chunk.length)} ` +
                    `SET ${[...assignments, ...automatic].join(', ')}`,
                encodeFlat(columns, chunk),
            );
        }
    }

    protected async deleteRows(table: CompiledTable, keys: readonly Column[], rows: Rows): Promise<void> {
        for (const chunk of chunksOf(rows, chunkLimits)) {
            const parameters = encodeFlat(keys, chunk);
            const [key, ...others] = keys;
            if (key && others.length === 0) {
                const list = placeholders(parameters.length);
                await this.statements.run(`DELETE FROM ${table.path} WHERE ${key.name} IN (${list})`, parameters);
            } else {
                await this.statements.run(
                    `DELETE ${table.path} FROM ${this.joined(table, keys, keys, chunk.length)}`,
                    parameters,
                );
            }
        }
    }

    protected async selectRows(
        table: CompiledTable,
        columns: readonly Column[],
        column: Column,
        values: readonly unknown[],
        fixed: readonly FixedCondition[],
    ): Promise<unknown[][]> {
        const select = `SELECT ${columns.map(readable).join(', ')} FROM ${table.path} WHERE ${column.name} IN `;
        const doubles = columns.flatMap((selected, index) => (isDouble(selected) ? [index] : []));
        const found: unknown[][] = [];
        for (const chunk of listsOf(values, selectLimits)) {
            const parameters = chunk.map(column.encode);
            const list = `(${placeholders(parameters.length)})`;
            const conditions = fixed.map(condition => ` AND ${condition(value => (parameters.push(value), '?'))}`);
            const rows = await this.statements.rows(select + list + conditions.join(''), parameters);
            for (const index of doubles) {
                for (const row of rows) if (row[index] !== null) row[index] = Number(row[index]);
            }
            if (chunk.length === values.length) return rows;
            for (const row of rows) found.push(row);
        }
        return found;
    }

    /** TypeORM writes CURRENT_TIMESTAMP without precision, which can lie before the insertion of the row. */
    protected now(precision: number | null | undefined): string {
        return precision ? `CURRENT_TIMESTAMP(${precision})` : 'CURRENT_TIMESTAMP';
    }

    /**
     * The given rows joined with those of the table. With an index the given rows come first: a scan of the table would
     * lock all of it until the end of the transaction.
     */
    private joined(table: CompiledTable, keys: readonly Column[], columns: readonly Column[], rows: number): string {
        const [first] = table.metadata.primaryColumns;
        const isByPrimaryKey = keys.some(key => key.metadata.databaseName === first?.databaseName);
        return (
            `(${this.derived(table, columns, rows)}) u ${table.isIndexed(keys) ? 'STRAIGHT_JOIN' : 'JOIN'} ${table.path} ` +
            // A table of a few rows would be scanned nonetheless.
            `${isByPrimaryKey ? 'FORCE INDEX (PRIMARY) ' : ''}ON ${matchOf(table, keys)}`
        );
    }

    /**
     * The rows as a derived table with columns c0, c1 …. Its empty first part gives the columns the types and the collations
     * of the real ones: without it text keys of another collation could not be compared.
     */
    private derived(table: CompiledTable, columns: readonly Column[], rows: number): string {
        const first = columns.map((column, index) => `${column.name} AS c${index}`).join(', ');
        const marks = placeholders(columns.length);
        return (
            `SELECT ${first} FROM ${table.path} WHERE FALSE UNION ALL ` +
            (this.mariaDb.values
                ? `VALUES ${Array(rows).fill(`(${marks})`).join(',')}`
                : Array(rows).fill(`SELECT ${marks}`).join(' UNION ALL '))
        );
    }

    /** Not 1 in clusters. Read once per session only: it may change while the connection waits in the pool. */
    private async readIdStep(): Promise<number> {
        const [row] = await this.statements.rows('SELECT @@SESSION.auto_increment_increment', []);
        return Number(row?.[0] ?? 1);
    }
}

interface MariaDbAbilities {
    /** Rows as `UNION ALL VALUES (…), (…)`, which is faster than a SELECT for each. */
    values: boolean;
    returning: boolean;
}

function mariaDbAbilities(version: string): MariaDbAbilities {
    const [, major, minor] = /^(\d+)\.(\d+).*mariadb/i.exec(version) ?? [];
    const at = (neededMinor: number): boolean =>
        Number(major) > 10 || (Number(major) === 10 && Number(minor) >= neededMinor);
    return { values: at(3), returning: at(5) };
}

/** Far below the smallest default of max_allowed_packet, even when every character needs escaping. */
const chunkLimits = { maxRows: 1_000, maxChars: 1_500_000 };
/** One list for any usual batch: values that a collation takes for equal must not meet the same row in two chunks. */
const selectLimits = { maxRows: 20_000, maxChars: 1_500_000 };

/** What the server says of an INSERT with ON DUPLICATE KEY UPDATE; it says nothing of a single row. */
function newRowsIn(info = ''): number {
    const [, records, duplicates] = /^Records: (\d+) +Duplicates: (\d+)/.exec(info) ?? [];
    return Number(records ?? 0) - Number(duplicates ?? 0);
}

function rowsWithConstants({ varying, constants }: Pick<InsertInput, 'varying' | 'constants'>, rows: Rows): unknown[] {
    const parameters: unknown[] = [];
    for (const row of rows) {
        for (const { column, at } of varying) parameters.push(column.encode(row[at]));
        for (const { value } of constants) parameters.push(value);
    }
    return parameters;
}

/** What a SELECT names for a column. Of a double with 16 or 17 digits mysql2 reads another number than the server writes. */
function readable(column: Column): string {
    return isDouble(column) ? `CAST(${column.name} AS CHAR)` : column.name;
}

function isDouble({ type }: Column): boolean {
    return type === 'double';
}

function placeholders(count: number): string {
    return Array(count).fill('?').join(', ');
}

function matchOf(table: CompiledTable, keys: readonly Column[]): string {
    return keys.map((key, index) => `${table.path}.${key.name} = u.c${index}`).join(' AND ');
}

interface Mysql2Connection {
    query(
        options: { sql: string; values: readonly unknown[]; rowsAsArray: true },
        done: (error: Error | null, result: unknown) => void,
    ): void;
}

class MysqlConnection implements DriverConnection {
    constructor(private readonly connection: Mysql2Connection) {}

    async rows(sql: string, values: readonly unknown[]): Promise<unknown[][]> {
        const result = await this.send(sql, values);
        return Array.isArray(result) ? (result as unknown[][]) : [];
    }

    async run(sql: string, values: readonly unknown[]): Promise<RunResult> {
        return (await this.send(sql, values)) as RunResult;
    }

    private send(sql: string, values: readonly unknown[]): Promise<unknown> {
        return new Promise((resolve, reject) => {
            this.connection.query({ sql, values, rowsAsArray: true }, (error, result) =>
                error ? reject(error) : resolve(result),
            );
        });
    }
}
