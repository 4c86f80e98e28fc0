import { Injectable } from '@nestjs/common';
import {
    type ID,
    ListQueryBuilder,
    type ListQueryOptions,
    type PaginatedList,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import type { EntityId, SqlCondition, SqlSession } from '../catalog/sql/sql-session';
import { TypeOrmUnitOfWork } from '../catalog/sql/unit-of-work';
import {
    DataHubRecordError,
    DataHubRecordRetryAudit,
    PipelineRun,
    type RecordErrorAction,
    type RecordErrorState,
} from '../entities';
import { UserError } from '../sdk/errors';
import { listQuery } from './list-query';
import { authorOf, writeAudit } from './quarantine/audit';
import { lockedRows } from './quarantine/locked-rows';
import { both, type RecordErrorSelection, selectionOf } from './quarantine/record-selection';
import { startedIn } from './run-channel';

export interface RecordErrorStateInput extends RecordErrorSelection {
    state: RecordErrorState;
    /** Records in other states stay as they are. */
    from?: readonly RecordErrorState[] | null;
    note?: string | null;
}

/** The refused records of a run or a pipeline that share a cause. */
export interface RecordErrorCause {
    cause: string;
    /** Of one of them. */
    message: string;
    count: number;
    open: number;
    replayed: number;
    resolved: number;
    ignored: number;
}

const maxCauses = 1_000;

const actions: Partial<Record<RecordErrorState, RecordErrorAction>> = {
    OPEN: 'REOPEN',
    RESOLVED: 'RESOLVE',
    IGNORED: 'IGNORE',
};

/** What becomes of refused records: who has dealt with them, and how. */
@Injectable()
export class RecordErrorStateService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly listQueryBuilder: ListQueryBuilder,
    ) {}

    /**
     * Three statements for each thousand records, all in one transaction with the audit trail. Records that are in the
     * state already stay out of both, and so do those that a replay has under way. Resolves with how many changed. `ctx`
     * must be outside of any transaction.
     */
    async setState(ctx: RequestContext, input: RecordErrorStateInput): Promise<number> {
        return this.change(ctx, input, sql => selectionOf(sql, ctx, input));
    }

    /** What a plan has refused is refused again by the run that applies it, and is dealt with there; unless somebody has edited it here. */
    async handOver(ctx: RequestContext, planId: ID, note: string): Promise<number> {
        return this.change(ctx, { state: 'RESOLVED', from: ['OPEN'], note }, sql => {
            const runId = sql.table(DataHubRecordError).column('runId');
            return both({ sql: `${runId} = ?`, parameters: [planId] }, notEdited(sql));
        });
    }

    private async change(
        ctx: RequestContext,
        input: Pick<RecordErrorStateInput, 'state' | 'from' | 'note'>,
        select: (sql: SqlSession) => SqlCondition,
    ): Promise<number> {
        const action = actions[input.state];
        if (!action) throw notByHand();
        const entry = { toState: input.state, action, ...authorOf(ctx, input.note) };
        return new TypeOrmUnitOfWork(this.connection, ctx).transaction(async ({ sql }) => {
            const errors = sql.table(DataHubRecordError);
            const state = errors.column('state');
            const other = { sql: `${state} <> ?`, parameters: [input.state] };
            const wanted = input.from ? both(other, sql.inList(state, input.from)) : other;
            const selected = both(both(select(sql), wanted), notUnderWay(sql));
            let changed = 0;
            for await (const rows of lockedRows(sql, selected, [state])) {
                const found = rows as [EntityId, RecordErrorState][];
                await writeAudit(
                    sql,
                    entry,
                    found.map(([id, fromState]) => ({ id, fromState })),
                );
                const updates = found.map(([id]) => [id, input.state]);
                await sql.update(errors, ['id'], ['state'], updates);
                changed += rows.length;
            }
            return changed;
        });
    }

    /** Of one run, or of all runs of a pipeline. Largest first; one statement. */
    async causesOf(ctx: RequestContext, of: { runId: ID } | { pipelineId: ID }): Promise<RecordErrorCause[]> {
        const inState = (state: RecordErrorState) => `SUM(CASE WHEN error.state = '${state}' THEN 1 ELSE 0 END)`;
        const [owner, id] = 'runId' in of ? ['runId', of.runId] : ['pipelineId', of.pipelineId];
        const query = this.connection
            .getRepository(ctx, DataHubRecordError)
            .createQueryBuilder('error')
            .select('error.cause', 'cause')
            .addSelect('MIN(error.message)', 'message')
            .addSelect('COUNT(*)', 'count')
            .addSelect(inState('OPEN'), 'open')
            .addSelect(inState('REPLAYED'), 'replayed')
            .addSelect(inState('RESOLVED'), 'resolved')
            .addSelect(inState('IGNORED'), 'ignored')
            .where(`error.${owner} = :id`, { id })
            .groupBy('error.cause')
            .orderBy('COUNT(*)', 'DESC')
            .addOrderBy('error.cause')
            .limit(maxCauses);
        const scope = startedIn(ctx);
        if ('channelId' in scope) query.innerJoin('error.run', 'run').andWhere('run.channelId = :channelId', scope);
        const rows = await query.getRawMany<Record<keyof RecordErrorCause, string | number>>();
        // Databases give sums as text when they might be larger than a number holds.
        return rows.map(row => ({
            cause: String(row.cause),
            message: String(row.message),
            count: Number(row.count),
            open: Number(row.open),
            replayed: Number(row.replayed),
            resolved: Number(row.resolved),
            ignored: Number(row.ignored),
        }));
    }

    /** Oldest first. */
    async auditOf(
        ctx: RequestContext,
        recordErrorId: ID,
        options?: ListQueryOptions<DataHubRecordRetryAudit>,
    ): Promise<PaginatedList<DataHubRecordRetryAudit>> {
        const where = { recordErrorId, recordError: { run: startedIn(ctx) } };
        const [items, totalItems] = await listQuery(this.listQueryBuilder, DataHubRecordRetryAudit, options, {
            ctx,
            where,
            orderBy: { id: 'ASC' },
        }).getManyAndCount();
        return { items, totalItems };
    }
}

/** Records of a replay that has not ended: what becomes of them is being decided. */
function notUnderWay(sql: SqlSession): SqlCondition {
    const errors = sql.table(DataHubRecordError);
    const runs = sql.table(PipelineRun);
    const underWay =
        `SELECT ${runs.column('id')} FROM ${runs.path} ` +
        `WHERE ${runs.column('kind')} = ? AND ${runs.column('status')} IN (?, ?, ?)`;
    return {
        sql: `${errors.column('state')} <> ? OR ${errors.column('replayRunId')} NOT IN (${underWay})`,
        parameters: ['REPLAYED', 'REPLAY', 'PENDING', 'RUNNING', 'PAUSED'],
    };
}

function notEdited(sql: SqlSession): SqlCondition {
    const trail = sql.table(DataHubRecordRetryAudit);
    const edited = `SELECT ${trail.column('recordErrorId')} FROM ${trail.path} WHERE ${trail.column('action')} = ?`;
    return { sql: `${sql.table(DataHubRecordError).column('id')} NOT IN (${edited})`, parameters: ['EDIT'] };
}

function notByHand(): UserError {
    return new UserError(
        'record-error-state-invalid',
        'A record becomes REPLAYED by being sent again, not by saying so.',
        'Use replayDataHubRecordErrors.',
    );
}
