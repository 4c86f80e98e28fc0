import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { EventBus, JobQueueService, Logger, ProductEvent } from '@vendure/core';
import { loggerCtx } from '../services/data-hub-options';
import { ReplayReopeningService } from '../services/quarantine/replay-reopening.service';
import { WaitingRecordsService } from '../services/quarantine/waiting-records.service';
import { RunEndedEvent } from '../services/run-ended.event';

const firstLookMs = 10_000;
const reopenEveryMs = 60_000;
/** Every so many looks also for references that arrived unnoticed. */
const looksPerWaking = 15;
/** An import creates thousands of products: one look for all of them. */
const productsPauseMs = 2_000;

/**
 * Moves the quarantine on by itself: what a replay run did not come to is opened again, and records go on when what they
 * wait for is there. At the end of each run, after products were created, soon after the start, and then now and then,
 * since events die with their process. Any number of processes may do so at once.
 */
@Injectable()
export class QuarantineKeeper implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
    private readonly working = new Set<Promise<void>>();
    private timer: NodeJS.Timeout | undefined;
    private products: NodeJS.Timeout | undefined;
    private looks = 0;
    private stopped = false;
    private lastFailure: string | undefined;

    constructor(
        private readonly eventBus: EventBus,
        private readonly jobQueues: JobQueueService,
        private readonly waiting: WaitingRecordsService,
        private readonly reopening: ReplayReopeningService,
    ) {}

    onModuleInit(): void {
        this.eventBus.ofType(RunEndedEvent).subscribe(({ runId }) => {
            void this.work(async () => {
                await this.reopening.reopen(runId);
                await this.waiting.wakeAfter(runId);
            });
        });
        this.eventBus.ofType(ProductEvent).subscribe(({ type }) => {
            if (type === 'created') this.lookForProducts();
        });
    }

    onApplicationBootstrap(): void {
        this.lookAfter(firstLookMs);
    }

    async onModuleDestroy(): Promise<void> {
        this.stopped = true;
        clearTimeout(this.timer);
        clearTimeout(this.products);
        await Promise.all(this.working);
    }

    private lookAfter(ms: number): void {
        if (this.stopped) return;
        this.timer = setTimeout(() => {
            const wakes = this.looks++ % looksPerWaking === 0;
            const look = this.work(async () => {
                if (!this.jobQueues.started) return;
                await this.reopening.reopenAll();
                if (wakes) await this.waiting.wakeAll();
            });
            void look.finally(() => this.lookAfter(reopenEveryMs));
        }, ms).unref();
    }

    private lookForProducts(): void {
        if (this.stopped) return;
        this.products ??= setTimeout(() => {
            this.products = undefined;
            void this.work(async () => void (await this.waiting.wakeAll()));
        }, productsPauseMs).unref();
    }

    /** A failure is made up for at the next look. */
    private work(task: () => Promise<void>): Promise<void> {
        if (this.stopped) return Promise.resolve();
        const working = task()
            .then(() => (this.lastFailure = undefined))
            .catch((error: unknown) => this.complain(error))
            .then(() => void this.working.delete(working));
        this.working.add(working);
        return working;
    }

    /** Not every minute again: the database may be away for hours, or its migration not run yet. */
    private complain(error: unknown): void {
        if (String(error) === this.lastFailure) return;
        this.lastFailure = String(error);
        Logger.warn(`Moving the quarantine on failed and is tried again: ${this.lastFailure}`, loggerCtx);
    }
}
