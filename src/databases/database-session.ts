import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { QueryRunner } from 'typeorm';
import type { DatabaseKind, DatabaseRow, DatabaseSession, SqlParameter } from '../outbound/outbound-databases';
import type { DataHubError } from '../sdk/errors';
import { databaseError } from './database-error';

interface MysqlConnection {
    execute(sql: string, values: readonly unknown[], done: (error: Error | null, result: unknown) => void): void;
}

interface PostgresClient {
    query(stream: unknown): NodeJS.WritableStream;
}

interface Answer {
    records: DatabaseRow[];
    affected?: number;
    raw: unknown;
}

/** Statements in one transaction of a {@link QueryRunner}. */
export class QueryRunnerSession implements DatabaseSession {
    readonly copyIn?: DatabaseSession['copyIn'];
    private savepoints = 0;

    constructor(
        readonly kind: DatabaseKind,
        private readonly runner: QueryRunner,
        private readonly connection: string,
    ) {
        if (kind === 'postgres') this.copyIn = (sql, lines) => this.copy(sql, lines);
    }

    async query(sql: string, parameters: readonly SqlParameter[] = []): Promise<DatabaseRow[]> {
        if (this.kind === 'mysql' && parameters.length > 0)
            return (await this.prepared(sql, parameters)) as DatabaseRow[];
        const { records, raw } = await this.run(sql, parameters);
        return records.length > 0 ? records : Array.isArray(raw) ? (raw as DatabaseRow[]) : [];
    }

    /** TypeORM declares the structured result as any. */
    private async run(sql: string, parameters: readonly SqlParameter[]): Promise<Answer> {
        return await this.runner.query(sql, [...parameters], true);
    }

    async execute(sql: string, parameters: readonly SqlParameter[] = []): Promise<number> {
        if (this.kind === 'mysql' && parameters.length > 0) {
            return ((await this.prepared(sql, parameters)) as { affectedRows?: number }).affectedRows ?? 0;
        }
        const { affected, raw } = await this.run(sql, parameters);
        return affected ?? (raw as { affectedRows?: number } | undefined)?.affectedRows ?? 0;
    }

    explain(thrown: unknown): DataHubError {
        return databaseError(thrown, this.connection);
    }

    async savepoint<T>(work: () => Promise<T>): Promise<T> {
        const name = `data_hub_${++this.savepoints}`;
        await this.runner.query(`SAVEPOINT ${name}`);
        let result: T;
        try {
            result = await work();
        } catch (thrown) {
            await this.runner.query(`ROLLBACK TO SAVEPOINT ${name}`);
            throw thrown;
        }
        await this.runner.query(`RELEASE SAVEPOINT ${name}`);
        return result;
    }

    /** On the server: mysql2 would otherwise write values into the statement by itself, and find `?` in names, too. */
    private async prepared(sql: string, parameters: readonly SqlParameter[]): Promise<unknown> {
        const connection = (await this.runner.connect()) as MysqlConnection;
        const values = parameters.map(value => (typeof value === 'bigint' ? String(value) : value));
        return new Promise((done, fail) =>
            connection.execute(sql, values, (error, result) => (error ? fail(error) : done(result))),
        );
    }

    private async copy(sql: string, lines: Iterable<string>): Promise<void> {
        const client = (await this.runner.connect()) as PostgresClient;
        await pipeline(Readable.from(lines), client.query(copyFrom(sql)));
    }
}
