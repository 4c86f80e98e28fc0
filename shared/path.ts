import { isJsonObject, JsonObject, JsonValue } from './json';

/**
 * Dotted paths into records: `price`, `customFields.erpId`, `variants.0.sku`.
 * Three things stay apart: `undefined` is "absent", `null` is null, `''` is empty.
 */
export function getPath(record: JsonObject, path: string): JsonValue | undefined {
    if (path in record && Object.prototype.hasOwnProperty.call(record, path)) return record[path];
    if (!path.includes('.')) return undefined;
    let current: JsonValue | undefined = record;
    for (const part of partsOf(path)) {
        if (current === null || typeof current !== 'object') return undefined;
        if (!Object.prototype.hasOwnProperty.call(current, part)) return undefined;
        current = (current as JsonObject)[part];
    }
    return current;
}

/**
 * Assigns `value` in `record`. Nested containers on the way are copied, never mutated,
 * so that a record which shares them (the input kept for quarantine, another branch) does not change.
 * A list is filled less than `reach` behind its last item; with 1 there are no holes.
 */
export function setPath(record: JsonObject, path: string, value: JsonValue, reach = MAX_HOLES): void {
    if (!path.includes('.') || Object.prototype.hasOwnProperty.call(record, path)) {
        record[safe(path)] = value;
        return;
    }
    const parts = partsOf(path);
    let container: JsonObject = record;
    for (const part of parts.slice(0, -1)) {
        const next = Object.prototype.hasOwnProperty.call(container, part) ? container[part] : undefined;
        const copy = (Array.isArray(next) ? [...next] : isJsonObject(next) ? { ...next } : {}) as JsonObject;
        assign(container, part, copy, reach);
        container = copy;
    }
    assign(container, parts[parts.length - 1]!, value, reach);
}

/** A list can be filled a little beyond its end, but no path makes one of a billion holes. */
function assign(container: JsonObject, part: string, value: JsonValue, reach: number): void {
    if (Array.isArray(container) && !(/^\d{1,9}$/.test(part) && Number(part) < container.length + reach)) {
        throw new RangeError(`"${part}" is not a position in a list of ${container.length}.`);
    }
    container[part] = value;
}

/** Removes what stands at `path`; an absent path is not an error. Copies nested containers like {@link setPath}. */
export function removePath(record: JsonObject, path: string): void {
    if (Object.prototype.hasOwnProperty.call(record, path)) {
        delete record[path];
        return;
    }
    if (!path.includes('.') || getPath(record, path) === undefined) return;
    const parentPath = path.slice(0, path.lastIndexOf('.'));
    const lastPart = path.slice(path.lastIndexOf('.') + 1);
    const parent = getPath(record, parentPath) as JsonObject;
    const copy = (Array.isArray(parent) ? [...parent] : { ...parent }) as JsonObject;
    if (Array.isArray(copy)) copy.splice(Number(lastPart), 1);
    else delete copy[lastPart];
    setPath(record, parentPath, copy);
}

const MAX_HOLES = 1_000;
const parsed = new Map<string, string[]>();

function partsOf(path: string): string[] {
    let parts = parsed.get(path);
    if (!parts) {
        parts = path.split('.').map(safe);
        if (parsed.size > 10_000) parsed.clear();
        parsed.set(path, parts);
    }
    return parts;
}

function safe(part: string): string {
    if (part === '__proto__' || part === 'constructor' || part === 'prototype') {
        throw new RangeError(`"${part}" is not allowed in a field path.`);
    }
    return part;
}
