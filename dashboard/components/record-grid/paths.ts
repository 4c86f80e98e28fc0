import type { JsonObject, JsonValue } from '../../../shared/json';

/**
 * Dotted paths into records as the server understands them; a test compares both. The server's own functions are not
 * among the sources that a shop builds its dashboard from.
 */
export function getPath(record: JsonObject | null, path: string): JsonValue | undefined {
    if (record === null) return undefined;
    if (Object.hasOwn(record, path)) return record[path];
    let current: JsonValue | undefined = record;
    for (const part of path.split('.')) {
        if (current === null || typeof current !== 'object' || !Object.hasOwn(current, part)) return undefined;
        current = (current as JsonObject)[part];
    }
    return current;
}

/** The paths of all values of a record, in the order of its fields. */
export function pathsOf(record: JsonObject | null): string[] {
    return Object.entries(record ?? {}).flatMap(([key, value]) => {
        if (isUnsafe(key)) return [];
        return key.includes('.') || !isOpen(value) ? [key] : pathsIn(value, key, record ?? {});
    });
}

function pathsIn(container: JsonObject | JsonValue[], at: string, root: JsonObject): string[] {
    return Object.entries(container).flatMap(([key, value]) => {
        const path = `${at}.${key}`;
        // A field of the record that is really called so hides this one.
        if (Object.hasOwn(root, path)) return [];
        return isOpen(value) ? pathsIn(value, path, root) : [path];
    });
}

/** Containers whose members a dotted path can name; the others stand in one cell as JSON. */
function isOpen(value: JsonValue): value is JsonObject | JsonValue[] {
    if (typeof value !== 'object' || value === null) return false;
    const keys = Object.keys(value);
    return keys.length > 0 && keys.every(key => key !== '' && !key.includes('.') && !isUnsafe(key));
}

function isUnsafe(key: string): boolean {
    return key === '__proto__' || key === 'constructor' || key === 'prototype';
}
