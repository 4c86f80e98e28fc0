import { performance } from 'node:perf_hooks';
import { TaskCancelledError, timeout, TimeoutStrategy } from 'cockatiel';
import { untilAborted } from '../../resilience/until-aborted';
import type { StepDefinition } from '../../sdk/definition/definition';
import { stepTimeout } from './timeout-error';

/**
 * Runs what a step does with one batch for at most `timeoutMs` of the step. Ends at once with a TimeoutError, or with the
 * reason of `signal`; what still runs then sees the signal it was given aborted. Code that never waits cannot be
 * interrupted: its time is looked at when it has ended.
 */
export async function withinStepTime<T>(
    { key, timeoutMs }: Pick<StepDefinition, 'key' | 'timeoutMs'>,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
    signal?.throwIfAborted();
    if (timeoutMs === undefined) return untilAborted(work(signal), signal);
    const began = performance.now();
    try {
        const result = await timeout(timeoutMs, TimeoutStrategy.Aggressive).execute(
            limited => work(limited.signal),
            signal,
        );
        if (performance.now() - began <= timeoutMs) return result;
    } catch (thrown) {
        if (signal?.aborted) throw signal.reason;
        if (!(thrown instanceof TaskCancelledError)) throw thrown;
    }
    throw stepTimeout(key, timeoutMs);
}

/** The same for each page of a source; the time in which nobody asks for one does not count. */
export async function* eachWithinStepTime<T>(
    step: Pick<StepDefinition, 'key' | 'timeoutMs'>,
    signal: AbortSignal,
    source: AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
    const iterator = source[Symbol.asyncIterator]();
    let mayHang = false;
    try {
        for (;;) {
            mayHang = true;
            const next = await withinStepTime(step, signal, () => iterator.next());
            mayHang = false;
            if (next.done) return;
            yield next.value;
        }
    } finally {
        // A source that hangs never answers, so its end is not awaited then.
        const closed = Promise.resolve(iterator.return?.()).catch(() => undefined);
        if (!mayHang) await closed;
    }
}
