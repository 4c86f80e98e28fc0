import { JsonValue, textOf } from '../../../shared/json';
import type { ColumnType } from './column-type';
import { isIsoDate, isIsoTime, utcTimestamp } from './iso-time';

/** Why a value cannot stand in a column: "expected …". */
export class Misfit {
    constructor(readonly expected: string) {}
}

/**
 * The text that is sent for a value, the same for every database; booleans are `1` and `0`, which all of them take. Nothing
 * is rounded, shortened or guessed: what does not fit is a {@link Misfit}.
 */
export function fitValue(value: JsonValue, type: ColumnType): string | null | Misfit {
    if (value === null) return null;
    switch (type.name) {
        case 'integer':
            return fitInteger(value, type);
        case 'decimal':
            return fitDecimal(value, type);
        case 'float':
            return isNumber(value) ? textOf(value) : new Misfit('a number');
        case 'boolean':
            return fitBoolean(value);
        case 'date':
            return typeof value === 'string' && isIsoDate(value) ? value : new Misfit('a date such as 2026-01-31');
        case 'time':
            return typeof value === 'string' && isIsoTime(value) ? value : new Misfit('a time such as 14:30:00');
        case 'timestamp':
            return (
                (typeof value === 'string' ? utcTimestamp(value) : undefined) ??
                new Misfit('a timestamp such as 2026-01-31T14:30:00Z')
            );
        case 'uuid':
            return typeof value === 'string' && UUID.test(value) ? value : new Misfit('a UUID');
        case 'json':
            return JSON.stringify(value);
        case 'text':
        case 'other':
            return fitText(value, type);
    }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;

function isNumber(value: JsonValue): boolean {
    return typeof value === 'number' || (typeof value === 'string' && NUMBER.test(value));
}

function fitInteger(value: JsonValue, { min, max }: ColumnType): string | Misfit {
    if (typeof value === 'boolean') return value ? '1' : '0';
    const isWhole = typeof value === 'number' ? Number.isSafeInteger(value) : isText(value, /^[+-]?\d{1,30}$/);
    if (!isWhole) return new Misfit('a whole number');
    const whole = BigInt(textOf(value).replace(/^\+/, ''));
    const fits = (min === undefined || whole >= min) && (max === undefined || whole <= max);
    return fits ? String(whole) : new Misfit(`a whole number from ${min} to ${max}`);
}

function fitDecimal(value: JsonValue, { precision, scale }: ColumnType): string | Misfit {
    if (!isNumber(value)) return new Misfit('a decimal number');
    const text = textOf(value);
    const match = /^[+-]?(\d*)\.?(\d*?)0*$/.exec(text);
    // Exponents are left to the database; they do not come from prices.
    if (!match || precision === undefined || scale === undefined) return text;
    const whole = (match[1] ?? '').replace(/^0+/, '').length;
    if (text.includes('.') && match[2]!.length > scale) return new Misfit(`at most ${scale} decimal places`);
    return whole <= precision - scale ? text : new Misfit(`at most ${precision - scale} digits before the point`);
}

function fitBoolean(value: JsonValue): string | Misfit {
    if (value === true || value === 1 || value === '1' || isText(value, /^true$/i)) return '1';
    if (value === false || value === 0 || value === '0' || isText(value, /^false$/i)) return '0';
    return new Misfit('true or false');
}

function fitText(value: JsonValue, { maxLength }: ColumnType): string | Misfit {
    const text = textOf(value);
    if (text.includes('\u0000')) return new Misfit('a text without NUL characters');
    if (maxLength !== undefined && text.length > maxLength && [...text].length > maxLength)
        return new Misfit(`a text of at most ${maxLength} characters`);
    return text;
}

function isText(value: JsonValue, pattern: RegExp): boolean {
    return typeof value === 'string' && pattern.test(value);
}
