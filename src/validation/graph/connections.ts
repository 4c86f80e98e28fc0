import { EdgeDefinition } from '../../sdk/definition/definition';
import { edgesOf, sideInputsOf } from '../../../shared/edges';
import { ReadableEdge, ReadableStep } from '../readable';

/** One way in which a step depends on another, and where the definition says so. */
export interface Connection {
    from: string;
    to: string;
    /** Records flow; or the second waits for the first; or the second reads the output of the first besides. */
    kind: 'RECORDS' | 'ORDER' | 'SIDE';
    path: readonly PropertyKey[];
}

/** Every connection, whether its ends exist or not. */
export function connectionsOf(
    steps: readonly ReadableStep[],
    drawn: readonly ReadableEdge[] | undefined,
): Connection[] {
    const byKey = new Map(steps.map(step => [step.key, step]));
    const isDrawn = new Map<EdgeDefinition, ReadableEdge>(drawn?.map(edge => [edge, edge]));
    const edges = edgesOf({ steps, edges: drawn }).map((edge): Connection => {
        const { from, to, dependencyOnly } = edge;
        const at = isDrawn.get(edge);
        const path = at ? ['edges', at.index] : (targetPath(byKey.get(from), edge) ?? stepPath(byKey.get(to)));
        return { from, to, kind: dependencyOnly ? 'ORDER' : 'RECORDS', path };
    });
    const sides = steps.flatMap(step =>
        sideInputsOf(step).map(({ from, operator }): Connection => {
            const path = [...stepPath(step), 'config', 'operators', operator, 'args', 'rightDataPath'];
            return { from, to: step.key, kind: 'SIDE', path };
        }),
    );
    return [...edges, ...sides];
}

export function neighbours(
    connections: readonly Connection[],
    by: 'from' | 'to',
    to: 'from' | 'to',
): Map<string, string[]> {
    const map = new Map<string, string[]>();
    for (const connection of connections) {
        const list = map.get(connection[by]);
        if (list) list.push(connection[to]);
        else map.set(connection[by], [connection[to]]);
    }
    return map;
}

/** Where the settings of a ROUTE name the target of this edge. */
function targetPath(route: ReadableStep | undefined, { to, branch }: EdgeDefinition): PropertyKey[] | undefined {
    if (route?.type !== 'ROUTE') return undefined;
    const path = [...stepPath(route), 'config'];
    if (branch === undefined) return route.config['defaultTo'] === to ? [...path, 'defaultTo'] : undefined;
    const branches = route.config['branches'] as ({ name?: unknown; to?: unknown } | null)[];
    const i = branches.findIndex(each => each?.name === branch && each.to === to);
    return [...path, 'branches', i, 'to'];
}

const stepPath = (step: ReadableStep | undefined): PropertyKey[] => (step ? ['steps', step.index] : ['steps']);
