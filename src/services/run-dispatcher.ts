import { Inject, Injectable } from '@nestjs/common';
import { type ID, TransactionalConnection } from '@vendure/core';
import type { Repository } from 'typeorm';
import { inOwnTransaction } from '../catalog/sql/single-connection';
import { PipelineRun } from '../entities';
import type { LockBackend } from '../locks/lock';
import { runsAheadOf } from './concurrent-runs';
import { databaseNowMs } from './database-clock';
import { RUN_LOCKS } from './run-locks';

/** What a `data-hub-run` job carries: ids only, since queues copy, cut and keep their data. */
export interface RunJobData {
    pipelineId: ID;
    runId: ID;
    triggeredBy: string;
}

type QueueableRun = Pick<PipelineRun, 'id' | 'pipelineId' | 'triggeredBy' | 'queuedAtMs' | 'status'>;

/** One minute after the first job, then two, four … up to half an hour. */
const waitMs = `(CASE ${[1, 2, 3, 4, 5].map(times => `WHEN run.timesQueued <= ${times} THEN ${60_000 * 2 ** (times - 1)}`).join(' ')} ELSE 1800000 END)`;
const maxRunsPerPage = 200;

/**
 * Puts jobs for runs on the queue. The run table is the truth and the queue only a bell: a job that is lost is rung
 * again, one that comes twice finds nothing to claim.
 */
@Injectable()
export class RunDispatcher {
    private addJob: ((data: RunJobData) => Promise<void>) | undefined;

    constructor(
        private readonly connection: TransactionalConnection,
        @Inject(RUN_LOCKS) private readonly locks: LockBackend,
    ) {}

    /** The job queue lives above this service; it connects itself when the application starts. */
    connect(addJob: (data: RunJobData) => Promise<void>): void {
        this.addJob = addJob;
    }

    /** Queues the runs of the pipeline whose turn has come and that have no job yet: one, or all that run in parallel. */
    async dispatchNext(pipelineId: ID): Promise<void> {
        const next = await this.runs
            .createQueryBuilder('run')
            .where('run.pipelineId = :pipelineId', { pipelineId })
            .andWhere(`run.status = 'PENDING'`)
            .andWhere('run.queuedAtMs IS NULL')
            .andWhere(`NOT EXISTS (${this.runsAhead()})`)
            .orderBy('run.createdAt')
            .addOrderBy('run.id')
            .limit(maxRunsPerPage)
            .getMany();
        for (const run of next) await this.queue(run);
    }

    /**
     * Runs that could go on but have no job: their owner died, their job ended because another run was ahead, or it was
     * lost. A job that was queued is taken to wait in line for a while, longer each time, so that a full queue is not flooded.
     * Returns how many were queued.
     */
    async dispatchDue(): Promise<number> {
        let queued = 0;
        const waiting = `run.status = 'PENDING' AND NOT EXISTS (${this.runsAhead()})`;
        for (const run of await this.due(waiting)) if (await this.queue(run)) queued++;
        for await (const run of this.abandoned()) if (await this.queue(run)) queued++;
        return queued;
    }

    /** RUNNING, and nobody holds the lock. Backends other than the database leave no trace of it in the row. */
    private async *abandoned(): AsyncGenerator<PipelineRun> {
        const now = databaseNowMs(this.connection.rawConnection);
        const unleased = `run.status = 'RUNNING' AND (run.leaseUntilMs IS NULL OR run.leaseUntilMs < ${now})`;
        for (let afterId: ID | undefined, full = true; full;) {
            const page = await this.due(unleased, afterId);
            const held = await this.locks.isHeld(page.map(({ id }) => String(id)));
            yield* page.filter(({ id }) => !held.has(String(id)));
            full = page.length === maxRunsPerPage;
            afterId = page.at(-1)?.id;
        }
    }

    private due(condition: string, afterId?: ID): Promise<PipelineRun[]> {
        const now = databaseNowMs(this.connection.rawConnection);
        const query = this.runs
            .createQueryBuilder('run')
            .where(`(${condition})`)
            .andWhere(`(run.queuedAtMs IS NULL OR run.queuedAtMs < ${now} - ${waitMs})`)
            .orderBy('run.id')
            .limit(maxRunsPerPage);
        return (afterId === undefined ? query : query.andWhere('run.id > :afterId', { afterId })).getMany();
    }

    /** The job of this run ended without starting it. */
    async forgetJob(runId: ID): Promise<void> {
        await inOwnTransaction(this.connection.rawConnection, () =>
            this.runs.update({ id: runId, status: 'PENDING' }, { queuedAtMs: null }),
        );
    }

    /** Of several processes that see the same run, one queues it. */
    private async queue(run: QueueableRun): Promise<boolean> {
        if (!this.addJob) return false;
        const unchanged = run.queuedAtMs === null ? 'queuedAtMs IS NULL' : 'queuedAtMs = :seen';
        const database = this.connection.rawConnection;
        const update = this.runs
            .createQueryBuilder()
            .update()
            .set({
                queuedAtMs: () => databaseNowMs(database),
                timesQueued: () => `${database.driver.escape('timesQueued')} + 1`,
            })
            .where(`id = :runId AND status = :status AND ${unchanged}`, {
                runId: run.id,
                status: run.status,
                seen: run.queuedAtMs,
            });
        const won = await inOwnTransaction(database, () => update.execute());
        if (won.affected !== 1) return false;
        await this.addJob({ pipelineId: run.pipelineId, runId: run.id, triggeredBy: run.triggeredBy });
        return true;
    }

    private runsAhead(): string {
        const quote = (name: string) => this.connection.rawConnection.driver.escape(name);
        return runsAheadOf(this.runs, `${quote('run')}.${quote('id')}`);
    }

    private get runs(): Repository<PipelineRun> {
        return this.connection.rawConnection.getRepository(PipelineRun);
    }
}
