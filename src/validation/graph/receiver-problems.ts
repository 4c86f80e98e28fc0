import { Problem, problem } from '../problem';
import { ReadableStep } from '../readable';

/** What is wrong with a step as the receiving end of an edge, or of a branch that names it. */
export function receiverProblems(
    to: ReadableStep,
    from: ReadableStep | undefined,
    { dependencyOnly }: { dependencyOnly?: boolean | undefined },
    path: readonly PropertyKey[],
): Problem[] {
    if (to.type === 'TRIGGER') {
        const message = `"${to.key}" is a TRIGGER and receives no records.`;
        return [problem(path, message, 'Turn the edge round or remove it.')];
    }
    if (to.type === 'EXTRACT' && from && from.type !== 'TRIGGER' && !dependencyOnly) {
        const message = `"${to.key}" is an EXTRACT, which reads its own source and receives no records.`;
        const hint =
            'Let the edge lead to a later step, or set "dependencyOnly" on it when the EXTRACT shall only wait for the other step.';
        return [problem(path, message, hint)];
    }
    return [];
}
