import { JsonObject } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { ExtractedItem, OpenedFile } from '../../sdk/extractor';
import { ColumnOptions, columnsFrom, putCell } from '../columns';
import { PageBuffer, Pages, Parsing } from '../parsing';
import { columnName, SheetRow, sheetRowsHandler } from './sheet-rows';
import { readWorkbook } from './workbook';
import { xmlEvents } from './xml-events';
import { damaged, DEFAULT_ZIP_LIMITS, ZipArchive, ZipLimits } from './zip-archive';

export interface XlsxOptions extends ColumnOptions {
    /** Name, or position from 1; absent: the first sheet that is not hidden. */
    sheet?: string | number;
    maxRecordBytes: number;
    limits?: ZipLimits;
    /** How much of the sheet has been read, from 0 to 1. */
    onProgress?(share: number): void;
}

/**
 * Rows of one sheet, read as a stream; only the shared texts of the workbook are held. Text stays text; numbers are
 * numbers of 15 digits; dates become ISO text without zone; a cell with an error makes its row an error item.
 */
export async function* parseXlsx(file: OpenedFile, options: XlsxOptions, parsing: Parsing): Pages {
    parsing.signal.throwIfAborted();
    const zip = await ZipArchive.open(file.localPath, file.name, options.limits ?? DEFAULT_ZIP_LIMITS);
    const page = new PageBuffer();
    try {
        const facts = await readWorkbook(zip, file.name, options.sheet);
        const table = new SheetTable(options, parsing);
        const handler = sheetRowsHandler(facts, options.maxRecordBytes, row => table.add(row, page));
        let bytes = 0;
        const total = Math.max(1, zip.sizeOf(facts.part));
        for await (const chunkBytes of xmlEvents(zip.read(facts.part), handler)) {
            bytes += chunkBytes;
            options.onProgress?.(Math.min(1, bytes / total));
            parsing.signal.throwIfAborted();
            yield* page.take();
        }
        yield* page.take(true);
        if (!table.hasHeader) {
            throw new UserError(
                'file-empty',
                `The sheet "${facts.name}" of "${file.name}" is empty.`,
                'Choose another sheet, or check the export that makes the file.',
                { file: file.name, field: 'sheet' },
            );
        }
        if (table.records === 0)
            parsing.warn(`The sheet "${facts.name}" of "${file.name}" holds a header row, but no records.`);
    } catch (error) {
        parsing.signal.throwIfAborted();
        if (error instanceof UserError) throw error;
        throw damaged(file.name, (error as Error).message, error);
    } finally {
        zip.close();
    }
}

class SheetTable {
    records = 0;
    private columns: string[] | undefined;

    constructor(
        private readonly options: XlsxOptions,
        private readonly parsing: Parsing,
    ) {}

    get hasHeader(): boolean {
        return this.columns !== undefined;
    }

    add(row: SheetRow, page: PageBuffer): void {
        if (!this.columns) {
            const names = Array.from(row.cells, cell => (cell === undefined || cell === null ? '' : String(cell)));
            this.columns = columnsFrom(names, this.options, row.row, this.parsing);
            if (this.options.headerRow) return;
        }
        this.records++;
        page.add(this.item(row, this.columns));
    }

    private item({ row, cells, errorCell, tooLarge }: SheetRow, columns: string[]): ExtractedItem {
        const { file } = this.parsing;
        const refuse = (code: string, message: string, hint: string): ExtractedItem => ({
            error: new UserError(code, message, hint, { file, line: row }),
            line: row,
            raw: JSON.stringify(cells).slice(0, 1_000),
        });
        if (tooLarge) {
            return refuse(
                'record-too-large',
                `Row ${row} of "${file}" is larger than ${this.options.maxRecordBytes} bytes.`,
                'Shorten its cells, or raise maxRecordBytes.',
            );
        }
        if (errorCell) {
            return refuse(
                'cell-holds-error',
                `Cell ${errorCell.address} of "${file}" holds the error ${errorCell.value}.`,
                'Correct the formula in the workbook.',
            );
        }
        const extra = cells.findIndex((cell, i) => i >= columns.length && cell !== undefined);
        if (extra >= 0) {
            return refuse(
                'wrong-column-count',
                `Cell ${columnName(extra)}${row} of "${file}" stands outside the ${columns.length} columns of the header row.`,
                'Give the column a name in the header row, or empty the cell.',
            );
        }
        const record: JsonObject = {};
        for (let i = 0; i < columns.length; i++) putCell(record, columns[i]!, cells[i] ?? '', this.options.emptyCells);
        return { data: record, line: row };
    }
}
