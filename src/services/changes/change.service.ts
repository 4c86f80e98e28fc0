import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import type { SelectQueryBuilder } from 'typeorm';
import { DataHubChangeSet } from '../../entities';
import type { ChangeAction } from '../../sdk/change-set';
import { containing, containsText } from '../contains-text';
import { type KeysetPage, keysetPage, type PageRequest } from '../keyset-page';
import { withinChannel } from '../run-channel';

export interface ChangeFilter {
    action?: readonly ChangeAction[] | null;
    entityType?: readonly string[] | null;
    step?: readonly string[] | null;
    text?: string | null;
}

export interface ChangeCount {
    step: string;
    entityType: string;
    action: ChangeAction;
    count: number;
}

/** What runs changed, or would change, for people who look through many changes. */
@Injectable()
export class ChangeService {
    constructor(private readonly connection: TransactionalConnection) {}

    /** One statement, answered by an index alone. */
    async countsOf(ctx: RequestContext, runId: ID): Promise<{ total: number; items: ChangeCount[] }> {
        const rows = await this.changesOf(ctx, runId)
            .select('change.step', 'step')
            .addSelect('change.entityType', 'entityType')
            .addSelect('change.action', 'action')
            .addSelect('COUNT(*)', 'count')
            .groupBy('change.action')
            .addGroupBy('change.entityType')
            .addGroupBy('change.step')
            .orderBy('change.step')
            .addOrderBy('change.entityType')
            .addOrderBy('change.action')
            .getRawMany<Omit<ChangeCount, 'count'> & { count: string | number }>();
        const items = rows.map(row => ({ ...row, count: Number(row.count) }));
        return { total: items.reduce((sum, { count }) => sum + count, 0), items };
    }

    /** In the order in which they were made. */
    async pageOf(
        ctx: RequestContext,
        runId: ID,
        { text, ...filter }: ChangeFilter,
        page: PageRequest,
    ): Promise<KeysetPage<DataHubChangeSet>> {
        const query = this.changesOf(ctx, runId);
        for (const name of ['action', 'entityType', 'step'] as const) {
            const values = filter[name];
            if (!values) continue;
            query.andWhere(values.length === 0 ? '1 = 0' : `change.${name} IN (:...${name})`, { [name]: values });
        }
        if (text) {
            const like = ['entityKey', 'recordKey'].map(column => containsText(`change.${column}`, 'text'));
            query.andWhere(`(${like.join(' OR ')})`, { text: containing(text) });
        }
        return keysetPage(query, page);
    }

    /** Without what was planned at gates: once they are passed, it stands there a second time, as it was written. */
    private changesOf(ctx: RequestContext, runId: ID): SelectQueryBuilder<DataHubChangeSet> {
        const query = this.connection
            .getRepository(ctx, DataHubChangeSet)
            .createQueryBuilder('change')
            .where('change.runId = :runId AND change.planned = :planned', { runId, planned: false });
        return withinChannel(query, ctx, 'change.run');
    }
}
