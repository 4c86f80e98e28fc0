import { UseFilters } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, ListQueryOptions, PaginatedList, RequestContext, UserInputError } from '@vendure/core';
import { DataHubChangeSet, DataHubDrift, PipelineLog, PipelineRun } from '../../entities';
import { DefinitionService } from '../../services/definition.service';
import { PipelineLogService } from '../../services/pipeline-log.service';
import { DataHubDefinitionInvalidError, DataHubPipelineDisabledError } from '../../services/pipeline-results';
import { PipelineRunnerService } from '../../services/pipeline-runner.service';
import { PipelineService } from '../../services/pipeline.service';
import { RunHistoryService } from '../../services/run-history.service';
import { DataHubRunPermission, RunDataHubPipelinePermission } from '../../services/permissions';
import { UserErrorFilter } from '../user-error.filter';

@Resolver()
@UseFilters(UserErrorFilter)
export class RunResolver {
    constructor(
        private readonly runner: PipelineRunnerService,
        private readonly pipelines: PipelineService,
        private readonly definitions: DefinitionService,
        private readonly history: RunHistoryService,
        private readonly logs: PipelineLogService,
    ) {}

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubRuns(
        @Ctx() ctx: RequestContext,
        @Args() { options }: { options?: ListQueryOptions<PipelineRun> },
    ): Promise<PaginatedList<PipelineRun>> {
        return this.history.findAll(ctx, options);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubRun(@Ctx() ctx: RequestContext, @Args() { id }: { id: ID }): Promise<PipelineRun | null> {
        return this.history.findOne(ctx, id);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubChangeSets(
        @Ctx() ctx: RequestContext,
        @Args() { runId, options }: { runId: ID; options?: ListQueryOptions<DataHubChangeSet> },
    ): Promise<PaginatedList<DataHubChangeSet>> {
        return this.history.findChangeSets(ctx, runId, options);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubDrifts(
        @Ctx() ctx: RequestContext,
        @Args() { runId, options }: { runId: ID; options?: ListQueryOptions<DataHubDrift> },
    ): Promise<PaginatedList<DataHubDrift>> {
        return this.history.findDrifts(ctx, runId, options);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubLogs(
        @Ctx() ctx: RequestContext,
        @Args() { runId, options }: { runId: ID; options?: ListQueryOptions<PipelineLog> },
    ): Promise<PaginatedList<PipelineLog>> {
        return this.logs.findForRun(ctx, runId, options);
    }

    /** Outside a transaction: the worker that takes the job must find the run committed. */
    @Mutation()
    @Allow(RunDataHubPipelinePermission.Permission)
    async runDataHubPipeline(
        @Ctx() ctx: RequestContext,
        @Args() { pipelineId, dryRun }: { pipelineId: ID; dryRun?: boolean | null },
    ): Promise<PipelineRun | null | DataHubDefinitionInvalidError | DataHubPipelineDisabledError> {
        const pipeline = await this.pipelines.findOne(ctx, pipelineId);
        if (!pipeline) throw new UserInputError('error.data-hub-pipeline-unknown');
        const { definition, problems } = this.definitions.check(pipeline.definition);
        if (!definition) return new DataHubDefinitionInvalidError(problems);
        if (!pipeline.enabled || pipeline.disabledByCode) return new DataHubPipelineDisabledError(pipeline.code);
        const triggeredBy = ctx.session?.user?.identifier ?? 'api';
        const run = await this.runner.enqueue(ctx, pipelineId, { dryRun: dryRun ?? false, triggeredBy });
        return this.history.findOne(ctx, run.id);
    }

    @Mutation()
    @Allow(RunDataHubPipelinePermission.Permission)
    async cancelDataHubRun(@Ctx() ctx: RequestContext, @Args() { runId }: { runId: ID }): Promise<PipelineRun | null> {
        await this.runner.cancel(ctx, runId);
        return this.history.findOne(ctx, runId);
    }

    /** Outside a transaction, as above. */
    @Mutation()
    @Allow(RunDataHubPipelinePermission.Permission)
    async resumeDataHubRun(@Ctx() ctx: RequestContext, @Args() { runId }: { runId: ID }): Promise<PipelineRun | null> {
        await this.runner.resume(ctx, runId, { resumedBy: ctx.session?.user?.identifier ?? 'api' });
        return this.history.findOne(ctx, runId);
    }
}
