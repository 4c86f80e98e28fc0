/** The part of a `pg` client that is used here. */
export interface PostgresClient {
    query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
    on(event: 'error' | 'end', listener: () => void): unknown;
    end(): Promise<void>;
}

/**
 * One connection that holds advisory locks. Whatever goes wrong on it ends it: it is the only way to be sure that the server
 * holds no lock of which this process knows nothing.
 */
export class PostgresLockSession {
    private readonly ending = new AbortController();

    /** The server ends the session when this process says nothing for `ttlMs`; a PostgreSQL before version 14 cannot. */
    static async open(connect: () => Promise<PostgresClient>, ttlMs: number): Promise<PostgresLockSession> {
        const session = new PostgresLockSession(await connect());
        await session.query(
            `SELECT set_config(name, $1, false) FROM pg_catalog.pg_settings WHERE name = 'idle_session_timeout'`,
            [String(ttlMs)],
        );
        return session;
    }

    private constructor(private readonly client: PostgresClient) {
        const ended = () => this.ending.abort();
        client.on('error', ended);
        client.on('end', ended);
    }

    /** Aborts when the connection is gone, and all locks of the session with it. */
    get ended(): AbortSignal {
        return this.ending.signal;
    }

    async lock(number: string): Promise<boolean> {
        const [row] = await this.query('SELECT pg_try_advisory_lock($1::bigint) AS locked', [number]);
        return row?.locked === true;
    }

    async unlock(number: string): Promise<void> {
        if (!this.ended.aborted) await this.query('SELECT pg_advisory_unlock($1::bigint)', [number]);
    }

    /** Also tells the server that this process is alive. */
    answers(): Promise<boolean> {
        return this.query('SELECT 1').then(
            () => true,
            () => false,
        );
    }

    async end(): Promise<void> {
        this.ending.abort();
        await this.client.end().catch(() => undefined);
    }

    private async query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
        try {
            return (await this.client.query(text, values)).rows;
        } catch (error) {
            // Not awaited: a connection that hangs would keep everybody waiting.
            void this.end();
            throw error;
        }
    }
}
