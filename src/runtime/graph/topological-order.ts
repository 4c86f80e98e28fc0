import { UserError } from '../../sdk/errors';
import type { GraphNode } from './graph';

/** Senders before receivers; among nodes that are free to run, the one listed first comes first. */
export function topologicalOrder(nodes: readonly GraphNode[]): GraphNode[] {
    const waiting = [...nodes];
    const placed = new Set<string>();
    const ordered: GraphNode[] = [];
    const isFree = ({ inputs, after }: GraphNode): boolean =>
        inputs.every(({ from }) => placed.has(from)) && after.every(id => placed.has(id));
    while (waiting.length > 0) {
        const next = waiting.findIndex(isFree);
        if (next < 0) throw cycle(waiting);
        const [node] = waiting.splice(next, 1);
        placed.add(node!.id);
        ordered.push(node!);
    }
    return ordered;
}

function cycle(nodes: readonly GraphNode[]): UserError {
    const keys = [...new Set(nodes.map(node => `"${node.step.key}"`))].join(', ');
    return new UserError(
        'cycle',
        `The edges form a cycle through or before the steps ${keys}, so none of them could ever start.`,
        'Remove an edge so that records only flow forward.',
    );
}
