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

function sizeOf(row: readonly unknown[]): number {
    let size = 0;
    for (const value of row) {
        if (typeof value === 'string') size += value.length;
        else if (typeof value === 'object' && value !== null) size += objectSize(value);
        else size += 8;
    }
    return size;
}

function objectSize(value: object): number {
    if (value instanceof Date) return 24;
    if (ArrayBuffer.isView(value)) return value.byteLength * 2;
    return JSON.stringify(value).length;
}
