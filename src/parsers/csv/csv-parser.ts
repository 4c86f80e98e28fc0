import { JsonObject } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { ExtractedItem } from '../../sdk/extractor';
import { ColumnOptions, columnsFrom, putCell } from '../columns';
import { PageBuffer, PAGE_ITEMS, Pages, Parsing } from '../parsing';
import { TextSource } from '../text/text-source';
import { CsvDialect, guessDialect } from './csv-dialect';
import { CsvFrame, CsvFramer, FrameProblem } from './csv-framer';
import { cellsOfQuotedRow } from './quoted-row';

export interface CsvOptions extends ColumnOptions {
    /** Guessed from the first lines if absent. */
    delimiter?: string;
    /** One ASCII character; empty: nothing is quoted. */
    quote: string;
    /** Blanks around cells are removed, quoted cells excepted. */
    trimCells: boolean;
    /** A larger record becomes an error item; it is never held as a whole. */
    maxRecordBytes: number;
    /** A file with more is refused: each record is an object with all of them. Default: no limit but the size of a record. */
    maxColumns?: number;
}

/** Enough to hold the first lines of any sane file. */
const HEAD_BYTES = 64 * 1024;

type GoodFrame = Extract<CsvFrame, { problem?: undefined }>;

/**
 * RFC 4180, line by line of the source: values are text, empty lines are left out, a malformed record becomes an
 * error item and the rest goes on.
 */
export async function* parseCsv(source: TextSource, options: CsvOptions, parsing: Parsing): Pages {
    let reader: CsvReader | undefined;
    const page = new PageBuffer();
    let head: Buffer[] = [];
    let headBytes = 0;
    const begin = () => {
        const text = Buffer.concat(head);
        head = [];
        reader = new CsvReader(guessDialect(text.toString('utf8', 0, HEAD_BYTES), options.quote), options, parsing);
        reader.push(text);
    };
    for await (const chunk of source.chunks()) {
        if (reader) reader.push(chunk);
        else {
            head.push(chunk);
            headBytes += chunk.length;
            if (headBytes < HEAD_BYTES) continue;
            begin();
        }
        while (reader!.read(page)) yield* page.take();
    }
    if (!reader) begin();
    reader!.end();
    while (reader!.read(page)) yield* page.take();
    yield* page.take(true);
    reader!.finish();
}

class CsvReader {
    private readonly framer: CsvFramer;
    private readonly delimiter: string;
    private skipsFirst: boolean;
    private columns: string[] | undefined;
    private records = 0;

    constructor(
        dialect: CsvDialect,
        private readonly options: CsvOptions,
        private readonly parsing: Parsing,
    ) {
        this.delimiter = options.delimiter ?? dialect.delimiter;
        this.skipsFirst = dialect.isDeclared;
        this.framer = new CsvFramer({
            delimiter: this.delimiter,
            quote: options.quote,
            newline: dialect.newline,
            maxRecordBytes: options.maxRecordBytes,
            trim: options.trimCells,
        });
    }

    push(chunk: Buffer): void {
        this.framer.push(chunk);
    }

    end(): void {
        this.framer.end();
    }

    finish(): void {
        if (this.records === 0) this.parsing.warn(`"${this.parsing.file}" holds a header row, but no records.`);
    }

    /** Adds up to a page of items; false when more text is needed. */
    read(page: PageBuffer): boolean {
        this.parsing.signal.throwIfAborted();
        let added = 0;
        for (let frame = this.framer.next(); frame; frame = this.framer.next()) {
            if (this.skipsFirst) {
                this.skipsFirst = false;
                continue;
            }
            if (!this.columns && this.readHeader(frame)) continue;
            page.add(this.item(frame));
            if (++added === PAGE_ITEMS) break;
        }
        this.records += added;
        return added > 0;
    }

    /** True when the row was the header, false when it holds data already. */
    private readHeader(frame: CsvFrame): boolean {
        if (frame.problem !== undefined) {
            const problem = this.explain(frame, frame.problem);
            throw new UserError(
                problem.code,
                `The first row of "${this.parsing.file}" cannot be read. ${problem.message}`,
                problem.hint,
                problem.place,
            );
        }
        const cells = this.cellsOf(frame);
        if (cells instanceof UserError) throw cells;
        const { maxColumns = Infinity } = this.options;
        if (cells.length > maxColumns) throw this.tooWide(cells.length, maxColumns);
        const names = cells.map(cell => cell ?? '');
        this.columns = columnsFrom(names, this.options, frame.line, this.parsing);
        this.framer.expectedColumns = this.columns.length;
        return this.options.headerRow;
    }

