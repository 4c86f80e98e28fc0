import { Logger } from '@vendure/core';
import type { DataSource } from 'typeorm';
import { connectRedis } from '../locks/connect-redis';
import type { LockBackend } from '../locks/lock';
import { MemoryLocks } from '../locks/memory-locks';
import type { PostgresClient } from '../locks/postgres-lock-session';
import { type PostgresAccess, PostgresLocks } from '../locks/postgres-locks';
import { RedisLocks } from '../locks/redis-locks';
import { UserError } from '../sdk/errors';
import { type LockOptions, loggerCtx } from './data-hub-options';
import { DatabaseLocks } from './database-locks';

/** Injection token of the {@link LockBackend} that decides which worker executes a run. */
export const RUN_LOCKS = Symbol('RUN_LOCKS');

/**
 * Shorter than the time after which a dead worker's run must go on elsewhere: the rest of it is for the worker that has to
 * notice, see RunSweeper, and for the queue.
 */
export function lockTtlMs({ defaultTtlMs }: Pick<LockOptions, 'defaultTtlMs'>): number {
    return Math.ceil(defaultTtlMs * 0.75);
}

/** Fails when this shop cannot have the backend, so that the server does not start without owners for its runs. */
export async function openRunLocks(database: DataSource, options: LockOptions): Promise<LockBackend> {
    switch (options.backend) {
        case 'database':
            return new DatabaseLocks(database);
        case 'memory':
            return new MemoryLocks();
        case 'postgres':
            return new PostgresLocks(postgresAccess(database, lockTtlMs(options)), lockTtlMs(options));
        case 'redis':
            return new RedisLocks(
                await connectRedis(options.redis, warnOncePerOutage()),
                `${options.redis.keyPrefix}run:`,
            );
    }
}

/** What TypeORM's driver has of `pg`; it makes its own connections the same way. */
interface PostgresPool {
    Client: new (options: object) => PostgresClient & { connect(): Promise<unknown> };
    options: { password?: unknown };
}

function postgresAccess(database: DataSource, ttlMs: number): PostgresAccess {
    if (database.options.type !== 'postgres') {
        throw new UserError(
            'lock-backend-needs-postgres',
            `distributedLock.backend is "postgres", but the shop's database is of type "${database.options.type}".`,
            'Choose the backend "database", which works on all of them, or "redis".',
        );
    }
    const pool = (database.driver as unknown as { master: PostgresPool }).master;
    return {
        async connect() {
            const client = new pool.Client({
                ...pool.options,
                // The pool hides it from whoever lists its options.
                password: pool.options.password,
                application_name: 'data-hub locks',
                keepAlive: true,
                connectionTimeoutMillis: ttlMs,
                query_timeout: ttlMs / 2,
            });
            await client.connect();
            return client;
        },
        query: (text, values) => database.query(text, values),
    };
}

/** The client tries again every second or two and reports each time. */
function warnOncePerOutage(): (error: Error) => void {
    let last: string | undefined;
    return error => {
        if (error.message === last) return;
        last = error.message;
        Logger.warn(`Redis, which keeps the locks of runs, does not answer: ${error.message}`, loggerCtx);
    };
}
