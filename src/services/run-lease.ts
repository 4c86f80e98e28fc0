import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ID } from '@vendure/core';
import type { DataSource, EntityManager } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity';
import { hasSingleConnection, inOwnTransaction } from '../catalog/sql/single-connection';
import { PipelineRun } from '../entities';
import type { Lock, LockBackend } from '../locks/lock';
import { runsAheadOf } from './concurrent-runs';
import { databaseNowMs } from './database-clock';
import { DatabaseLocks } from './database-locks';

/** Proof that this process owns a run. Every write of the run names `token`; a later owner has a higher one. */
export interface Lease {
    readonly runId: ID;
    readonly owner: string;
    readonly token: number;
}

export type ClaimResult =
    | { claimed: true; lease: Lease; run: PipelineRun; lock: Lock }
    /** `WAITING`: an earlier run of the pipeline goes first. `TAKEN`: another worker has it. `DONE`: nothing left to do. */
    | { claimed: false; because: 'WAITING' | 'TAKEN' | 'DONE' };

type Refusal = Extract<ClaimResult, { claimed: false }>;

/**
 * Who owns a run. The lock decides who may try; a claim is then a compare-and-swap that also keeps the order of one
 * pipeline's runs, so any number of workers may try at once and jobs may arrive twice.
 *
 * The lock only decides who may *start*; what keeps a former owner from writing is the token in every fenced write.
 */
export class RunLeases {
    constructor(
        private readonly database: DataSource,
        readonly ttlMs: number,
        private readonly locks: LockBackend = new DatabaseLocks(database),
        private readonly waitMs = 0,
    ) {}

    /**
     * Succeeds when the run is PENDING or nobody holds the lock of the RUNNING one, and no other run of the same pipeline
     * is ahead of it. The lock is then the caller's to renew and to release.
     */
    async claim(runId: ID): Promise<ClaimResult> {
        const runs = this.database.getRepository(PipelineRun);
        const seen = await runs.findOneBy({ id: runId });
        if (!seen || !isUnfinished(seen)) return { claimed: false, because: 'DONE' };
        const owner = `${hostname().slice(0, 40)}:${process.pid}:${randomUUID()}`;
        const lock = await this.locks.acquire(String(seen.id), { owner, ttlMs: this.ttlMs, waitMs: this.waitMs });
        if (!lock) return { claimed: false, because: 'TAKEN' };
        try {
            const result = await this.claimLocked(runId, lock);
            if (!result.claimed) await lock.release();
            return result;
        } catch (error) {
            await lock.release().catch(() => undefined);
            throw error;
        }
    }

    /** Gives the run back unfinished: the next claim may come at once and does not count as a crash. */
    async release(lease: Lease): Promise<boolean> {
        return this.update(lease, { leaseUntilMs: 0, leaseOwner: null, claimsWithoutProgress: 0 });
    }

    /** Writes how the run ended, or that it waits at a gate. False when the lease was lost; nothing is written then. */
    async finish(lease: Lease, end: RunValues): Promise<boolean> {
        const left = { leaseUntilMs: null, leaseOwner: null };
        if (end.status !== 'PAUSED') return this.update(lease, { ...end, ...left });
        const pause = { ...end, ...left, finishedAt: null, status: () => this.pausedUnlessRequeued() };
        // Nobody would look at the wish to cancel any more.
        const paused = await this.update(lease, pause, { cancelRequested: false });
        return paused || this.update(lease, { ...end, ...left, status: 'CANCELLED', finishedAt: new Date() });
    }

    /** A gate that was decided while other branches were executing is passed at once. */
    private pausedUnlessRequeued(): string {
        return `CASE WHEN ${this.database.driver.escape('requeueRequested')} THEN 'PENDING' ELSE 'PAUSED' END`;
    }

    private update(lease: Lease, values: RunValues, onlyWhere?: OnlyWhere): Promise<boolean> {
        return inOwnTransaction(this.database, () => updateFenced(this.database.manager, lease, values, onlyWhere));
    }

