import type { JsonObject } from '../../../shared/json';

/** A record without what the settings of its loader say to leave alone; the record itself where that is nothing. */
export function withoutFields(data: JsonObject, skipped: ReadonlySet<string>): JsonObject {
    if (skipped.size === 0) return data;
    return Object.fromEntries(Object.entries(data).filter(([name]) => !skipped.has(name)));
}
