import { Redis } from 'ioredis';
import { whyUnreachable } from './servers';

const url = new URL(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379');

/** As BullMQ wants them: its workers wait for Redis as long as it takes. */
export const redisConnection = {
    host: url.hostname,
    port: Number(url.port || 6379),
    maxRetriesPerRequest: null,
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    ...(url.pathname.length > 1 ? { db: Number(url.pathname.slice(1)) } : {}),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
};

/** Why Redis cannot be used here; undefined when it can. */
export function whyNoRedis(): string | undefined {
    return whyUnreachable([{ ...redisConnection, variable: 'REDIS_URL' }])[0];
}

/** Removes every key that begins with `prefix:`. */
export async function removeRedisKeys(prefix: string): Promise<void> {
    const redis = new Redis(redisConnection);
    try {
        let cursor = '0';
        do {
            const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}:*`, 'COUNT', 1_000);
            if (keys.length > 0) await redis.del(...keys);
            cursor = next;
        } while (cursor !== '0');
    } finally {
        redis.disconnect();
    }
}
