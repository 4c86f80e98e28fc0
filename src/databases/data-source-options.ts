import type { DataSourceOptions } from 'typeorm';
import type { DatabaseKind } from '../outbound/outbound-databases';
import { checkedSocket, refusePrivateAddress } from './checked-socket';
import type { ServerConfig, SqliteConfig } from './connection-kinds';

export interface DoorOptions {
    /** As for HTTP. */
    allowPrivateHosts: readonly string[];
    /** Where a SQLite file of this relative path stands; refuses paths that lead out of the folder. */
    sqliteFile(path: string): Promise<string>;
}

const connectTimeoutMs = 10_000;
/** Batches of one run that are written at once, and some. */
const poolSize = 10;

export async function dataSourceOptions(
    kind: DatabaseKind,
    config: Record<string, unknown>,
    timeoutMs: number,
    door: DoorOptions,
): Promise<DataSourceOptions> {
    const shared = { entities: [], synchronize: false, logging: false as const };
    if (kind === 'sqlite') {
        const { path } = config as unknown as SqliteConfig;
        return { ...shared, type: 'better-sqlite3', database: await door.sqliteFile(path) };
    }
    const { host, port, database, user: username, password, ssl, ca } = config as unknown as ServerConfig;
    refusePrivateAddress(host, port, door.allowPrivateHosts);
    const socket = (): unknown => checkedSocket(host, port, door.allowPrivateHosts);
    const server = { ...shared, host, port, database, username, password };
    if (kind === 'postgres') {
        return {
            ...server,
            type: 'postgres',
            installExtensions: false,
            ssl: ssl === 'VERIFY' ? { rejectUnauthorized: true, ca } : false,
            extra: {
                stream: socket,
                max: poolSize,
                connectionTimeoutMillis: connectTimeoutMs,
                statement_timeout: timeoutMs,
                // The server may be gone without a word.
                query_timeout: timeoutMs + 5_000,
                keepAlive: true,
                options: '-c timezone=UTC -c standard_conforming_strings=on',
            },
        };
    }
    return {
        ...server,
        type: 'mysql',
        charset: 'utf8mb4',
        timezone: 'Z',
        ssl: ssl === 'VERIFY' ? { rejectUnauthorized: true, verifyIdentity: true, ca } : undefined,
        extra: {
            // mysql2 leaves connecting to the factory.
            stream: () => (socket() as { connect(): unknown }).connect(),
            connectionLimit: poolSize,
            connectTimeout: connectTimeoutMs,
            maxPreparedStatements: 100,
        },
    };
}
