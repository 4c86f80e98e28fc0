import { didYouMean } from '../sdk/did-you-mean';
import { EdgeDefinition, StepType } from '../sdk/definition/definition';
import { edgesOf } from '../sdk/definition/edges';
import { Problem, problem, warning } from './problem';

/** A step as far as it can be read; problems with the rest of it are reported elsewhere. */
export interface ReadableStep {
    key: string;
    type: StepType;
    config: Record<string, unknown>;
    /** Position in the definition's list. */
    index: number;
}

export interface ReadableEdge extends EdgeDefinition {
    /** Position in the definition's list. */
    index: number;
}

/** What is wrong with the graph as a whole. `edges` is undefined when the definition draws none. */
export function graphProblems(steps: readonly ReadableStep[], edges: readonly ReadableEdge[] | undefined): Problem[] {
    const byKey = new Map<string, ReadableStep>();
    for (const step of steps) if (!byKey.has(step.key)) byKey.set(step.key, step);
    const all = [...byKey.values()];
    const isKnown = ({ from, to }: EdgeDefinition): boolean => byKey.has(from) && byKey.has(to);
    const known = edges?.filter(isKnown) ?? edgesOf({ steps: all.map(step => ({ ...step, config: {} })) });
    const loops = edges ? loopProblems(edges.filter(isKnown)) : [];
    return [
        ...duplicateKeys(steps),
        ...(edges ? edgeProblems(edges, byKey) : []),
        ...loops,
        ...reachProblems(all, known, loops.length > 0),
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

function edgeProblems(edges: readonly ReadableEdge[], byKey: ReadonlyMap<string, ReadableStep>): Problem[] {
    const seen = new Set<string>();
    return edges.flatMap(edge => {
        const i = edge.index;
        const found: Problem[] = [];
        for (const end of ['from', 'to'] as const) {
            if (byKey.has(edge[end])) continue;
            const message = `There is no step with the key "${edge[end]}".`;
            found.push(problem(['edges', i, end], message, didYouMean(edge[end], byKey.keys())));
        }
        const pair = JSON.stringify([edge.from, edge.to]);
        if (seen.has(pair)) {
            found.push(
                warning(['edges', i], `The edge from "${edge.from}" to "${edge.to}" is drawn twice.`, 'Remove one.'),
            );
        }
        seen.add(pair);
        found.push(...wrongNeighbours(edge, byKey));
        return found;
    });
}

function wrongNeighbours(edge: ReadableEdge, byKey: ReadonlyMap<string, ReadableStep>): Problem[] {
    const i = edge.index;
    const from = byKey.get(edge.from);
    const to = byKey.get(edge.to);
    if (!from || !to) return [];
    if (to.type === 'TRIGGER') {
        return [
            problem(
                ['edges', i, 'to'],
                `"${to.key}" is a TRIGGER and receives no records.`,
                'Turn the edge round or remove it.',
            ),
        ];
    }
    if (to.type === 'EXTRACT' && from.type !== 'TRIGGER') {
        const hint = 'Remove the edge, or let it lead to a later step.';
        return [
            problem(
                ['edges', i, 'to'],
                `"${to.key}" is an EXTRACT, which reads its own source and receives no records.`,
                hint,
            ),
        ];
    }
    return [];
}

/** Names one loop; a second one shows when the first is gone. */
function loopProblems(edges: readonly ReadableEdge[]): Problem[] {
    const targets = neighbours(edges, 'from', 'to');
    const done = new Set<string>();
    for (const start of targets.keys()) {
        const loop = loopFrom(start, targets, done);
        if (!loop) continue;
        const closing = edges.find(({ from, to }) => from === loop[loop.length - 2] && to === loop[loop.length - 1]);
        const message = `The steps form a loop: ${loop.join(' → ')}.`;
        return [
            problem(['edges', closing!.index], message, 'Remove one of its edges: records flow in one direction only.'),
        ];
    }
    return [];
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

function reachProblems(steps: readonly ReadableStep[], edges: readonly EdgeDefinition[], hasLoop: boolean): Problem[] {
    const found: Problem[] = [];
    const extracts = steps.filter(step => step.type === 'EXTRACT');
    if (extracts.length === 0) {
        found.push(problem(['steps'], 'The pipeline has no EXTRACT step, so no record would ever flow.', 'Add one.'));
    }
    if (!steps.some(step => step.type === 'LOAD')) {
        found.push(warning(['steps'], 'The pipeline has no LOAD step, so nothing would be written.', 'Add one.'));
    }
    const targets = neighbours(edges, 'from', 'to');
    const sources = neighbours(edges, 'to', 'from');
    const reached = new Set(extracts.map(step => step.key));
    // A Set grows while it is walked, which makes this a breadth-first search.
    for (const key of reached) for (const target of targets.get(key) ?? []) reached.add(target);
    for (const { key, type, index } of steps) {
        const receives = (sources.get(key) ?? []).length > 0;
        const sends = (targets.get(key) ?? []).length > 0;
        if (type === 'TRIGGER') continue;
        if (type === 'EXTRACT') {
            if (!sends)
                found.push(
                    problem(
                        ['steps', index],
                        `The records of "${key}" go nowhere.`,
                        'Draw an edge to the step that shall receive them.',
                    ),
                );
            continue;
        }
        const loadBefore = sources
            .get(key)
            ?.find(from => steps.some(step => step.key === from && step.type === 'LOAD'));
        if (type !== 'LOAD' && loadBefore !== undefined) {
            const message = `"${key}" comes after the LOAD "${loadBefore}"; only another LOAD can follow one.`;
            found.push(problem(['steps', index], message, 'Move it before the LOAD, or give it a branch of its own.'));
        }
        if (!receives) {
            found.push(
                problem(
                    ['steps', index],
                    `"${key}" receives no records: no edge leads to it.`,
                    'Draw an edge to it, or remove it.',
                ),
            );
        } else if (!reached.has(key) && extracts.length > 0 && !hasLoop) {
            found.push(
                problem(
                    ['steps', index],
                    `"${key}" cannot be reached from any EXTRACT step.`,
                    'Connect the steps before it.',
                ),
            );
        }
        if (type !== 'LOAD' && !sends) {
            found.push(
                warning(['steps', index], `The records of "${key}" go nowhere.`, 'Draw an edge to a LOAD step.'),
            );
        }
    }
    return found;
}

function neighbours(edges: readonly EdgeDefinition[], by: 'from' | 'to', to: 'from' | 'to'): Map<string, string[]> {
    const map = new Map<string, string[]>();
    for (const edge of edges) {
        const list = map.get(edge[by]);
        if (list) list.push(edge[to]);
        else map.set(edge[by], [edge[to]]);
    }
    return map;
}
