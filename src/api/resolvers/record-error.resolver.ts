import { UseFilters } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, ListQueryOptions, PaginatedList, RequestContext } from '@vendure/core';
import { DataHubRecordError, DataHubRecordRetryAudit, PipelineRun } from '../../entities';
import { UserError } from '../../sdk/errors';
import { RecordEditInput, RecordEditService } from '../../services/quarantine/record-edit.service';
import { RecordReplayInput, RecordReplayService } from '../../services/quarantine/record-replay.service';
import {
    RecordErrorCause,
    RecordErrorStateInput,
    RecordErrorStateService,
} from '../../services/record-error-state.service';
import type { KeysetPage } from '../../services/keyset-page';
import { OpenCausesService, type Quarantine } from '../../services/quarantine/open-causes.service';
import { ListedRecordError, type RecordErrorFilter, RecordErrorService } from '../../services/record-error.service';
import { UserNamesService } from '../../services/user-names.service';
import { RunHistoryService } from '../../services/run-history.service';
import {
    DataHubRunPermission,
    EditDataHubRecordErrorPermission,
    ReplayDataHubRecordErrorPermission,
    UpdateDataHubRecordErrorPermission,
} from '../../services/permissions';
import { SharedLoad } from '../shared-load';
import { UserErrorFilter } from '../user-error.filter';

const usersOfLists = new SharedLoad<DataHubRecordRetryAudit, string | null>();

interface Owner {
    runId?: ID | null;
    pipelineId?: ID | null;
}

interface PageArguments extends Owner {
    filter?: RecordErrorFilter | null;
    take?: number | null;
    after?: ID | null;
}

/** The services have transactions of their own. */
@Resolver()
@UseFilters(UserErrorFilter)
export class RecordErrorResolver {
    constructor(
        private readonly recordErrors: RecordErrorService,
        private readonly states: RecordErrorStateService,
        private readonly edits: RecordEditService,
        private readonly replays: RecordReplayService,
        private readonly history: RunHistoryService,
        private readonly openCauses: OpenCausesService,
    ) {}

    @Query()
    @Allow(DataHubRunPermission.Permission)
    async dataHubRecordErrors(
        @Ctx() ctx: RequestContext,
        @Args() { options, ...owner }: Owner & { options?: ListQueryOptions<DataHubRecordError> },
    ): Promise<PaginatedList<ListedRecordError>> {
        return this.recordErrors.findAll(ctx, ownerOf(owner), options);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubRecordError(@Ctx() ctx: RequestContext, @Args() { id }: { id: ID }): Promise<ListedRecordError | null> {
        return this.recordErrors.findOne(ctx, id);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    async dataHubRecordErrorCauses(@Ctx() ctx: RequestContext, @Args() owner: Owner): Promise<RecordErrorCause[]> {
        return this.states.causesOf(ctx, ownerOf(owner));
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    async dataHubRecordErrorAudit(
        @Ctx() ctx: RequestContext,
        @Args() { recordErrorId, options }: { recordErrorId: ID; options?: ListQueryOptions<DataHubRecordRetryAudit> },
    ): Promise<PaginatedList<DataHubRecordRetryAudit>> {
        const list = await this.states.auditOf(ctx, recordErrorId, options);
        usersOfLists.together(list.items);
        return list;
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubQuarantine(@Ctx() ctx: RequestContext): Promise<Quarantine> {
        return this.openCauses.quarantine(ctx);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubRecordErrorPage(
        @Ctx() ctx: RequestContext,
        @Args() { runId, pipelineId, filter, take, after }: PageArguments,
    ): Promise<KeysetPage<ListedRecordError>> {
        const owner = { runId: runId ?? undefined, pipelineId: pipelineId ?? undefined };
        const page = { take: take ?? undefined, after: after ?? undefined };
        return this.recordErrors.pageOf(ctx, owner, filter ?? {}, page);
    }

    @Mutation()
    @Allow(UpdateDataHubRecordErrorPermission.Permission)
    async setDataHubRecordErrorState(
        @Ctx() ctx: RequestContext,
        @Args() { input }: { input: RecordErrorStateInput },
    ): Promise<{ changed: number }> {
        return { changed: await this.states.setState(ctx, input) };
    }

    @Mutation()
    @Allow(EditDataHubRecordErrorPermission.Permission)
    async editDataHubRecordErrors(
        @Ctx() ctx: RequestContext,
        @Args() { input }: { input: RecordEditInput },
    ): Promise<{ changed: number }> {
        return { changed: await this.edits.edit(ctx, input) };
    }

    @Mutation()
    @Allow(ReplayDataHubRecordErrorPermission.Permission)
    async replayDataHubRecordErrors(
        @Ctx() ctx: RequestContext,
        @Args() { input }: { input: RecordReplayInput },
    ): Promise<{ replayed: number; runs: PipelineRun[] }> {
        const { replayed, runIds } = await this.replays.replay(ctx, input);
        const runs = await Promise.all(runIds.map(id => this.history.findOne(ctx, id)));
        return { replayed, runs: runs.filter(run => run !== null) };
    }
}

@Resolver('DataHubRecordErrorAudit')
export class RecordErrorAuditFieldResolver {
    constructor(private readonly users: UserNamesService) {}

    @ResolveField()
    userName(@Ctx() ctx: RequestContext, @Parent() entry: DataHubRecordRetryAudit): Promise<string | null> {
        return usersOfLists.of(entry, async entries => {
            const names = await this.users.namesOf(
                ctx,
                entries.map(({ userId }) => userId),
            );
            return new Map(entries.map(each => [each, names.get(String(each.userId)) ?? null]));
        });
    }

    @ResolveField()
    edits(@Parent() { edits }: DataHubRecordRetryAudit) {
        return (edits ?? []).map(({ path, before, after }) => ({
            path,
            before,
            after,
            existedBefore: before !== undefined,
            existsAfter: after !== undefined,
        }));
    }
}

function ownerOf({ runId, pipelineId }: Owner): { runId: ID } | { pipelineId: ID } {
    const ofRun = (runId ?? null) !== null;
    if (ofRun !== ((pipelineId ?? null) !== null)) return ofRun ? { runId: runId! } : { pipelineId: pipelineId! };
    throw new UserError(
        'record-error-owner-invalid',
        'It is not clear whose refused records are meant.',
        'Give either a run or a pipeline.',
    );
}
