import { type ID, Logger } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { loggerCtx } from './data-hub-options';
import type { RunDispatcher } from './run-dispatcher';
import { type ExecutionServices, RunExecution } from './run-execution';
import type { ClaimResult } from './run-lease';
import { RunWatch } from './run-watch';

export interface ExecuteOptions {
    /** Whole per cent, at most once a second. */
    onPercent?: (percent: number) => void;
}

type Claimed = Extract<ClaimResult, { claimed: true }>;

const attemptsToClaim = 3;

/** What this process executes, from the claim of a run to the release of its lock. */
export class RunWorker {
    private readonly executing = new Set<RunWatch>();
    private readonly busy = new Set<Promise<void>>();
    private shuttingDown = false;

    constructor(
        private readonly services: ExecutionServices,
        private readonly dispatcher: RunDispatcher,
        /** Told when this process is done with a run, before the next one of the pipeline gets its job. */
        private readonly onLeft: (runId: ID) => Promise<void>,
    ) {}

    async execute(runId: ID, options: ExecuteOptions): Promise<void> {
        if (this.shuttingDown) return this.dispatcher.forgetJob(runId);
        const work = this.claimAndExecute(runId, options);
        this.busy.add(work);
        await work.finally(() => this.busy.delete(work));
    }

    /** Gives executing runs back, so that another process goes on with them at once. */
    async shutDown(): Promise<void> {
        this.shuttingDown = true;
        for (const watch of this.executing) watch.stop('SHUTDOWN');
        await Promise.allSettled(this.busy);
    }

    private async claimAndExecute(runId: ID, { onPercent }: ExecuteOptions): Promise<void> {
        const claim = await this.claim(runId);
        if (!claim.claimed) {
            if (claim.because === 'WAITING') await this.dispatcher.forgetJob(runId);
            return;
        }
        try {
            await this.executeClaimed(claim, onPercent);
        } finally {
            await claim.lock.release().catch((error: unknown) => {
                Logger.warn(`The lock of run ${runId} is held until it runs out: ${String(error)}`, loggerCtx);
            });
        }
        if (this.shuttingDown) return;
        await this.onLeft(runId);
        await this.dispatcher.dispatchNext(claim.run.pipelineId).catch((error: unknown) => {
            Logger.warn(
                `The next run of pipeline ${claim.run.pipelineId} starts a little later: ${String(error)}`,
                loggerCtx,
            );
        });
    }

    private async executeClaimed(claim: Claimed, onPercent: ExecuteOptions['onPercent']): Promise<void> {
        const { connection, leases } = this.services;
        if (this.shuttingDown) {
            await leases.release(claim.lease);
            return;
        }
        const watch = new RunWatch(connection.rawConnection, claim.lease, claim.lock, leases.ttlMs);
        this.executing.add(watch);
        try {
            await new RunExecution(this.services, claim, watch, onPercent).execute();
        } finally {
            this.executing.delete(watch);
            await watch.end();
        }
    }

    /** A claim may lose against another one by deadlock or timeout; the database then undoes it as a whole. */
    private async claim(runId: ID): Promise<ClaimResult> {
        for (let attempt = 1; ; attempt++) {
            try {
                return await this.services.leases.claim(runId);
            } catch (error) {
                if (attempt === attemptsToClaim) throw error;
                await sleep(100 * attempt);
            }
        }
    }
}
