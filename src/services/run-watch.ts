import { Logger } from '@vendure/core';
import type { DataSource } from 'typeorm';
import { PipelineRun } from '../entities';
import type { Lock } from '../locks/lock';
import { LeaseLostError } from '../runtime/ports';
import { loggerCtx } from './data-hub-options';
import type { Lease } from './run-lease';

export type StopReason = 'CANCELLED' | 'LEASE_LOST' | 'SHUTDOWN';

const cancelPollMs = 500;

/**
 * Keeps the lock of one executing run alive and ends the run when somebody cancels it or the lock is lost.
 * `signal` aborts then; `reason` says why.
 */
export class RunWatch {
    private readonly controller = new AbortController();
    private readonly renewEveryMs: number;
    private renewedAt = performance.now();
    private timer: NodeJS.Timeout | undefined;
    private patience: NodeJS.Timeout | undefined;
    private looking: Promise<void> | undefined;
    private ended = false;
    reason: StopReason | undefined;

    constructor(
        private readonly database: DataSource,
        private readonly lease: Lease,
        private readonly lock: Lock,
        private readonly ttlMs: number,
    ) {
        this.renewEveryMs = ttlMs / 3;
        lock.lost.addEventListener('abort', this.lost, { once: true });
        if (lock.lost.aborted) this.lost();
        this.waitForRenewal();
        this.lookLater();
    }

    get signal(): AbortSignal {
        return this.controller.signal;
    }

    /** The run has not ended here although it stops. */
    get goesOnElsewhere(): boolean {
        return this.reason === 'SHUTDOWN' || this.reason === 'LEASE_LOST';
    }

    /** The first reason counts, except that nothing outweighs the loss of the lease. */
    stop(reason: StopReason): void {
        if (this.ended || this.reason === 'LEASE_LOST') return;
        if (this.reason && reason !== 'LEASE_LOST') return;
        this.reason = reason;
        const lost = new LeaseLostError(`Run ${this.lease.runId} belongs to another worker now.`);
        this.controller.abort(reason === 'LEASE_LOST' ? lost : new Error(reason));
    }

    /** Ends the heartbeat; resolves when nothing of it is under way any more. */
    async end(): Promise<void> {
        this.ended = true;
        clearTimeout(this.timer);
        clearTimeout(this.patience);
        this.lock.lost.removeEventListener('abort', this.lost);
        await this.looking;
    }

    private readonly lost = (): void => this.stop('LEASE_LOST');

    private lookLater(): void {
        if (this.ended) return;
        const waitMs = Math.min(cancelPollMs, this.renewEveryMs);
        this.timer = setTimeout(() => {
            this.looking = this.look()
                .catch((error: unknown) => this.failed(error))
                .finally(() => this.lookLater());
        }, waitMs).unref();
    }

    private async look(): Promise<void> {
        // After an abort the run still needs its lock: the engine is bringing the batches in flight to an end.
        const startedAt = performance.now();
        if (startedAt - this.renewedAt >= this.renewEveryMs) {
            if (!(await this.lock.renew())) return this.lost();
            this.renewedAt = startedAt;
            this.waitForRenewal();
        }
        const run = await this.database.getRepository(PipelineRun).findOne({
            where: { id: this.lease.runId },
            select: { id: true, leaseToken: true, status: true, cancelRequested: true },
        });
        if (run?.leaseToken !== this.lease.token || run.status !== 'RUNNING') this.lost();
        else if (run.cancelRequested) this.stop('CANCELLED');
    }

    /** A backend that does not answer, or not yet, is no reason to stop, until the lock must have run out. */
    private waitForRenewal(): void {
        if (this.ended) return;
        clearTimeout(this.patience);
        const leftMs = this.renewedAt + this.ttlMs - performance.now();
        this.patience = setTimeout(this.lost, Math.max(0, leftMs)).unref();
    }

    private failed(error: unknown): void {
        Logger.warn(`Run ${this.lease.runId} could not renew its lease: ${String(error)}`, loggerCtx);
    }
}
