import { UseFilters } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, ListQueryOptions, PaginatedList, RequestContext, Transaction } from '@vendure/core';
import { Pipeline, PipelineRevision } from '../../entities';
import { DefinitionService } from '../../services/definition.service';
import { CreatePipelineInput, PipelineService, UpdatePipelineInput } from '../../services/pipeline.service';
import { Problem } from '../../validation/problem';
import { DataHubPipelinePermission } from '../../services/permissions';
import { UserErrorFilter } from '../user-error.filter';

@Resolver()
@UseFilters(UserErrorFilter)
export class PipelineResolver {
    constructor(
        private readonly pipelines: PipelineService,
        private readonly definitions: DefinitionService,
    ) {}

    @Query()
    @Allow(DataHubPipelinePermission.Read)
    dataHubPipelines(
        @Ctx() ctx: RequestContext,
        @Args() { options }: { options?: ListQueryOptions<Pipeline> },
    ): Promise<PaginatedList<Pipeline>> {
        return this.pipelines.findAll(ctx, options);
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
    constructor(private readonly definitions: DefinitionService) {}

    /** Against the adapters there are now: a definition that was valid when it was saved need not be so today. */
    @ResolveField()
    problems(@Parent() pipeline: Pipeline): Problem[] {
        return this.definitions.check(pipeline.definition).problems;
    }
}
