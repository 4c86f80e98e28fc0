import type { PipelineDefinition } from '../../sdk/definition/definition';
import { UserError } from '../../sdk/errors';
import type { Graph, GraphNode } from './graph';

/**
 * The steps between two barriers, fused: a batch passes all of them in memory, without being stored in between.
 * `flow` runs batch after batch in source order; `loads` runs inside the batch's transaction, batches in parallel.
 */
export interface Stage {
    /** EXTRACT steps in the order of the definition, which is the order in which they are read. */
    sources: GraphNode[];
    /** TRANSFORM, VALIDATE and ENRICH steps in topological order. */
    flow: GraphNode[];
    /** LOAD steps in topological order. */
    loads: GraphNode[];
}

/** Cuts the graph at its barriers. No step type of this version is a barrier, so there is one stage. */
export function planStages(graph: Graph, definition: PipelineDefinition): Stage[] {
    const loads = graph.nodes.filter(node => node.step.type === 'LOAD');
    const listed = definition.steps.map(step => step.key);
    const sources = graph.nodes
        .filter(node => node.step.type === 'EXTRACT')
        .sort((a, b) => listed.indexOf(a.step.key) - listed.indexOf(b.step.key));
    const flow = graph.nodes.filter(node => node.step.type !== 'LOAD' && node.step.type !== 'EXTRACT');
    for (const node of flow) refuseLoadBefore(node, loads);
    return [{ sources, flow, loads }];
}

/** A load runs inside a transaction that may be repeated or split; operators with a memory would see records twice. */
function refuseLoadBefore(node: GraphNode, loads: readonly GraphNode[]): void {
    const load = loads.find(candidate => node.parents.includes(candidate.step.key));
    if (!load) return;
    throw new UserError(
        'step-after-load',
        `The step "${node.step.key}" comes after the LOAD step "${load.step.key}"; only another LOAD can follow a LOAD.`,
        'Move the step before the LOAD, or give it its own branch.',
        { step: node.step.key },
    );
}
