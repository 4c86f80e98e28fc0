import { UseFilters } from '@nestjs/common';
import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, RequestContext } from '@vendure/core';
import type { Sentence } from '../../sdk/sentence';
import { PipelineRun } from '../../entities';
import { RunHistoryService } from '../../services/run-history.service';
import { UndoService } from '../../services/undo/undo.service';
import { UndoDataHubRunPermission } from '../../services/permissions';
import { UserErrorFilter } from '../user-error.filter';

@Resolver()
@UseFilters(UserErrorFilter)
export class UndoResolver {
    constructor(
        private readonly undo: UndoService,
        private readonly history: RunHistoryService,
    ) {}

    /** Outside a transaction: the worker that takes the job must find the run committed. */
    @Mutation()
    @Allow(UndoDataHubRunPermission.Permission)
    async undoDataHubRun(
        @Ctx() ctx: RequestContext,
        @Args() { runId, dryRun }: { runId: ID; dryRun?: boolean | null },
    ): Promise<PipelineRun | null> {
        const triggeredBy = ctx.session?.user?.identifier ?? 'api';
        const run = await this.undo.undoRun(ctx, runId, { dryRun: dryRun ?? false, triggeredBy });
        return this.history.findOne(ctx, run.id);
    }
}

@Resolver('DataHubRun')
export class UndoneRunFieldResolver {
    constructor(private readonly undo: UndoService) {}

    @ResolveField()
    undoneBy(@Ctx() ctx: RequestContext, @Parent() run: PipelineRun): Promise<PipelineRun[]> {
        return this.undo.undosOf(ctx, run.id);
    }

    @ResolveField()
    async undoProblem(@Ctx() ctx: RequestContext, @Parent() run: PipelineRun): Promise<readonly Sentence[] | null> {
        const problem = await this.undo.problemOf(ctx, run);
        return problem?.sentences ?? null;
    }
}
