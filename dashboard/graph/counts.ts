import type { StepCounts } from '../../shared/run';
import { typeOf, type Step } from './definition';
import { wholeEdges, type PipelineGraph, type WholeEdge } from './pipeline-graph';

/** What the steps of a run did, by step key. */
export type CountsByStep = Record<string, StepCounts>;

export type NumberKind = 'read' | 'changed' | 'unchanged' | 'rejected' | 'waiting';

const KINDS: readonly NumberKind[] = ['read', 'changed', 'unchanged', 'rejected', 'waiting'];

/** What is shown of a step: always what came in, of a step that writes also what it wrote, the rest where there is any. */
export function numbersOf(step: Step, counts?: StepCounts, waiting = 0): { kind: NumberKind; value: number }[] {
    if (!counts && waiting === 0) return [];
    const { created = 0, updated = 0, deleted = 0, unchanged = 0, rejected = 0 } = counts ?? {};
    const values = { read: counts?.in ?? 0, changed: created + updated + deleted, unchanged, rejected, waiting };
    const always = typeOf(step) === 'LOAD' ? ['read', 'changed', 'unchanged'] : ['read'];
    return KINDS.filter(kind => values[kind] > 0 || (counts && always.includes(kind))).map(kind => ({
        kind,
        value: values[kind],
    }));
}

/**
 * How many records took each edge, by its id. Every edge out of a step carries all that the step sends, except out of a
 * ROUTE: there it is what arrived beyond what the other edges brought. Edges of which that cannot be told are not there.
 */
export function edgeCounts(graph: PipelineGraph, counts: CountsByStep): Map<string, number> {
    const stepOf = new Map(graph.nodes.map(({ id, step }) => [id, step]));
    const countsOf = (id: string) => counts[stepOf.get(id)?.key ?? ''];
    const isSplit = ({ source }: WholeEdge) => typeOf(stepOf.get(source)!) === 'ROUTE';
    const edges = wholeEdges(graph).filter(({ kind }) => kind === 'RECORDS');
    const known = new Map<string, number>();
    for (const edge of edges) {
        const sent = countsOf(edge.source)?.out;
        if (!isSplit(edge) && sent !== undefined) known.set(edge.id, sent);
    }
    for (const edge of edges.filter(isSplit)) {
        const arrived = countsOf(edge.target)?.in;
        const others = edges.filter(({ id, target }) => target === edge.target && id !== edge.id);
        if (arrived === undefined || others.some(({ id }) => !known.has(id))) continue;
        // While a run goes on, a step may have sent what the next has not taken yet.
        const brought = others.reduce((sum, { id }) => sum + known.get(id)!, 0);
        known.set(edge.id, Math.max(0, arrived - brought));
    }
    return known;
}
