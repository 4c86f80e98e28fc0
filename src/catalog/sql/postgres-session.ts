import { createHash } from 'node:crypto';
import type { DataSource, QueryRunner } from 'typeorm';
import { Defect } from '../../sdk/errors';
import { BaseSqlSession, FixedCondition, Inserted, InsertMode, Rows } from './base-session';
import { chunksOf } from './chunks';
import { Column } from './column';
import { classifyDatabaseError, sqlStateOf } from './classify-error';
import { ascendingIds } from './ids';
import type { InputColumn, InsertInput } from './insert-input';
import { numberPlaceholders } from './placeholders';
import { arrayLiteral } from './postgres-literal';
import type { SqlCondition } from './sql-session';
import { DriverConnection, RunResult, Statements } from './statements';
import { CompiledTable } from './table';

/**
 * Rows travel as one array per column, so the text of a statement does not depend on their number, and there is no limit of
 * parameters to mind.
 */
export class PostgresSession extends BaseSqlSession {
    readonly dialect = 'postgres';
    private readonly hashesLists = hashesLists(this.queryRunner.connection.driver.version);

    static async open(queryRunner: QueryRunner): Promise<PostgresSession> {
        const client = (await queryRunner.connect()) as PgClient;
        const connection = new PgConnection(client, queryRunner.connection);
        return new PostgresSession(queryRunner, new Statements(queryRunner, connection));
    }

    async query(sql: string, parameters: readonly unknown[] = []): Promise<unknown[][]> {
        return this.statements.rows(numberPlaceholders(sql), parameters);
    }

    inList(column: string, values: readonly unknown[]): SqlCondition {
        return { sql: `${column} = ANY(?)`, parameters: [values] };
    }

    protected async insertRows(
        table: CompiledTable,
        { varying, constants, rows }: InsertInput,
        mode: InsertMode,
    ): Promise<Inserted> {
        const input = await this.inputOf(varying.map(({ column }) => column));
        const types = await this.typesOf(constants.map(({ column }) => column));
        const names = [...varying, ...constants].map(({ column }) => column.name);
        const values = [...input.values, ...types.map((type, index) => `$${varying.length + index + 1}::${type}`)];
        const select = `INSERT INTO ${table.path} (${names.join(', ')}) SELECT ${values.join(', ')} FROM `;
        // The order in which default values are drawn follows ORDER BY; without it, it is only usual.
        const sql =
            select +
            (mode === 'IDS'
                ? `${input.unnest(true)} ORDER BY u.position RETURNING ${table.id.name}`
                : input.unnest(false) + (mode === 'MISSING' ? ' ON CONFLICT DO NOTHING' : ''));
        const inserted: Inserted = { ids: [], added: 0 };
        for (const chunk of chunksOf(rows, chunkLimits)) {
            const parameters = [...literalsOf(varying, chunk), ...constants.map(({ value }) => value)];
            if (mode === 'IDS') {
                inserted.ids.push(...ascendingIds(table, chunk.length, await this.statements.rows(sql, parameters)));
            } else inserted.added += (await this.statements.run(sql, parameters)).rowCount ?? 0;
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
        const input = await this.inputOf(columns);
        const assignments = sets.map((column, index) => `${column.name} = ${input.values[keys.length + index]}`);
        const sql =
            `UPDATE ${table.path} SET ${[...assignments, ...automatic].join(', ')} FROM ${input.unnest(false)} ` +
            `WHERE ${keys.map((key, index) => `${table.path}.${key.name} = ${input.values[index]}`).join(' AND ')}`;
        for (const chunk of chunksOf(rows, chunkLimits))
            await this.statements.run(sql, literalsOf(inOrder(columns), chunk));
    }

    protected async deleteRows(table: CompiledTable, keys: readonly Column[], rows: Rows): Promise<void> {
        const input = await this.inputOf(keys);
        const sql =
            `DELETE FROM ${table.path} USING ${input.unnest(false)} ` +
            `WHERE ${keys.map((key, index) => `${table.path}.${key.name} = ${input.values[index]}`).join(' AND ')}`;
        for (const chunk of chunksOf(rows, chunkLimits))
            await this.statements.run(sql, literalsOf(inOrder(keys), chunk));
    }

    protected async selectRows(
        table: CompiledTable,
        columns: readonly Column[],
        column: Column,
        values: readonly unknown[],
        fixed: readonly FixedCondition[],
    ): Promise<unknown[][]> {
        const [type] = await this.typesOf([column]);
        const parameters: unknown[] = [arrayLiteral(values.map(column.encode))];
        const conditions = fixed.map(condition => condition(value => `$${parameters.push(value)}`));
        // Natural keys often have no index (SKU). Since PostgreSQL 14 the list is hashed then, which leaves the planner nothing
        // to get wrong: without statistics, as after a large import, it takes the rows that are not deleted for a handful, and
        // compares each of them with each value of a list that it joins. Older servers compare each at once, hence the subquery.
        const matches =
            column.kind === 'text' && !this.hashesLists
                ? `${column.name} IN (SELECT unnest($1::${type}[]))`
                : `${column.name} = ANY($1::${type}[])`;
        return this.statements.rows(
            `SELECT ${columns.map(({ name }) => name).join(', ')} FROM ${table.path} ` +
                `WHERE ${[matches, ...conditions].join(' AND ')}`,
            parameters,
        );
    }

    protected now(): string {
        return 'CURRENT_TIMESTAMP';
    }

    /** How the given columns arrive: `unnest($1::integer[], …) AS u(c0, …)`, and the expression of each of them. */
    private async inputOf(columns: readonly Column[]): Promise<Input> {
        const types = await this.typesOf(columns);
        const parameters = columns.map(
            (column, index) => `$${index + 1}::${isPassedAsText(column) ? 'text' : types[index]}[]`,
        );
        const names = columns.map((_, index) => `c${index}`);
        return {
            unnest: withPosition =>
                `unnest(${parameters.join(', ')}) ` +
                (withPosition ? `WITH ORDINALITY AS u(${names.join(', ')}, position)` : `AS u(${names.join(', ')})`),
            values: columns.map((column, index) =>
                isPassedAsText(column) ? `u.c${index}::${types[index]}` : `u.c${index}`,
            ),
        };
    }

    /** Type names for casts: from the metadata where the name is certain, else from the database, asked once. */
    private async typesOf(columns: readonly Column[]): Promise<string[]> {
        const known = typesOfDatabase(this.queryRunner.connection);
        for (const column of columns) {
            if (plainTypes.has(column.type) && !column.metadata.isArray) continue;
            if (known.has(column.metadata)) continue;
            const { entityMetadata, databaseName } = column.metadata;
            const table = entityMetadata.tablePath
                .split('.')
                .map((part: string) => this.quote(part))
                .join('.');
            const [row] = await this.statements.rows(
                'SELECT format_type(atttypid, -1) FROM pg_attribute WHERE attrelid = $1::regclass AND attname = $2',
                [table, databaseName],
            );
            if (!row) {
                throw new Defect('unknown-column', `The table ${table} has no column "${databaseName}".`);
            }
            known.set(column.metadata, String(row[0]));
        }
        return columns.map(column => known.get(column.metadata) ?? column.type);
    }
}

interface Input {
    unnest(withPosition: boolean): string;
    values: string[];
}

const chunkLimits = { maxRows: 10_000, maxChars: 16_000_000 };

const plainTypes = new Set(
    (
        'integer,smallint,bigint,boolean,text,character varying,uuid,numeric,real,double precision,date,json,jsonb,' +
        'timestamp without time zone,timestamp with time zone,bytea'
    ).split(','),
);

/** unnest takes arrays of arrays apart, so array columns travel as text; so do enums and other named types. */
function isPassedAsText(column: Column): boolean {
    return column.metadata.isArray || !plainTypes.has(column.type);
}

function inOrder(columns: readonly Column[]): InputColumn[] {
    return columns.map((column, at) => ({ column, at }));
}

function literalsOf(columns: readonly InputColumn[], rows: Rows): string[] {
    return columns.map(({ column, at }) => {
        const { encode } = column;
        const values = rows.map(row => encode(row[at]));
        return arrayLiteral(
            column.metadata.isArray
                ? values.map(value => (Array.isArray(value) ? arrayLiteral(value) : value))
                : values,
        );
    });
}

interface PgClient {
    query(config: { text: string; values: readonly unknown[]; rowMode: 'array'; name?: string }): Promise<{
        rows: unknown[][];
        rowCount: number | null;
    }>;
}

class PgConnection implements DriverConnection {
    constructor(
        private readonly client: PgClient,
        private readonly dataSource: DataSource,
    ) {}

