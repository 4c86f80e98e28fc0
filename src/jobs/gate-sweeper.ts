import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { EventBus, JobQueueService } from '@vendure/core';
import type { Subscription } from 'rxjs';
import { DATA_HUB_OPTIONS, type ResolvedDataHubOptions } from '../services/data-hub-options';
import { GateWaitingEvent } from '../services/gates/gate-waiting.event';
import { GateService } from '../services/gates/gate.service';
import { GateNotifier } from '../services/notifications/gate-notifier';
import { RepeatingTask } from './repeating-task';

const longestPauseMs = 5_000;

/**
 * Decides gates whose time is up and tells people of gates that wait, also when the process that opened them has died. Any
 * number of processes may sweep at once.
 */
@Injectable()
export class GateSweeper implements OnApplicationBootstrap, OnModuleDestroy {
    private readonly task: RepeatingTask;
    private opened: Subscription | undefined;

    constructor(
        jobQueues: JobQueueService,
        private readonly eventBus: EventBus,
        gates: GateService,
        notifier: GateNotifier,
        @Inject(DATA_HUB_OPTIONS) options: ResolvedDataHubOptions,
    ) {
        const pauseMs = Math.min(longestPauseMs, options.distributedLock.defaultTtlMs / 2);
        this.task = new RepeatingTask(jobQueues, {
            name: 'Looking after gates',
            firstPauseMs: pauseMs,
            pauseMs,
            async work(signal) {
                await gates.decideOverdue();
                await notifier.notifyDue(signal);
            },
        });
    }

    onApplicationBootstrap(): void {
        // Not left to the next sweep: somebody may be waiting for the news.
        this.opened = this.eventBus.ofType(GateWaitingEvent).subscribe(() => this.task.soon());
        this.task.start();
    }

    onModuleDestroy(): Promise<void> {
        this.opened?.unsubscribe();
        return this.task.stop();
    }
}
