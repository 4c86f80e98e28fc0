import type { SqlSession } from '../catalog/sql/sql-session';
import { DataHubChangeSet, DataHubDrift } from '../entities';
import type { Repository } from 'typeorm';
import type { BatchSettlement, JournaledChangeSet } from '../runtime/ports';
import type { RunOfRecords } from './record-error.service';
import { fitOptionalText, fitText } from './stored-text';

/**
 * Keeps what a batch changed, or would change: one row for each entity. Set-based, in the session's transaction.
 * `writes` is false in a dry run. What is planned at a gate has not been applied whatever the run is.
 */
export async function writeLedger(
    sql: SqlSession,
    run: RunOfRecords,
    { stage, batch, changeSets }: Pick<BatchSettlement, 'stage' | 'batch' | 'changeSets'>,
    writes: boolean,
): Promise<void> {
    const rows: unknown[][] = [];
    const stageName = fitText(stage, 120);
    for (const { step, origin, changeSet, planned = false } of changeSets) {
        const recordKey = fitText(changeSet.key, 500);
        for (const { action, entityType, entityId, key, fields } of changeSet.entities) {
            if (action === 'UNCHANGED') continue;
            rows.push([
                run.runId,
                run.pipelineId,
                step,
                fitOptionalText(origin.file, 500),
                origin.line ?? null,
                origin.index,
                recordKey,
                action,
                entityType,
                entityId,
                fitText(key, 500),
                fields,
                writes && !planned,
                planned,
                stageName,
                batch,
            ]);
        }
    }
    if (rows.length > 0) await sql.insert(sql.table(DataHubChangeSet), columns, rows);
    // What a plan at a gate has met the load itself meets again.
    const met = changeSets.filter(({ planned }) => !planned).flatMap(journaled => driftsOf(run, journaled));
    if (met.length > 0) await sql.insert(sql.table(DataHubDrift), driftColumns, met);
}

const driftColumns = [
    'runId',
    'sourceStep',
    'file',
    'line',
    'recordIndex',
    'entityType',
    'entityId',
    'entityKey',
    'path',
    'values',
    'kept',
] as const;

function driftsOf({ runId }: RunOfRecords, { origin, changeSet }: JournaledChangeSet): unknown[][] {
    return (changeSet.drifts ?? []).map(({ entityType, entityId, key, path, kept, ...values }) => [
        runId,
        origin.step,
        fitOptionalText(origin.file, 500),
        origin.line ?? null,
        origin.index,
        entityType,
        entityId,
        fitText(key, 500),
        fitText(path, 500),
        values,
        kept,
    ]);
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
    'planned',
    'stage',
    'batch',
] as const;

/** What a batch has changed, as it was handed to {@link writeLedger}, apart from what stayed as it was. */
export async function readLedger(
    rows: Repository<DataHubChangeSet>,
    place: Pick<DataHubChangeSet, 'runId' | 'stage' | 'batch'>,
): Promise<JournaledChangeSet[]> {
    const changeSets = new Map<string, JournaledChangeSet>();
    for (const row of await rows.find({ where: { ...place, applied: true }, order: { id: 'ASC' } })) {
        const { step, recordIndex, recordKey: key, action, entityType, entityId, entityKey, fields } = row;
        const record = JSON.stringify([step, recordIndex, key]);
        const entry = changeSets.get(record) ?? {
            step,
            origin: { step, index: recordIndex },
            changeSet: { action, key, entities: [] },
        };
        entry.changeSet.entities.push({ entityType, entityId, key: entityKey, action, fields });
        changeSets.set(record, entry);
    }
    return [...changeSets.values()];
}
