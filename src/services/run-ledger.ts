import type { SqlSession } from '../catalog/sql/sql-session';
import { DataHubChangeSet } from '../entities';
import type { JournaledChangeSet } from '../runtime/ports';
import type { RunOfRecords } from './record-error.service';
import { fitOptionalText, fitText } from './stored-text';

/** Writes what a batch changed, or would change: one row for each entity. Set-based, in the session's transaction. */
export async function writeLedger(
    sql: SqlSession,
    run: RunOfRecords,
    changeSets: readonly JournaledChangeSet[],
    applied: boolean,
): Promise<void> {
    const rows = changeSets.flatMap(journaled => rowsOf(run, journaled, applied));
    if (rows.length > 0) await sql.insert(sql.table(DataHubChangeSet), columns, rows);
}

const columns = [
    'runId',
    'pipelineId',
    'step',
    'file',
    'line',
    'recordIndex',
    'recordKey',
    'action',
    'entityType',
    'entityId',
    'entityKey',
    'fields',
    'applied',
] as const;

function rowsOf(run: RunOfRecords, { step, origin, changeSet }: JournaledChangeSet, applied: boolean): unknown[][] {
    const changed = changeSet.entities.filter(entity => entity.action !== 'UNCHANGED');
    return changed.map(entity => [
        run.runId,
        run.pipelineId,
        step,
        fitOptionalText(origin.file, 500),
        origin.line ?? null,
        origin.index,
        fitText(changeSet.key, 500),
        entity.action,
        entity.entityType,
        entity.entityId,
        fitText(entity.key, 500),
        entity.fields,
        applied,
    ]);
}
