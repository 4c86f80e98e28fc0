import type { JsonObject, JsonValue } from '../../../shared/json';
import type { TypeName } from './column-type';
import { isIsoDate, utcTimestamp } from './iso-time';

/** Types that a table is made with. */
export const INFERRED_TYPES = ['text', 'integer', 'decimal', 'float', 'boolean', 'date', 'timestamp', 'json'] as const;
export type InferredType = (typeof INFERRED_TYPES)[number] & TypeName;

export interface InferredColumn {
    name: string;
    type: InferredType;
}

/** Fields of the records in the order in which they come up, each with the one type that all its values have. */
export function inferColumns(records: readonly JsonObject[]): InferredColumn[] {
    const types = new Map<string, InferredType | undefined>();
    for (const record of records) {
        for (const [name, value] of Object.entries(record)) types.set(name, agree(types.get(name), inferType(value)));
    }
    return [...types].map(([name, type]) => ({ name, type: type ?? 'text' }));
}

/** The narrowest type that loses nothing; undefined for null, which says nothing. Leading zeros make a text: they mean something. */
export function inferType(value: JsonValue): InferredType | undefined {
    if (value === null) return undefined;
    if (typeof value === 'boolean') return 'boolean';
    if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'decimal';
    if (typeof value === 'object') return 'json';
    if (/^(0|-?[1-9]\d{0,17})$/.test(value)) return 'integer';
    if (/^(0|-?[1-9]\d*)$|^-?(0|[1-9]\d*)\.\d+$/.test(value)) return 'decimal';
    if (value === 'true' || value === 'false') return 'boolean';
    if (isIsoDate(value)) return 'date';
    return utcTimestamp(value) === undefined ? 'text' : 'timestamp';
}

const WIDER: readonly (readonly [InferredType, InferredType])[] = [
    ['integer', 'decimal'],
    ['date', 'timestamp'],
];

function agree(known: InferredType | undefined, next: InferredType | undefined): InferredType | undefined {
    if (known === undefined || next === undefined || known === next) return known ?? next;
    const wider = WIDER.find(([narrow, wide]) => [known, next].includes(narrow) && [known, next].includes(wide));
    return wider ? wider[1] : 'text';
}
