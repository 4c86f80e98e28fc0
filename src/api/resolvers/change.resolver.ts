import { UseFilters } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, RequestContext } from '@vendure/core';
import { DataHubChangeSet } from '../../entities';
import type { ChangeCounts } from '../../services/changes/change-counts';
import { type ChangeFilter, ChangeService } from '../../services/changes/change.service';
import type { KeysetPage } from '../../services/keyset-page';
import { DataHubRunPermission } from '../../services/permissions';
import { UserErrorFilter } from '../user-error.filter';

interface ChangesArguments {
    runId: ID;
    filter?: ChangeFilter | null;
    take?: number | null;
    after?: ID | null;
}

@Resolver()
@UseFilters(UserErrorFilter)
export class ChangeResolver {
    constructor(private readonly changes: ChangeService) {}

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubChangeCounts(@Ctx() ctx: RequestContext, @Args() { runId }: { runId: ID }): Promise<ChangeCounts> {
        return this.changes.countsOf(ctx, runId);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubChanges(
        @Ctx() ctx: RequestContext,
        @Args() { runId, filter, take, after }: ChangesArguments,
    ): Promise<KeysetPage<DataHubChangeSet>> {
        return this.changes.pageOf(ctx, runId, filter ?? {}, { take: take ?? undefined, after: after ?? undefined });
    }
}
