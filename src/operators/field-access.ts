import { JsonObject, JsonValue } from '../../shared/json';
import { getPath, removePath, setPath } from '../../shared/path';
import { UserError } from '../sdk/errors';

export type FieldReader = (record: JsonObject) => JsonValue | undefined;
export type FieldWriter = (record: JsonObject, value: JsonValue) => void;

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** A reader for one path; plain names skip all path handling, since that is what most columns are. */
export function readerOf(path: string): FieldReader {
    checkPath(path);
    if (path.includes('.')) return record => getPath(record, path);
    return record => (Object.hasOwn(record, path) ? record[path] : undefined);
}

export function writerOf(path: string): FieldWriter {
    checkPath(path);
    if (path.includes('.')) return (record, value) => setPath(record, path, value);
    return (record, value) => {
        record[path] = value;
    };
}

export function removerOf(path: string): (record: JsonObject) => void {
    checkPath(path);
    if (path.includes('.')) return record => removePath(record, path);
    return record => {
        delete record[path];
    };
}

function checkPath(path: string): void {
    const wrong = path.split('.').find(part => FORBIDDEN.has(part));
    if (wrong === undefined) return;
    throw new UserError(
        'path-refused',
        `"${path}" cannot be the path of a field, because "${wrong}" has a meaning of its own in JavaScript.`,
        'Rename the field where it comes from.',
        { field: path },
    );
}
