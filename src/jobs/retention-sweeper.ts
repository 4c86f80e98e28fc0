import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JobQueueService, Logger } from '@vendure/core';
import { loggerCtx } from '../services/data-hub-options';
import { RetentionService } from '../services/retention.service';
import { RepeatingTask } from './repeating-task';

/** Deletes old runs, plans and logs about once an hour. */
@Injectable()
export class RetentionSweeper implements OnApplicationBootstrap, OnModuleDestroy {
    private readonly task: RepeatingTask;

    constructor(jobQueues: JobQueueService, retention: RetentionService) {
        this.task = new RepeatingTask(jobQueues, {
            name: 'Deleting old runs',
            firstPauseMs: 60_000,
            pauseMs: 60 * 60_000,
            async work(signal) {
                const { runs, rows } = await retention.deleteExpired(signal);
                if (runs + rows > 0) Logger.info(`Deleted ${runs} old runs and ${rows} of their rows.`, loggerCtx);
            },
        });
    }

    onApplicationBootstrap(): void {
        this.task.start();
    }

    /** Ends within one statement. */
    onModuleDestroy(): Promise<void> {
        return this.task.stop();
    }
}
