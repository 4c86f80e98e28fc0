import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { DataHubError, UserError } from '../sdk/errors';
import { makeWorkFolder, removeWorkFolder } from './work-folder';

export type DuckDb = Pick<typeof import('@duckdb/node-api'), 'DuckDBInstance'>;

/** The package is optional: only who joins or sorts much data needs it. */
export const loadDuckDb = (): Promise<DuckDb> => import('@duckdb/node-api');

export interface DuckDbSettings {
    tempDirectory: string;
    memoryLimitMb: number;
    loadDuckDb: () => Promise<DuckDb>;
}

/** Of each row: where it came in the input, what it is compared by, and the row itself as JSON. */
export interface StoredRow {
    key: string | undefined;
    payload: string;
}

/** Work leaves the machine to others: more threads need more memory each. */
const threads = '2';

/**
 * One operation's own DuckDB, which lives in memory up to its limit and beyond it in a folder of its own. Nothing of it
 * stays after {@link close}.
 */
export class DuckDbWork {
    private readonly connections: DuckDBConnection[] = [];
    private readonly interrupt = (): void => this.connections.forEach(connection => connection.interrupt());

    private constructor(
        private readonly instance: DuckDBInstance,
        private readonly folder: string,
        private readonly signal: AbortSignal,
        private readonly memoryLimitMb: number,
    ) {
        signal.addEventListener('abort', this.interrupt);
    }

    static async open(settings: DuckDbSettings, signal: AbortSignal): Promise<DuckDbWork> {
        const { DuckDBInstance } = await settings.loadDuckDb().catch((cause: unknown) => {
            throw packageMissing(cause);
        });
        const folder = await makeWorkFolder(settings.tempDirectory);
        try {
            const instance = await DuckDBInstance.create(':memory:', {
                memory_limit: `${settings.memoryLimitMb}MB`,
                temp_directory: folder,
                threads,
                // Every query says which order it wants.
                preserve_insertion_order: 'false',
                autoinstall_known_extensions: 'false',
                autoload_known_extensions: 'false',
                // Rows come through the appender and the folder is given: no query has a reason to open anything.
                enable_external_access: 'false',
                lock_configuration: 'true',
            });
            return new DuckDbWork(instance, folder, signal, settings.memoryLimitMb);
        } catch (error) {
            await removeWorkFolder(folder);
            throw error;
        }
    }

    /** Makes a table of `seq`, `key` and `payload`; rows are numbered as they come. */
    async fill(table: string, pages: AsyncIterable<readonly StoredRow[]>): Promise<void> {
        await this.classified(async () => {
            const connection = await this.connect();
            await connection.run(`CREATE TABLE ${table} (seq BIGINT, key BLOB, payload VARCHAR)`);
            const appender = await connection.createAppender(table);
            let seq = 0n;
            try {
                for await (const page of pages) {
                    this.signal.throwIfAborted();
                    for (const { key, payload } of page) {
                        appender.appendBigInt(seq++);
                        if (key === undefined) appender.appendNull();
                        else appender.appendBlob(Buffer.from(key, 'latin1'));
                        appender.appendVarchar(payload);
                        appender.endRow();
                    }
                }
                appender.flushSync();
            } finally {
                appender.closeSync();
            }
        });
    }

    async run(sql: string): Promise<void> {
        const connection = await this.connect();
        await this.classified(() => connection.run(sql));
    }

    /** Rows of an answer, some at a time, as they are produced. */
    async *rows(sql: string): AsyncGenerator<DuckDBValue[][], void, undefined> {
        const connection = await this.connect();
        const result = await this.classified(() => connection.stream(sql));
        for (;;) {
            this.signal.throwIfAborted();
            const chunk = await this.classified(() => result.fetchChunk());
            if (!chunk || chunk.rowCount === 0) return;
            yield chunk.getRows();
        }
    }

    async close(): Promise<void> {
        this.signal.removeEventListener('abort', this.interrupt);
        for (const connection of this.connections) connection.closeSync();
        this.instance.closeSync();
        await removeWorkFolder(this.folder);
    }

    /** One for each of what goes on at the same time. */
    private async connect(): Promise<DuckDBConnection> {
        const connection = await this.instance.connect();
        this.connections.push(connection);
        return connection;
    }

    private async classified<T>(work: () => Promise<T>): Promise<T> {
        try {
            return await work();
        } catch (error) {
            this.signal.throwIfAborted();
            throw this.classify(error);
        }
    }

    private classify(error: unknown): unknown {
        if (error instanceof DataHubError || !(error instanceof Error)) return error;
        const { message } = error;
        if (/No space left|max_temp_directory_size/i.test(message)) {
            return new UserError(
                'whole-disk-full',
                'The disk for temporary files is too small for this sort, join or grouping.',
                'Make room, or set "whole.tempDirectory" in the options of DataHubPlugin to a larger disk.',
                {},
                { cause: error },
            );
        }
        if (!/Out of Memory|could not allocate/i.test(message)) return error;
        return new UserError(
            'whole-out-of-memory',
            `DuckDB needs more than ${this.memoryLimitMb} MB for this sort, join or grouping.`,
            'Raise "whole.memoryLimitMb" in the options of DataHubPlugin, or leave out large fields before this step.',
            {},
            { cause: error },
        );
    }
}

function packageMissing(cause: unknown): UserError {
    return new UserError(
        'package-missing',
        'There are more records than fit into memory for this step, and the package @duckdb/node-api is not installed.',
        'Run "npm install @duckdb/node-api", or raise "whole.maxRowsInMemory" in the options of DataHubPlugin.',
        {},
        { cause },
    );
}
