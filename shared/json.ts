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

/** A copy in which `change` has replaced objects, from the outside in; what it answers undefined for is walked into. */
export function replaceObjects(value: JsonValue, change: (object: JsonObject) => JsonValue | undefined): JsonValue {
    if (Array.isArray(value)) return value.map(item => replaceObjects(item, change));
    if (!isJsonObject(value)) return value;
    const inner = () => Object.entries(value).map(([name, item]) => [name, replaceObjects(item, change)] as const);
    return change(value) ?? Object.fromEntries(inner());
}
