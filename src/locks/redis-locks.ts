import { HeldLock } from './held-lock';
import type { Lock, LockBackend, LockRequest } from './lock';
import { tryUntil } from './try-until';

/** The part of an `ioredis` client that is used here. */
export interface RedisClient {
    eval(script: string, keyCount: number, ...keysAndArguments: (string | number)[]): Promise<unknown>;
    mget(keys: string[]): Promise<(string | null)[]>;
    quit(): Promise<unknown>;
    disconnect(): void;
}

/**
 * `SET key owner NX PX ttl`, which also succeeds for the owner who has it already: a client repeats a command whose answer
 * got lost with the connection, and would otherwise be refused by its own lock.
 */
const acquireScript = `
if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0`;
const renewScript = `
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0`;
const releaseScript = `
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0`;

/**
 * Locks as keys of a Redis server, which lets them expire by its own clock. A server that fails over to a replica may
 * forget the newest of them, so that two workers hold the same run for a moment; the fence keeps one of them from writing.
 */
export class RedisLocks implements LockBackend {
    constructor(
        private readonly redis: RedisClient,
        private readonly keyPrefix: string,
    ) {}

    acquire(key: string, { owner, ttlMs, waitMs }: LockRequest): Promise<Lock | undefined> {
        const name = this.keyPrefix + key;
        const run = async (script: string, ...more: number[]) =>
            (await this.redis.eval(script, 1, name, owner, ...more)) === 1;
        return tryUntil(waitMs, async () => {
            if (!(await run(acquireScript, ttlMs))) return undefined;
            return new HeldLock(owner, {
                renew: () => run(renewScript, ttlMs),
                release: async () => void (await run(releaseScript)),
            });
        });
    }

    async isHeld(keys: readonly string[]): Promise<Set<string>> {
        if (keys.length === 0) return new Set();
        const values = await this.redis.mget(keys.map(key => this.keyPrefix + key));
        return new Set(keys.filter((_, index) => values[index] !== null));
    }

    /** Without waiting for a server that is away. */
    async close(): Promise<void> {
        await this.redis.quit().catch(() => this.redis.disconnect());
    }
}