    private item(frame: CsvFrame): ExtractedItem {
        const { line } = frame;
        const cells = this.cellsOf(frame);
        if (cells instanceof UserError) {
            return { error: cells, line, raw: frame.problem === undefined ? frame.text.slice(0, 1_000) : frame.raw };
        }
        const columns = this.columns!;
        if (cells.length !== columns.length) {
            return {
                error: this.wrongCount(frame, cells.length),
                line,
                raw: (frame as GoodFrame).text.slice(0, 1_000),
            };
        }
        const record: JsonObject = {};
        const { emptyCells } = this.options;
        for (let i = 0; i < columns.length; i++) {
            const cell = cells[i]!;
            // A quoted empty cell arrives as null here: it is empty text whatever the option says.
            if (cell === null) record[columns[i]!] = '';
            else if (emptyCells === 'TEXT') record[columns[i]!] = cell;
            else putCell(record, columns[i]!, cell, emptyCells);
        }
        return frame.lastLine === line ? { data: record, line } : { data: record, line, lastLine: frame.lastLine };
    }

    private cellsOf(frame: CsvFrame): (string | null)[] | UserError {
        if (frame.problem !== undefined) return this.explain(frame, frame.problem);
        const { trimCells: trim, quote } = this.options;
        if (frame.quoted) {
            const cells = cellsOfQuotedRow(frame.text, { delimiter: this.delimiter, quote, trim });
            return cells ?? this.explain(frame, 'TEXT_AFTER_QUOTE');
        }
        const cells = frame.text.split(this.delimiter);
        return trim ? cells.map(cell => cell.trim()) : cells;
    }

    private tooWide(got: number, maxColumns: number): UserError {
        const { file } = this.parsing;
        return new UserError(
            'too-many-columns',
            `"${file}" has ${got} columns, and no more than ${maxColumns} are read here.`,
            'Leave out columns that are not needed.',
            { file },
        );
    }

    private wrongCount(frame: CsvFrame, got: number): UserError {
        const expected = this.columns!.length;
        return new UserError(
            'wrong-column-count',
            `Line ${frame.line} of "${this.parsing.file}" has ${got} ${got === 1 ? 'cell' : 'cells'}, but there are ${expected} columns.`,
            got > expected
                ? `A cell that contains ${visible(this.delimiter)} must stand in quotes.`
                : `Write empty cells too, or check that ${visible(this.delimiter)} is the delimiter of this file.`,
            { file: this.parsing.file, line: frame.line },
        );
    }

    private explain(frame: CsvFrame, problem: FrameProblem): UserError {
        const { line, lastLine } = frame;
        const { quote, maxRecordBytes } = this.options;
        switch (problem) {
            case 'STRAY_QUOTE':
                return this.malformed(
                    line,
                    `there is a ${quote} within a cell that does not begin with one.`,
                    `Put the cell in quotes and write ${quote}${quote} for each quote in it, or set quote to "" if this file has no quoted cells; set trimCells if blanks stand before quotes.`,
                );
            case 'TEXT_AFTER_QUOTE':
                return this.malformed(
                    line,
                    `a quoted cell begins here and is followed by text after its closing ${quote}.`,
                    `Write ${quote}${quote} for each quote within the cell; set trimCells if blanks stand after quotes.`,
                );
            case 'UNCLOSED_QUOTE':
                return this.malformed(
                    line,
                    `a cell begins with ${quote} and has no closing one.`,
                    `Add the missing ${quote}.`,
                );
            case 'TOO_LARGE':
                return new UserError(
                    'record-too-large',
                    `The record at line ${line} of "${this.parsing.file}" is larger than ${maxRecordBytes} bytes` +
                        (lastLine > line ? `; everything up to line ${lastLine} belongs to it.` : '.'),
                    `Shorten its cells, look for a missing closing ${quote || 'line break'}, or raise maxRecordBytes.`,
                    { file: this.parsing.file, line },
                );
        }
    }

    private malformed(line: number, what: string, hint: string): UserError {
        const { file } = this.parsing;
        return new UserError('malformed-line', `Line ${line} of "${file}" is malformed: ${what}`, hint, { file, line });
    }
}

function visible(delimiter: string): string {
    return delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
}
