/** What hooks do outside of the run: a few at a time, behind the back of the run, with an end. */
export class HookQueue {
    private readonly waiting: (() => Promise<void>)[] = [];
    private readonly running = new Set<Promise<void>>();
    private readonly controller = new AbortController();
    private refused = 0;

    constructor(
        private readonly limits: { concurrency: number; maxWaiting: number },
        private readonly warn: (message: string) => void,
    ) {}

    /** Returns at once. `work` has to end soon after its signal is aborted; what it throws is told as a warning. */
    add(name: string, work: (signal: AbortSignal) => Promise<void>): void {
        if (this.controller.signal.aborted || this.waiting.length >= this.limits.maxWaiting) {
            // Told once at the end: a line for each would fill the log that so many calls have filled already.
            this.refused++;
            return;
        }
        this.waiting.push(() => this.attempt(name, work));
        this.startNext();
    }

    /** Resolves when everything has been done, or when `patienceMs` are over and the rest has been given up. */
    async settle(patienceMs: number): Promise<void> {
        let timer: NodeJS.Timeout | undefined;
        const patience = new Promise<void>(resolve => {
            timer = setTimeout(resolve, patienceMs);
        });
        await Promise.race([this.idle(), patience]);
        clearTimeout(timer);
        const left = this.running.size + this.waiting.length;
        this.waiting.length = 0;
        this.controller.abort(new Error('The run has ended.'));
        if (left > 0) this.warn(`${callsOf(left)} not done when the run had ended, and ${isGivenUp(left)}.`);
        if (this.refused > 0)
            this.warn(`${callsOf(this.refused)} left out: more than ${this.limits.maxWaiting} were waiting.`);
    }

    private async idle(): Promise<void> {
        while (this.running.size > 0) await Promise.race(this.running);
    }

    private startNext(): void {
        while (this.running.size < this.limits.concurrency && this.waiting.length > 0) {
            const done: Promise<void> = this.waiting.shift()!().finally(() => {
                this.running.delete(done);
                this.startNext();
            });
            this.running.add(done);
        }
    }

    private async attempt(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
        const { signal } = this.controller;
        try {
            await work(signal);
        } catch (thrown) {
            if (!signal.aborted) this.warn(`${name} failed: ${textOf(thrown)}`);
        }
    }
}

function callsOf(count: number): string {
    return count === 1 ? '1 call of a hook was' : `${count} calls of hooks were`;
}

function isGivenUp(count: number): string {
    return count === 1 ? 'is given up' : 'are given up';
}

function textOf(thrown: unknown): string {
    const { message, hint } = thrown as { message?: string; hint?: string };
    return message === undefined ? String(thrown) : [message, hint].filter(Boolean).join(' ');
}
