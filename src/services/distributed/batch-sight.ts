import type { ID } from '@vendure/core';
import type { Repository } from 'typeorm';
import type { DataHubRunBatch } from '../../entities';
import type { RunBatchState } from '../../entities/data-hub-run-batch.entity';
import { databaseNowMs } from '../database-clock';

export interface Place {
    stage: string;
    batch: number;
}

/** A batch as the table shows it now; times by the database's clock. */
export interface BatchSight extends Place {
    id: ID;
    state: RunBatchState;
    token: number;
    runToken: number;
    /** Since a job was last put on the queue. */
    queuedForMs: number;
    /** Positive when the worker that took it should have said by now that it lives. */
    overdueMs: number;
}

/** One narrow statement along the unique index: it is asked many times a second. */
export async function lookAtBatches(
    rows: Repository<DataHubRunBatch>,
    runId: ID,
    batches: readonly number[],
): Promise<BatchSight[]> {
    const { connection } = rows.manager;
    const now = databaseNowMs(connection);
    const since = (column: string) => `${now} - batch.${column}`;
    const query = rows
        .createQueryBuilder('batch')
        .select(['id', 'stage', 'batch', 'state', 'token', 'runToken'].map(name => `batch.${name}`))
        .addSelect(since('queuedAtMs'), 'queuedForMs')
        .addSelect(since('takenUntilMs'), 'overdueMs')
        .where('batch.runId = :runId AND batch.batch IN (:...batches)', { runId, batches: [...new Set(batches)] });
    const { entities, raw } = await query.getRawAndEntities<{ queuedForMs: unknown; overdueMs: unknown }>();
    return entities.map(({ id, stage, batch, state, token, runToken }, i) => ({
        id,
        stage,
        batch,
        state,
        token,
        runToken,
        queuedForMs: Number(raw[i]!.queuedForMs ?? 0),
        overdueMs: Number(raw[i]!.overdueMs ?? 0),
    }));
}
