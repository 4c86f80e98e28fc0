export type JsonPrimitive = string | number | boolean | null;
export type JsonValue = JsonPrimitive | JsonValue[] | { [key: string]: JsonValue };
export interface JsonObject {
    [key: string]: JsonValue;
}

export function isJsonObject(value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deeper values are refused where they come in: whatever walks them recursively must not run out of stack. */
export const MAX_JSON_DEPTH = 200;

export function isTooDeep(value: JsonValue, levelsLeft = MAX_JSON_DEPTH): boolean {
    if (typeof value !== 'object' || value === null) return false;
    if (levelsLeft === 0) return true;
    const members = Array.isArray(value) ? value : Object.values(value);
    return members.some(member => isTooDeep(member, levelsLeft - 1));
}

/** A scalar as people write it: text as it is, everything else as JSON. */
export function textOf(value: unknown): string {
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
