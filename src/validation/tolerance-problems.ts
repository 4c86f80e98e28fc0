import { isJsonObject } from '../../shared/json';
import { Problem, warning } from './problem';

export function toleranceProblems(tolerance: unknown, path: readonly PropertyKey[]): Problem[] {
    if (!isJsonObject(tolerance)) return [];
    if (tolerance['maxRejected'] !== undefined || tolerance['maxRejectedPercent'] !== undefined) return [];
    return [
        warning(path, 'The tolerance has no limit, so it stops nothing.', 'Set maxRejected or maxRejectedPercent.'),
    ];
}
