import { type JobQueueService, Logger } from '@vendure/core';
import { loggerCtx } from '../services/data-hub-options';

export interface RepeatingTaskOptions {
    /** What it does, for the log: "Deleting old runs". */
    name: string;
    firstPauseMs: number;
    /** Between the end of one time and the start of the next. */
    pauseMs: number;
    work(signal: AbortSignal): Promise<void>;
}

/**
 * Work that is done again and again in processes that execute jobs, one time after the other. A failure is told once and
 * made up for at the next time: the database may be away for hours, or its migration not run yet.
 */
export class RepeatingTask {
    private readonly stopping = new AbortController();
    private timer: NodeJS.Timeout | undefined;
    private working: Promise<void> = Promise.resolve();
    private lastFailure: string | undefined;

    constructor(
        private readonly jobQueues: JobQueueService,
        private readonly options: RepeatingTaskOptions,
    ) {}

    start(): void {
        this.after(this.options.firstPauseMs);
    }

    /** Not left to the next time. A call during the work starts it again as soon as it has ended. */
    soon(): void {
        this.after(0);
    }

    /** Aborts the signal of the work and waits for its end. */
    async stop(): Promise<void> {
        this.stopping.abort();
        clearTimeout(this.timer);
        await this.working;
    }

    private after(ms: number): void {
        if (this.stopping.signal.aborted) return;
        clearTimeout(this.timer);
        // Up to a tenth later, so that processes that were started together do not work together for ever.
        const waitMs = ms * (1 + Math.random() / 10);
        this.timer = setTimeout(() => {
            this.working = this.working.then(() => this.once()).finally(() => this.after(this.options.pauseMs));
        }, waitMs).unref();
    }

    private async once(): Promise<void> {
        if (!this.jobQueues.started || this.stopping.signal.aborted) return;
        try {
            await this.options.work(this.stopping.signal);
            this.lastFailure = undefined;
        } catch (error) {
            if (String(error) === this.lastFailure) return;
            this.lastFailure = String(error);
            Logger.warn(`${this.options.name} failed and is tried again: ${this.lastFailure}`, loggerCtx);
        }
    }
}
