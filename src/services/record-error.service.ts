import { Injectable } from '@nestjs/common';
import { type ID, ListQueryBuilder, type ListQueryOptions, type PaginatedList, RequestContext } from '@vendure/core';
import type { JsonObject } from '../../shared/json';
import type { SqlSession } from '../catalog/sql/sql-session';
import { DataHubRecordError } from '../entities';
import type { RejectedRecord } from '../runtime/ports';
import { startedIn } from './run-channel';
import { fitOptionalText, fitText } from './stored-text';

/** Larger records are named but not kept, so that a broken feed cannot fill the database. */
const maxRecordBytes = 1024 * 1024;
const maxRawLength = 10_000;

export interface RunOfRecords {
    runId: ID;
    pipelineId: ID;
    revision: number;
}

/** The quarantine: records that were refused, each with its cause and where it came from. */
@Injectable()
export class RecordErrorService {
    constructor(private readonly listQueryBuilder: ListQueryBuilder) {}

    async findForRun(
        ctx: RequestContext,
        runId: ID,
        options?: ListQueryOptions<DataHubRecordError>,
    ): Promise<PaginatedList<DataHubRecordError>> {
        const [items, totalItems] = await this.listQueryBuilder
            .build(DataHubRecordError, options, { ctx, where: { runId, run: startedIn(ctx) }, orderBy: { id: 'ASC' } })
            .getManyAndCount();
        return { items, totalItems };
    }

    /** Set-based, in the session's transaction. */
    async store(sql: SqlSession, run: RunOfRecords, rejects: readonly RejectedRecord[]): Promise<void> {
        if (rejects.length === 0) return;
        await sql.insert(
            sql.table(DataHubRecordError),
            columns,
            rejects.map(reject => rowOf(run, reject)),
        );
    }
}

const columns = [
    'runId',
    'pipelineId',
    'revision',
    'step',
    'sourceStep',
    'file',
    'line',
    'recordIndex',
    'recordKey',
    'cause',
    'kind',
    'message',
    'hint',
    'field',
    'record',
    'raw',
] as const;

function rowOf(run: RunOfRecords, { step, origin, record, raw, key, error }: RejectedRecord): unknown[] {
    const kept = keepRecord(record, raw);
    return [
        run.runId,
        run.pipelineId,
        run.revision,
        step,
        origin.step,
        fitOptionalText(origin.file, 500),
        origin.line ?? null,
        origin.index,
        fitOptionalText(key ?? error.place.key, 500),
        fitText(error.code, 100),
        error.kind,
        fitText(error.message, 10_000),
        fitOptionalText(error.hint, 10_000),
        fitOptionalText(error.place.field, 500),
        kept.record,
        kept.raw,
    ];
}

function keepRecord(
    record: JsonObject | null,
    raw: string | undefined,
): { record: JsonObject | null; raw: string | null } {
    if (record === null) return { record, raw: fitOptionalText(raw, maxRawLength) };
    const text = JSON.stringify(record);
    const bytes = Buffer.byteLength(text);
    if (bytes <= maxRecordBytes) return { record, raw: fitOptionalText(raw, maxRawLength) };
    const note = `The record has ${bytes} bytes and is too large to be kept; it begins with: `;
    return { record: null, raw: fitText(note + text, maxRawLength) };
}
