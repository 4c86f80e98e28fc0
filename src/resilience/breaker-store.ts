/** What workers tell each other about one circuit. */
export interface SharedCircuit {
    /** Differs from one change to the next, so that a worker sees whether it knows this one already. */
    id: string;
    state: 'OPEN' | 'CLOSED';
    /** Of an open circuit: what its policy needs to be continued elsewhere. */
    snapshot?: unknown;
}

/**
 * Where circuits are shared between workers. The last change wins; an entry may be gone after `ttlMs`. Readers ask at most
 * once a second for each key. May fail: a worker without the store goes by what it sees itself.
 */
export interface BreakerStore {
    read(key: string): Promise<SharedCircuit | undefined>;
    write(key: string, circuit: SharedCircuit, ttlMs: number): Promise<void>;
    close?(): Promise<void>;
}

/** For workers in one process. */
export class MemoryBreakerStore implements BreakerStore {
    private readonly entries = new Map<string, { text: string; expiresAtMs: number }>();

    async read(key: string): Promise<SharedCircuit | undefined> {
        const entry = this.entries.get(key);
        if (!entry || entry.expiresAtMs <= Date.now()) return undefined;
        return JSON.parse(entry.text) as SharedCircuit;
    }

    async write(key: string, circuit: SharedCircuit, ttlMs: number): Promise<void> {
        this.entries.set(key, { text: JSON.stringify(circuit), expiresAtMs: Date.now() + ttlMs });
    }
}
