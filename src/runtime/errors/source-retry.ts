import { ExponentialBackoff } from 'cockatiel';
import { TransientError, UserError } from '../../sdk/errors';
import type { Clock } from '../ports';
import type { RetryBudget } from '../retry/transaction-retry';

/** For a source that does not answer for a while: about a minute. */
export const SOURCE_RETRY: RetryBudget = { attempts: 6, initialDelayMs: 1_000, maxDelayMs: 30_000 };

export interface SourceRetryParts {
    step: string;
    /** Attempts in a row that bring nothing new; what was read in between is progress. */
    budget: RetryBudget;
    clock: Pick<Clock, 'sleep'>;
    signal: AbortSignal;
    /** Identity of what is read; undefined when the extractor cannot tell. */
    knownFingerprint: string | undefined;
    /** Identity of what would be read now. */
    fingerprint: () => Promise<string | undefined>;
    onRetry: (error: TransientError, next: { attempt: number; delayMs: number }) => void;
}

/**
 * Reads a source that is opened again from its start after a TransientError; what has been delivered already is skipped by
 * count, so nothing is lost or delivered twice. Relies on what resume relies on: a source with the same fingerprint gives the
 * same items in the same order. One that has changed meanwhile is refused.
 */
export async function* withSourceRetry<P extends { items: readonly unknown[] }>(
    open: () => AsyncIterable<P>,
    { step, budget, clock, signal, knownFingerprint, fingerprint, onRetry }: SourceRetryParts,
): AsyncGenerator<P, void, undefined> {
    let delivered = 0;
    let failures = 0;
    const growing = new ExponentialBackoff({ initialDelay: budget.initialDelayMs, maxDelay: budget.maxDelayMs });
    let backoff = growing.next();
    for (;;) {
        let seen = 0;
        try {
            if (failures > 0 && (await fingerprint()) !== knownFingerprint) throw changed(step);
            for await (const page of open()) {
                const { length } = page.items;
                const known = Math.min(length, delivered - seen);
                seen += length;
                if (length > 0 && known === length) continue;
                if (length > 0) {
                    delivered = seen;
                    failures = 0;
                    backoff = growing.next();
                }
                yield known === 0 ? page : { ...page, items: page.items.slice(known) };
            }
            if (seen < delivered) throw changed(step);
            return;
        } catch (thrown) {
            if (!(thrown instanceof TransientError) || signal.aborted || ++failures >= budget.attempts) throw thrown;
            const delayMs = Math.round(backoff.duration);
            backoff = backoff.next(undefined);
            onRetry(thrown, { attempt: failures + 1, delayMs });
            await clock.sleep(delayMs, signal).catch(() => undefined);
            signal.throwIfAborted();
        }
    }
}

function changed(step: string): UserError {
    return new UserError(
        'source-changed',
        `The source of step "${step}" changed while it was read, so reading cannot go on where it broke off.`,
        'Start a new run; what is already written will be found unchanged.',
        { step },
    );
}
