import type { PipelineDefinition, StepDefinition } from '../../sdk/definition/definition';
import { edgesOf } from '../../sdk/definition/edges';
import { UserError } from '../../sdk/errors';
import { topologicalOrder } from './topological-order';

export interface GraphNode {
    step: StepDefinition;
    /** Keys of the steps whose records arrive here; their records are concatenated in topological order. */
    parents: string[];
    children: string[];
}

/** The pipeline as the engine runs it: triggers left out, every edge explicit, nodes in topological order. */
export interface Graph {
    nodes: GraphNode[];
}

/**
 * Steps that do not depend on each other keep the order of the definition, so that a definition always runs alike.
 * A definition is validated before it is stored; the checks here only guard what the engine itself relies on.
 */
export function normaliseGraph(definition: PipelineDefinition): Graph {
    const steps = definition.steps.filter(step => step.type !== 'TRIGGER');
    const nodes = new Map<string, GraphNode>(steps.map(step => [step.key, { step, parents: [], children: [] }]));
    const known = new Set(definition.steps.map(step => step.key));
    for (const { from, to } of edgesOf(definition)) {
        for (const key of [from, to]) if (!known.has(key)) throw unknownStep(key);
        const source = nodes.get(from);
        const target = nodes.get(to);
        if (!source || !target || source.children.includes(to)) continue;
        if (target.step.type === 'EXTRACT') throw edgeIntoExtract(from, to);
        source.children.push(to);
        target.parents.push(from);
    }
    return { nodes: topologicalOrder([...nodes.values()]) };
}

function unknownStep(key: string): UserError {
    return new UserError(
        'unknown-step',
        `An edge points to the step "${key}", which the pipeline does not have.`,
        'Correct the step key in the edge, or add the step.',
        { step: key },
    );
}

function edgeIntoExtract(from: string, to: string): UserError {
    return new UserError(
        'edge-into-extract',
        `The edge from "${from}" leads into the EXTRACT step "${to}", which reads its own source and takes no records.`,
        'Remove the edge, or let it lead to a later step.',
        { step: to },
    );
}
