import { JsonObject, textOf } from '../../../shared/json';
import { getPath } from '../../../shared/path';
import { UserError } from '../../sdk/errors';

const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/g;

export function hasPlaceholders(endpoint: string): boolean {
    return endpoint.search(PLACEHOLDER) >= 0;
}

/** The endpoint with values of the record in it, each as one piece: none can lead to another path or add a parameter. */
export function addressFor(endpoint: string, record: JsonObject): string {
    return endpoint.replace(PLACEHOLDER, (_, path: string) => {
        const value = getPath(record, path);
        const text = value === undefined || value === null ? '' : textOf(value);
        if (text === '' || text === '.' || text === '..') {
            throw new UserError(
                'address-incomplete',
                `The address needs the field "${path}", which is ${text === '' ? 'empty' : `"${text}"`}.`,
                'Give every record a value there.',
                { field: path },
            );
        }
        // Halves of a character cannot be encoded.
        return encodeURIComponent(Buffer.from(text).toString());
    });
}
