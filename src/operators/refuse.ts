import { JsonValue } from '../../shared/json';
import { UserError } from '../sdk/errors';
import { reject, Rejected } from '../sdk/outcome';

/** A rejection of one record because of one of its fields. */
export function refuse(code: string, field: string, got: JsonValue, message: string, hint: string): Rejected {
    return reject(new UserError(code, message, hint, { field, got }));
}

/** A value inside a sentence: short, and in quotes when it is text. */
export function quoted(value: JsonValue): string {
    const text = JSON.stringify(value);
    return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
