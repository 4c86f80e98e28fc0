import { UserError } from '../sdk/errors';
import type { Redis } from 'ioredis';

export interface RedisSettings {
    host: string;
    port: number;
    password?: string;
    db?: number;
    /** Before every key; two shops on one Redis need different ones. */
    keyPrefix: string;
    tls: boolean;
}

/** Who hears nothing for that long is told, instead of waiting for ever. */
export interface RedisPatience {
    answerWithinMs: number;
    retriesPerCommand: number;
}

const patient: RedisPatience = { answerWithinMs: 5_000, retriesPerCommand: 2 };

/** Connects at the first command. `ioredis` comes with the shop, since only shops that use Redis for this need it. */
export async function connectRedis(
    { host, port, password, db, tls }: RedisSettings,
    onError: (error: Error) => void,
    { answerWithinMs, retriesPerCommand } = patient,
): Promise<Redis> {
    const ioredis = await loadIoredis();
    const redis = new ioredis.Redis({
        host,
        port,
        password,
        db,
        ...(tls ? { tls: {} } : {}),
        lazyConnect: true,
        connectTimeout: answerWithinMs,
        commandTimeout: answerWithinMs,
        maxRetriesPerRequest: retriesPerCommand,
        retryStrategy: attempts => Math.min(attempts * 200, 2_000),
    });
    redis.on('error', onError);
    return redis;
}

async function loadIoredis(): Promise<Pick<typeof import('ioredis'), 'Redis'>> {
    try {
        return await import('ioredis');
    } catch (cause) {
        throw new UserError(
            'ioredis-missing',
            'distributedLock.backend is "redis", but the package "ioredis" is not installed.',
            'Install it with "npm install ioredis", or choose the backend "database", which needs nothing.',
            {},
            { cause },
        );
    }
}
