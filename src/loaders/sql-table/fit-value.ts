import { JsonValue, textOf } from '../../../shared/json';
import type { ColumnType } from './column-type';
import { cutFraction, isIsoDate, isIsoTime, utcTimestamp } from './iso-time';

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
            return typeof value === 'string' && isIsoTime(value)
                ? cutFraction(value, type.fractionDigits)
                : new Misfit('a time such as 14:30:00');
        case 'timestamp':
            return fitTimestamp(value, type);
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
    if (precision === undefined || scale === undefined) return textOf(value);
    const text = withoutExponent(textOf(value));
    const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
    if (/[1-9]/.test(fraction.slice(scale))) return new Misfit(`at most ${scale} decimal places`);
    const fits = whole.replace(/^0+/, '').length <= precision - scale;
    return fits ? text : new Misfit(`at most ${precision - scale} digits before the point`);
}

/** `1.5e-7` with all its digits: databases would round it to the column without a word. */
export function withoutExponent(text: string): string {
    const match = /^([+-]?)(\d*)\.?(\d*)[eE]([+-]?\d+)$/.exec(text);
    if (!match) return text;
    const [, sign = '', whole = '', fraction = '', exponent] = match;
    const point = whole.length + Number(exponent);
    const digits = point > 0 ? (whole + fraction).padEnd(point, '0') : '0'.repeat(1 - point) + whole + fraction;
    const behind = digits.slice(Math.max(1, point));
    return sign + digits.slice(0, Math.max(1, point)) + (behind === '' ? '' : `.${behind}`);
}

function fitTimestamp(value: JsonValue, { fractionDigits }: ColumnType): string | Misfit {
    const text = typeof value === 'string' ? utcTimestamp(value) : undefined;
    return text === undefined
        ? new Misfit('a timestamp such as 2026-01-31T14:30:00Z')
        : cutFraction(text, fractionDigits);
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
