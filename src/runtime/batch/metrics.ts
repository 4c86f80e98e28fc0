import type { RunMetrics, StepCounts } from '../ports';

/*
 * For every step  in + expanded = out + dropped + rejected + held:  an operator may make several records of one
 * (expanded) or hold records back and merge them (held). Both are the difference and need no column of their own.
 * For a LOAD step `out` counts the records it accepted, and created + updated + unchanged + deleted = out,
 * except in the dry run of a loader without a plan, which can only count records.
 */
export function emptyCounts(): StepCounts {
    return { in: 0, out: 0, dropped: 0, rejected: 0, created: 0, updated: 0, unchanged: 0, deleted: 0 };
}

export function emptyMetrics(): RunMetrics {
    return { steps: {} };
}

export function countsOf(metrics: RunMetrics, step: string): StepCounts {
    return (metrics.steps[step] ??= emptyCounts());
}

/**
 * A new object: neither argument is changed or shared. Bytes are positions in the sources, so the furthest counts. Time is
 * not added up here: it belongs to the run, not to batches.
 */
export function addMetrics(a: RunMetrics, b: RunMetrics): RunMetrics {
    const sum: RunMetrics = { steps: {} };
    for (const metrics of [a, b]) {
        for (const [step, counts] of Object.entries(metrics.steps)) {
            const total = countsOf(sum, step);
            for (const name of Object.keys(counts) as (keyof StepCounts)[]) total[name] += counts[name];
        }
    }
    const bytesRead = furthest(a.bytesRead, b.bytesRead);
    const bytesTotal = furthest(a.bytesTotal, b.bytesTotal);
    if (bytesRead !== undefined) sum.bytesRead = bytesRead;
    if (bytesTotal !== undefined) sum.bytesTotal = bytesTotal;
    if (a.guards || b.guards) sum.guards = addGuards(a.guards ?? {}, b.guards ?? {});
    return sum;
}

type Guarded = NonNullable<RunMetrics['guards']>;

function addGuards(a: Guarded, b: Guarded): Guarded {
    const sum: Guarded = {};
    for (const guards of [a, b]) {
        for (const [step, counts] of Object.entries(guards)) {
            const total = sum[step];
            if (!total) sum[step] = { ...counts };
            else for (const name of Object.keys(counts) as (keyof typeof counts)[]) total[name] += counts[name];
        }
    }
    return sum;
}

function furthest(a: number | undefined, b: number | undefined): number | undefined {
    if (a === undefined) return b;
    return b === undefined ? a : Math.max(a, b);
}
