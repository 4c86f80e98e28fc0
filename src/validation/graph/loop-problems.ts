import { Problem, problem } from '../problem';
import { Connection, neighbours } from './connections';

/** Names one loop; a second one shows when the first is gone. */
export function loopProblems(connections: readonly Connection[]): Problem[] {
    const targets = neighbours(connections, 'from', 'to');
    const done = new Set<string>();
    for (const start of targets.keys()) {
        const loop = loopFrom(start, targets, done);
        if (loop) return [describe(loop, connections)];
    }
    return [];
}

function describe(loop: readonly string[], connections: readonly Connection[]): Problem {
    const links = linksOf(loop, connections);
    const { path } = links[links.length - 1]!;
    const steps = loop.join(' → ');
    return links.every(({ kind }) => kind === 'RECORDS')
        ? problem(
              path,
              `The steps form a loop: ${steps}.`,
              'Remove one of its edges: records flow in one direction only.',
          )
        : problem(
              path,
              `The steps wait for each other: ${steps}.`,
              'Remove one of these connections, or none of the steps could ever begin.',
          );
}

/** One connection for each pair of steps; where there are several, one that carries records. */
function linksOf(loop: readonly string[], connections: readonly Connection[]): Connection[] {
    const after = new Map(loop.slice(1).map((to, i) => [loop[i]!, to]));
    const links = new Map<string, Connection>();
    for (const connection of connections) {
        if (after.get(connection.from) !== connection.to) continue;
        if (connection.kind === 'RECORDS' || !links.has(connection.from)) links.set(connection.from, connection);
    }
    return loop.slice(0, -1).map(from => links.get(from)!);
}

/** Depth first without recursion: a definition may come from anywhere and be as long as it likes. */
function loopFrom(start: string, targets: ReadonlyMap<string, string[]>, done: Set<string>): string[] | undefined {
    const path: string[] = [];
    const pending: [key: string, depth: number][] = [[start, 0]];
    while (pending.length > 0) {
        const [key, depth] = pending.pop()!;
        for (const left of path.splice(depth)) done.add(left);
        const at = path.indexOf(key);
        if (at >= 0) return [...path.slice(at), key];
        if (done.has(key)) continue;
        path.push(key);
        for (const target of targets.get(key) ?? []) pending.push([target, path.length]);
    }
    for (const left of path) done.add(left);
    return undefined;
}
