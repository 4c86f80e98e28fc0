import { z } from 'zod';
import type { BreakerStore, SharedCircuit } from './breaker-store';

/** The few commands of an ioredis client that are used here. */
export interface RedisCommands {
    get(key: string): Promise<string | null>;
    set(key: string, value: string, unit: 'PX', ttlMs: number): Promise<unknown>;
    disconnect(): void;
}

const sharedCircuit = z.object({
    id: z.string(),
    state: z.enum(['OPEN', 'CLOSED']),
    snapshot: z.unknown().optional(),
});

/** For workers on many machines. Connects when it is first asked. */
export class RedisBreakerStore implements BreakerStore {
    private client: Promise<RedisCommands> | undefined;

    constructor(
        private readonly connect: () => Promise<RedisCommands>,
        private readonly prefix = 'data-hub:circuit:',
    ) {}

    async read(key: string): Promise<SharedCircuit | undefined> {
        const text = await (await this.connected()).get(this.prefix + key);
        return text === null ? undefined : sharedCircuit.parse(JSON.parse(text));
    }

    async write(key: string, circuit: SharedCircuit, ttlMs: number): Promise<void> {
        await (await this.connected()).set(this.prefix + key, JSON.stringify(circuit), 'PX', ttlMs);
    }

    async close(): Promise<void> {
        (await this.client?.catch(() => undefined))?.disconnect();
    }

    private connected(): Promise<RedisCommands> {
        return (this.client ??= this.connect());
    }
}
