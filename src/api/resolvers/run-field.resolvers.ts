import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx, type LanguageCode, RequestContext } from '@vendure/core';
import { DataHubChangeSet, DataHubDrift, PipelineRun } from '../../entities';
import { FieldChange } from '../../sdk/change-set';
import type { PipelineDefinition } from '../../sdk/definition/definition';
import { DataHubPipelinePermission } from '../../services/permissions';
import { RunHistoryService } from '../../services/run-history.service';
import { runSummary } from '../../services/run-summary';

@Resolver('DataHubRun')
export class RunFieldResolver {
    constructor(private readonly history: RunHistoryService) {}

    @ResolveField()
    drift(@Ctx() ctx: RequestContext, @Parent() { id }: PipelineRun): Promise<{ kept: number; overwritten: number }> {
        return this.history.countDrifts(ctx, id);
    }

    @ResolveField()
    pipelineCode(@Parent() run: PipelineRun): string {
        return run.pipeline.code;
    }

    @ResolveField()
    pipelineName(@Parent() run: PipelineRun): string {
        return run.pipeline.name;
    }

    @ResolveField()
    summary(
        @Ctx() ctx: RequestContext,
        @Parent() run: PipelineRun,
        @Args() { languageCode }: { languageCode?: LanguageCode | null },
    ): string {
        return runSummary(run, languageCode ?? ctx.languageCode);
    }

    @ResolveField()
    async definition(@Ctx() ctx: RequestContext, @Parent() run: PipelineRun): Promise<PipelineDefinition | null> {
        if (!ctx.userHasPermissions([DataHubPipelinePermission.Read])) return null;
        return this.history.definitionOf(ctx, run.id);
    }

    @ResolveField()
    progress(@Parent() run: PipelineRun) {
        const { bytesRead = null, bytesTotal = null } = run.metrics ?? {};
        const share = bytesRead === null || !bytesTotal ? null : Math.min(1, bytesRead / bytesTotal);
        const end = run.finishedAt?.getTime() ?? Date.now();
        const durationMs = run.startedAt ? Math.max(0, end - run.startedAt.getTime()) : null;
        return { bytesRead, bytesTotal, share, durationMs };
    }

    @ResolveField()
    live(@Parent() { live, status }: PipelineRun) {
        if (!live || status !== 'RUNNING') return null;
        const steps = Object.entries(live.steps).map(([step, recordsPerSecond]) => ({ step, recordsPerSecond }));
        return { ...live, at: new Date(live.atMs), steps };
    }

    @ResolveField()
    steps(@Parent() run: PipelineRun) {
        return Object.entries(run.metrics?.steps ?? {}).map(([step, counts]) => ({ step, ...counts }));
    }
}

@Resolver('DataHubChangeSet')
export class ChangeSetFieldResolver {
    @ResolveField()
    fields(@Parent() changeSet: DataHubChangeSet) {
        return changeSet.fields.map(shownChange);
    }
}

@Resolver('DataHubDrift')
export class DriftFieldResolver {
    @ResolveField()
    shop(@Parent() { values }: DataHubDrift) {
        return values.shop ?? null;
    }

    @ResolveField()
    source(@Parent() { values }: DataHubDrift) {
        return values.source ?? null;
    }
}

/** As the type DataHubFieldChange. */
export function shownChange({ path, before, after }: FieldChange) {
    return { path, before, after, existedBefore: before !== undefined, existsAfter: after !== undefined };
}
