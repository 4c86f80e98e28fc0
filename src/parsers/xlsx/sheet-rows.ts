import { JsonPrimitive } from '../../../shared/json';
import { valueOf } from './number-formats';
import { SheetFacts } from './workbook';
import { XmlHandler } from './xml-events';

export interface SheetRow {
    /** One-based, as the spreadsheet shows it. */
    row: number;
    /** By column; absent cells are undefined. */
    cells: (JsonPrimitive | undefined)[];
    /** First cell that holds an error such as #N/A. */
    errorCell?: { address: string; value: string };
    tooLarge: boolean;
}

/** Columns of the largest sheet that the format allows. */
const MAX_COLUMNS = 16_384;

/** Puts the cells of a sheet's XML together to rows. */
export function sheetRowsHandler(facts: SheetFacts, maxRecordBytes: number, emit: (row: SheetRow) => void): XmlHandler {
    let row: SheetRow | undefined;
    let lastRow = 0;
    let bytes = 0;
    let column = -1;
    let type = 'n';
    let style = 0;
    let value = '';
    let collecting = false;
    let inPhonetic = false;
    return {
        open(name, attributes) {
            if (name === 'row') {
                lastRow = attributes['r'] === undefined ? lastRow + 1 : Number(attributes['r']);
                row = { row: lastRow, cells: [], tooLarge: false };
                column = -1;
                bytes = 0;
            } else if (name === 'c' && row) {
                column = attributes['r'] === undefined ? column + 1 : columnIndex(attributes['r']);
                type = attributes['t'] ?? 'n';
                style = Number(attributes['s'] ?? 0);
                value = '';
            } else if (name === 'rPh') inPhonetic = true;
            else if (name === 'v' || (name === 't' && !inPhonetic)) collecting = row !== undefined;
        },
        text(text) {
            if (!collecting || !row || row.tooLarge) return;
            value += text;
            if (bytes + value.length > maxRecordBytes) row.tooLarge = true;
        },
        close(name) {
            if (name === 'v' || name === 't') collecting = false;
            else if (name === 'rPh') inPhonetic = false;
            else if (name === 'c' && row && column >= 0 && column < MAX_COLUMNS && !row.tooLarge) {
                const cell = cellValue(type, value, style, facts);
                if (typeof cell === 'string') bytes += cell.length;
                if (bytes > maxRecordBytes) row.tooLarge = true;
                if (cell !== undefined && cell !== '') row.cells[column] = cell;
                if (type === 'e') row.errorCell ??= { address: `${columnName(column)}${row.row}`, value };
            } else if (name === 'row' && row) {
                const finished = row;
                row = undefined;
                // Formatted but empty rows are no records.
                if (finished.cells.length > 0 || finished.tooLarge) emit(finished);
            }
        },
    };
}

function cellValue(type: string, value: string, style: number, facts: SheetFacts): JsonPrimitive | undefined {
    switch (type) {
        case 's':
            return value === '' ? undefined : unescaped(facts.strings.get(Number(value)));
        case 'b':
            return value === '' ? undefined : value === '1' || value === 'true';
        case 'n':
            return value === '' ? undefined : valueOf(value, facts.kinds[style] ?? { kind: 'NUMBER' }, facts.date1904);
        default:
            // inlineStr, str (a formula's text), d (an ISO date) and e are text already.
            return unescaped(value);
    }
}

/** Characters that XML does not keep are written as `_x000D_`, and an underscore that would look like it as `_x005F_`. */
function unescaped(text: string | undefined): string | undefined {
    if (!text?.includes('_x')) return text;
    return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

function columnIndex(address: string): number {
    let index = 0;
    for (let i = 0; i < address.length; i++) {
        const letter = address.charCodeAt(i) - 64;
        if (letter < 1 || letter > 26) break;
        index = index * 26 + letter;
    }
    return index - 1;
}

export function columnName(index: number): string {
    let name = '';
    for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
        name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
    return name;
}
