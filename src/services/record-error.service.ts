import { Injectable } from '@nestjs/common';
import {
    type ID,
    ListQueryBuilder,
    type ListQueryOptions,
    type PaginatedList,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import type { JsonObject } from '../../shared/json';
import type { SqlSession } from '../catalog/sql/sql-session';
import { DataHubRecordError, type RecordErrorState } from '../entities';
import type { RejectedRecord } from '../runtime/ports';
import type { DataHubError } from '../sdk/errors';
import { containing, containsText } from './contains-text';
import { type KeysetPage, keysetPage, type PageRequest } from './keyset-page';
import { listQuery } from './list-query';
import { replayedFrom } from './quarantine/replay-origin';
import { startedIn, withinChannel } from './run-channel';
import { fitOptionalText, fitText } from './stored-text';

/** Larger records are named but not kept, so that a broken feed cannot fill the database. */
export const MAX_RECORD_BYTES = 1024 * 1024;
/** A record that is refused again for the same reference this often waits for a person. */
export const MAX_AUTO_REPLAYS = 3;
const maxRawLength = 10_000;
/** Larger records stand in lists by their beginning only. */
const maxListedLength = 10_000;
const previewLength = 500;

export interface RunOfRecords {
    runId: ID;
    pipelineId: ID;
    revision: number;
    /** Its records have been refused before. */
    isReplay?: boolean;
}

/** All that are given must fit. */
export interface RecordErrorFilter {
    state?: readonly RecordErrorState[] | null;
    cause?: readonly string[] | null;
    step?: readonly string[] | null;
    text?: string | null;
}

/** A refused record as lists show it. */
export type ListedRecordError = DataHubRecordError & {
    /** Beginning of a record that is too large for lists; null when `record` holds all of it. */
    recordPreview: string | null;
};

/** The quarantine: records that were refused, each with its cause and where it came from. */
@Injectable()
export class RecordErrorService {
    constructor(
        private readonly listQueryBuilder: ListQueryBuilder,
        private readonly connection: TransactionalConnection,
    ) {}

    /** Of one run, or of all runs of a pipeline. Large records are not read; `recordPreview` shows how they begin. */
    async findAll(
        ctx: RequestContext,
        of: { runId: ID } | { pipelineId: ID },
        options?: ListQueryOptions<DataHubRecordError>,
    ): Promise<PaginatedList<ListedRecordError>> {
        const [items, totalItems] = await listQuery(this.listQueryBuilder, DataHubRecordError, options, {
            ctx,
            where: { ...of, run: startedIn(ctx) },
            orderBy: { id: 'ASC' },
        }).getManyAndCount();
        return { items: await this.listed(ctx, items), totalItems };
    }

    /** In the order in which they were refused; of all pipelines where neither a run nor a pipeline is named. */
    async pageOf(
        ctx: RequestContext,
        { runId, pipelineId }: { runId?: ID; pipelineId?: ID },
        { state, cause, step, text }: RecordErrorFilter,
        page: PageRequest,
    ): Promise<KeysetPage<ListedRecordError>> {
        const query = this.connection.getRepository(ctx, DataHubRecordError).createQueryBuilder('error').where('1 = 1');
        const wanted = { runId: runId && [runId], pipelineId: pipelineId && [pipelineId], state, cause, step };
        for (const [name, values] of Object.entries(wanted)) {
            if (!values) continue;
            query.andWhere(values.length === 0 ? '1 = 0' : `error.${name} IN (:...${name})`, { [name]: values });
        }
        if (text) {
            const like = ['recordKey', 'message', 'field'].map(column => containsText(`error.${column}`, 'text'));
            query.andWhere(`(${like.join(' OR ')})`, { text: containing(text) });
        }
        const { items, nextCursor } = await keysetPage(withinChannel(query, ctx, 'error.run'), page);
        return { items: await this.listed(ctx, items), nextCursor };
    }

    /** With the whole record, whatever its size. */
    async findOne(ctx: RequestContext, id: ID): Promise<ListedRecordError | null> {
        const query = this.connection
            .getRepository(ctx, DataHubRecordError)
            .createQueryBuilder('error')
            .addSelect('error.record')
            .where('error.id = :id', { id });
        const scope = startedIn(ctx);
        if ('channelId' in scope) query.innerJoin('error.run', 'run').andWhere('run.channelId = :channelId', scope);
        const found = await query.getOne();
        return found && Object.assign(found, { recordPreview: null });
    }

    /** Set-based, in the session's transaction. */
    async store(
        sql: SqlSession,
        run: RunOfRecords,
        rejects: readonly RejectedRecord[],
        stage: string | null = null,
    ): Promise<void> {
        if (rejects.length === 0) return;
        const before = run.isReplay ? await replayedFrom(sql, run.runId, rejects) : undefined;
        const rows = rejects.map(reject => {
            const { replayOf = null, autoReplays = 0 } = before?.(reject) ?? {};
            return [...rowOf(run, reject, autoReplays), stage, replayOf, autoReplays];
        });
        await sql.insert(sql.table(DataHubRecordError), columns, rows);
    }

    private async listed(ctx: RequestContext, items: DataHubRecordError[]): Promise<ListedRecordError[]> {
        const begins = await this.beginsOf(
            ctx,
            items.map(({ id }) => id),
        );
        return items.map(item => Object.assign(item, shown(begins.get(String(item.id)) ?? null)));
    }

    private async beginsOf(ctx: RequestContext, ids: readonly ID[]): Promise<Map<string, string>> {
        if (ids.length === 0) return new Map();
        const rows = await this.connection
            .getRepository(ctx, DataHubRecordError)
            .createQueryBuilder('error')
            .select('error.id', 'id')
            .addSelect(`SUBSTR(error.record, 1, ${maxListedLength + 1})`, 'begin')
            .where('error.id IN (:...ids) AND error.record IS NOT NULL', { ids })
            .getRawMany<{ id: ID; begin: string }>();
        return new Map(rows.map(({ id, begin }) => [String(id), begin]));
    }
}

function shown(begin: string | null): Pick<ListedRecordError, 'record' | 'recordPreview'> {
    if (begin === null) return { record: null, recordPreview: null };
    if (begin.length > maxListedLength) return { record: null, recordPreview: fitText(begin, previewLength) };
    return { record: JSON.parse(begin) as JsonObject, recordPreview: null };
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
    'waitsFor',
    'record',
    'raw',
    'stage',
    'replayOf',
    'autoReplays',
] as const;

function rowOf(
    run: RunOfRecords,
    { step, origin, record, raw, key, error }: RejectedRecord,
    autoReplays: number,
): unknown[] {
    const kept = keepRecord(record, raw);
    const { waitsFor } = error.place;
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
        fitOptionalText(hintOf(error, autoReplays), 10_000),
        fitOptionalText(error.place.field, 500),
        // Cut, it would wait for something else.
        waitsFor !== undefined && waitsFor.length <= 500 ? waitsFor : null,
        kept.record,
        kept.raw,
    ];
}

function hintOf({ hint, place: { waitsFor } }: DataHubError, autoReplays: number): string | undefined {
    if (waitsFor === undefined || autoReplays < MAX_AUTO_REPLAYS) return hint;
    const tried = `It was sent again ${autoReplays} times because "${waitsFor}" was there, and waits for somebody now.`;
    return [hint, tried].filter(Boolean).join(' ');
}

function keepRecord(
    record: JsonObject | null,
    raw: string | undefined,
): { record: JsonObject | null; raw: string | null } {
    if (record === null) return { record, raw: fitOptionalText(raw, maxRawLength) };
    const text = JSON.stringify(record);
    const bytes = Buffer.byteLength(text);
    if (bytes <= MAX_RECORD_BYTES) return { record, raw: fitOptionalText(raw, maxRawLength) };
    const note = `The record has ${bytes} bytes and is too large to be kept; it begins with: `;
    return { record: null, raw: fitText(note + text, maxRawLength) };
}
