import type { ID } from '@vendure/core';
import type { EntityManager, Repository } from 'typeorm';
import { hasSingleConnection } from '../catalog/sql/single-connection';
import { Pipeline, PipelineRun, type RunConcurrency } from '../entities';
import type { PipelineDefinition } from '../sdk/definition/definition';

/** Runs that are made from another run always wait for their turn, whatever the pipeline does with its own. */
export function concurrencyOf(definition: PipelineDefinition, isDerived: boolean): RunConcurrency {
    return isDerived ? 'QUEUE' : (definition.context.onConcurrentRun ?? 'QUEUE');
}

/**
 * A run of the pipeline that waits or runs, if there is one. The caller's transaction then holds the pipeline: whoever else
 * asks waits until it has committed, and sees what it has added.
 */
export async function lockForUnfinishedRun(manager: EntityManager, pipelineId: ID): Promise<PipelineRun | null> {
    await lockPipeline(manager, pipelineId);
    // Without locks: on MySQL those of a claim, on the same stretch of the index, would make a deadlock of it.
    return manager
        .getRepository(PipelineRun)
        .createQueryBuilder('run')
        .where('run.pipelineId = :pipelineId', { pipelineId })
        .andWhere(`run.status IN ('PENDING', 'RUNNING')`)
        .orderBy('run.createdAt')
        .addOrderBy('run.id')
        .limit(1)
        .getOne();
}

/**
 * On MySQL the first plain read decides what a whole transaction sees. So in a transaction that will ask for unfinished runs,
 * the pipeline is locked before anything is read.
 */
export async function lockPipelineFirst(manager: EntityManager, pipelineId: ID): Promise<void> {
    if (isMySql(manager)) await lockPipeline(manager, pipelineId);
}

async function lockPipeline(manager: EntityManager, pipelineId: ID): Promise<void> {
    if (hasSingleConnection(manager.connection)) return;
    await manager
        .getRepository(Pipeline)
        .createQueryBuilder('pipeline')
        // On PostgreSQL the weaker lock, which lets rows be added that refer to the pipeline.
        .setLock(isMySql(manager) ? 'pessimistic_write' : 'for_no_key_update')
        .select('pipeline.id')
        .where('pipeline.id = :pipelineId', { pipelineId })
        .getMany();
}

/**
 * Subquery for the runs that go before the waiting one whose id the SQL `runId` gives: any running one of its pipeline, and
 * waiting ones that were asked for earlier. None before a PARALLEL run. Nor before one that has started: what was asked for
 * earlier may become visible later, and then each of the two would wait for the other for ever. A PAUSED run is ahead of
 * nobody: a forgotten gate must not stop the pipeline.
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
        `WHERE ${own('status')} = 'PENDING' AND ${own('concurrency')} <> 'PARALLEL' ` +
        `AND ${other('pipelineId')} = ${own('pipelineId')} AND ${other('id')} <> ${own('id')} ` +
        `AND (${other('status')} = 'RUNNING' OR (${other('status')} = 'PENDING' AND (${earlier})))`
    );
}

function isMySql(manager: EntityManager): boolean {
    return ['mysql', 'mariadb'].includes(manager.connection.options.type);
}
