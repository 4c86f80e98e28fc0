import { isJsonObject } from '../../../shared/json';
import { didYouMean } from '../../sdk/did-you-mean';
import { Problem, problem } from '../problem';
import { listIn, ReadableEdge, ReadableStep } from '../readable';
import { receiverProblems } from './receiver-problems';

type Steps = ReadonlyMap<string, ReadableStep>;
type Path = readonly PropertyKey[];

export function branchNames(route: ReadableStep): string[] {
    return branchesOf(route).flatMap(({ name }) => (name === undefined ? [] : [name]));
}

/** Where a ROUTE sends its records, and that each branch leads somewhere. */
export function routeProblems(
    route: ReadableStep,
    edges: readonly ReadableEdge[] | undefined,
    byKey: Steps,
): Problem[] {
    const path = ['steps', route.index, 'config'];
    const seen = new Set<string>();
    const found = branchesOf(route).flatMap(({ name, to, index }) => {
        const at = [...path, 'branches', index];
        if (to !== undefined)
            return [...nameProblems(name, seen, at), ...targetProblems(to, route, byKey, [...at, 'to'])];
        return [
            ...nameProblems(name, seen, at),
            ...(isDrawn(name, route, edges) ? [] : [withoutTarget(name, at, edges)]),
        ];
    });
    const { defaultTo } = route.config;
    if (typeof defaultTo === 'string') {
        found.push(...targetProblems(defaultTo, route, byKey, [...path, 'defaultTo']));
    }
    return found;
}

interface Branch {
    name: string | undefined;
    to: string | undefined;
    index: number;
}

function branchesOf({ config }: ReadableStep): Branch[] {
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
    return listIn(config, 'branches').flatMap((branch, index) =>
        isJsonObject(branch) ? [{ name: text(branch['name']), to: text(branch['to']), index }] : [],
    );
}

function nameProblems(name: string | undefined, seen: Set<string>, path: Path): Problem[] {
    if (name === undefined) return [];
    if (!seen.has(name)) {
        seen.add(name);
        return [];
    }
    const message = `Two branches have the name "${name}".`;
    return [
        problem([...path, 'name'], message, 'Give each branch a name of its own, or join their conditions by "any".'),
    ];
}

function targetProblems(to: string, route: ReadableStep, byKey: Steps, path: Path): Problem[] {
    const target = byKey.get(to);
    if (target) return receiverProblems(target, route, {}, path);
    return [problem(path, `There is no step with the key "${to}".`, didYouMean(to, byKey.keys()))];
}

function isDrawn(name: string | undefined, { key }: ReadableStep, edges: readonly ReadableEdge[] | undefined): boolean {
    // A branch without a name cannot have an edge yet; that the name is missing is what has to be said.
    if (name === undefined) return true;
    return edges?.some(edge => edge.from === key && edge.branch === name && !edge.dependencyOnly) ?? false;
}

function withoutTarget(name: string | undefined, path: Path, edges: readonly ReadableEdge[] | undefined): Problem {
    const or = edges ? `, or draw an edge that carries "branch": "${name}"` : '';
    const message = `The branch "${name}" leads nowhere.`;
    return problem(path, message, `Name the step that receives its records with "to"${or}.`);
}
