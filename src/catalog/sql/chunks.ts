import type { Rows } from './base-session';

export interface ChunkLimits {
    maxRows: number;
    /** Of text and binary values, before escaping. */
    maxChars: number;
}

/** Cuts rows into pieces that one statement can carry; a single row above the limit still goes alone. */
export function* chunksOf(rows: Rows, { maxRows, maxChars }: ChunkLimits): Generator<Rows> {
    let start = 0;
    let chars = 0;
    for (let index = 0; index < rows.length; index++) {
        const size = sizeOf(rows[index] ?? []);
        if (index > start && (index - start >= maxRows || chars + size > maxChars)) {
            yield start === 0 && index === rows.length ? rows : rows.slice(start, index);
            start = index;
            chars = 0;
        }
        chars += size;
    }
    if (start < rows.length) yield start === 0 ? rows : rows.slice(start);
}

/** The same for a list of single values. */
export function* listsOf(values: readonly unknown[], limits: ChunkLimits): Generator<readonly unknown[]> {
    if (values.length <= limits.maxRows && sizeOf(values) <= limits.maxChars) {
        yield values;
        return;
    }
    const rows = values.map(value => [value]);
    for (const chunk of chunksOf(rows, limits)) yield chunk.map(([value]) => value);
}

function sizeOf(row: readonly unknown[]): number {
    let size = 0;
    for (const value of row) size += valueSize(value);
    return size;
}

function valueSize(value: unknown): number {
    if (typeof value === 'string') return value.length;
    return typeof value === 'object' && value !== null ? objectSize(value) : 8;
}

function objectSize(value: object): number {
    if (value instanceof Date) return 24;
    if (ArrayBuffer.isView(value)) return value.byteLength * 2;
    // About as long as its JSON, which is made only once, for the driver.
    let size = 2;
    if (Array.isArray(value)) for (const item of value as unknown[]) size += valueSize(item);
    else for (const name in value) size += name.length + 4 + valueSize((value as Record<string, unknown>)[name]);
    return size;
}
