import { LeaseLostError } from '../ports';

/** Why a run, or one unit of it, stops before its end. The first fault counts; a lost lease outranks everything. */
export class RunControl {
    private readonly controller = new AbortController();
    /** Aborted on cancel and on any fault; goes to extractors and into waits. */
    readonly signal: AbortSignal;
    private firstFault: { thrown: unknown } | undefined;

    constructor(private readonly outer: AbortSignal) {
        this.signal = AbortSignal.any([outer, this.controller.signal]);
    }

    /** Stops when this one stops, and by itself without stopping this one. */
    child(): RunControl {
        return new RunControl(this.signal);
    }

    get stopped(): boolean {
        return this.signal.aborted;
    }

    get fault(): { thrown: unknown } | undefined {
        return this.firstFault;
    }

    /** A fault that follows from a stop (an extractor that answers to the signal, say) is no reason of its own. */
    fail(thrown: unknown): void {
        if (thrown instanceof LeaseLostError) this.firstFault = { thrown };
        else if (!this.stopped) this.firstFault ??= { thrown };
        this.controller.abort(thrown);
    }

    get leaseLost(): LeaseLostError | undefined {
        const reasons = [this.firstFault?.thrown, this.outer.aborted ? this.outer.reason : undefined];
        return reasons.find(reason => reason instanceof LeaseLostError);
    }

    throwIfLeaseLost(): void {
        const lost = this.leaseLost;
        if (lost) throw lost;
    }
}
