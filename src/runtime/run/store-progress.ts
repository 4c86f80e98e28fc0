import { withRetry } from '../retry/transaction-retry';
import type { RunControl } from './run-control';
import type { RunParts } from './run-parts';

/** What has settled without a transaction of its own is lost to a crash for at most so long. */
export const STORE_EVERY_MS = 2_000;

/** Stores the checkpoint as it stands, with what `work` writes; tried again while the database is away. */
export async function storeProgress<Scope>(
    run: RunParts<Scope>,
    control: RunControl,
    work?: (scope: Scope) => Promise<void>,
): Promise<void> {
    const { clock, journal, units } = run.ports;
    await withRetry(() => run.journal.saveProgress(store => units.transaction(store), work), {
        budget: run.retry,
        clock,
        signal: control.signal,
        onRetry: (error, next) => {
            const pause = `Trying again in ${next.delayMs} ms (attempt ${next.attempt} of ${run.retry.attempts}).`;
            journal.log('WARN', `The position of the run could not be stored: ${error.message} ${pause}`);
        },
    });
}
