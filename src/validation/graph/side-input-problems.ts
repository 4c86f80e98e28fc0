import { didYouMean } from '../../sdk/did-you-mean';
import { Problem, problem, warning } from '../problem';
import { ReadableStep } from '../readable';
import { Connection } from './connections';

/** What is wrong with outputs of other steps that operators read. */
export function sideInputProblems(
    connections: readonly Connection[],
    byKey: ReadonlyMap<string, ReadableStep>,
): Problem[] {
    return connections
        .filter(({ kind }) => kind === 'SIDE')
        .flatMap(side => {
            const from = byKey.get(side.from);
            if (!from) {
                const message = `There is no step with the key "${side.from}".`;
                return [problem(side.path, message, didYouMean(side.from, byKey.keys()))];
            }
            if (from.type === 'TRIGGER' || from.type === 'EXPORT') {
                const message = `"${from.key}" is of type ${from.type} and sends no records on.`;
                return [problem(side.path, message, 'Name an EXTRACT step, or the step in front of it.')];
            }
            if (from.type === 'ROUTE') {
                const message = `"${from.key}" is a ROUTE, so its output depends on the branch.`;
                return [problem(side.path, message, 'Name the step that the wanted branch leads to.')];
            }
            if (!connections.some(each => each.kind === 'RECORDS' && isSame(each, side))) return [];
            const message = `The records of "${from.key}" reach "${side.to}" twice: along an edge, and as the other side.`;
            return [warning(side.path, message, 'Remove the edge, unless the records shall meet themselves.')];
        });
}

const isSame = (a: Connection, b: Connection): boolean => a.from === b.from && a.to === b.to;
