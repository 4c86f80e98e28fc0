import type { JsonObject, JsonValue } from './json';

/** Every value of a record with the path that names it, in the order of its fields. */
export function* leavesOf(record: JsonObject): Generator<[string, JsonValue]> {
    for (const [key, value] of Object.entries(record)) {
        if (isUnsafe(key)) continue;
        if (key.includes('.') || !isOpen(value)) yield [key, value];
        else yield* leavesIn(value, key, record);
    }
}

function* leavesIn(container: JsonObject | JsonValue[], at: string, root: JsonObject): Generator<[string, JsonValue]> {
    for (const [key, value] of Object.entries(container)) {
        const path = `${at}.${key}`;
        // A field of the record that is really called so hides this one.
        if (Object.hasOwn(root, path)) continue;
        if (isOpen(value)) yield* leavesIn(value, path, root);
        else yield [path, value];
    }
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
