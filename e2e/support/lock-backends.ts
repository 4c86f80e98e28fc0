import type { DataSource } from 'typeorm';
import type { LockOptions } from '../../src/services/data-hub-options';
import { redisConnection } from './redis';

export type BackendName = LockOptions['backend'];

/** Options for the servers that these tests use; `keyPrefix` keeps the keys of suites apart. */
export function lockOptions(backend: BackendName, defaultTtlMs: number, keyPrefix: string): LockOptions {
    const times = { defaultTtlMs, waitTimeoutMs: 200 };
    if (backend !== 'redis') return { backend, ...times };
    const { host, port, password, db } = redisConnection as { password?: string; db?: number } & typeof redisConnection;
    const login = { ...(password ? { password } : {}), ...(db ? { db } : {}) };
    return { backend, redis: { host, port, keyPrefix, tls: 'tls' in redisConnection, ...login }, ...times };
}

/** For backends that have no use for the shop's database. */
export const noDatabase = { options: { type: 'none' } } as unknown as DataSource;
