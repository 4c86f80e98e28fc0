import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import type { SelectQueryBuilder } from 'typeorm';
import { DataHubChangeSet } from '../../entities';
import type { ChangeAction } from '../../sdk/change-set';
import { containing, containsText } from '../contains-text';
import { type KeysetPage, keysetPage, type PageRequest } from '../keyset-page';
import { withinChannel } from '../run-channel';
import { type ChangeCounts, countChanges } from './change-counts';

export interface ChangeFilter {
    action?: readonly ChangeAction[] | null;
    entityType?: readonly string[] | null;
    step?: readonly string[] | null;
    text?: string | null;
}

/** What runs changed, or would change, for people who look through many changes. */
@Injectable()
export class ChangeService {
    constructor(private readonly connection: TransactionalConnection) {}

    /** One statement, answered by an index alone. */
    countsOf(ctx: RequestContext, runId: ID): Promise<ChangeCounts> {
        return countChanges(this.changesOf(ctx, runId));
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
