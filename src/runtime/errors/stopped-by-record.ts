import { DataHubError, ErrorKind } from '../../sdk/errors';

/**
 * The error of a record at a step with `onError: STOP`: it fails the run. Of the kind of its cause, but never a
 * TransientError itself, which would only repeat the batch.
 */
export class StoppedByRecord extends DataHubError {
    readonly kind: ErrorKind;

    constructor(cause: DataHubError) {
        super(cause.code, cause.message, cause.hint, cause.place, { cause });
        this.kind = cause.kind;
    }
}
