import { DataSource, type QueryRunner } from 'typeorm';
import type { TestDatabase } from './databases';

export type Row = Record<string, string | number | boolean | null>;

/** A connection that knows tables only: sees a database as it is, whatever the server that uses it believes. */
export class ForeignConnection {
    private held: QueryRunner | undefined;

    private constructor(private readonly dataSource: DataSource) {}

    static async to(database: TestDatabase, databaseName: string): Promise<ForeignConnection> {
        const options = { ...database.connectionOptions(databaseName), synchronize: false, entities: [] };
        return new ForeignConnection(await new DataSource(options).initialize());
    }

    /** Names stand in double quotes, whatever the database. */
    async rows(sql: string): Promise<Row[]> {
        const { type } = this.dataSource.options;
        const ownQuotes = type === 'mariadb' || type === 'mysql' ? sql.replaceAll('"', '`') : sql;
        return this.held ? ((await this.held.query(ownQuotes)) as Row[]) : this.dataSource.query<Row[]>(ownQuotes);
    }

    /** From now on everything happens in one transaction, which keeps its locks until {@link letGo}. */
    async hold(): Promise<void> {
        this.held = this.dataSource.createQueryRunner();
        await this.held.startTransaction();
    }

    async letGo(): Promise<void> {
        const { held } = this;
        this.held = undefined;
        if (held?.isTransactionActive) await held.commitTransaction().catch(() => held.rollbackTransaction());
        await held?.release();
    }

    /** Each row as one line: the values of `columns`, given as `alias.name`. */
    async lines(columns: string[], from: string): Promise<string[]> {
        const named = columns.map((column, index) => `"${column.replace('.', '"."')}" AS "c${index}"`);
        const rows = await this.rows(`SELECT ${named.join(', ')} FROM ${from}`);
        return rows.map(row => columns.map((_, index) => asText(row[`c${index}`]!)).join(' | '));
    }

    async count(table: string): Promise<number> {
        const [row] = await this.rows(`SELECT count(*) AS "n" FROM "${table}"`);
        return Number(row!.n);
    }

    async close(): Promise<void> {
        await this.dataSource.destroy();
    }
}

/** Of all databases only PostgreSQL answers with booleans. */
function asText(value: Row[string]): string {
    return typeof value === 'boolean' ? String(Number(value)) : String(value);
}
