import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JobQueueService, Logger } from '@vendure/core';
import { loggerCtx } from '../services/data-hub-options';
import { RetentionService } from '../services/retention.service';

const firstPauseMs = 60_000;
const pauseMs = 60 * 60_000;

/** Deletes old runs, plans and logs about once an hour, in every process that executes jobs. */
@Injectable()
export class RetentionSweeper implements OnApplicationBootstrap, OnModuleDestroy {
    private readonly stopping = new AbortController();
    private timer: NodeJS.Timeout | undefined;
    private sweeping: Promise<void> = Promise.resolve();

    constructor(
        private readonly jobQueues: JobQueueService,
        private readonly retention: RetentionService,
    ) {}

    onApplicationBootstrap(): void {
        this.sweepAfter(firstPauseMs);
    }

    /** Ends within one statement. */
    async onModuleDestroy(): Promise<void> {
        this.stopping.abort();
        clearTimeout(this.timer);
        await this.sweeping;
    }

    private sweepAfter(ms: number): void {
        if (this.stopping.signal.aborted) return;
        // Up to a tenth later, so that processes that were started together do not sweep together for ever.
        const waitMs = ms * (1 + Math.random() / 10);
        this.timer = setTimeout(() => {
            this.sweeping = this.sweep().finally(() => this.sweepAfter(pauseMs));
        }, waitMs).unref();
    }

    private async sweep(): Promise<void> {
        if (!this.jobQueues.started) return;
        try {
            const { runs, rows } = await this.retention.deleteExpired(this.stopping.signal);
            if (runs + rows > 0) Logger.info(`Deleted ${runs} old runs and ${rows} of their rows.`, loggerCtx);
        } catch (error) {
            Logger.warn(`Deleting old runs failed and is tried again in an hour: ${String(error)}`, loggerCtx);
        }
    }
}
