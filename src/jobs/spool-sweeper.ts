import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JobQueueService, Logger } from '@vendure/core';
import { loggerCtx } from '../services/data-hub-options';
import { SpoolRetentionService } from '../services/spool/spool-retention.service';
import { RepeatingTask } from './repeating-task';

/**
 * Removes what is left over between stages, about once an hour: spools of runs that are done, and temporary files of
 * workers that were killed while they sorted or joined.
 */
@Injectable()
export class SpoolSweeper implements OnApplicationBootstrap, OnModuleDestroy {
    private readonly task: RepeatingTask;

    constructor(jobQueues: JobQueueService, retention: SpoolRetentionService) {
        this.task = new RepeatingTask(jobQueues, {
            name: 'Removing old spools',
            firstPauseMs: 2 * 60_000,
            pauseMs: 60 * 60_000,
            async work(signal) {
                await retention.removeAbandonedWork();
                const runs = await retention.removeUnneeded(signal);
                if (runs > 0) Logger.info(`Removed the spools of ${runs} runs that are done.`, loggerCtx);
            },
        });
    }

    onApplicationBootstrap(): void {
        this.task.start();
    }

    /** Ends within the removal of one run's spool. */
    onModuleDestroy(): Promise<void> {
        return this.task.stop();
    }
}
