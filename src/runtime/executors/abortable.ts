/**
 * Iterates `source` and throws the abort reason as soon as `signal` is aborted, even while the source hangs and
 * ignores the signal itself.
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    const iterator = source[Symbol.asyncIterator]();
    let finished = false;
    try {
        for (;;) {
            const next = await nextOrAbort(iterator, signal);
            if (next.done) {
                finished = true;
                return;
            }
            yield next.value;
        }
    } catch (thrown) {
        finished = !signal.aborted;
        throw thrown;
    } finally {
        // A source that hangs never answers, so its end is not awaited after an abort.
        if (signal.aborted) void Promise.resolve(iterator.return?.()).catch(() => undefined);
        else if (!finished) await iterator.return?.();
    }
}

async function nextOrAbort<T>(iterator: AsyncIterator<T>, signal: AbortSignal): Promise<IteratorResult<T>> {
    signal.throwIfAborted();
    let stopWaiting!: () => void;
    const aborted = new Promise<void>(resolve => (stopWaiting = () => resolve()));
    signal.addEventListener('abort', stopWaiting, { once: true });
    try {
        const next = iterator.next();
        const winner = await Promise.race([next, aborted]);
        if (winner) return winner;
        next.catch(() => undefined);
        throw signal.reason;
    } finally {
        signal.removeEventListener('abort', stopWaiting);
    }
}
