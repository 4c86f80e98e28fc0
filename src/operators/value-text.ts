import { JsonValue } from '../../shared/json';

/** A value as people would write it: null and absent are empty, lists are joined with a comma, objects are JSON. */
export function textOf(value: JsonValue | undefined): string {
    if (value === undefined || value === null) return '';
    if (Array.isArray(value)) return value.map(textOf).join(', ');
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
