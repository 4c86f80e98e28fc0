import type { JsonValue } from '../../../shared/json';

/** What a field of a record holds; undefined where the record has no such field. */
export type CellValue = JsonValue | undefined;

/** Null, empty text and no field at all are three things, and the number 12 is not the text 12. */
export type CellKind = 'text' | 'number' | 'true' | 'false' | 'null' | 'empty' | 'absent' | 'json';

/** Kinds that need no typing: choosing one is the whole edit. */
const fixed: Partial<Record<CellKind, CellValue>> = {
    true: true,
    false: false,
    null: null,
    empty: '',
    absent: undefined,
};

export const cellKinds: readonly CellKind[] = ['text', 'number', 'true', 'false', 'null', 'empty', 'absent', 'json'];

export const isFixed = (kind: CellKind): boolean => kind in fixed;

export function kindOf(value: CellValue): CellKind {
    if (value === undefined) return 'absent';
    if (value === null) return 'null';
    if (value === '') return 'empty';
    if (typeof value === 'string') return 'text';
    if (typeof value === 'number') return 'number';
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    return 'json';
}

/** As it is typed; empty for kinds that are chosen. */
export function textOf(value: CellValue): string {
    if (typeof value === 'string') return value;
    return value === undefined || isFixed(kindOf(value)) ? '' : JSON.stringify(value);
}

/** What an editor begins with: the kind stays unless another one is chosen, so 00123 stays text and 12 stays a number. */
export function draftOf(value: CellValue): { kind: CellKind; text: string } {
    const kind = kindOf(value);
    return { kind: kind === 'number' || kind === 'json' ? kind : 'text', text: textOf(value) };
}

export type ReadCell = { value: CellValue } | { problem: 'number' | 'precision' | 'json' };

export function readCell(kind: CellKind, text: string): ReadCell {
    if (isFixed(kind)) return { value: fixed[kind] };
    if (kind === 'text') return { value: text };
    if (kind === 'number') return readNumber(text.trim());
    try {
        return { value: JSON.parse(text) as JsonValue };
    } catch {
        return { problem: 'json' };
    }
}

export function isSame(a: CellValue, b: CellValue): boolean {
    return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

function readNumber(text: string): ReadCell {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return { problem: 'number' };
    const value = Number(text);
    if (!Number.isFinite(value)) return { problem: 'number' };
    // More digits than a number can hold would be stored as other ones.
    const digits = text
        .replace(/[eE].*$/, '')
        .replace(/\D/g, '')
        .replace(/^0+/, '')
        .replace(/0+$/, '');
    return digits.length > 15 ? { problem: 'precision' } : { value };
}
