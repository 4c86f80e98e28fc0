import { DataHubError, Defect, ErrorPlace, TransientError, UserError } from '../../sdk/errors';

const KINDS = { USER: UserError, TRANSIENT: TransientError, DEFECT: Defect };

/**
 * The same error with its place filled in. What the error says about its place itself wins. A copy, because an
 * adapter may throw one error object for many records.
 */
export function located(error: DataHubError, place: ErrorPlace): DataHubError {
    const merged: ErrorPlace = {};
    for (const source of [place, error.place]) {
        for (const [name, value] of Object.entries(source)) {
            if (value !== undefined) Object.assign(merged, { [name]: value });
        }
    }
    const copy = new KINDS[error.kind](error.code, error.message, error.hint, merged, { cause: error.cause });
    copy.stack = error.stack;
    return copy;
}
