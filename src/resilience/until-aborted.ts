/**
 * The result of `work`, or the reason of the signal as soon as it is aborted: for what cannot be interrupted itself. What
 * `work` comes to afterwards is nobody's concern any more.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (!signal) return work;
    let stopWaiting!: () => void;
    const aborted = new Promise<void>(resolve => (stopWaiting = resolve));
    signal.addEventListener('abort', stopWaiting, { once: true });
    if (signal.aborted) stopWaiting();
    try {
        await Promise.race([work, aborted]);
        if (!signal.aborted) return await work;
        work.catch(() => undefined);
        throw signal.reason;
    } finally {
        signal.removeEventListener('abort', stopWaiting);
    }
}
