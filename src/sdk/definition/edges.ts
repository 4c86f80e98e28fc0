import { EdgeDefinition, PipelineDefinition } from './definition';

/**
 * The edges as drawn. Without any, each step receives what the step before it sends; an EXTRACT in the middle takes no
 * records, so what came before flows past it and both reach the next step. Triggers send no records.
 */
export function edgesOf(definition: Pick<PipelineDefinition, 'steps' | 'edges'>): EdgeDefinition[] {
    if (definition.edges) return definition.edges;
    const edges: EdgeDefinition[] = [];
    let senders: string[] = [];
    for (const step of definition.steps) {
        if (step.type === 'TRIGGER') continue;
        if (step.type === 'EXTRACT') {
            senders.push(step.key);
            continue;
        }
        for (const from of senders) edges.push({ from, to: step.key });
        senders = [step.key];
    }
    return edges;
}
