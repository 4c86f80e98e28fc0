import { UserError } from '../../sdk/errors';
import type { Graph } from '../graph/graph';
import type { RunMetrics } from '../ports';
import type { RunResult } from './run-result';

/** How a run ended that came to its end by itself. A run in which every record failed is FAILED. */
export function finalStatus(graph: Graph, metrics: RunMetrics): RunResult {
    let rejected = 0;
    let succeeded = 0;
    for (const { step, children } of graph.nodes) {
        const counts = metrics.steps[step.key];
        if (!counts) continue;
        rejected += counts.rejected;
        succeeded += counts.dropped;
        if (step.type === 'LOAD' || children.length === 0) succeeded += counts.out;
    }
    if (rejected === 0) return { status: 'COMPLETED', metrics };
    if (succeeded > 0) return { status: 'COMPLETED_WITH_ERRORS', metrics };
    const error = new UserError(
        'every-record-failed',
        rejected === 1
            ? 'The only record was rejected; nothing was written.'
            : `All ${rejected} records were rejected; nothing was written.`,
        'Look at the first rejected records: when all of them fail, the cause is often one setting.',
    );
    return { status: 'FAILED', metrics, error };
}
