/** Admits up to `permits` holders at once, in the order in which they asked. With one permit it is a mutex. */
export class Semaphore {
    private readonly waiting: (() => void)[] = [];

    constructor(private permits: number) {}

    /** Resolves with the function that gives the permit back; calling it twice does nothing more. */
    async acquire(): Promise<() => void> {
        if (this.permits > 0) this.permits--;
        else await new Promise<void>(admitted => this.waiting.push(admitted));
        let held = true;
        return () => {
            if (!held) return;
            held = false;
            const next = this.waiting.shift();
            if (next) next();
            else this.permits++;
        };
    }
}
