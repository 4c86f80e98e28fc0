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
    type RecordErrorAction,
    type RecordErrorState,
} from '../entities';
import { UserError } from '../sdk/errors';
import { fitOptionalText } from './stored-text';

/** Some refused records by id, or all of one cause in one run. */
export interface RecordErrorSelection {
    ids?: readonly ID[] | null;
    runId?: ID | null;
    cause?: string | null;
}

export interface RecordErrorStateInput extends RecordErrorSelection {
    state: RecordErrorState;
    note?: string | null;
}

/** The refused records of a run that share a cause. */
export interface RecordErrorCause {
    cause: string;
    /** Of one of them. */
    message: string;
    count: number;
    open: number;
    resolved: number;
    ignored: number;
}

const rowsPerStatement = 1_000;
const maxNoteLength = 1_000;
const maxCauses = 1_000;

const actions: Record<RecordErrorState, RecordErrorAction> = { OPEN: 'REOPEN', RESOLVED: 'RESOLVE', IGNORED: 'IGNORE' };

/** What becomes of refused records: who has dealt with them, and how. */
@Injectable()
export class RecordErrorStateService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly listQueryBuilder: ListQueryBuilder,
    ) {}

    /**
     * Three statements for each thousand records, all in one transaction with the audit trail. Records that are in the
     * state already stay out of both. Resolves with how many changed. `ctx` must be outside of any transaction.
     */
    async setState(ctx: RequestContext, input: RecordErrorStateInput): Promise<number> {
        checkNote(input.note);
        const values = {
            toState: input.state,
            action: actions[input.state],
            note: fitOptionalText(input.note, maxNoteLength),
            userId: ctx.activeUserId ?? null,
        };
        return new TypeOrmUnitOfWork(this.connection, ctx).transaction(async ({ sql }) => {
            const errors = sql.table(DataHubRecordError);
            const selected = conditionOf(sql, input);
            let changed = 0;
            for (;;) {
                const rows = await lockSome(sql, selected, input.state);
                const audit = rows.map(([id, state]) => [id, state, ...Object.values(values)]);
                const columns = ['recordErrorId', 'fromState', ...Object.keys(values)];
                await sql.insert(sql.table(DataHubRecordRetryAudit), columns, audit);
                const updates = rows.map(([id]) => [id, input.state]);
                await sql.update(errors, ['id'], ['state'], updates);
                changed += rows.length;
                if (rows.length < rowsPerStatement) return changed;
            }
        });
    }

    /** Largest first; one statement. */
    async causesOf(ctx: RequestContext, runId: ID): Promise<RecordErrorCause[]> {
        const inState = (state: RecordErrorState) => `SUM(CASE WHEN error.state = '${state}' THEN 1 ELSE 0 END)`;
        const rows = await this.connection
            .getRepository(ctx, DataHubRecordError)
            .createQueryBuilder('error')
            .select('error.cause', 'cause')
            .addSelect('MIN(error.message)', 'message')
            .addSelect('COUNT(*)', 'count')
            .addSelect(inState('OPEN'), 'open')
            .addSelect(inState('RESOLVED'), 'resolved')
            .addSelect(inState('IGNORED'), 'ignored')
            .where('error.runId = :runId', { runId })
            .groupBy('error.cause')
            .orderBy('COUNT(*)', 'DESC')
            .addOrderBy('error.cause')
            .limit(maxCauses)
            .getRawMany<Record<keyof RecordErrorCause, string | number>>();
        // Databases give sums as text when they might be larger than a number holds.
        return rows.map(row => ({
            cause: String(row.cause),
            message: String(row.message),
            count: Number(row.count),
            open: Number(row.open),
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
        const [items, totalItems] = await this.listQueryBuilder
            .build(DataHubRecordRetryAudit, options, { ctx, where: { recordErrorId }, orderBy: { id: 'ASC' } })
            .getManyAndCount();
        return { items, totalItems };
    }
}

/** Records that are to change, locked in the order of their ids, with the state that they change from. */
async function lockSome(
    sql: SqlSession,
    selected: SqlCondition,
    state: RecordErrorState,
): Promise<[EntityId, RecordErrorState][]> {
    const table = sql.table(DataHubRecordError);
    const [id, current] = [table.column('id'), table.column('state')];
    const rows = await sql.query(
        `SELECT ${id}, ${current} FROM ${table.path} WHERE ${selected.sql} AND ${current} <> ? ` +
            `ORDER BY ${id} LIMIT ${rowsPerStatement}${sql.dialect === 'sqlite' ? '' : ' FOR UPDATE'}`,
        [...selected.parameters, state],
    );
    return rows as [EntityId, RecordErrorState][];
}

function conditionOf(sql: SqlSession, { ids, runId, cause }: RecordErrorSelection): SqlCondition {
    const table = sql.table(DataHubRecordError);
    const byId = ids !== undefined && ids !== null;
    const byCause = runId !== undefined && runId !== null && cause !== undefined && cause !== null;
    if (byId && (runId ?? cause ?? null) === null) return sql.inList(table.column('id'), ids);
    if (!byId && byCause) {
        return { sql: `${table.column('runId')} = ? AND ${table.column('cause')} = ?`, parameters: [runId, cause] };
    }
    throw new UserError(
        'record-error-selection-invalid',
        'It is not clear which refused records are meant.',
        'Give either their ids, or a run together with a cause.',
    );
}

function checkNote(note: string | null | undefined): void {
    if (!note || note.length <= maxNoteLength) return;
    throw new UserError(
        'note-too-long',
        `The note has ${note.length} characters; there is room for ${maxNoteLength}.`,
        'Shorten it.',
    );
}
