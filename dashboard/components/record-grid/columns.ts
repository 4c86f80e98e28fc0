import type { JsonObject } from '../../../shared/json';
import { pathsOf } from './paths';

export interface Failing {
    record: JsonObject | null;
    /** As messages name it: `variants[0].price`. */
    field: string | null;
}

/** `variants[0].price` as `variants.0.price`, as patches and columns name it. */
export const dotted = (field: string): string => field.replace(/\[(\d+)\]/g, '.$1');

/**
 * The fields of all records, each once, in the order in which they come up; those that the records were refused for first.
 * A field that a record lacks is a column too, so that it can be filled in.
 */
export function columnsOf(records: readonly Failing[]): string[] {
    const all = new Set<string>();
    for (const { record } of records) {
        for (const path of pathsOf(record)) all.add(path);
    }
    const failing = new Set(records.flatMap(({ field }) => (field ? fieldsBelow(dotted(field), all) : [])));
    return [...failing, ...[...all].filter(path => !failing.has(path))];
}

/** Whether a record was refused for this field, or for one that it is a part of. */
export function isFailing(path: string, field: string | null): boolean {
    return field !== null && isWithin(path, dotted(field));
}

function fieldsBelow(field: string, all: ReadonlySet<string>): string[] {
    const below = [...all].filter(path => isWithin(path, field));
    return below.length > 0 ? below : [field];
}

const isWithin = (path: string, field: string): boolean => path === field || path.startsWith(`${field}.`);
