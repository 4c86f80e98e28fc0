import { Problem, problem } from '../problem';
import { ReadableEdge, ReadableStep } from '../readable';
import { connectionsOf } from './connections';
import { edgeProblems } from './edge-problems';
import { loopProblems } from './loop-problems';
import { reachProblems } from './reach-problems';
import { routeProblems } from './route-problems';
import { sideInputProblems } from './side-input-problems';

/** What is wrong with the graph as a whole. `edges` is undefined when the definition draws none. */
export function graphProblems(steps: readonly ReadableStep[], edges: readonly ReadableEdge[] | undefined): Problem[] {
    const byKey = new Map<string, ReadableStep>();
    for (const step of steps) if (!byKey.has(step.key)) byKey.set(step.key, step);
    const all = [...byKey.values()];
    const connections = connectionsOf(all, edges);
    const known = connections.filter(({ from, to }) => byKey.has(from) && byKey.has(to));
    const cutOff = connections.filter(({ from, kind }) => kind === 'RECORDS' && !byKey.has(from)).map(({ to }) => to);
    const loops = loopProblems(known);
    return [
        ...duplicateKeys(steps),
        ...edgeProblems(edges ?? [], byKey),
        ...all.filter(({ type }) => type === 'ROUTE').flatMap(route => routeProblems(route, edges, byKey)),
        ...sideInputProblems(connections, byKey),
        ...loops,
        ...reachProblems({ steps: all, connections: known, cutOff: new Set(cutOff), hasLoop: loops.length > 0 }),
    ];
}

function duplicateKeys(steps: readonly ReadableStep[]): Problem[] {
    const first = new Map<string, number>();
    return steps.flatMap(({ key, index }) => {
        const earlier = first.get(key);
        if (earlier === undefined) {
            first.set(key, index);
            return [];
        }
        const message = `Two steps have the key "${key}": steps[${earlier}] and steps[${index}].`;
        return [problem(['steps', index, 'key'], message, 'Give each step a key of its own.')];
    });
}
