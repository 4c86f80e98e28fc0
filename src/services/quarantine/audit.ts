import type { ID, RequestContext } from '@vendure/core';
import type { EntityId, SqlSession } from '../../catalog/sql/sql-session';
import {
    DataHubRecordRetryAudit,
    type RecordEdit,
    type RecordErrorAction,
    type RecordErrorState,
} from '../../entities';
import { UserError } from '../../sdk/errors';
import { fitOptionalText } from '../stored-text';

const maxNoteLength = 1_000;

/** What is done to a page of records, by whom and why. */
export interface AuditEntry {
    action: RecordErrorAction;
    toState: RecordErrorState;
    note: string | null;
    userId: ID | null;
}

export interface AuditedRow {
    id: EntityId;
    fromState: RecordErrorState;
    edits?: readonly RecordEdit[];
}

/** One statement, in the transaction of the change. */
export async function writeAudit(sql: SqlSession, entry: AuditEntry, rows: readonly AuditedRow[]): Promise<void> {
    await sql.insert(
        sql.table(DataHubRecordRetryAudit),
        ['recordErrorId', 'action', 'fromState', 'toState', 'note', 'userId', 'edits'],
        rows.map(({ id, fromState, edits }) => [
            id,
            entry.action,
            fromState,
            entry.toState,
            entry.note,
            entry.userId,
            edits ?? null,
        ]),
    );
}

/** Who acts and why; a note that would have to be cut is refused. */
export function authorOf(ctx: RequestContext, note: string | null | undefined): Pick<AuditEntry, 'note' | 'userId'> {
    if (note && note.length > maxNoteLength) {
        throw new UserError(
            'note-too-long',
            `The note has ${note.length} characters; there is room for ${maxNoteLength}.`,
            'Shorten it.',
        );
    }
    return { note: fitOptionalText(note, maxNoteLength), userId: ctx.activeUserId ?? null };
}
