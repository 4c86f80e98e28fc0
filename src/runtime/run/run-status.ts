import type { PipelineDefinition } from '../../sdk/definition/definition';
import { asDataHubError, UserError } from '../../sdk/errors';
import { TimeoutError } from '../errors/timeout-error';
import type { Assembly } from './assembly';
import type { RunControl } from './run-control';
import type { RunResult } from './run-result';
import type { UnitsEnd } from './units';

/** How a run ended, or why it paused. A run in which every record failed is FAILED. */
export function resultOf<Scope>(
    definition: PipelineDefinition,
    { graph, units, run, closed }: Assembly<Scope>,
    { ends, failures }: UnitsEnd,
    control: RunControl,
): RunResult {
    const { metrics } = run.tracker;
    if (control.fault) return failed(control.fault.thrown, metrics);
    // A run that was cancelled when everything was written already has come to its end.
    const cameToEnd = units.every(({ unit }) => ends.get(unit.id) === 'COMPLETE');
    if (control.stopped && !cameToEnd) return { status: 'CANCELLED', metrics };
    const waitsAt = units.filter(({ unit }) => ends.get(unit.id) === 'WAITING').map(({ unit }) => unit);
    const gaveUp = units.map(({ unit }) => run.tracker.stage(unit.id).failed).find(text => text !== undefined);
    const error = failures.length > 0 ? asDataHubError(failures[0]) : gaveUp && branchGaveUp(gaveUp);
    if (waitsAt.length > 0) {
        const gates = waitsAt.flatMap(unit => (unit.kind === 'GATE' ? [unit.node.step.key] : []));
        return { status: 'PAUSED', metrics, waitsAt: gates, ...(error ? { error } : {}) };
    }
    if (error) {
        const goesOn = definition.context.parallelExecution?.errorPolicy === 'BEST_EFFORT';
        return { ...failed(error, metrics), ...(goesOn ? { status: 'COMPLETED_WITH_ERRORS' as const } : {}) };
    }
    const hasSender = new Set(
        graph.nodes.filter(node => node.isLast && node.outputs.length > 0).map(node => node.step.key),
    );
    const ending = new Set(
        graph.nodes
            .map(node => node.step)
            .filter(isEnd(hasSender))
            .map(step => step.key),
    );
    return endedByItself(metrics, ending, closed.size > 0);
}

/** A branch that failed before the run paused. */
function branchGaveUp(why: string): UserError {
    return new UserError(
        'branch-failed',
        why,
        'The other branches ran to their end. Remove the cause and start a new run; what is written will be found unchanged.',
    );
}

export function failed(thrown: unknown, metrics: RunResult['metrics']): RunResult {
    const status = thrown instanceof TimeoutError ? 'TIMEOUT' : 'FAILED';
    return { status, metrics, error: asDataHubError(thrown) };
}

/** Steps at which records arrive for good: what writes, and what nobody takes records from. */
function isEnd(hasReceivers: ReadonlySet<string>) {
    return ({ type, key }: { type: string; key: string }): boolean =>
        type === 'LOAD' || type === 'EXPORT' || !hasReceivers.has(key);
}

function endedByItself(metrics: RunResult['metrics'], ending: ReadonlySet<string>, wasRejected: boolean): RunResult {
    let rejected = 0;
    let succeeded = 0;
    let arrived = 0;
    for (const [key, counts] of Object.entries(metrics.steps)) {
        rejected += counts.rejected;
        succeeded += counts.dropped;
        if (ending.has(key)) arrived += counts.out;
    }
    // Somebody said no and nothing else was there to do.
    if (wasRejected && arrived === 0) return { status: 'CANCELLED', metrics };
    if (rejected === 0) return { status: 'COMPLETED', metrics };
    if (succeeded + arrived > 0) return { status: 'COMPLETED_WITH_ERRORS', metrics };
    const error = new UserError(
        'every-record-failed',
        rejected === 1
            ? 'The only record was rejected; nothing was written.'
            : `All ${rejected} records were rejected; nothing was written.`,
        'Look at the first rejected records: when all of them fail, the cause is often one setting.',
    );
    return { status: 'FAILED', metrics, error };
}
