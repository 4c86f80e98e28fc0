import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JobQueueService, Logger } from '@vendure/core';
import { DATA_HUB_OPTIONS, loggerCtx, type ResolvedDataHubOptions } from '../services/data-hub-options';
import { RunDispatcher } from '../services/run-dispatcher';

const longestPauseMs = 5_000;

/**
 * Finds runs that nobody works on: their worker died, or their job was lost. Queues alone do not bring them back: the
 * SQL queue never repeats the job of a killed worker. Runs in every process that executes jobs; any number may sweep at
 * once, and so often that the run of a dead worker goes on within one lease time.
 */
@Injectable()
export class RunSweeper implements OnApplicationBootstrap, OnModuleDestroy {
    private timer: NodeJS.Timeout | undefined;
    private sweeping: Promise<void> = Promise.resolve();
    private stopped = false;
    private lastFailure: string | undefined;
    private readonly pauseMs: number;

    constructor(
        private readonly jobQueues: JobQueueService,
        private readonly dispatcher: RunDispatcher,
        @Inject(DATA_HUB_OPTIONS) options: ResolvedDataHubOptions,
    ) {
        this.pauseMs = Math.min(longestPauseMs, options.distributedLock.defaultTtlMs / 8);
    }

    onApplicationBootstrap(): void {
        this.sweepLater();
    }

    async onModuleDestroy(): Promise<void> {
        this.stopped = true;
        clearTimeout(this.timer);
        await this.sweeping;
    }

    private sweepLater(): void {
        if (this.stopped) return;
        this.timer = setTimeout(() => {
            this.sweeping = this.sweep().finally(() => this.sweepLater());
        }, this.pauseMs).unref();
    }

    private async sweep(): Promise<void> {
        if (!this.jobQueues.started) return;
        try {
            await this.dispatcher.dispatchDue();
            this.lastFailure = undefined;
        } catch (error) {
            // Not every few seconds again: the database may be away for hours, or its migration not run yet.
            if (String(error) === this.lastFailure) return;
            this.lastFailure = String(error);
            Logger.warn(`Looking for runs without a worker failed and is tried again: ${this.lastFailure}`, loggerCtx);
        }
    }
}
