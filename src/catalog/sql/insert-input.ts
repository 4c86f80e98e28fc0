import type { Column } from './column';

type Rows = readonly (readonly unknown[])[];

/** A column, and where its values stand in a row. */
export interface InputColumn {
    column: Column;
    at: number;
}

/** A column that has the same value, as the driver wants it, in all rows. */
export interface ConstantColumn {
    column: Column;
    value: unknown;
}

/**
 * What is to be inserted. Much of a batch is alike in all rows: channel, language, the run. Such a value travels once, which
 * halves the work for tables like the ledger.
 */
export interface InsertInput {
    /** At least one. */
    varying: readonly InputColumn[];
    constants: readonly ConstantColumn[];
    rows: Rows;
}

/** So few rows are not worth a statement of another form. */
const MIN_ROWS = 20;

/** `added` are constants besides the columns of the rows. */
export function insertInput(columns: readonly Column[], rows: Rows, added: readonly ConstantColumn[]): InsertInput {
    const all = columns.map((column, at) => ({ column, at }));
    const alike = rows.length < MIN_ROWS ? [] : all.filter(({ at }) => isAlike(rows, at));
    if (alike.length === all.length) alike.shift();
    const constants = alike.map(({ column, at }) => ({ column, value: column.encode(rows[0]![at]) }));
    return {
        varying: all.filter(column => !alike.includes(column)),
        constants: [...constants, ...added],
        rows,
    };
}

/** Driver values: `first`, then those of all rows in one list, row after row. */
export function encodeVarying(varying: readonly InputColumn[], rows: Rows, first: readonly unknown[]): unknown[] {
    const parameters: unknown[] = new Array(first.length + rows.length * varying.length);
    let position = 0;
    for (const value of first) parameters[position++] = value;
    for (const row of rows) {
        for (const { column, at } of varying) parameters[position++] = column.encode(row[at]);
    }
    return parameters;
}

function isAlike(rows: Rows, at: number): boolean {
    const first = rows[0]![at];
    for (const row of rows) if (row[at] !== first) return false;
    return true;
}
