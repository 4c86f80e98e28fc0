import type { FieldPath } from './field-path';

/** One side of a change as a person reads it. Absent, null and empty are three things. */
export type Value =
    | { kind: 'absent' }
    | { kind: 'null' }
    | { kind: 'empty'; of: 'text' | 'list' | 'object' }
    | { kind: 'text'; text: string }
    | { kind: 'number'; number: number }
    | { kind: 'yes-no'; isYes: boolean }
    | { kind: 'money'; amount: number; currencyCode: string }
    | { kind: 'moment'; at: string }
    | { kind: 'reference'; name: string }
    | { kind: 'list'; items: string[]; areReferences: boolean }
    | { kind: 'structure'; json: string };

/** What a value is told of besides itself. */
export interface ValueContext extends FieldPath {
    /** Of the entity as a whole, such as an order: the currency of its sums. */
    entityCurrencyCode?: string;
}

/** Fields that name other entities. */
const references = new Set([
    'assets', 'category', 'channels', 'country', 'customer', 'facetValues', 'featuredAsset', 'groups', 'members',
    'optionGroups', 'options', 'parent', 'product', 'roles', 'tags', 'taxCategory', 'user', 'zone',
]); // prettier-ignore

const sums = new Set(['subTotal', 'subTotalWithTax', 'shipping', 'shippingWithTax', 'total', 'totalWithTax']);

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** Whether it is deleted is what people ask: a deletion has no time of its own before it is written. */
export function valueOf(value: unknown, exists: boolean, context: ValueContext): Value {
    if (context.field === 'deletedAt') return { kind: 'yes-no', isYes: !exists || value !== null };
    if (!exists) return { kind: 'absent' };
    if (value === null || value === undefined) return { kind: 'null' };
    if (Array.isArray(value)) return listOf(value, context);
    switch (typeof value) {
        case 'string':
            return textOf(value, context);
        case 'number':
            return numberOf(value, context);
        case 'boolean':
            return { kind: 'yes-no', isYes: value };
        default:
            if (Object.keys(value).length === 0) return { kind: 'empty', of: 'object' };
            return { kind: 'structure', json: JSON.stringify(value, null, 2) };
    }
}

function listOf(value: unknown[], { field, isCustom }: ValueContext): Value {
    if (value.length === 0) return { kind: 'empty', of: 'list' };
    return { kind: 'list', items: value.map(itemText), areReferences: !isCustom && references.has(field) };
}

function textOf(text: string, { field, isCustom }: ValueContext): Value {
    if (text === '') return { kind: 'empty', of: 'text' };
    if (moment.test(text)) return { kind: 'moment', at: text };
    if (!isCustom && references.has(field)) return { kind: 'reference', name: text };
    return { kind: 'text', text };
}

function numberOf(number: number, { field, currencyCode, entityCurrencyCode, isCustom }: ValueContext): Value {
    const currency = currencyCode ?? (!isCustom && sums.has(field) ? entityCurrencyCode : undefined);
    return currency ? { kind: 'money', amount: number, currencyCode: currency } : { kind: 'number', number };
}

export const itemText = (item: unknown): string => (typeof item === 'string' ? item : JSON.stringify(item));
