import { JsonObject, JsonValue } from '../../shared/json';
import { didYouMean } from '../sdk/did-you-mean';
import { UserError } from '../sdk/errors';
import { EmptyCells, Parsing } from './parsing';

export interface ColumnOptions {
    /** False: the first row holds data, and columns are named by `columns`, else `column1`, `column2` … */
    headerRow: boolean;
    /** Names that replace those in the header row. */
    columns?: readonly string[];
    requiredColumns?: readonly string[];
    emptyCells: EmptyCells;
}

/**
 * Names of the columns of a table. Names are trimmed. A column without a name is called `column` and its position; two
 * columns with the same name are an error, since one of them would be lost.
 */
export function columnsFrom(
    firstRow: readonly string[],
    options: ColumnOptions,
    line: number,
    parsing: Parsing,
): string[] {
    const { file } = parsing;
    const given = options.columns;
    if (given && given.length !== firstRow.length) {
        throw new UserError(
            'column-count-differs',
            `The first row of "${file}" has ${firstRow.length} cells, but ${given.length} column names are configured.`,
            'Give one name for each column, in their order.',
            { file, line, field: 'columns' },
        );
    }
    const names = (given ?? (options.headerRow ? firstRow : firstRow.map(() => ''))).map(name => name.trim());
    const nameless: number[] = [];
    const seen = new Map<string, number>();
    const columns = names.map((name, index) => {
        if (name === '') nameless.push(index + 1);
        const column = name === '' ? `column${index + 1}` : name;
        const first = seen.get(column);
        if (first !== undefined) throw duplicate(column, first, index, file, line);
        if (column === '__proto__') throw reserved(column, file, line);
        seen.set(column, index);
        return column;
    });
    if (options.headerRow && nameless.length > 0) {
        parsing.warn(
            `${nameless.length === 1 ? 'Column' : 'Columns'} ${nameless.join(', ')} of "${file}" ${nameless.length === 1 ? 'has' : 'have'} no name in the header row and will be called ` +
                `${nameless.map(position => `"column${position}"`).join(', ')}.`,
        );
    }
    for (const required of options.requiredColumns ?? []) {
        if (!seen.has(required)) throw missing(required, columns, file, line);
    }
    return columns;
}

/** Puts a cell into a record as the option for empty cells says. */
export function putCell(record: JsonObject, column: string, value: JsonValue, emptyCells: EmptyCells): void {
    if (value !== '' || emptyCells === 'TEXT') record[column] = value;
    else if (emptyCells === 'NULL') record[column] = null;
}

function duplicate(column: string, first: number, second: number, file: string, line: number): UserError {
    return new UserError(
        'duplicate-column',
        `Columns ${first + 1} and ${second + 1} of "${file}" are both called "${column}", so one of them would be lost.`,
        'Rename one of them in the file, or give all names with `columns`.',
        { file, line, field: column },
    );
}

function reserved(column: string, file: string, line: number): UserError {
    return new UserError(
        'reserved-column',
        `A column of "${file}" is called "${column}", which cannot be the name of a field.`,
        'Rename the column in the file, or give all names with `columns`.',
        { file, line },
    );
}

function missing(required: string, columns: string[], file: string, line: number): UserError {
    const hint = didYouMean(required, columns);
    return new UserError(
        'missing-column',
        `"${file}" has no column "${required}". Its columns are: ${columns.join(', ')}.`,
        hint.startsWith('Did') ? hint : 'Add the column to the file, or correct `requiredColumns`.',
        { file, line, field: required },
    );
}
