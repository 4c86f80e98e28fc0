import type { RunMetrics, StepCounts } from '../../shared/run';
import type { PipelineRun } from '../entities';
import type { PipelineDefinition, StepDefinition } from '../sdk/definition/definition';
import { MISSING } from './missing-steps';

export type RunTotals = Pick<PipelineRun, 'read' | 'created' | 'updated' | 'unchanged' | 'deleted' | 'rejected'>;

/** The numbers of a run that lists show. */
export function totalsOf(metrics: RunMetrics, definition: PipelineDefinition): RunTotals {
    const reads = ({ type, config }: StepDefinition) => type === 'EXTRACT' && config.adapterCode !== MISSING;
    const extracting = new Set(definition.steps.filter(reads).map(step => step.key));
    const sum = (count: keyof StepCounts) => {
        let total = 0;
        for (const counts of Object.values(metrics.steps)) total += counts[count];
        return total;
    };
    let read = 0;
    for (const key of extracting) read += metrics.steps[key]?.in ?? 0;
    return {
        read,
        created: sum('created'),
        updated: sum('updated'),
        unchanged: sum('unchanged'),
        deleted: sum('deleted'),
        rejected: sum('rejected'),
    };
}

/** Whole per cent of the input, or nothing when its size is unknown. */
export function percentDone({ bytesRead, bytesTotal }: RunMetrics): number | undefined {
    if (bytesRead === undefined || !bytesTotal) return undefined;
    return Math.max(0, Math.min(100, Math.floor((bytesRead / bytesTotal) * 100)));
}
