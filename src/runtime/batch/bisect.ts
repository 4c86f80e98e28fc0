/** Splits `items` until the bad ones stand alone; the good ones are processed, in order, by as few calls as possible. */
export async function bisect<T>(
    items: readonly T[],
    /** Resolves when all of `part` went well; resolves with the error when it did not and was undone. */
    attempt: (part: readonly T[]) => Promise<Failure | undefined>,
    onBad: (item: T, failure: Failure) => void,
): Promise<void> {
    if (items.length === 0) return;
    const failure = await attempt(items);
    if (!failure) return;
    if (items.length === 1) return onBad(items[0]!, failure);
    const middle = items.length >>> 1;
    await bisect(items.slice(0, middle), attempt, onBad);
    await bisect(items.slice(middle), attempt, onBad);
}

export interface Failure {
    thrown: unknown;
}