    private async claimLocked(runId: ID, lock: Lock): Promise<ClaimResult> {
        // Read with the lock in hand: a claim that was stopped after this line misses when others have claimed meanwhile.
        const seen = await this.database.getRepository(PipelineRun).findOneBy({ id: runId });
        if (!seen) return { claimed: false, because: 'DONE' };
        return inOwnTransaction(this.database, () => {
            // One statement is atomic on SQLite, and it has no row locks.
            if (hasSingleConnection(this.database)) return this.compareAndSwap(this.database.manager, seen, lock);
            // On MySQL a stricter level locks the gaps of the index too, and deadlocks with those who ask for runs meanwhile.
            return this.database.transaction('READ COMMITTED', async manager => {
                await lockContenders(manager, seen.pipelineId);
                return this.compareAndSwap(manager, seen, lock);
            });
        });
    }

    private async compareAndSwap(manager: EntityManager, seen: PipelineRun, lock: Lock): Promise<ClaimResult> {
        const runs = manager.getRepository(PipelineRun);
        const quote = (name: string) => this.database.driver.escape(name);
        const won = await runs
            .createQueryBuilder()
            .update()
            .set({
                status: 'RUNNING',
                startedAt: seen.startedAt ?? new Date(),
                leaseOwner: lock.owner,
                leaseToken: () => `${quote('leaseToken')} + 1`,
                claimsWithoutProgress: () => `${quote('claimsWithoutProgress')} + 1`,
                queuedAtMs: null,
                timesQueued: 0,
                requeueRequested: false,
            })
            .where('id = :runId AND leaseToken = :token', { runId: seen.id, token: seen.leaseToken })
            .andWhere(`status IN ('PENDING', 'RUNNING')`)
            // A lease in the row binds workers with other backends too: the option may be changed while runs are under way.
            .andWhere(
                `(leaseUntilMs IS NULL OR leaseUntilMs < ${databaseNowMs(this.database)} OR leaseOwner = :owner)`,
                { owner: lock.owner },
            )
            // MySQL reads the table that it updates only through a copy, which the limit makes it take.
            .andWhere(`NOT EXISTS (SELECT 1 FROM (${runsAheadOf(runs, ':runId')} LIMIT 1) ${quote('ahead')})`)
            .execute();
        const run = await runs
            .createQueryBuilder('run')
            .addSelect('run.definition')
            .where('run.id = :runId', { runId: seen.id })
            .getOne();
        if (won.affected !== 1 || !run) return refusalFor(run, seen);
        return { claimed: true, lease: { runId: run.id, owner: lock.owner, token: run.leaseToken }, run, lock };
    }
}

function refusalFor(run: PipelineRun | null, seen: PipelineRun): Refusal {
    if (!run || !isUnfinished(run)) return { claimed: false, because: 'DONE' };
    const isWaiting = run.status === 'PENDING' && run.leaseToken === seen.leaseToken;
    return { claimed: false, because: isWaiting ? 'WAITING' : 'TAKEN' };
}

function isUnfinished({ status }: PipelineRun): boolean {
    return status === 'PENDING' || status === 'RUNNING';
}

export type RunValues = QueryDeepPartialEntity<PipelineRun>;
type OnlyWhere = Partial<Pick<PipelineRun, 'cancelRequested'>>;

/** The fence: hits exactly one row while the lease is ours, and none ever after it was lost. */
export async function updateFenced(
    manager: EntityManager,
    lease: Lease,
    values: RunValues,
    onlyWhere: OnlyWhere = {},
): Promise<boolean> {
    const result = await manager
        .getRepository(PipelineRun)
        .createQueryBuilder()
        .update()
        .set(values)
        .where('id = :runId AND leaseToken = :token AND status = :status', {
            runId: lease.runId,
            token: lease.token,
            status: 'RUNNING',
        })
        .andWhere(onlyWhere)
        .execute();
    return result.affected === 1;
}

/** Waits until no other transaction is writing the run. */
export async function lockRun(manager: EntityManager, { runId }: Lease): Promise<void> {
    await manager
        .getRepository(PipelineRun)
        .createQueryBuilder('run')
        .setLock('pessimistic_write')
        .select('run.id')
        .where('run.id = :runId', { runId })
        .getMany();
}

/** Two runs of one pipeline that are claimed at the same moment would not see each other; here one waits for the other. */
async function lockContenders(manager: EntityManager, pipelineId: ID): Promise<void> {
    await manager
        .getRepository(PipelineRun)
        .createQueryBuilder('run')
        .setLock('pessimistic_write')
        .select('run.id')
        .where('run.pipelineId = :pipelineId', { pipelineId })
        .andWhere(`run.status IN ('PENDING', 'RUNNING')`)
        .orderBy('run.id')
        .getMany();
}
