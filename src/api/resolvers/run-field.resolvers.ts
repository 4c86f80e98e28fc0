import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { DataHubChangeSet, PipelineRun } from '../../entities';
import { FieldChange } from '../../sdk/change-set';

@Resolver('DataHubRun')
export class RunFieldResolver {
    @ResolveField()
    pipelineCode(@Parent() run: PipelineRun): string {
        return run.pipeline.code;
    }

    @ResolveField()
    pipelineName(@Parent() run: PipelineRun): string {
        return run.pipeline.name;
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

/** As the type DataHubFieldChange. */
export function shownChange({ path, before, after }: FieldChange) {
    return { path, before, after, existedBefore: before !== undefined, existsAfter: after !== undefined };
}
