import { JsonValue } from '../../shared/json';

/** Who has to act: the user (data or config), nobody (try again), or we (a defect of DataHub or of an adapter). */
export type ErrorKind = 'USER' | 'TRANSIENT' | 'DEFECT';

/** Where something happened; every part that is known is given. */
export interface ErrorPlace {
    step?: string;
    file?: string;
    line?: number;
    index?: number;
    /** Natural key of the record, such as its SKU or slug. */
    key?: string;
    /** Field of the record, or path in the configuration. */
    field?: string;
    /**
     * What the record refers to and does not exist yet, as `<entity type>:<natural key>` such as `Product:laptop`.
     * A refused record with it waits and is sent again when that entity has been created.
     */
    waitsFor?: string;
    /** The offending value, shortened by the reporter. Never a secret. */
    got?: JsonValue;
}

/**
 * Base of all errors that DataHub raises on purpose.
 * `message` is one sentence saying what is wrong and why; `hint` is one sentence saying what to do next.
 */
export abstract class DataHubError extends Error {
    abstract readonly kind: ErrorKind;

    constructor(
        /** Stable, kebab-case; groups equal causes in the quarantine. */
        readonly code: string,
        message: string,
        readonly hint?: string,
        readonly place: ErrorPlace = {},
        options?: ErrorOptions,
    ) {
        super(message, options);
        this.name = new.target.name;
    }
}

/** The data or the configuration must change; trying again does not help. */
export class UserError extends DataHubError {
    readonly kind = 'USER';
}

/** The same call may succeed later: deadlock, lost connection, HTTP 503. */
export class TransientError extends DataHubError {
    readonly kind = 'TRANSIENT';
}

/** A mistake in DataHub or in an adapter. */
export class Defect extends DataHubError {
    readonly kind = 'DEFECT';
}

const CLASSES = { USER: UserError, TRANSIENT: TransientError, DEFECT: Defect };

/** For errors that were written down or are copied. */
export function errorOfKind(kind: ErrorKind, ...given: ConstructorParameters<typeof UserError>): DataHubError {
    return new CLASSES[kind](...given);
}

/** Turns anything thrown into one of the three kinds; what is not ours is a {@link Defect}. */
export function asDataHubError(thrown: unknown): DataHubError {
    if (thrown instanceof DataHubError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new Defect('unexpected-error', message, undefined, {}, { cause: thrown });
}
