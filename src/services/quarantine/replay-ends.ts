import { type ID, type RequestContext, TransactionalConnection } from '@vendure/core';
import { textOf } from '../../../shared/json';
import type { Checkpoint } from '../../../shared/run';
import type { CatalogScope } from '../../catalog/catalog-scope';
import { openSqlSession } from '../../catalog/sql/open-sql-session';
import type { EntityId, SqlCondition, SqlSession } from '../../catalog/sql/sql-session';
import { DataHubRecordError, PipelineRun } from '../../entities';
import type { AdapterLookup } from '../../runtime/adapter-lookup';
import { normaliseGraph } from '../../runtime/graph/graph';
import { planStages } from '../../runtime/graph/stages';
import type { PipelineDefinition } from '../../sdk/definition/definition';
import { writeAudit } from './audit';
import { lockedRows } from './locked-rows';
import { both } from './record-selection';

/** What of a replay run has come to its end: positions of its records in the order of its EXTRACT steps. */
export interface ReplayProgress {
    /** Keys of the EXTRACT steps in the order in which they are read, with the step that refused what they read. */
    sources: { refusedAt: string }[];
    batchSize: number;
    isSettled(batch: number): boolean;
}

/**
 * Which batches of the replay have settled for good. When records wait between stages, nothing has until all of them have:
 * a record that passed the first stage may lie in front of the next, and to load a record twice changes nothing.
 */
export function progressOf(
    definition: PipelineDefinition,
    checkpoint: Checkpoint | undefined,
    registry: Pick<AdapterLookup, 'operator'>,
): ReplayProgress {
    const units = planStages(normaliseGraph(definition, registry), definition);
    const [only] = units;
    const batchSize = checkpoint?.batchSize ?? definition.context.throughput.batchSize;
    const stages = checkpoint?.stages ?? {};
    if (units.length > 1 || only?.kind !== 'STAGE') {
        const allComplete = units.every(({ id, kind }) => kind !== 'STAGE' || stages[id]?.complete === true);
        return { sources: [], batchSize, isSettled: () => allComplete };
    }
    const { settledBatches = 0, settledAhead = [] } = stages[only.id] ?? {};
    const ahead = new Set(settledAhead);
    const sources = only.inputs.flatMap(input =>
        'extract' in input ? [{ refusedAt: textOf(input.extract.step.config['step']) }] : [],
    );
    return { sources, batchSize, isSettled: batch => batch < settledBatches || ahead.has(batch) };
}

/**
 * After a replay run that ended early: records that it has not settled become OPEN again, so that none is lost. Those that
 * it refused once more stay REPLAYED, since their new rows are OPEN. May be repeated. Resolves with how many were opened.
 */
export async function reopenUnsettled(
    { sql }: Pick<CatalogScope, 'sql'>,
    runId: ID,
    progress: ReplayProgress,
): Promise<number> {
    const errors = sql.table(DataHubRecordError);
    const columns = [errors.column('step'), errors.column('state')];
    const ofRun = { sql: `${errors.column('replayRunId')} = ?`, parameters: [runId] };
    const sizes = await countsOf(sql, ofRun);
    const offsets = offsetsOf(progress, sizes);
    const seen = new Map<string, number>();
    let opened = 0;
    // Unlocked: all rows are counted, whatever state they are in, because their positions are what settled.
    for await (const rows of lockedRows(sql, ofRun, columns, { lock: false })) {
        const unsettled: EntityId[] = [];
        for (const [id, step, state] of rows as [EntityId, string, string][]) {
            const position = seen.get(step) ?? 0;
            seen.set(step, position + 1);
            const batch = (offsets.get(step) ?? 0) + Math.floor(position / progress.batchSize);
            if (state === 'REPLAYED' && !progress.isSettled(batch)) unsettled.push(id);
        }
        opened += await open(sql, runId, unsettled);
    }
    return opened;
}

/** When a replay run that ended early is to go on: what was opened again and is as it was becomes REPLAYED again. */
export async function takeBack(connection: TransactionalConnection, ctx: RequestContext, runId: ID): Promise<number> {
    const { queryRunner } = connection.getRepository(ctx, PipelineRun).manager;
    if (!queryRunner) return 0;
    const sql = await openSqlSession(queryRunner);
    const errors = sql.table(DataHubRecordError);
    const opened = {
        sql: `${errors.column('replayRunId')} = ? AND ${errors.column('state')} = ?`,
        parameters: [runId, 'OPEN'],
    };
    const entry = {
        action: 'REPLAY',
        toState: 'REPLAYED',
        note: 'The run goes on.',
        userId: ctx.activeUserId ?? null,
    } as const;
    let taken = 0;
    for await (const rows of lockedRows(sql, opened, [])) {
        await writeAudit(
            sql,
            entry,
            rows.map(([id]) => ({ id, fromState: 'OPEN' as const })),
        );
        const updates = rows.map(([id]) => [id, 'REPLAYED']);
        await sql.update(errors, ['id'], ['state'], updates);
        taken += rows.length;
    }
    return taken;
}

async function open(sql: SqlSession, runId: ID, ids: readonly EntityId[]): Promise<number> {
    if (ids.length === 0) return 0;
    const errors = sql.table(DataHubRecordError);
    const [id, runColumn, replayOf] = ['id', 'runId', 'replayOf'].map(path => errors.column(path));
    const refusedAgain = `SELECT ${replayOf} FROM ${errors.path} WHERE ${runColumn} = ? AND ${replayOf} IS NOT NULL`;
    const lost: SqlCondition = both(sql.inList(id!, ids), {
        sql: `${errors.column('state')} = ? AND ${id} NOT IN (${refusedAgain})`,
        parameters: ['REPLAYED', runId],
    });
    const entry = {
        action: 'REOPEN',
        toState: 'OPEN',
        note: `Run ${runId} ended before it came to this record.`,
        userId: null,
    } as const;
    let opened = 0;
    for await (const rows of lockedRows(sql, lost, [])) {
        await writeAudit(
            sql,
            entry,
            rows.map(row => ({ id: row[0], fromState: 'REPLAYED' as const })),
        );
        const updates = rows.map(row => [row[0], 'OPEN']);
        await sql.update(errors, ['id'], ['state'], updates);
        opened += rows.length;
    }
    return opened;
}

async function countsOf(sql: SqlSession, ofRun: SqlCondition): Promise<Map<string, number>> {
    const errors = sql.table(DataHubRecordError);
    const step = errors.column('step');
    const rows = await sql.query(
        `SELECT ${step}, COUNT(*) FROM ${errors.path} WHERE ${ofRun.sql} GROUP BY ${step}`,
        ofRun.parameters,
    );
    return new Map(rows.map(([name, count]) => [name as string, Number(count)]));
}

/** Number of the first batch of each source: a batch never holds records of two. */
function offsetsOf({ sources, batchSize }: ReplayProgress, sizes: ReadonlyMap<string, number>): Map<string, number> {
    const offsets = new Map<string, number>();
    let batches = 0;
    for (const { refusedAt } of sources) {
        offsets.set(refusedAt, batches);
        batches += Math.ceil((sizes.get(refusedAt) ?? 0) / batchSize);
    }
    return offsets;
}
