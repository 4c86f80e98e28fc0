import type { OperatorConfig, PipelineDefinition, StepDefinition } from '../../sdk/definition/definition';
import { edgesOf } from '../../../shared/edges';
import { UserError } from '../../sdk/errors';
import type { WholeOperation } from '../../sdk/whole-operation';
import type { AdapterLookup } from '../adapter-lookup';
import { piecesOf } from './step-pieces';
import { topologicalOrder } from './topological-order';

/** GUARD: the barrier in front of a LOAD step with guards. WHOLE: an operator that needs all its input. */
export type NodeKind = 'EXTRACT' | 'FLOW' | 'ROUTE' | 'WHOLE' | 'GATE' | 'GUARD' | 'LOAD' | 'EXPORT';

/** What runs at one place of the graph: a step, or a piece of one that is cut at its barriers. */
export interface GraphNode {
    /** Key of the step; further pieces of a step carry a suffix that no key can have. */
    id: string;
    kind: NodeKind;
    step: StepDefinition;
    /** Of a FLOW piece of a TRANSFORM or ENRICH step. */
    operators: OperatorConfig[];
    /** Of a WHOLE piece. */
    whole?: WholeOperation;
    /** Whether records enter and leave the step here, for its counts. */
    isFirst: boolean;
    isLast: boolean;
    /** Records arrive along these, concatenated in topological order of their senders. */
    inputs: Link[];
    outputs: Link[];
    /** Ids of nodes that must have come to their end before this one begins. */
    after: string[];
}

export interface Link {
    from: string;
    to: string;
    /** Of a ROUTE: the branch whose records flow here; absent: those of no branch. */
    branch?: string;
    /** The second input of a join. */
    isSide?: boolean;
}

/** The pipeline as the engine runs it: triggers left out, steps cut into pieces, nodes in topological order. */
export interface Graph {
    nodes: GraphNode[];
}

/**
 * Steps that do not depend on each other keep the order of the definition, so that a definition always runs alike.
 * A definition is validated before it is stored; the checks here only guard what the engine itself relies on.
 */
export function normaliseGraph(definition: PipelineDefinition, registry: Pick<AdapterLookup, 'operator'>): Graph {
    const steps = definition.steps.filter(step => step.type !== 'TRIGGER');
    const pieces = new Map(steps.map(step => [step.key, piecesOf(step, registry)]));
    const known = new Set(definition.steps.map(step => step.key));
    const firstOf = (key: string): GraphNode | undefined => pieces.get(key)?.[0];
    const lastOf = (key: string): GraphNode | undefined => pieces.get(key)?.at(-1);
    for (const [first, ...rest] of pieces.values()) {
        rest.reduce((before, piece) => (connect(before, piece, {}), piece), first!);
    }
    for (const { from, to, branch, dependencyOnly } of edgesOf(definition)) {
        for (const key of [from, to]) if (!known.has(key)) throw unknownStep(key);
        const source = lastOf(from);
        const target = firstOf(to);
        if (!source || !target) continue;
        if (dependencyOnly) {
            target.after.push(source.id);
            continue;
        }
        if (target.step.type === 'EXTRACT') throw edgeIntoExtract(from, to);
        connect(source, target, branch === undefined ? {} : { branch });
    }
    for (const node of [...pieces.values()].flat()) {
        const side = node.whole?.kind === 'JOIN' && 'step' in node.whole.right ? node.whole.right.step : undefined;
        if (side === undefined) continue;
        const source = lastOf(side);
        if (!source) throw unknownStep(side);
        connect(source, node, { isSide: true });
    }
    return { nodes: topologicalOrder([...pieces.values()].flat()) };
}

function connect(from: GraphNode, to: GraphNode, more: Pick<Link, 'branch' | 'isSide'>): void {
    const link: Link = { from: from.id, to: to.id, ...more };
    const isSame = (other: Link): boolean =>
        other.to === link.to && other.branch === link.branch && other.isSide === link.isSide;
    if (from.outputs.some(isSame)) return;
    from.outputs.push(link);
    to.inputs.push(link);
}

function unknownStep(key: string): UserError {
    return new UserError(
        'unknown-step',
        `The pipeline refers to the step "${key}", which it does not have.`,
        'Correct the step key in the edge or setting, or add the step.',
        { step: key },
    );
}

function edgeIntoExtract(from: string, to: string): UserError {
    return new UserError(
        'edge-into-extract',
        `The edge from "${from}" leads into the EXTRACT step "${to}", which reads its own source and takes no records.`,
        'Remove the edge, let it lead to a later step, or make it an edge with "dependencyOnly".',
        { step: to },
    );
}
