import type { PipelineDefinition } from '../../sdk/definition/definition';
import type { Tolerance } from '../../sdk/definition/error-handling';
import { UserError } from '../../sdk/errors';
import type { RunMetrics } from '../ports';

/** Why the run must stop: a step, or the run as a whole, refuses more records than the definition tolerates. */
export function toleranceExceeded(
    { steps }: RunMetrics,
    definition: Pick<PipelineDefinition, 'steps' | 'context'>,
    /** Whether no more records reach a step; a share is then looked at however few there were. */
    hasEnded: (step: string) => boolean,
): UserError | undefined {
    for (const { key, tolerance } of definition.steps) {
        const counts = steps[key];
        if (!tolerance || !counts) continue;
        const limit = limitExceeded(tolerance, counts.rejected, counts.in, hasEnded(key));
        if (limit) return exceeded(`The step "${key}" refused`, counts.rejected, counts.in, limit, key);
    }
    const { tolerance } = definition.context.errorHandling ?? {};
    if (!tolerance) return undefined;
    const rejected = Object.values(steps).reduce((sum, counts) => sum + counts.rejected, 0);
    const extracts = definition.steps.filter(step => step.type === 'EXTRACT');
    const read = extracts.reduce((sum, { key }) => sum + (steps[key]?.in ?? 0), 0);
    const limit = limitExceeded(
        tolerance,
        rejected,
        read,
        extracts.every(step => hasEnded(step.key)),
    );
    return limit ? exceeded('The run refused', rejected, read, limit) : undefined;
}

function limitExceeded(
    { maxRejected, maxRejectedPercent, minRecords }: Tolerance,
    rejected: number,
    records: number,
    atEnd: boolean,
): string | undefined {
    if (maxRejected !== undefined && rejected > maxRejected) return String(maxRejected);
    if (maxRejectedPercent === undefined || (!atEnd && records < minRecords)) return undefined;
    return rejected * 100 > records * maxRejectedPercent ? `${maxRejectedPercent} %` : undefined;
}

function exceeded(who: string, rejected: number, records: number, limit: string, step?: string): UserError {
    return new UserError(
        'tolerance-exceeded',
        `${who} ${rejected} of ${records} records, and ${limit} are tolerated; the run was stopped.`,
        'Look at the causes in the quarantine, correct the source or the pipeline, then resume the run or start a new one.',
        step === undefined ? {} : { step },
    );
}
