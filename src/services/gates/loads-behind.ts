import type { PipelineDefinition } from '../../sdk/definition/definition';
import { edgesOf } from '../../../shared/edges';

/** Keys of the LOAD steps that records of the step reach, in the order of the definition. */
export function loadsBehind(definition: PipelineDefinition, stepKey: string): string[] {
    const edges = edgesOf(definition).filter(edge => !edge.dependencyOnly);
    const reached = new Set([stepKey]);
    // A set that grows while it is walked: everything that is added is visited too.
    for (const key of reached) for (const { from, to } of edges) if (from === key) reached.add(to);
    return definition.steps.filter(({ key, type }) => type === 'LOAD' && reached.has(key)).map(({ key }) => key);
}
