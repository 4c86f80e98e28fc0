import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx, RequestContext } from '@vendure/core';
import { PipelineRun } from '../../entities';
import { ReplayedRunsService } from '../../services/quarantine/replayed-runs.service';

@Resolver('DataHubRun')
export class ReplayedRunFieldResolver {
    constructor(private readonly runs: ReplayedRunsService) {}

    @ResolveField()
    async replays(@Ctx() ctx: RequestContext, @Parent() run: PipelineRun): Promise<PipelineRun[]> {
        return run.kind === 'REPLAY' ? this.runs.replayedIn(ctx, run.id) : [];
    }

    @ResolveField()
    async replayedBy(@Ctx() ctx: RequestContext, @Parent() run: PipelineRun): Promise<PipelineRun[]> {
        return run.rejected > 0 ? this.runs.replaysOf(ctx, run.id) : [];
    }
}
