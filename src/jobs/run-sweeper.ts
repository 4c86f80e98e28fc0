import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JobQueueService } from '@vendure/core';
import { DATA_HUB_OPTIONS, type ResolvedDataHubOptions } from '../services/data-hub-options';
import { RunDispatcher } from '../services/run-dispatcher';
import { RepeatingTask } from './repeating-task';

const longestPauseMs = 5_000;

/**
 * Finds runs that nobody works on: their worker died, or their job was lost. Queues alone do not bring them back: the
 * SQL queue never repeats the job of a killed worker. Any number of processes may sweep at once, and so often that the run
 * of a dead worker goes on within one lease time.
 */
@Injectable()
export class RunSweeper implements OnApplicationBootstrap, OnModuleDestroy {
    private readonly task: RepeatingTask;

    constructor(
        jobQueues: JobQueueService,
        dispatcher: RunDispatcher,
        @Inject(DATA_HUB_OPTIONS) options: ResolvedDataHubOptions,
    ) {
        const pauseMs = Math.min(longestPauseMs, options.distributedLock.defaultTtlMs / 8);
        this.task = new RepeatingTask(jobQueues, {
            name: 'Looking for runs without a worker',
            firstPauseMs: pauseMs,
            pauseMs,
            async work() {
                await dispatcher.dispatchDue();
            },
        });
    }

    onApplicationBootstrap(): void {
        this.task.start();
    }

    onModuleDestroy(): Promise<void> {
        return this.task.stop();
    }
}
