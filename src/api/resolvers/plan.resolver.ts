import { UseFilters } from '@nestjs/common';
import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, RequestContext } from '@vendure/core';
import type { Sentence } from '../../sdk/sentence';
import { PipelineRun } from '../../entities';
import { ApplyPlanService } from '../../services/plans/apply-plan.service';
import { RunHistoryService } from '../../services/run-history.service';
import { RunDataHubPipelinePermission } from '../../services/permissions';
import { UserErrorFilter } from '../user-error.filter';

@Resolver()
@UseFilters(UserErrorFilter)
export class PlanResolver {
    constructor(
        private readonly plans: ApplyPlanService,
        private readonly history: RunHistoryService,
    ) {}

    /** Outside a transaction: the worker that takes the job must find the run committed. */
    @Mutation()
    @Allow(RunDataHubPipelinePermission.Permission)
    async applyDataHubPlan(@Ctx() ctx: RequestContext, @Args() { runId }: { runId: ID }): Promise<PipelineRun | null> {
        const triggeredBy = ctx.session?.user?.identifier ?? 'api';
        const run = await this.plans.apply(ctx, runId, { triggeredBy });
        return this.history.findOne(ctx, run.id);
    }
}

@Resolver('DataHubRun')
export class AppliedPlanFieldResolver {
    constructor(private readonly plans: ApplyPlanService) {}

    @ResolveField()
    async appliedBy(@Ctx() ctx: RequestContext, @Parent() run: PipelineRun): Promise<PipelineRun[]> {
        return run.dryRun ? this.plans.runsOf(ctx, run.id) : [];
    }

    @ResolveField()
    async applyProblem(@Ctx() ctx: RequestContext, @Parent() run: PipelineRun): Promise<readonly Sentence[] | null> {
        const problem = await this.plans.problemOf(ctx, run);
        return problem?.sentences ?? null;
    }
}
