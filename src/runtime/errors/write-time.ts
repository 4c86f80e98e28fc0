import { performance } from 'node:perf_hooks';
import { untilAborted } from '../../resilience/until-aborted';
import type { StepDefinition } from '../../sdk/definition/definition';
import { stepTimeout, TimeoutError } from './timeout-error';

/**
 * How long a loader or exporter that is out of time may take to come to the end of its call. Pulling the transaction from under it could
 * let its next statement commit alone; but one that hangs must not hold the run for ever.
 */
const GRACE_MS = 5_000;

/** The time that one LOAD or EXPORT step has for one batch. Looked at between the calls of its adapter, and after a grace inside of them. */
export class WriteTime {
    private readonly beganMs = performance.now();

    constructor(
        private readonly step: Pick<StepDefinition, 'key' | 'timeoutMs'>,
        /** Ends the writing too when its reason is a TimeoutError; every other reason lets the batch come to its end. */
        private readonly signal: AbortSignal | undefined,
        private readonly graceMs = GRACE_MS,
    ) {}

    /** Runs one call of the adapter; throws a TimeoutError when time is up before or after it. */
    async call<T>(work: () => Promise<T>): Promise<T> {
        this.throwIfUp();
        const patience = new AbortController();
        const timers: NodeJS.Timeout[] = [];
        const giveUpIn = (ms: number, reason: () => unknown): void => {
            timers.push(setTimeout(() => patience.abort(reason()), ms));
        };
        const { timeoutMs } = this.step;
        if (timeoutMs !== undefined) giveUpIn(this.leftMs(timeoutMs) + this.graceMs, () => this.stepIsUp(timeoutMs));
        const onAbort = (): void => {
            if (this.runIsUp) giveUpIn(this.graceMs, () => this.signal!.reason);
        };
        this.signal?.addEventListener('abort', onAbort, { once: true });
        try {
            const result = await untilAborted(work(), patience.signal);
            this.throwIfUp();
            return result;
        } finally {
            this.signal?.removeEventListener('abort', onAbort);
            for (const timer of timers) clearTimeout(timer);
        }
    }

    private throwIfUp(): void {
        if (this.runIsUp) throw this.signal!.reason;
        const { timeoutMs } = this.step;
        if (timeoutMs !== undefined && this.leftMs(timeoutMs) <= 0) throw this.stepIsUp(timeoutMs);
    }

    private get runIsUp(): boolean {
        return this.signal?.reason instanceof TimeoutError;
    }

    private leftMs(timeoutMs: number): number {
        return Math.max(0, timeoutMs - (performance.now() - this.beganMs));
    }

    private stepIsUp(timeoutMs: number): TimeoutError {
        return stepTimeout(this.step.key, timeoutMs);
    }
}
