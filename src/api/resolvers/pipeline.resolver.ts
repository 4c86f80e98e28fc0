import { UseFilters } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import {
    Allow,
    Ctx,
    ForbiddenError,
    ID,
    ListQueryOptions,
    PaginatedList,
    RequestContext,
    Transaction,
} from '@vendure/core';
import { Pipeline, PipelineRevision } from '../../entities';
import { DefinitionService } from '../../services/definition.service';
import type { PipelineHealth } from '../../services/overview/pipeline-health';
import { type PipelineOverview, PipelineOverviewService } from '../../services/overview/pipeline-overview.service';
import { CreatePipelineInput, PipelineService, UpdatePipelineInput } from '../../services/pipeline.service';
import { Problem } from '../../validation/problem';
import { DataHubPipelinePermission, DataHubRunPermission } from '../../services/permissions';
import { SharedLoad } from '../shared-load';
import { UserErrorFilter } from '../user-error.filter';

interface PipelinesArguments {
    options?: ListQueryOptions<Pipeline>;
    search?: string | null;
    health?: PipelineHealth[] | null;
}

const overviewsOfLists = new SharedLoad<Pipeline, PipelineOverview>();

@Resolver()
@UseFilters(UserErrorFilter)
export class PipelineResolver {
    constructor(
        private readonly pipelines: PipelineService,
        private readonly definitions: DefinitionService,
        private readonly overviews: PipelineOverviewService,
    ) {}

    @Query()
    @Allow(DataHubPipelinePermission.Read)
    async dataHubPipelines(
        @Ctx() ctx: RequestContext,
        @Args() { options, search, health }: PipelinesArguments,
    ): Promise<PaginatedList<Pipeline>> {
        if (health && !maySeeRuns(ctx)) throw new ForbiddenError();
        const ids = health ? await this.overviews.withHealth(ctx, health) : undefined;
        const list = await this.pipelines.findAll(ctx, options, { ids, search: search ?? undefined });
        overviewsOfLists.together(list.items);
        return list;
    }

    @Query()
    @Allow(DataHubPipelinePermission.Read)
    dataHubPipeline(@Ctx() ctx: RequestContext, @Args() { id }: { id: ID }): Promise<Pipeline | null> {
        return this.pipelines.findOne(ctx, id);
    }

    @Query()
    @Allow(DataHubPipelinePermission.Read)
    dataHubPipelineRevisions(
        @Ctx() ctx: RequestContext,
        @Args() { pipelineId, options }: { pipelineId: ID; options?: ListQueryOptions<PipelineRevision> },
    ): Promise<PaginatedList<PipelineRevision>> {
        return this.pipelines.findRevisions(ctx, pipelineId, options);
    }

    @Query()
    @Allow(DataHubPipelinePermission.Read)
    validateDataHubPipeline(@Args() { definition }: { definition: unknown }): Problem[] {
        return this.definitions.check(definition).problems;
    }

    @Query()
    @Allow(DataHubPipelinePermission.Read)
    dataHubPipelineJsonSchema(): unknown {
        return this.definitions.jsonSchema();
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubPipelinePermission.Create)
    createDataHubPipeline(@Ctx() ctx: RequestContext, @Args() { input }: { input: CreatePipelineInput }) {
        return this.pipelines.create(ctx, input);
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubPipelinePermission.Update)
    updateDataHubPipeline(@Ctx() ctx: RequestContext, @Args() { input }: { input: UpdatePipelineInput }) {
        return this.pipelines.update(ctx, input);
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubPipelinePermission.Update)
    restoreDataHubPipelineRevision(
        @Ctx() ctx: RequestContext,
        @Args() { revisionId, currentRevision }: { revisionId: ID; currentRevision: number },
    ) {
        return this.pipelines.restoreRevision(ctx, revisionId, currentRevision);
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubPipelinePermission.Delete)
    async deleteDataHubPipeline(@Ctx() ctx: RequestContext, @Args() { id }: { id: ID }) {
        return (await this.pipelines.delete(ctx, id)) ?? { id };
    }
}

@Resolver('DataHubPipeline')
export class PipelineFieldResolver {
    constructor(
        private readonly definitions: DefinitionService,
        private readonly overviews: PipelineOverviewService,
    ) {}

    /** What runs did is a power of its own, see the permission; lists of pipelines must not fail for its lack. */
    @ResolveField()
    overview(@Ctx() ctx: RequestContext, @Parent() pipeline: Pipeline): Promise<PipelineOverview> | null {
        if (!maySeeRuns(ctx)) return null;
        return overviewsOfLists.of(pipeline, pipelines => this.overviews.overviewsOf(ctx, pipelines));
    }

    /** Against the adapters there are now: a definition that was valid when it was saved need not be so today. */
    @ResolveField()
    problems(@Parent() pipeline: Pipeline): Problem[] {
        return this.definitions.check(pipeline.definition).problems;
    }
}

function maySeeRuns(ctx: RequestContext): boolean {
    return ctx.userHasPermissions([DataHubRunPermission.Permission]);
}
