import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JobQueueService, Logger } from '@vendure/core';
import { loggerCtx } from '../services/data-hub-options';
import { SpoolRetentionService } from '../services/spool/spool-retention.service';

const firstPauseMs = 2 * 60_000;
const pauseMs = 60 * 60_000;

/**
 * Removes what is left over between stages, about once an hour, in every process that executes jobs: spools of runs that
 * are done, and temporary files of workers that were killed while they sorted or joined.
 */
@Injectable()
export class SpoolSweeper implements OnApplicationBootstrap, OnModuleDestroy {
    private readonly stopping = new AbortController();
    private timer: NodeJS.Timeout | undefined;
    private sweeping: Promise<void> = Promise.resolve();

    constructor(
        private readonly jobQueues: JobQueueService,
        private readonly retention: SpoolRetentionService,
    ) {}

    onApplicationBootstrap(): void {
        this.sweepAfter(firstPauseMs);
    }

    /** Ends within the removal of one run's spool. */
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
            await this.retention.removeAbandonedWork();
            const runs = await this.retention.removeUnneeded(this.stopping.signal);
            if (runs > 0) Logger.info(`Removed the spools of ${runs} runs that are done.`, loggerCtx);
        } catch (error) {
            Logger.warn(`Removing old spools failed and is tried again in an hour: ${String(error)}`, loggerCtx);
        }
    }
}
