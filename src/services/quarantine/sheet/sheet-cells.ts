import { isJsonObject, isTooDeep, type JsonObject, type JsonValue } from '../../../../shared/json';
import { leavesOf } from '../../../../shared/leaves';
import { getPath } from '../../../../shared/path';
import { UserError } from '../../../sdk/errors';
import { checkPath, type PatchEntry } from '../record-patch';

/**
 * Records as rows of a spreadsheet. A cell is empty where the field is absent; `<null>` is null and `<empty>` is empty text.
 * Text that a spreadsheet would take for a formula or rewrite as a number or date begins with an apostrophe, which is not a part of
 * it. Empty lists and objects are `json:[]` and `json:{}`. A cell that comes back as it went out changes nothing, so that
 * the number 12 and the text 12 stay what they are.
 */
const NULL = '<null>';
const EMPTY = '<empty>';
const LONG = '<long>';
const JSON_PREFIX = 'json:';

/** Spreadsheets cut longer cells, and the rest would be lost when the file comes back. */
const maxCellLength = 32_000;

/** Values of the record by column, in the order of its fields. */
export function cellsOf(record: JsonObject): Map<string, string> {
    const cells = new Map<string, string>();
    for (const [path, value] of leavesOf(record)) cells.set(path, cellOf(value));
    return cells;
}

/** What a row that came back changes in the record: first what is set, then what is removed, lists from their end. */
export function changesOf(record: JsonObject | null, row: ReadonlyMap<string, string>): PatchEntry[] {
    const before = cellsOf(record ?? {});
    const set: PatchEntry[] = [];
    const removed: PatchEntry[] = [];
    for (const [path, cell] of row) {
        const was = before.get(path) ?? '';
        if (isUnchanged(cell, was)) continue;
        if (cell === '') removed.unshift({ path, op: 'REMOVE' });
        else set.push({ path, op: 'SET', value: valueOf(path, cell, record ? getPath(record, path) : undefined) });
    }
    return [...set, ...removed];
}

export function headerOf(path: string, isTaken: (name: string) => boolean): string {
    const isPlain = path !== '' && path === path.trim() && !path.startsWith(JSON_PREFIX) && !isTaken(path);
    return isPlain ? guarded(path) : JSON_PREFIX + JSON.stringify(path);
}

export function pathOf(header: string): string {
    const name = unguarded(header);
    const path = name.startsWith(JSON_PREFIX) ? parsed(name.slice(JSON_PREFIX.length), name) : name;
    if (typeof path === 'string') {
        checkPath(path);
        return path;
    }
    throw new UserError('sheet-column-invalid', `The column "${name}" names no field.`, 'Write the path of a field.');
}

/** RFC 4180. */
export function csvLine(cells: readonly string[]): string {
    return `${cells.map(cell => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}

/** For cells beside the record, such as messages. */
export const guarded = (text: string): string => (needsGuard(text) ? `'${text}` : text);

function unguarded(cell: string): string {
    return cell.startsWith("'") ? cell.slice(1) : cell;
}

/** Dates, times, shares and amounts with signs between their digits: they come back as the country of the program writes them. */
const DIGITS_AND_SIGNS = /^\d[\d\s.,:/%+-]*(T[\d.:+-]+Z?|[ap]m?)?$/i;
const MONTH =
    '(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)';
const NAMED_MONTH = new RegExp(`^(${MONTH}[\\s.,/-]*\\d|\\d{1,2}[\\s./-]*${MONTH}\\b)[\\d\\s.,:/-]*$`, 'i');

/** `=` and its like begin formulas; `00123`, `1e5`, dates and long digits come back as other text. Plain numbers do no harm. Some programs take the wide forms of the signs too. */
function needsGuard(text: string): boolean {
    if (/^['\t\r]/.test(text)) return true;
    const number = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(number)) return String(number) !== text;
    if (DIGITS_AND_SIGNS.test(text) || NAMED_MONTH.test(text) || /^(true|false)$/i.test(text)) return true;
    return /^\s*[=+\-@＝＋－＠]/.test(text);
}

function cellOf(value: JsonValue): string {
    const cell = shortCellOf(value);
    return cell.length > maxCellLength ? LONG : cell;
}

function shortCellOf(value: JsonValue): string {
    if (value === null) return NULL;
    if (value === '') return EMPTY;
    if (typeof value === 'object') return JSON_PREFIX + JSON.stringify(value);
    if (typeof value !== 'string') return String(value);
    const isMarker = [NULL, EMPTY, LONG].includes(value) || value.startsWith(JSON_PREFIX) || value !== value.trim();
    return isMarker ? `'${value}` : guarded(value);
}

/** A spreadsheet may write other line ends. */
function isUnchanged(cell: string, was: string): boolean {
    return cell === was || (cell.includes('\n') && cell.replaceAll('\r\n', '\n') === was.replaceAll('\r\n', '\n'));
}

function valueOf(path: string, cell: string, before: JsonValue | undefined): JsonValue {
    if (cell === NULL) return null;
    if (cell === EMPTY) return '';
    if (cell.startsWith("'")) return unguarded(cell);
    if (cell.startsWith(JSON_PREFIX)) return parsed(cell.slice(JSON_PREFIX.length), path);
    if (cell === LONG) {
        throw new UserError(
            'sheet-cell-invalid',
            `"${path}" is ${LONG}, which stands for a long value that this record does not have there.`,
            'Leave such cells where they are.',
            { field: path },
        );
    }
    if (typeof before === 'number' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(cell)) return Number(cell);
    if (typeof before === 'boolean' && /^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
    if (isJsonObject(before) || Array.isArray(before)) {
        throw new UserError(
            'sheet-cell-invalid',
            `"${path}" is a list or an object, and the cell is plain text.`,
            `Begin the cell with ${JSON_PREFIX}, or change the cells of its fields.`,
            { field: path },
        );
    }
    return cell;
}

function parsed(text: string, path: string): JsonValue {
    try {
        const value = JSON.parse(text) as JsonValue;
        if (!isTooDeep(value)) return value;
    } catch {
        // Said below.
    }
    throw new UserError('sheet-cell-invalid', `"${path}" is not JSON after "${JSON_PREFIX}".`, 'Correct the cell.', {
        field: path,
    });
}
