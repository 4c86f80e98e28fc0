import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { EventBus, JobQueueService, Logger } from '@vendure/core';
import type { Subscription } from 'rxjs';
import { DATA_HUB_OPTIONS, loggerCtx, type ResolvedDataHubOptions } from '../services/data-hub-options';
import { GateWaitingEvent } from '../services/gates/gate-waiting.event';
import { GateService } from '../services/gates/gate.service';
import { GateNotifier } from '../services/notifications/gate-notifier';

const longestPauseMs = 5_000;

/**
 * Decides gates whose time is up and tells people of gates that wait, also when the process that opened them has died.
 * Runs in every process that executes jobs; any number may sweep at once.
 */
@Injectable()
export class GateSweeper implements OnApplicationBootstrap, OnModuleDestroy {
    private timer: NodeJS.Timeout | undefined;
    private sweeping: Promise<void> = Promise.resolve();
    private readonly stopping = new AbortController();
    private opened: Subscription | undefined;
    private lastFailure: string | undefined;
    private readonly pauseMs: number;

    constructor(
        private readonly jobQueues: JobQueueService,
        private readonly eventBus: EventBus,
        private readonly gates: GateService,
        private readonly notifier: GateNotifier,
        @Inject(DATA_HUB_OPTIONS) options: ResolvedDataHubOptions,
    ) {
        this.pauseMs = Math.min(longestPauseMs, options.distributedLock.defaultTtlMs / 2);
    }

    onApplicationBootstrap(): void {
        // Not left to the next sweep: somebody may be waiting for the news.
        this.opened = this.eventBus.ofType(GateWaitingEvent).subscribe(() => this.sweepSoon(0));
        this.sweepSoon(this.pauseMs);
    }

    async onModuleDestroy(): Promise<void> {
        this.stopping.abort();
        this.opened?.unsubscribe();
        clearTimeout(this.timer);
        await this.sweeping;
    }

    /** One sweep at a time; a call during one starts the next as soon as it has ended. */
    private sweepSoon(ms: number): void {
        if (this.stopping.signal.aborted) return;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => {
            this.sweeping = this.sweeping.then(() => this.sweep()).finally(() => this.sweepSoon(this.pauseMs));
        }, ms).unref();
    }

    private async sweep(): Promise<void> {
        if (!this.jobQueues.started || this.stopping.signal.aborted) return;
        try {
            await this.gates.decideOverdue();
            await this.notifier.notifyDue(this.stopping.signal);
            this.lastFailure = undefined;
        } catch (error) {
            // Not every few seconds again: the database may be away for hours, or its migration not run yet.
            if (String(error) === this.lastFailure) return;
            this.lastFailure = String(error);
            Logger.warn(`Looking after gates failed and is tried again: ${this.lastFailure}`, loggerCtx);
        }
    }
}
