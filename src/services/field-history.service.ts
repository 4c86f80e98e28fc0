import { Injectable } from '@nestjs/common';
import { type ID, type RequestContext, TransactionalConnection } from '@vendure/core';
import { DataHubChangeSet, type PipelineRun } from '../entities';
import { UserError } from '../sdk/errors';
import type { FieldChange } from '../sdk/change-set';
import { startedIn } from './run-channel';

export interface FieldHistoryQuestion {
    /** Vendure's name of the entity, such as `ProductVariant`. */
    entityType: string;
    entityId: ID;
    /** As change sets name it, such as `prices.__default_channel__.USD`; `prices` stands for all below it. Absent: every field. */
    path?: string;
    /** Runs that changed it, at most this many. */
    take?: number;
    /** `nextCursor` of the page before. */
    after?: ID;
}

/** One change of one field, with where its value came from. */
export interface FieldHistoryEntry {
    changeSet: DataHubChangeSet;
    run: PipelineRun;
    change: FieldChange;
}

export interface FieldHistory {
    items: FieldHistoryEntry[];
    /** For the next page; null when there is none. */
    nextCursor: ID | null;
}

const MAX_TAKE = 100;

/** Answers why a field has its value: which run wrote it, from which line of which file, and what was there before. */
@Injectable()
export class FieldHistoryService {
    constructor(private readonly connection: TransactionalConnection) {}

    /** Newest first. Knows what the ledger keeps, see the setting `ledgerRetentionDays`. */
    async find(ctx: RequestContext, question: FieldHistoryQuestion): Promise<FieldHistory> {
        const { path, take = 20 } = question;
        if (!Number.isInteger(take) || take < 1 || take > MAX_TAKE) {
            throw new UserError('take-out-of-range', `take must be a whole number from 1 to ${MAX_TAKE}.`);
        }
        const items: FieldHistoryEntry[] = [];
        let found = 0;
        for (let after = question.after; ;) {
            const rows = await this.rowsOf(ctx, question, take, after);
            for (const row of rows) {
                const changes = row.fields.filter(change => path === undefined || isBelow(change.path, path));
                items.push(...changes.map(change => ({ changeSet: row, run: row.run, change })));
                if (changes.length > 0) found++;
                if (found === take) return { items, nextCursor: row.id };
            }
            if (rows.length < take) return { items, nextCursor: null };
            after = rows.at(-1)!.id;
        }
    }

    private rowsOf(
        ctx: RequestContext,
        { entityType, entityId, path }: FieldHistoryQuestion,
        take: number,
        after: ID | undefined,
    ): Promise<DataHubChangeSet[]> {
        const ledger = this.connection.getRepository(ctx, DataHubChangeSet);
        const query = ledger
            .createQueryBuilder('row')
            .innerJoinAndSelect('row.run', 'run')
            .innerJoinAndSelect('run.pipeline', 'pipeline')
            .where('row.entityType = :entityType AND row.entityId = :entityId', {
                entityType,
                entityId: String(entityId),
            })
            .andWhere('row.applied = :applied', { applied: true })
            .orderBy('row.createdAt', 'DESC')
            .addOrderBy('row.id', 'DESC')
            .limit(take);
        const { channelId } = startedIn(ctx);
        if (channelId !== undefined) query.andWhere('run.channelId = :channelId', { channelId });
        // Finds too much rather than too little: % and _ stand for anything, and the names are looked at once more.
        // What JSON writes with a backslash is looked for there only, as LIKE takes that for something else.
        if (path !== undefined && !/[\\"]/.test(path)) {
            query.andWhere('row.fields LIKE :named', { named: `%"path":${JSON.stringify(path).slice(0, -1)}%` });
        }
        if (after !== undefined) {
            // In the database, whose instants are finer than ours.
            const cursor = query.subQuery().select('cursor.createdAt').from(DataHubChangeSet, 'cursor');
            const at = cursor.where('cursor.id = :after').getQuery();
            query
                .andWhere(`(row.createdAt < ${at} OR (row.createdAt = ${at} AND row.id < :after))`)
                .setParameter('after', after);
        }
        return query.getMany();
    }
}

function isBelow(path: string, wanted: string): boolean {
    return path === wanted || path.startsWith(`${wanted}.`);
}
