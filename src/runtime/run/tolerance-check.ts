import type { PipelineDefinition } from '../../sdk/definition/definition';
import { toleranceExceeded } from '../errors/tolerance';
import { nodesOf, Unit } from '../graph/stages';
import type { RunTracker } from './run-tracker';

/**
 * Throws when more records are refused than the definition allows. `ending`: the unit that is just coming to its end. What
 * other units have seen so far says nothing about shares yet.
 */
export function toleranceCheck(
    definition: PipelineDefinition,
    tracker: RunTracker,
    units: readonly Unit[],
): (ending?: string) => void {
    const isAsked =
        definition.context.errorHandling?.tolerance !== undefined || definition.steps.some(step => step.tolerance);
    if (!isAsked) return () => undefined;
    return ending => {
        const open = units.filter(({ id }) => id !== ending && !tracker.stage(id).isComplete);
        const busy = new Set(open.flatMap(nodesOf).map(node => node.step.key));
        const exceeded = toleranceExceeded(tracker.metrics, definition, step => !busy.has(step));
        if (exceeded) throw exceeded;
    };
}
