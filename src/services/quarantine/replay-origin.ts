import type { ID } from '@vendure/core';
import type { EntityId, SqlSession } from '../../catalog/sql/sql-session';
import { DataHubRecordError } from '../../entities';
import type { RejectedRecord } from '../../runtime/ports';
import { fitOptionalText } from '../stored-text';

export interface ReplayOrigin {
    /** Null when several rows have the same origin, such as records of two runs of one file. */
    replayOf: EntityId | null;
    /** The most among the rows it may come from, so that no doubt makes an automatic replay go on for ever. */
    autoReplays: number;
}

type Row = [id: EntityId, sourceStep: string, file: string | null, recordIndex: number, step: string, attempts: number];

/** Which rows of a replay run the refused records were sent from: one query for the whole batch. */
export async function replayedFrom(
    sql: SqlSession,
    replayRunId: ID,
    rejects: readonly RejectedRecord[],
): Promise<(reject: RejectedRecord) => ReplayOrigin> {
    const rows = (await sql.selectIn(
        sql.table(DataHubRecordError),
        ['id', 'sourceStep', 'file', 'recordIndex', 'step', 'autoReplays'],
        'recordIndex',
        rejects.map(({ origin }) => origin.index),
        { equals: { replayRunId } },
    )) as Row[];
    const byPlace = new Map<string, Row[]>();
    for (const row of rows) {
        const place = placeOf(row[1], row[2], row[3]);
        byPlace.set(place, [...(byPlace.get(place) ?? []), row]);
    }
    return ({ origin, step }) => {
        const found = byPlace.get(placeOf(origin.step, fitOptionalText(origin.file, 500), origin.index)) ?? [];
        // Refused at the same step again: of two branches that both refused the record, this one.
        const atStep = found.filter(row => row[4] === step);
        const likely = atStep.length > 0 ? atStep : found;
        return {
            replayOf: likely.length === 1 ? likely[0]![0] : null,
            autoReplays: Math.max(0, ...likely.map(row => row[5])),
        };
    };
}

function placeOf(sourceStep: string, file: string | null, index: number): string {
    return JSON.stringify([sourceStep, file, index]);
}
