import type { JsonValue } from '../../../shared/json';

/** Deep equality that ignores the order of object keys, which databases do not keep. */
export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
    if (a === b) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (Array.isArray(a)) {
        return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
    }
    if (Array.isArray(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every(key => key in b && sameJson(a[key], b[key]));
}
