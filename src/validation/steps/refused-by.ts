import { UserError } from '../../sdk/errors';
import { Problem, problem } from '../problem';

/** Only what the user can change is a problem of the definition; an adapter that needs a running pipeline is not. */
export function refusedBy(create: () => unknown, path: readonly PropertyKey[]): Problem[] {
    try {
        create();
        return [];
    } catch (error) {
        return error instanceof UserError ? [problem(path, error.message, error.hint)] : [];
    }
}
