import { edgesOf, sideInputsOf } from '../../shared/edges.ts';
import { typeOf, type Definition, type DrawnEdge, type Step } from './definition';

export interface GraphNode {
    /** Unique even while two steps have the same key. */
    id: string;
    step: Step;
}

/** RECORDS flow; ORDER: one step waits for the other; LOOKUP: a join reads the other step's output. */
export type EdgeKind = 'RECORDS' | 'ORDER' | 'LOOKUP';

export interface GraphEdge {
    id: string;
    kind: EdgeKind;
    /** Nodes at its ends; undefined where the definition names a step that it does not have. */
    source: string | undefined;
    target: string | undefined;
    branch?: string;
    /** The edge of the definition; absent where the definition says it otherwise: by order, by a branch, by a join. */
    drawn?: DrawnEdge;
}

export interface PipelineGraph {
    nodes: GraphNode[];
    edges: GraphEdge[];
    /** The rest of the definition, with the places where steps and edges belong. */
    frame: Record<string, unknown>;
}

export function toGraph(definition: Definition): PipelineGraph {
    const nodes = definition.steps.map((step, index) => ({ id: `${index}`, step }));
    const nodeOf = (key: string) => nodes.find(({ step }) => step.key === key)?.id;
    const steps = definition.steps.map(step => ({ key: step.key, type: typeOf(step), config: step.config ?? {} }));
    const drawn = new Set<object>(definition.edges);
    const flows = edgesOf({ steps, edges: definition.edges }).map((edge, index) => ({
        id: `flow-${index}`,
        kind: edge.dependencyOnly ? ('ORDER' as const) : ('RECORDS' as const),
        source: nodeOf(edge.from),
        target: nodeOf(edge.to),
        ...(edge.branch !== undefined && { branch: edge.branch }),
        ...(drawn.has(edge) && { drawn: edge }),
    }));
    const lookups = steps.flatMap((step, index) =>
        sideInputsOf(step).map(({ from, operator }) => ({
            id: `lookup-${index}-${operator}`,
            kind: 'LOOKUP' as const,
            source: nodeOf(from),
            target: nodes[index]?.id,
        })),
    );
    const frame = { ...definition, steps: undefined, ...(definition.edges && { edges: undefined }) };
    return { nodes, edges: [...flows, ...lookups], frame };
}

/** The definition of which the graph was made, down to the order of its properties. */
export function toDefinition({ nodes, edges, frame }: PipelineGraph): Definition {
    return {
        ...frame,
        steps: nodes.map(({ step }) => step),
        ...('edges' in frame && { edges: edges.flatMap(({ drawn }) => drawn ?? []) }),
    };
}

export type WholeEdge = GraphEdge & { source: string; target: string };

/** Edges that can be shown: both ends are there. */
export const wholeEdges = ({ edges }: PipelineGraph): WholeEdge[] =>
    edges.filter((edge): edge is WholeEdge => edge.source !== undefined && edge.target !== undefined);
