import type { ID, RequestContext } from '@vendure/core';
import type { SqlCondition, SqlSession } from '../../catalog/sql/sql-session';
import { DataHubRecordError, PipelineRun } from '../../entities';
import { UserError } from '../../sdk/errors';
import { startedIn } from '../run-channel';

/** Some refused records by id, or those of a run or a pipeline, of one cause or of all. */
export interface RecordErrorSelection {
    ids?: readonly ID[] | null;
    runId?: ID | null;
    pipelineId?: ID | null;
    cause?: string | null;
}

/**
 * The selection as a condition on the columns of the record error table, within what the user of `ctx` may see. A run or a
 * pipeline needs a cause beside it unless `allCauses`, so that nobody changes everything by leaving something out.
 */
export function selectionOf(
    sql: SqlSession,
    ctx: RequestContext,
    selection: RecordErrorSelection,
    { allCauses = false } = {},
): SqlCondition {
    const table = sql.table(DataHubRecordError);
    const visible = visibleIn(sql, ctx);
    const { ids, runId, pipelineId, cause } = withoutNulls(selection);
    const given = [ids, runId, pipelineId].filter(part => part !== undefined).length;
    const causeFits = ids ? cause === undefined : cause !== undefined || allCauses;
    if (given !== 1 || !causeFits) throw unclear(allCauses);
    if (ids) return both(sql.inList(table.column('id'), ids), visible);
    const owner = runId === undefined ? 'pipelineId' : 'runId';
    const whole = { sql: `${table.column(owner)} = ?`, parameters: [runId ?? pipelineId] };
    const ofCause = cause === undefined ? anything : { sql: `${table.column('cause')} = ?`, parameters: [cause] };
    return both(both(whole, ofCause), visible);
}

/** Refused records hold the prices and stock of the channel that their run acted in. */
export function visibleIn(sql: SqlSession, ctx: RequestContext): SqlCondition {
    const scope = startedIn(ctx);
    if (!('channelId' in scope)) return anything;
    const runs = sql.table(PipelineRun);
    return {
        sql:
            `${sql.table(DataHubRecordError).column('runId')} IN ` +
            `(SELECT ${runs.column('id')} FROM ${runs.path} WHERE ${runs.column('channelId')} = ?)`,
        parameters: [scope.channelId],
    };
}

export function both(first: SqlCondition, second: SqlCondition): SqlCondition {
    return { sql: `(${first.sql}) AND (${second.sql})`, parameters: [...first.parameters, ...second.parameters] };
}

const anything: SqlCondition = { sql: '1 = 1', parameters: [] };

function withoutNulls({ ids, runId, pipelineId, cause }: RecordErrorSelection) {
    return {
        ids: ids ?? undefined,
        runId: runId ?? undefined,
        pipelineId: pipelineId ?? undefined,
        cause: cause ?? undefined,
    };
}

function unclear(allCauses: boolean): UserError {
    return new UserError(
        'record-error-selection-invalid',
        'It is not clear which refused records are meant.',
        allCauses
            ? 'Give either their ids, or a run or a pipeline, with a cause if not all of its records are meant.'
            : 'Give either their ids, or a run or a pipeline together with a cause.',
    );
}
