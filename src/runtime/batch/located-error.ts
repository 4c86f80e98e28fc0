import { DataHubError, Defect, ErrorPlace, TransientError, UserError } from '../../sdk/errors';

const KINDS = { USER: UserError, TRANSIENT: TransientError, DEFECT: Defect };

/**
 * The same error with its place filled in. What the error says about its place itself wins. A copy, because an
 * adapter may throw one error object for many records.
 */
export function located(error: DataHubError, place: ErrorPlace): DataHubError {
    const merged: ErrorPlace = { ...place };
    for (const name of Object.keys(error.place) as (keyof ErrorPlace)[]) {
        if (error.place[name] !== undefined) Object.assign(merged, { [name]: error.place[name] });
    }
    const copy = new KINDS[error.kind](error.code, error.message, error.hint, merged, { cause: error.cause });
    copy.stack = error.stack;
    return copy;
}