    async rows(text: string, values: readonly unknown[]): Promise<unknown[][]> {
        return (await this.send(text, values)).rows;
    }

    async run(text: string, values: readonly unknown[]): Promise<RunResult> {
        const { rowCount } = await this.send(text, values);
        return { rowCount };
    }

    private async send(text: string, values: readonly unknown[]): ReturnType<PgClient['query']> {
        const name = isPlanned(text) || withoutNames.has(this.dataSource) ? undefined : statementName(text);
        try {
            return await this.client.query({ text, values, rowMode: 'array', ...(name ? { name } : {}) });
        } catch (error) {
            if (!name || !namedStatementStates.has(sqlStateOf(error) ?? '')) throw error;
            withoutNames.add(this.dataSource);
            throw classifyDatabaseError(error, { isTransient: true });
        }
    }
}

/**
 * Behind a pooler that changes the server connection between transactions, named statements get lost or collide, and a
 * migration can outdate them. The failed transaction is tried again, from then on without names.
 */
const namedStatementStates = new Set(['26000', '42P05', '0A000']);
const withoutNames = new WeakSet<DataSource>();

/**
 * What looks for rows is planned each time, for the values it has and the tables as they are. A statement with a name soon
 * keeps one plan: made while an import begins, it suits tables that are empty, and reads them whole for each value when they
 * are large.
 */
function isPlanned(text: string): boolean {
    return !text.startsWith('INSERT');
}

/** From PostgreSQL 14 on. */
function hashesLists(version = ''): boolean {
    return Number.parseInt(version, 10) >= 14;
}

/** Named after its text, so that one name never means two statements, whoever shares the server connection. */
function statementName(text: string): string | undefined {
    let name = names.get(text);
    if (name === undefined && names.size < maxNames) {
        name = `data_hub_${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
        names.set(text, name);
    }
    return name;
}

/** Each name costs memory in every server connection. */
const maxNames = 1_000;
const names = new Map<string, string>();

function typesOfDatabase(dataSource: DataSource): Map<unknown, string> {
    let known = databaseTypes.get(dataSource);
    if (!known) databaseTypes.set(dataSource, (known = new Map<unknown, string>()));
    return known;
}

const databaseTypes = new WeakMap<DataSource, Map<unknown, string>>();
