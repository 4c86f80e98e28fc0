import {
    bulkhead,
    BulkheadPolicy,
    BulkheadRejectedError,
    DelegateBackoff,
    ExponentialBackoff,
    handleWhen,
    IBackoff,
    IRetryBackoffContext,
    retry,
    TaskCancelledError,
} from 'cockatiel';
import { TransientError } from '../sdk/errors';
import type { BreakerStore } from './breaker-store';
import { Circuit, CircuitStatus, isCircuitOpen } from './circuit';
import { RetryLaterError } from './retry-later-error';
import { untilAborted } from './until-aborted';

export interface ResilienceOptions {
    /** Failures in a row that open the circuit of a key. Default 5. */
    failuresToOpen?: number;
    /** Successes in a row after which a half-open circuit is closed. Default 3. */
    successesToClose?: number;
    /** How long an open circuit refuses every call. Default 30 s. */
    openMs?: number;
    /** Shares open circuits between workers. Default: each worker finds out by itself. */
    store?: BreakerStore;
    /** Calls under way at once for each key; more of them wait. Default 20. */
    maxConcurrentCalls?: number;
    /** Calls that wait for each key; more of them are refused. Default 1 000. */
    maxWaitingCalls?: number;
    /** First pause between two attempts; the next ones are longer, with jitter. Default 250 ms. */
    retryDelayMs?: number;
    /** Longest pause between two attempts, also when the other side asks for a longer one: then it is not tried again. Default 30 s. */
    maxRetryDelayMs?: number;
}

export interface CallRules {
    /** Including the first. */
    attempts: number;
    /** Ends the waiting and the call at once, with the reason of the signal. */
    signal?: AbortSignal;
    /** Which errors open the circuit. Default: every TransientError. */
    opensCircuit?: (error: unknown) => boolean;
}

/** Hosts that a server of pipelines calls are few; this only bounds what the addresses of images may bring. */
const MAX_KEYS = 1_000;

/**
 * Calls to others, by key (a host, say): again after a TransientError, never while the circuit of the key is open, and only
 * so many at once. The order is retry, bulkhead, circuit: a pause holds no place, and every attempt counts for the circuit.
 */
export class Resilience {
    private readonly lines = new Map<string, Line>();
    private readonly maxRetryDelayMs: number;

    constructor(private readonly options: ResilienceOptions = {}) {
        this.maxRetryDelayMs = options.maxRetryDelayMs ?? 30_000;
    }

    async execute<T>(key: string, rules: CallRules, attempt: () => Promise<T>): Promise<T> {
        const { circuit, places } = this.lineOf(key);
        const opensCircuit = rules.opensCircuit ?? isTransient;
        const once = (): Promise<T> =>
            places
                .execute(() => circuit.execute(attempt, opensCircuit), rules.signal)
                .catch((thrown: unknown) => {
                    throw thrown instanceof BulkheadRejectedError ? tooManyCalls(key) : thrown;
                });
        const call = this.retrying(rules.attempts).execute(once, rules.signal);
        return untilAborted(call, rules.signal).catch((thrown: unknown) => {
            throw thrown instanceof TaskCancelledError && rules.signal?.aborted ? rules.signal.reason : thrown;
        });
    }

    /** Of every key that has been called, for people and for health checks. */
    states(): CircuitStatus[] {
        return [...this.lines.values()].map(({ circuit }) => circuit.status);
    }

    async close(): Promise<void> {
        await this.options.store?.close?.();
    }

    private retrying(attempts: number) {
        const { retryDelayMs = 250 } = this.options;
        const growing = new ExponentialBackoff({ initialDelay: retryDelayMs, maxDelay: this.maxRetryDelayMs });
        return retry(
            handleWhen(error => this.isWorthAnotherAttempt(error)),
            {
                maxAttempts: attempts - 1,
                backoff: new DelegateBackoff<IRetryBackoffContext<unknown>, IBackoff<unknown>>((context, last) => {
                    const state = last ? last.next(undefined) : growing.next();
                    return { delay: Math.max(state.duration, wishOf(context)), state };
                }),
            },
        );
    }

    private isWorthAnotherAttempt(error: unknown): boolean {
        if (error instanceof RetryLaterError) return error.retryAfterMs <= this.maxRetryDelayMs;
        return isTransient(error) && !isCircuitOpen(error);
    }

    private lineOf(key: string): Line {
        let line = this.lines.get(key);
        if (line) return line;
        this.forgetIdle();
        const { maxConcurrentCalls = 20, maxWaitingCalls = 1_000 } = this.options;
        const { failuresToOpen = 5, successesToClose = 3, openMs = 30_000, store } = this.options;
        line = {
            circuit: new Circuit(key, { failuresToOpen, successesToClose, openMs, store }),
            places: bulkhead(maxConcurrentCalls, maxWaitingCalls),
            maxConcurrentCalls,
        };
        this.lines.set(key, line);
        return line;
    }

    private forgetIdle(): void {
        if (this.lines.size < MAX_KEYS) return;
        for (const [key, { circuit, places, maxConcurrentCalls }] of this.lines) {
            if (circuit.isIdle && places.executionSlots === maxConcurrentCalls) this.lines.delete(key);
        }
    }
}

/** All calls of one key. */
interface Line {
    circuit: Circuit;
    places: BulkheadPolicy;
    maxConcurrentCalls: number;
}

function isTransient(error: unknown): boolean {
    return error instanceof TransientError;
}

/** How long the other side wants to be left alone. */
function wishOf({ result }: IRetryBackoffContext<unknown>): number {
    return 'error' in result && result.error instanceof RetryLaterError ? result.error.retryAfterMs : 0;
}

function tooManyCalls(key: string): TransientError {
    return new TransientError(
        'too-many-calls',
        `Too many calls of "${key}" wait already.`,
        'Call it less often, or from fewer pipelines at once.',
        { got: key },
    );
}
