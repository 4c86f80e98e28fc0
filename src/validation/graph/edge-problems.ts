import { didYouMean } from '../../sdk/did-you-mean';
import { Problem, problem, warning } from '../problem';
import { ReadableEdge, ReadableStep } from '../readable';
import { receiverProblems } from './receiver-problems';
import { branchNames } from './route-problems';

type Steps = ReadonlyMap<string, ReadableStep>;

/** What is wrong with edges that are drawn. */
export function edgeProblems(edges: readonly ReadableEdge[], byKey: Steps): Problem[] {
    const seen = new Set<string>();
    return edges.flatMap(edge => {
        const { from, to, branch, dependencyOnly, index } = edge;
        const found = [...unknownEnds(edge, byKey), ...branchProblems(edge, byKey.get(from))];
        const target = byKey.get(to);
        if (target && !dependencyOnly) found.push(...senderProblems(byKey.get(from), ['edges', index, 'from']));
        if (target) found.push(...receiverProblems(target, byKey.get(from), edge, ['edges', index, 'to']));
        const drawing = JSON.stringify([from, to, branch, dependencyOnly]);
        if (seen.has(drawing)) {
            found.push(warning(['edges', index], `The edge from "${from}" to "${to}" is drawn twice.`, 'Remove one.'));
        }
        seen.add(drawing);
        return found;
    });
}

function senderProblems(from: ReadableStep | undefined, path: readonly PropertyKey[]): Problem[] {
    if (from?.type !== 'EXPORT') return [];
    const message = `"${from.key}" is an EXPORT, which sends no records on.`;
    const hint =
        'Draw the edge from the step in front of it, or set "dependencyOnly" on it when the second step shall only wait.';
    return [problem(path, message, hint)];
}

function unknownEnds(edge: ReadableEdge, byKey: Steps): Problem[] {
    return (['from', 'to'] as const)
        .filter(end => !byKey.has(edge[end]))
        .map(end => {
            const message = `There is no step with the key "${edge[end]}".`;
            return problem(['edges', edge.index, end], message, didYouMean(edge[end], byKey.keys()));
        });
}

function branchProblems({ branch, dependencyOnly, index }: ReadableEdge, from: ReadableStep | undefined): Problem[] {
    if (branch === undefined || !from || from.type === undefined) return [];
    const path = ['edges', index, 'branch'];
    if (from.type !== 'ROUTE') {
        const message = `"${from.key}" is of type ${from.type} and has no branches; only a ROUTE has.`;
        return [problem(path, message, 'Remove "branch" from the edge.')];
    }
    if (dependencyOnly) {
        const message = 'No records flow along an edge with "dependencyOnly", so it belongs to no branch.';
        return [warning(path, message, 'Remove one of the two.')];
    }
    const names = branchNames(from);
    if (names.includes(branch)) return [];
    return [problem(path, `"${from.key}" has no branch "${branch}".`, didYouMean(branch, names))];
}
