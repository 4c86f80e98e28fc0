import { EdgeDefinition, PipelineDefinition } from './definition';

/** The edges as drawn; without any, the steps run one after the other as listed. */
export function edgesOf(definition: Pick<PipelineDefinition, 'steps' | 'edges'>): EdgeDefinition[] {
    if (definition.edges) return definition.edges;
    const { steps } = definition;
    return steps.slice(1).map((step, i) => ({ from: steps[i]!.key, to: step.key }));
}
