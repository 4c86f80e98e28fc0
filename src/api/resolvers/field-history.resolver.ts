import { UseFilters } from '@nestjs/common';
import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, RequestContext } from '@vendure/core';
import type { FieldHistory, FieldHistoryEntry } from '../../services/field-history.service';
import { FieldHistoryService } from '../../services/field-history.service';
import { DataHubRunPermission } from '../../services/permissions';
import { UserErrorFilter } from '../user-error.filter';
import { shownChange } from './run-field.resolvers';

interface FieldHistoryArgs {
    entityType: string;
    entityId: ID;
    path?: string | null;
    take?: number | null;
    after?: ID | null;
}

@Resolver()
@UseFilters(UserErrorFilter)
export class FieldHistoryResolver {
    constructor(private readonly history: FieldHistoryService) {}

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubFieldHistory(
        @Ctx() ctx: RequestContext,
        @Args() { entityType, entityId, path, take, after }: FieldHistoryArgs,
    ): Promise<FieldHistory> {
        return this.history.find(ctx, {
            entityType,
            entityId,
            path: path ?? undefined,
            take: take ?? undefined,
            after: after ?? undefined,
        });
    }
}

@Resolver('DataHubFieldHistoryEntry')
export class FieldHistoryEntryResolver {
    @ResolveField()
    changeSetId(@Parent() { changeSet }: FieldHistoryEntry): ID {
        return changeSet.id;
    }

    @ResolveField()
    at(@Parent() { changeSet }: FieldHistoryEntry): Date {
        return changeSet.createdAt;
    }

    @ResolveField()
    pipelineId(@Parent() { run }: FieldHistoryEntry): ID {
        return run.pipelineId;
    }

    @ResolveField()
    pipelineCode(@Parent() { run }: FieldHistoryEntry): string {
        return run.pipeline.code;
    }

    @ResolveField()
    pipelineName(@Parent() { run }: FieldHistoryEntry): string {
        return run.pipeline.name;
    }

    @ResolveField()
    runId(@Parent() { run }: FieldHistoryEntry): ID {
        return run.id;
    }

    @ResolveField()
    runKind(@Parent() { run }: FieldHistoryEntry): string {
        return run.kind;
    }

    @ResolveField()
    triggeredBy(@Parent() { run }: FieldHistoryEntry): string {
        return run.triggeredBy;
    }

    @ResolveField()
    step(@Parent() { changeSet }: FieldHistoryEntry): string {
        return changeSet.step;
    }

    @ResolveField()
    file(@Parent() { changeSet }: FieldHistoryEntry): string | null {
        return changeSet.file;
    }

    @ResolveField()
    line(@Parent() { changeSet }: FieldHistoryEntry): number | null {
        return changeSet.line;
    }

    @ResolveField()
    recordKey(@Parent() { changeSet }: FieldHistoryEntry): string {
        return changeSet.recordKey;
    }

    @ResolveField()
    action(@Parent() { changeSet }: FieldHistoryEntry): string {
        return changeSet.action;
    }

    @ResolveField()
    change(@Parent() { change }: FieldHistoryEntry) {
        return shownChange(change);
    }
}
