import { Injectable } from '@nestjs/common';
import { RequestContext, TransactionalConnection } from '@vendure/core';
import type { JsonObject } from '../../../shared/json';
import type { CatalogScope } from '../../catalog/catalog-scope';
import type { EntityId, SqlCondition, SqlSession } from '../../catalog/sql/sql-session';
import { TypeOrmUnitOfWork } from '../../catalog/sql/unit-of-work';
import { DataHubRecordError } from '../../entities';
import { UserError } from '../../sdk/errors';
import { MAX_RECORD_BYTES } from '../record-error.service';
import { authorOf, type AuditEntry, writeAudit } from './audit';
import { checkMayEdit } from './behind-gates';
import { lockedRows } from './locked-rows';
import { applyPatch, parsePatch, type Patched, type PatchEntryInput } from './record-patch';
import { both, type RecordErrorSelection, selectionOf } from './record-selection';

export interface RecordEditInput extends RecordErrorSelection {
    patch: readonly PatchEntryInput[];
    note?: string | null;
}

/** Records in memory at once, by the size of their JSON. */
const maxPageBytes = 16 * 1024 * 1024;

/** Corrects refused records where they lie. */
@Injectable()
export class RecordEditService {
    constructor(private readonly connection: TransactionalConnection) {}

    /**
     * Applies the patch to all selected records that are OPEN, in one transaction: all of them or none. Six statements
     * for each thousand records. Resolves with how many changed. `ctx` must be outside of any transaction.
     */
    async edit(ctx: RequestContext, input: RecordEditInput): Promise<number> {
        const patch = parsePatch(input.patch);
        const author = authorOf(ctx, input.note);
        return new TypeOrmUnitOfWork(this.connection, ctx).transaction(async scope => {
            const { sql } = scope;
            const selected = both(selectionOf(sql, ctx, input), editable(sql));
            let changed = 0;
            for await (const rows of lockedRows(sql, selected, [bytesOf(sql)])) {
                for (const ids of bySize(rows as [EntityId, number | string | null][])) {
                    const records = await recordsOf(sql, ids);
                    const patched = records.map(([id, record]): [EntityId, Patched] => [
                        id,
                        patchOne(id, () => applyPatch(record, patch)),
                    ]);
                    changed += await storeEdits(scope, patched, author);
                }
            }
            return changed;
        });
    }
}

/**
 * Writes the records that differ, with their trail: two statements, and two to see whether the author may. They wait for nothing any more: an automatic replay
 * acts with the rights of the run that refused the record, and must not write what somebody else has put into it.
 */
export async function storeEdits(
    scope: CatalogScope,
    patched: readonly (readonly [EntityId, Patched])[],
    author: Pick<AuditEntry, 'note' | 'userId'>,
): Promise<number> {
    const changed = patched.filter(([, { edits }]) => edits.length > 0);
    if (changed.length === 0) return 0;
    for (const [id, { record }] of changed) checkSize(id, record);
    const { sql } = scope;
    await checkMayEdit(
        scope,
        changed.map(([id]) => id),
    );
    const entry = { action: 'EDIT', toState: 'OPEN', ...author } as const;
    const trail = changed.map(([id, { edits }]) => ({ id, fromState: 'OPEN' as const, edits }));
    await writeAudit(sql, entry, trail);
    const updates = changed.map(([id, { record }]) => [id, record, null]);
    await sql.update(sql.table(DataHubRecordError), ['id'], ['record', 'waitsFor'], updates);
    return changed.length;
}

/** OPEN, and with a record, or one that could not be read and may be written by hand. Records too large to keep are lost. */
function editable(sql: SqlSession): SqlCondition {
    const { state, record, step, sourceStep } = columnsOf(sql);
    return { sql: `${state} = ? AND (${record} IS NOT NULL OR ${step} = ${sourceStep})`, parameters: ['OPEN'] };
}

export async function recordsOf(
    sql: SqlSession,
    ids: readonly EntityId[],
): Promise<[id: EntityId, record: JsonObject | null][]> {
    const rows = await sql.selectIn(sql.table(DataHubRecordError), ['id', 'record'], 'id', ids);
    return rows as [EntityId, JsonObject | null][];
}

export function bytesOf(sql: SqlSession): string {
    const { record } = columnsOf(sql);
    return sql.dialect === 'sqlite' ? `LENGTH(CAST(${record} AS BLOB))` : `OCTET_LENGTH(${record})`;
}

function columnsOf(sql: SqlSession) {
    const table = sql.table(DataHubRecordError);
    return {
        state: table.column('state'),
        record: table.column('record'),
        step: table.column('step'),
        sourceStep: table.column('sourceStep'),
    };
}

/** Parts that may be in memory at once. */
export function* bySize(rows: readonly [EntityId, number | string | null][]): Generator<EntityId[]> {
    let ids: EntityId[] = [];
    let bytes = 0;
    for (const [id, size] of rows) {
        if (ids.length > 0 && bytes + Number(size) > maxPageBytes) {
            yield ids;
            ids = [];
            bytes = 0;
        }
        ids.push(id);
        bytes += Number(size);
    }
    if (ids.length > 0) yield ids;
}

/** Says which record it is that the patch does not fit. */
function patchOne<T>(id: EntityId, work: () => T): T {
    try {
        return work();
    } catch (thrown) {
        if (!(thrown instanceof UserError)) throw thrown;
        throw new UserError(thrown.code, `Record ${id}: ${thrown.message}`, thrown.hint, thrown.place);
    }
}

export function checkSize(id: EntityId, record: JsonObject | null): void {
    const bytes = Buffer.byteLength(JSON.stringify(record));
    if (bytes <= MAX_RECORD_BYTES) return;
    throw new UserError(
        'record-too-large',
        `Record ${id} would have ${bytes} bytes; there is room for ${MAX_RECORD_BYTES}.`,
        'Set shorter values.',
    );
}
