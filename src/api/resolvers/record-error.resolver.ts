import { UseFilters } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, ListQueryOptions, PaginatedList, RequestContext } from '@vendure/core';
import { DataHubRecordError, DataHubRecordRetryAudit } from '../../entities';
import {
    RecordErrorCause,
    RecordErrorStateInput,
    RecordErrorStateService,
} from '../../services/record-error-state.service';
import { RecordErrorService } from '../../services/record-error.service';
import { DataHubRunPermission, UpdateDataHubRecordErrorPermission } from '../permissions';
import { UserErrorFilter } from '../user-error.filter';

@Resolver()
@UseFilters(UserErrorFilter)
export class RecordErrorResolver {
    constructor(
        private readonly recordErrors: RecordErrorService,
        private readonly states: RecordErrorStateService,
    ) {}

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubRecordErrors(
        @Ctx() ctx: RequestContext,
        @Args() { runId, options }: { runId: ID; options?: ListQueryOptions<DataHubRecordError> },
    ): Promise<PaginatedList<DataHubRecordError>> {
        return this.recordErrors.findForRun(ctx, runId, options);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubRecordErrorCauses(
        @Ctx() ctx: RequestContext,
        @Args() { runId }: { runId: ID },
    ): Promise<RecordErrorCause[]> {
        return this.states.causesOf(ctx, runId);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubRecordErrorAudit(
        @Ctx() ctx: RequestContext,
        @Args() { recordErrorId, options }: { recordErrorId: ID; options?: ListQueryOptions<DataHubRecordRetryAudit> },
    ): Promise<PaginatedList<DataHubRecordRetryAudit>> {
        return this.states.auditOf(ctx, recordErrorId, options);
    }

    /** The service has a transaction of its own. */
    @Mutation()
    @Allow(UpdateDataHubRecordErrorPermission.Permission)
    async setDataHubRecordErrorState(
        @Ctx() ctx: RequestContext,
        @Args() { input }: { input: RecordErrorStateInput },
    ): Promise<{ changed: number }> {
        return { changed: await this.states.setState(ctx, input) };
    }
}
