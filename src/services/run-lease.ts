import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ID } from '@vendure/core';
import type { DataSource, EntityManager, Repository } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity';
import { hasSingleConnection, onFreeConnection } from '../catalog/sql/single-connection';
import { PipelineRun } from '../entities';
import { databaseNowMs } from './database-clock';

/** Proof that this process owns a run. Every write of the run names `token`; a later owner has a higher one. */
export interface Lease {
    readonly runId: ID;
    readonly owner: string;
    readonly token: number;
}

export type ClaimResult =
    | { claimed: true; lease: Lease; run: PipelineRun }
    /** `WAITING`: an earlier run of the pipeline goes first. `TAKEN`: another worker has it. `DONE`: nothing left to do. */
    | { claimed: false; because: 'WAITING' | 'TAKEN' | 'DONE' };

/**
 * Who owns a run. A claim is a compare-and-swap that also keeps the order of one pipeline's runs, so any number of
 * workers may try at once and jobs may arrive twice. Times are the database's (see `databaseNowMs`).
 *
 * The lease only decides who may *start*; what keeps a former owner from writing is the token in every fenced write.
 */
export class RunLeases {
    constructor(
        private readonly database: DataSource,
        readonly ttlMs: number,
    ) {}

    /** Succeeds when the run is PENDING or its lease has expired, and no other run of the same pipeline is ahead of it. */
    async claim(runId: ID): Promise<ClaimResult> {
        const run = await this.database.getRepository(PipelineRun).findOneBy({ id: runId });
        if (!run) return { claimed: false, because: 'DONE' };
        const owner = `${hostname().slice(0, 40)}:${process.pid}:${randomUUID()}`;
        return onFreeConnection(this.database, () => {
            // One statement is atomic on SQLite, and it has no row locks.
            if (hasSingleConnection(this.database)) return this.compareAndSwap(this.database.manager, run, owner);
            return this.database.transaction(async manager => {
                await lockContenders(manager, run.pipelineId);
                return this.compareAndSwap(manager, run, owner);
            });
        });
    }

    /** False when the lease is lost. */
    async renew(lease: Lease): Promise<boolean> {
        return this.update(lease, { leaseUntilMs: () => `${databaseNowMs(this.database)} + ${this.ttlMs}` });
    }

    /** Gives the run back unfinished: the next claim may come at once and does not count as a crash. */
    async release(lease: Lease): Promise<boolean> {
        return this.update(lease, { leaseUntilMs: 0, leaseOwner: null, claimsWithoutProgress: 0 });
    }

    /** Writes how the run ended. False when the lease was lost; nothing is written then. */
    async finish(lease: Lease, end: RunValues): Promise<boolean> {
        return this.update(lease, { ...end, leaseUntilMs: null, leaseOwner: null });
    }

    private update(lease: Lease, values: RunValues): Promise<boolean> {
        return onFreeConnection(this.database, () => updateFenced(this.database.manager, lease, values));
    }

    private async compareAndSwap(manager: EntityManager, seen: PipelineRun, owner: string): Promise<ClaimResult> {
        const runs = manager.getRepository(PipelineRun);
        const quote = (name: string) => this.database.driver.escape(name);
        const now = databaseNowMs(this.database);
        const free = `${quote('status')} = 'PENDING' OR (${quote('status')} = 'RUNNING' AND ${quote('leaseUntilMs')} < ${now})`;
        const won = await runs
            .createQueryBuilder()
            .update()
            .set({
                status: 'RUNNING',
                startedAt: seen.startedAt ?? new Date(),
                leaseOwner: owner,
                leaseUntilMs: () => `${now} + ${this.ttlMs}`,
                leaseToken: () => `${quote('leaseToken')} + 1`,
                claimsWithoutProgress: () => `${quote('claimsWithoutProgress')} + 1`,
                queuedAtMs: null,
                timesQueued: 0,
            })
            .where('id = :runId', { runId: seen.id })
            .andWhere(`(${free})`)
            // MySQL reads the table that it updates only through a copy, which the limit makes it take.
            .andWhere(`NOT EXISTS (SELECT 1 FROM (${runsAheadOf(runs, ':runId')} LIMIT 1) ${quote('ahead')})`)
            .execute();
        const run = await runs
            .createQueryBuilder('run')
            .addSelect('run.definition')
            .where('run.id = :runId', { runId: seen.id })
            .getOneOrFail();
        if (won.affected === 1) {
            return { claimed: true, lease: { runId: run.id, owner, token: run.leaseToken }, run };
        }
        if (run.status === 'PENDING') return { claimed: false, because: 'WAITING' };
        return { claimed: false, because: run.status === 'RUNNING' ? 'TAKEN' : 'DONE' };
    }
}

export type RunValues = QueryDeepPartialEntity<PipelineRun>;

/** The fence: hits exactly one row while the lease is ours, and none ever after it was lost. */
export async function updateFenced(manager: EntityManager, lease: Lease, values: RunValues): Promise<boolean> {
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

/**
 * Subquery for the runs that go before the one whose id the SQL `runId` gives: any running one of its pipeline, and
 * waiting ones that were asked for earlier. Not before one that has started: what was asked for earlier may become visible
 * later, and then each of the two would wait for the other for ever.
 */
export function runsAheadOf(runs: Repository<PipelineRun>, runId: string): string {
    const { driver } = runs.manager.connection;
    const quote = (...names: string[]) => names.map(name => driver.escape(name)).join('.');
    const own = (name: string) => quote('own', name);
    const other = (name: string) => quote('other', name);
    const table = quote(...runs.metadata.tablePath.split('.'));
    const earlier =
        `${other('createdAt')} < ${own('createdAt')} OR ` +
        `(${other('createdAt')} = ${own('createdAt')} AND ${other('id')} < ${own('id')})`;
    return (
        `SELECT ${other('id')} FROM ${table} ${quote('other')} ` +
        `INNER JOIN ${table} ${quote('own')} ON ${own('id')} = ${runId} ` +
        `WHERE ${other('pipelineId')} = ${own('pipelineId')} AND ${other('id')} <> ${own('id')} ` +
        `AND (${other('status')} = 'RUNNING' OR ` +
        `(${own('status')} = 'PENDING' AND ${other('status')} = 'PENDING' AND (${earlier})))`
    );
}
