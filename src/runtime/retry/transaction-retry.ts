import { ExponentialBackoff, IBackoff } from 'cockatiel';
import { TransientError } from '../../sdk/errors';
import type { Clock } from '../ports';

export interface RetryBudget {
    /** Including the first. */
    attempts: number;
    initialDelayMs: number;
    maxDelayMs: number;
}

/**
 * Waits for about half a minute or longer: a database that restarts must not fail a run. While it is away for longer than a
 * lease, the run is lost to the next worker anyway, who goes on where this one stopped.
 */
export const DEFAULT_RETRY: RetryBudget = { attempts: 12, initialDelayMs: 100, maxDelayMs: 10_000 };

/**
 * Repeats `attempt` while it throws a TransientError: exponential backoff with jitter, until the budget is spent.
 * An abort ends the waiting at once with the error that caused it.
 */
export async function withRetry<T>(
    attempt: () => Promise<T>,
    {
        budget,
        clock,
        signal,
        onRetry,
    }: {
        budget: RetryBudget;
        clock: Clock;
        signal: AbortSignal;
        onRetry: (error: TransientError, next: { attempt: number; delayMs: number }) => void;
    },
): Promise<T> {
    let backoff: IBackoff<unknown> | undefined;
    for (let number = 1; ; number++) {
        try {
            return await attempt();
        } catch (thrown) {
            if (!(thrown instanceof TransientError) || number >= budget.attempts || signal.aborted) throw thrown;
            backoff = backoff ? backoff.next(undefined) : firstDelay(budget);
            const delayMs = Math.round(backoff.duration);
            onRetry(thrown, { attempt: number + 1, delayMs });
            await clock.sleep(delayMs, signal).catch(() => undefined);
            if (signal.aborted) throw thrown;
        }
    }
}

function firstDelay({ initialDelayMs, maxDelayMs }: RetryBudget): IBackoff<unknown> {
    return new ExponentialBackoff({ initialDelay: initialDelayMs, maxDelay: maxDelayMs }).next();
}
