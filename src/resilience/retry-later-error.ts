import { ErrorPlace, TransientError } from '../sdk/errors';

/** A TransientError of a server that says when it wants to be called again (`Retry-After`). */
export class RetryLaterError extends TransientError {
    constructor(
        code: string,
        message: string,
        hint: string,
        place: ErrorPlace,
        readonly retryAfterMs: number,
    ) {
        super(code, message, hint, place);
    }
}
