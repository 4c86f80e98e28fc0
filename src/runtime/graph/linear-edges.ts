import type { EdgeDefinition, StepDefinition } from '../../sdk/definition/definition';

/**
 * Edges of a definition without edges: each step receives what the step before it sends. An EXTRACT in the middle
 * takes no records, so what came before flows past it and both reach the next step.
 */
export function connectInOrder(steps: readonly StepDefinition[]): EdgeDefinition[] {
    const edges: EdgeDefinition[] = [];
    let senders: string[] = [];
    for (const step of steps) {
        if (step.type === 'EXTRACT') {
            senders.push(step.key);
            continue;
        }
        for (const from of senders) edges.push({ from, to: step.key });
        senders = [step.key];
    }
    return edges;
}
