import { Logger } from '@vendure/core';
import type { DataSource } from 'typeorm';
import { PipelineRun } from '../entities';
import { LeaseLostError } from '../runtime/ports';
import { loggerCtx } from './data-hub-options';
import type { Lease, RunLeases } from './run-lease';

export type StopReason = 'CANCELLED' | 'LEASE_LOST' | 'SHUTDOWN';

const cancelPollMs = 500;

/**
 * Keeps the lease of one executing run alive and ends the run when somebody cancels it or the lease is lost.
 * `signal` aborts then; `reason` says why.
 */
export class RunWatch {
    private readonly controller = new AbortController();
    private readonly renewEveryMs: number;
    private renewedAt = performance.now();
    private timer: NodeJS.Timeout | undefined;
    private looking: Promise<void> | undefined;
    private ended = false;
    reason: StopReason | undefined;

    constructor(
        private readonly database: DataSource,
        private readonly leases: RunLeases,
        private readonly lease: Lease,
    ) {
        this.renewEveryMs = leases.ttlMs / 3;
        this.lookLater();
    }

    get signal(): AbortSignal {
        return this.controller.signal;
    }

    /** The first reason counts. */
    stop(reason: StopReason): void {
        if (this.reason || this.ended) return;
        this.reason = reason;
        const lost = new LeaseLostError(`Run ${this.lease.runId} belongs to another worker now.`);
        this.controller.abort(reason === 'LEASE_LOST' ? lost : new Error(reason));
    }

    /** Ends the heartbeat; resolves when nothing of it is under way any more. */
    async end(): Promise<void> {
        this.ended = true;
        clearTimeout(this.timer);
        await this.looking;
    }

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
        // After an abort the run still needs its lease: the engine is bringing the batches in flight to an end.
        const startedAt = performance.now();
        if (startedAt - this.renewedAt >= this.renewEveryMs) {
            if (!(await this.leases.renew(this.lease))) return this.stop('LEASE_LOST');
            this.renewedAt = startedAt;
        }
        const run = await this.database.getRepository(PipelineRun).findOne({
            where: { id: this.lease.runId },
            select: { id: true, leaseToken: true, status: true, cancelRequested: true },
        });
        if (run?.leaseToken !== this.lease.token || run.status !== 'RUNNING') this.stop('LEASE_LOST');
        else if (run.cancelRequested) this.stop('CANCELLED');
    }

    /** A database that does not answer for a while is no reason to stop, until the lease must have run out. */
    private failed(error: unknown): void {
        const silentMs = performance.now() - this.renewedAt;
        Logger.warn(`Run ${this.lease.runId} could not renew its lease: ${String(error)}`, loggerCtx);
        if (silentMs > this.leases.ttlMs) this.stop('LEASE_LOST');
    }
}
