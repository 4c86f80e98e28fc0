/**
 * Keeps batches that share a key in order while they are in flight. A batch waits only for earlier ones, so two
 * batches can never wait for each other. `enter` must be called in batch order.
 */
export class KeyGate {
    private readonly lastHolder = new Map<string, Promise<void>>();

    /** Reserves the keys at once; `passed` resolves when every earlier batch with one of them has left. */
    enter(keys: Iterable<string>): { passed: Promise<void>; leave: () => void } {
        const ahead = new Set<Promise<void>>();
        const held: string[] = [];
        let leaveNow!: () => void;
        const left = new Promise<void>(resolve => (leaveNow = resolve));
        for (const key of keys) {
            const holder = this.lastHolder.get(key);
            if (holder === left) continue;
            if (holder) ahead.add(holder);
            this.lastHolder.set(key, left);
            held.push(key);
        }
        const leave = (): void => {
            for (const key of held) if (this.lastHolder.get(key) === left) this.lastHolder.delete(key);
            leaveNow();
        };
        return { passed: Promise.all(ahead).then(() => undefined), leave };
    }
}
