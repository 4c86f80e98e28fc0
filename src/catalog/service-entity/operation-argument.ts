import { isJsonObject, type JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { instantOf } from '../../sdk/instant';
import { shown } from '../product/record-check';

/** Of an argument, as a configurable operation of the shop declares it. */
export interface ArgumentDefinition {
    type: string;
    list?: boolean;
}

const SCALARS: Record<string, [says: string, isSo: (text: string) => boolean]> = {
    int: ['a whole number', text => /^[+-]?\d+$/.test(text)],
    float: ['a number', text => text.trim() !== '' && Number.isFinite(Number(text))],
    boolean: ['true or false', text => /^(true|false)$/i.test(text)],
    datetime: ['a date in ISO 8601, such as "2026-01-31T12:00:00Z"', text => instantOf(text) !== undefined],
};

/**
 * The text that Vendure keeps. Its services take any, and whoever orders then meets a price that is no number, or the error
 * of a list that cannot be read.
 */
export function argumentText(given: JsonValue, { type, list }: ArgumentDefinition, field: string): string {
    const text = textOf(given);
    // An argument that is left empty has no value, of whatever type.
    if (text === '') return text;
    if (!list) {
        assertScalar(given, type, field);
        return text;
    }
    const items = Array.isArray(given) ? given : itemsIn(given);
    if (!items) throw refused(field, given, 'a list', 'Make one with split.');
    items.forEach((item, i) => assertScalar(item, type, `${field}[${i}]`));
    return text;
}

function assertScalar(given: JsonValue, type: string, field: string): void {
    const [says, isSo] = SCALARS[type] ?? ['text', () => true];
    const isScalar = given !== null && typeof given !== 'object';
    if (!isScalar || !isSo(textOf(given))) throw refused(field, given, says, 'Correct the value.');
}

function itemsIn(given: JsonValue): JsonValue[] | undefined {
    try {
        const parsed: unknown = JSON.parse(textOf(given));
        return Array.isArray(parsed) ? parsed : undefined;
    } catch {
        return undefined;
    }
}

function textOf(value: JsonValue): string {
    return typeof value === 'string' ? value : JSON.stringify(isJsonObject(value) ? { ...value } : value);
}

function refused(field: string, got: JsonValue, says: string, hint: string): UserError {
    return new UserError('invalid-argument', `${field} must be ${says}, got ${shown(got)}.`, hint, { field, got });
}
