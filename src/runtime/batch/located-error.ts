import { DataHubError, errorOfKind, ErrorPlace } from '../../sdk/errors';
import { TimeoutError } from '../errors/timeout-error';

/**
 * The same error with its place filled in. What the error says about its place itself wins. A copy, because an
 * adapter may throw one error object for many records.
 */
export function located(error: DataHubError, place: ErrorPlace): DataHubError {
    // Not about one record: the run ends with it, and knows it by its class.
    if (error instanceof TimeoutError) return error;
    const merged: ErrorPlace = { ...place };
    for (const name of Object.keys(error.place) as (keyof ErrorPlace)[]) {
        if (error.place[name] !== undefined) Object.assign(merged, { [name]: error.place[name] });
    }
    const copy = errorOfKind(error.kind, error.code, error.message, error.hint, merged, { cause: error.cause });
    copy.stack = error.stack;
    return copy;
}
