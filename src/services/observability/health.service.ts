import { Inject, Injectable } from '@nestjs/common';
import { type ID, TransactionalConnection } from '@vendure/core';
import { LessThan } from 'typeorm';
import { PipelineRun } from '../../entities';
import type { LockBackend } from '../../locks/lock';
import type { CircuitStatus } from '../../resilience/circuit';
import { OUTBOUND_HTTP } from '../adapter-runtime.service';
import { DATA_HUB_OPTIONS, type ResolvedDataHubOptions } from '../data-hub-options';
import { databaseNowMs } from '../database-clock';
import { RUN_LOCKS } from '../run-locks';
import type { ObservedHttp } from './observed-http';

export type HealthStatus = 'up' | 'down';

export interface Health {
    status: HealthStatus;
    checks: {
        database: HealthStatus;
        /** What decides which worker executes a run. */
        locks: HealthStatus;
        /** Down while runs are left by their workers and nobody goes on with them. */
        runs: HealthStatus;
    };
    details: {
        abandonedRuns: number;
        /** Hosts that this process does not call at the moment; no reason to be down. */
        openCircuits: CircuitStatus[];
    };
}

const answerWithinMs = 5_000;
/** A worker that dies is replaced within one lease time; after this many of them, nobody is there to do it. */
const leaseTimesUntilAbandoned = 4;
const leastMsUntilAbandoned = 60_000;
const maxRuns = 20;

/** Whether this process can do its part. */
@Injectable()
export class HealthService {
    private readonly abandonedAfterMs: number;
    private readonly backend: ResolvedDataHubOptions['distributedLock']['backend'];

    constructor(
        private readonly connection: TransactionalConnection,
        @Inject(RUN_LOCKS) private readonly locks: LockBackend,
        @Inject(OUTBOUND_HTTP) private readonly http: Pick<ObservedHttp, 'states'>,
        @Inject(DATA_HUB_OPTIONS) { distributedLock }: Pick<ResolvedDataHubOptions, 'distributedLock'>,
    ) {
        this.backend = distributedLock.backend;
        this.abandonedAfterMs = Math.max(
            leastMsUntilAbandoned,
            leaseTimesUntilAbandoned * distributedLock.defaultTtlMs,
        );
    }

    async check(): Promise<Health> {
        const unleased = await inTime(this.unleasedRuns());
        const probe = unleased && (await inTime(this.latestRun()));
        const keys = [...(unleased ?? []), ...(probe ? [probe] : [])].map(String);
        const held = await inTime(this.heldOf(keys));
        const abandonedRuns = (unleased ?? []).filter(id => held && !held.has(String(id))).length;
        const checks = {
            database: statusOf(unleased !== undefined),
            locks: statusOf(held !== undefined),
            runs: statusOf(abandonedRuns === 0),
        };
        const isUp = Object.values(checks).every(status => status === 'up');
        const openCircuits = this.http.states().filter(({ state }) => state !== 'CLOSED');
        return { status: statusOf(isUp), checks, details: { abandonedRuns, openCircuits } };
    }

    /** RUNNING, written by nobody for long, and without a lease in the row. Lock backends elsewhere leave none there. */
    private async unleasedRuns(): Promise<ID[]> {
        const database = this.connection.rawConnection;
        const runs = await database
            .getRepository(PipelineRun)
            .createQueryBuilder('run')
            .select('run.id')
            .where(`run.status = 'RUNNING'`)
            .andWhere({ updatedAt: LessThan(new Date(Date.now() - this.abandonedAfterMs)) })
            .andWhere(
                `(run.leaseUntilMs IS NULL OR run.leaseUntilMs < ${databaseNowMs(database)} - ${this.abandonedAfterMs})`,
            )
            .orderBy('run.id')
            .limit(maxRuns)
            .getMany();
        return runs.map(({ id }) => id);
    }

    /** Any key finds out whether the backend answers; only the database's looks it up among the runs. */
    private heldOf(keys: readonly string[]): Promise<Set<string>> {
        if (keys.length > 0) return this.locks.isHeld(keys);
        return this.backend === 'database' ? Promise.resolve(new Set()) : this.locks.isHeld(['0']);
    }

    private async latestRun(): Promise<ID | null> {
        const runs = this.connection.rawConnection.getRepository(PipelineRun);
        const [run] = await runs.find({ select: { id: true }, order: { id: 'DESC' }, take: 1 });
        return run?.id ?? null;
    }
}

function statusOf(isUp: boolean): HealthStatus {
    return isUp ? 'up' : 'down';
}

/** Undefined when the answer fails or does not come. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>(resolve => {
        timer = setTimeout(() => resolve(undefined), answerWithinMs);
    });
    try {
        return await Promise.race([answer, late]);
    } catch {
        return undefined;
    } finally {
        clearTimeout(timer);
    }
}
