import type { Lock } from './lock';

/** What a backend can do for one holder. */
export interface Hold {
    renew(): Promise<boolean>;
    release(): Promise<void>;
}

/** A lock as its holder sees it: once lost, it stays lost, whatever the backend says later. */
export class HeldLock implements Lock {
    private readonly loss = new AbortController();

    constructor(
        readonly owner: string,
        private readonly hold: Hold,
    ) {}

    get lost(): AbortSignal {
        return this.loss.signal;
    }

    async renew(): Promise<boolean> {
        if (this.lost.aborted || !(await this.hold.renew())) this.lose();
        return !this.lost.aborted;
    }

    async release(): Promise<void> {
        if (!this.lost.aborted) await this.hold.release();
    }

    lose(): void {
        this.loss.abort();
    }
}
