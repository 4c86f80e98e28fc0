import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { EventBus, JobQueueService, Logger, ProductEvent } from '@vendure/core';
import { loggerCtx } from '../services/data-hub-options';
import { ReplayReopeningService } from '../services/quarantine/replay-reopening.service';
import { WaitingRecordsService } from '../services/quarantine/waiting-records.service';
import { RunEndedEvent } from '../services/run-ended.event';
import { RepeatingTask } from './repeating-task';

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
    private readonly looks: RepeatingTask;
    private readonly working = new Set<Promise<void>>();
    private products: NodeJS.Timeout | undefined;
    private stopped = false;

    constructor(
        private readonly eventBus: EventBus,
        jobQueues: JobQueueService,
        private readonly waiting: WaitingRecordsService,
        private readonly reopening: ReplayReopeningService,
    ) {
        let looks = 0;
        this.looks = new RepeatingTask(jobQueues, {
            name: 'Moving the quarantine on',
            firstPauseMs: firstLookMs,
            pauseMs: reopenEveryMs,
            async work() {
                const wakes = looks++ % looksPerWaking === 0;
                await reopening.reopenAll();
                if (wakes) await waiting.wakeAll();
            },
        });
    }

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
        this.looks.start();
    }

    async onModuleDestroy(): Promise<void> {
        this.stopped = true;
        clearTimeout(this.products);
        await Promise.all([this.looks.stop(), ...this.working]);
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
            .catch((error: unknown) =>
                Logger.warn(`Moving the quarantine on failed and is tried again: ${String(error)}`, loggerCtx),
            )
            .then(() => void this.working.delete(working));
        this.working.add(working);
        return working;
    }
}
