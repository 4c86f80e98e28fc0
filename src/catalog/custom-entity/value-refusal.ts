import type { JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { shown } from '../product/record-check';

/** A value that a column cannot hold. */
export function refused(field: string, got: unknown, complaint: string, hint: string): UserError {
    return new UserError('invalid-field', `${field} ${complaint}, got ${shown(got)}.`, hint, {
        field,
        got: (got ?? null) as JsonValue,
    });
}
