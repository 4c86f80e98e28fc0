import type { DataHubError } from '../sdk/errors';

export type DatabaseKind = 'postgres' | 'mysql' | 'sqlite';

export type DatabaseRow = Record<string, unknown>;

/**
 * The one door to databases of others: stored connections only, address rules at connect time, timeouts. Failures are
 * UserError (no such connection, address not allowed, a value that the database refuses) or TransientError (all others).
 */
export interface OutboundDatabases {
    /** Looks the connection and its secrets up; connects when it is used for the first time. */
    connection(code: string): Promise<OutboundDatabase>;
}

export interface OutboundDatabase {
    code: string;
    kind: DatabaseKind;
    /** Whether SQL that stands in pipelines may be run: those who keep the connection decide. */
    allowsSql: boolean;
    /** Commits when `work` resolves, rolls back when it throws. No statement takes longer than the timeout, where the server has one. */
    transaction<T>(timeoutMs: number, work: (session: DatabaseSession) => Promise<T>): Promise<T>;
}

/** One open transaction. Parameters are text or null and stand as `$1` (PostgreSQL) or `?` in the statement. */
export interface DatabaseSession {
    readonly kind: DatabaseKind;
    query(sql: string, parameters?: readonly SqlParameter[]): Promise<DatabaseRow[]>;
    /** Resolves with the number of rows that were written. */
    execute(sql: string, parameters?: readonly SqlParameter[]): Promise<number>;
    /** What went wrong with a statement. */
    explain(thrown: unknown): DataHubError;
    /** Undoes what `work` did when it throws, and goes on. */
    savepoint<T>(work: () => Promise<T>): Promise<T>;
    /** Sends lines in PostgreSQL's COPY text format; absent elsewhere. */
    copyIn?(sql: string, lines: Iterable<string>): Promise<void>;
}

export type SqlParameter = string | bigint | number | null;
