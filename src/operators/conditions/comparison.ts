import { isJsonObject, JsonValue } from '../../../shared/json';
import { instantOf } from '../../sdk/instant';

/**
 * How values compare, wherever a condition or a rule compares them. CSV gives text where JSON gives numbers, so:
 * - a number and a text that reads as a number compare as numbers: "15" > 10;
 * - two texts are equal only when they are the same text ("007" is not "7"), but are ordered as numbers or as ISO dates
 *   when both read as such, otherwise character by character;
 * - true and false equal the texts "true" and "false";
 * - null equals null only; what is absent equals nothing; lists and objects compare member by member.
 */
export function equals(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
    if (a === b) return a !== undefined;
    if (a === undefined || b === undefined || a === null || b === null) return false;
    if (typeof a === 'object' || typeof b === 'object') return deepEquals(a, b);
    if (typeof a === typeof b) return false;
    if (typeof a === 'boolean' || typeof b === 'boolean') return String(a) === String(b);
    return numberOf(a) === numberOf(b);
}

/** Negative, zero or positive like a sort function; undefined when the two cannot be ordered. */
export function order(a: JsonValue | undefined, b: JsonValue | undefined): number | undefined {
    const numberA = numberOf(a);
    const numberB = numberOf(b);
    if (numberA !== undefined && numberB !== undefined) return numberA - numberB;
    if (typeof a !== 'string' || typeof b !== 'string') return undefined;
    const dateA = instantOf(a);
    const dateB = instantOf(b);
    if (dateA !== undefined && dateB !== undefined) return dateA - dateB;
    return a < b ? -1 : a > b ? 1 : 0;
}

const NUMBER = /^\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*$/;

/** The number that a value is or, as text, reads as; the decimal sign is a point. */
export function numberOf(value: JsonValue | undefined): number | undefined {
    if (typeof value === 'number') return value;
    return typeof value === 'string' && NUMBER.test(value) ? Number(value) : undefined;
}

/** Absent, null, empty text, empty list, empty object. Text of blanks only is empty too. */
export function isEmpty(value: JsonValue | undefined): boolean {
    if (value === undefined || value === null) return true;
    if (typeof value === 'string') return value.trim() === '';
    if (Array.isArray(value)) return value.length === 0;
    return typeof value === 'object' && Object.keys(value).length === 0;
}

function deepEquals(a: JsonValue, b: JsonValue): boolean {
    if (Array.isArray(a) && Array.isArray(b)) {
        return a.length === b.length && a.every((item, i) => item === b[i] || equals(item, b[i]));
    }
    if (!isJsonObject(a) || !isJsonObject(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && equals(a[key], b[key]));
}
