import { randomUUID } from 'node:crypto';
import { circuitBreaker, CircuitBreakerPolicy, CircuitState, handleType } from 'cockatiel';
import { TransientError } from '../sdk/errors';
import type { BreakerStore, SharedCircuit } from './breaker-store';
import { BreakerLimits, ProbingBreaker } from './probing-breaker';

export interface CircuitOptions extends BreakerLimits {
    /** How long an open circuit refuses every call. */
    openMs: number;
    store?: BreakerStore;
}

export interface CircuitStatus {
    key: string;
    state: 'CLOSED' | 'OPEN' | 'HALF_OPEN';
    /** In a row. */
    failures: number;
    /** Of an open circuit: when the next call is let through. */
    retryAtMs?: number;
}

const READ_EVERY_MS = 1_000;
/** A store that is away may take its time to say so, and calls wait for it. */
const READ_AFTER_FAILURE_MS = 10_000;
/** Changes are kept for workers that call rarely; one that calls more rarely than this finds out by itself. */
const KEPT_TIMES_OPEN = 10;

/** Wraps what speaks against the other side on its way through the policy; never leaves this file. */
class Counted extends Error {
    constructor(readonly thrown: unknown) {
        super('Counts as a failure of the circuit.');
    }
}

/** The circuit breaker of one key (a host, say): closed, open, or half-open with one call at a time. */
export class Circuit {
    private breaker!: ProbingBreaker;
    private policy!: CircuitBreakerPolicy;
    private openedAtMs = 0;
    private probesUnderWay = 0;
    private readNextAtMs = -Infinity;
    private reading: Promise<void> | undefined;
    /** Of the last shared change that is known here. */
    private knownId: string | undefined;

    constructor(
        readonly key: string,
        private readonly options: CircuitOptions,
    ) {
        this.begin();
    }

    /**
     * Refuses at once with a TransientError `circuit-open` while the circuit is open. Errors for which `counts` holds speak
     * against the other side; all others say that it answers.
     */
    async execute<T>(work: () => Promise<T>, counts: (error: unknown) => boolean): Promise<T> {
        await this.refresh();
        const probe = this.admit();
        if (probe) this.probesUnderWay++;
        try {
            return await this.policy.execute(() => classified(work, counts)).then(settle => settle());
        } catch (thrown) {
            throw thrown instanceof Counted ? thrown.thrown : thrown;
        } finally {
            if (probe) this.probesUnderWay--;
        }
    }

    get status(): CircuitStatus {
        const { failures, onTrial } = this.breaker.state;
        const retryAtMs = this.openedAtMs + this.options.openMs;
        if (this.policy.state === CircuitState.Open && Date.now() < retryAtMs) {
            return { key: this.key, state: 'OPEN', failures, retryAtMs };
        }
        const closed = this.policy.state === CircuitState.Closed && !onTrial;
        return { key: this.key, state: closed ? 'CLOSED' : 'HALF_OPEN', failures };
    }

    /** Nothing would be lost by forgetting this circuit. */
    get isIdle(): boolean {
        return this.status.state === 'CLOSED' && this.status.failures === 0;
    }

    /** True for a call that finds out whether the other side answers again. */
    private admit(): boolean {
        const { state, retryAtMs } = this.status;
        if (state === 'OPEN') throw circuitOpen(this.key, `it is called again after ${timeOf(retryAtMs!)}.`);
        // Cockatiel would let further calls wait for the probe; they could wait for as long as it hangs.
        if (state === 'HALF_OPEN' && this.probesUnderWay > 0) {
            throw circuitOpen(this.key, 'one call at a time now finds out whether it answers again.');
        }
        return state === 'HALF_OPEN';
    }

    private begin(initialState?: unknown): void {
        this.breaker = new ProbingBreaker(this.options, () => this.share({ state: 'CLOSED' }));
        const policy = circuitBreaker(handleType(Counted), {
            halfOpenAfter: this.options.openMs,
            breaker: this.breaker,
            initialState,
        });
        this.policy = policy;
        policy.onBreak(() => {
            // Calls that began before another worker's word was taken over still end in the policy that was left behind.
            if (policy !== this.policy) return;
            this.openedAtMs = Date.now();
            this.share({ state: 'OPEN', snapshot: { openedAtMs: this.openedAtMs, policy: policy.toJSON() } });
        });
    }

    private share(change: Omit<SharedCircuit, 'id'>): void {
        const { store, openMs } = this.options;
        if (!store) return;
        this.knownId = randomUUID();
        store.write(this.key, { id: this.knownId, ...change }, openMs * KEPT_TIMES_OPEN).catch(() => undefined);
    }

    private async refresh(): Promise<void> {
        const { store } = this.options;
        if (!store) return;
        if (Date.now() >= this.readNextAtMs) {
            this.readNextAtMs = Date.now() + READ_EVERY_MS;
            this.reading = store
                .read(this.key)
                .then(shared => this.adopt(shared))
                .catch(() => void (this.readNextAtMs = Date.now() + READ_AFTER_FAILURE_MS));
        }
        await this.reading;
    }

    private adopt(shared: SharedCircuit | undefined): void {
        if (!shared || shared.id === this.knownId) return;
        this.knownId = shared.id;
        if (shared.state === 'CLOSED') {
            if (this.status.state !== 'CLOSED') this.begin();
            return;
        }
        const { openedAtMs, policy } = shared.snapshot as { openedAtMs: number; policy: unknown };
        this.begin(policy);
        this.openedAtMs = openedAtMs;
    }
}

/** What the circuit does not count passes the policy as a success. */
async function classified<T>(work: () => Promise<T>, counts: (error: unknown) => boolean): Promise<() => T> {
    try {
        const value = await work();
        return () => value;
    } catch (thrown) {
        if (counts(thrown)) throw new Counted(thrown);
        return () => {
            throw thrown;
        };
    }
}

export function isCircuitOpen(error: unknown): boolean {
    return error instanceof TransientError && error.code === 'circuit-open';
}

function circuitOpen(key: string, when: string): TransientError {
    return new TransientError(
        'circuit-open',
        `"${key}" is not called at the moment because it failed several times in a row; ${when}`,
        'Wait until it answers again, and look at its own logs if that takes long.',
        { got: key },
    );
}

function timeOf(ms: number): string {
    return new Date(ms).toISOString();
}
