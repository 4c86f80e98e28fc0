/** The text of one record, or a place where none could be cut out. Lines count from 1. */
export type CsvFrame =
    | { text: string; quoted: boolean; line: number; lastLine: number; problem?: undefined }
    | { problem: FrameProblem; raw: string; line: number; lastLine: number };

export type FrameProblem = 'STRAY_QUOTE' | 'TEXT_AFTER_QUOTE' | 'UNCLOSED_QUOTE' | 'TOO_LARGE';

export interface CsvFramerOptions {
    delimiter: string;
    /** Empty: nothing is quoted. */
    quote: string;
    newline: '\n' | '\r';
    maxRecordBytes: number;
    /** Blanks around quotes are allowed. */
    trim: boolean;
}

const LF = 10;
const CR = 13;
const RAW_BYTES = 1_000;
/** Longest delimiter; as much is kept when a record is skipped, to see what stands before a quote. */
const LOOK_BACK = 8;
const ROWS_TO_COMPARE = 20;

/**
 * Cuts CSV text into records without holding more than one of them, so that one bad record costs only itself.
 *
 * - A record whose quotes are wrong loses its first line; reading goes on with the line after it. A forgotten closing
 *   quote therefore does not swallow the rest of the file.
 * - A record above the limit is passed over without being held. If its text looks like rows of this file, the cause is
 *   a forgotten closing quote, and only its first line is lost.
 *
 * The frames depend on the text only, not on where its chunks end.
 */
export class CsvFramer {
    /** Known after the header; tells rows from text, see above. */
    expectedColumns = 0;

    private buffer: Buffer = Buffer.alloc(0);
    private ended = false;
    /** First byte of the open record, and how far it has been looked at. */
    private start = 0;
    private scan = 0;
    private line = 1;
    /** LINE: the rest of the line is passed over, quotes mean nothing. */
    private mode: 'PLAIN' | 'QUOTED' | 'LINE' = 'PLAIN';
    private sawQuote = false;
    private problem: FrameProblem | undefined;
    /** Set while a record above the limit is passed over. */
    private skipped: { line: number; raw: string; problem: FrameProblem } | undefined;
    /** Found ahead once, so that no byte is searched twice. */
    private nextQuote = -1;
    private nextNewline = -1;

    private readonly newline: number;
    private readonly quote: number;
    private readonly delimiter: Buffer;

    constructor(private readonly options: CsvFramerOptions) {
        this.newline = options.newline === '\r' ? CR : LF;
        this.quote = options.quote === '' ? -1 : options.quote.charCodeAt(0);
        this.delimiter = Buffer.from(options.delimiter, 'utf8');
    }

    push(chunk: Buffer): void {
        this.buffer =
            this.start < this.buffer.length ? Buffer.concat([this.buffer.subarray(this.start), chunk]) : chunk;
        this.scan -= this.start;
        this.start = 0;
        this.forgetAhead();
    }

    end(): void {
        this.ended = true;
    }

    /** The next record; undefined when more text is needed, or after the last one. */
    next(): CsvFrame | undefined {
        for (;;) {
            const found = this.step();
            if (found === 'MORE') return undefined;
            if (found !== 'AGAIN') return found;
        }
    }

    private step(): CsvFrame | 'MORE' | 'AGAIN' {
        if (this.mode === 'QUOTED') return this.stepQuoted();
        const quoteAt = this.mode === 'LINE' ? Infinity : this.quoteFrom(this.scan);
        const newlineAt = this.newlineFrom(this.scan);
        const event = Math.min(quoteAt, newlineAt, this.buffer.length);
        if (event - this.start > this.options.maxRecordBytes && !this.skipped) return this.overflow();
        if (newlineAt < quoteAt) return this.finish(newlineAt, newlineAt + 1);
        if (quoteAt === Infinity) {
            this.scan = this.buffer.length;
            if (!this.ended) return this.needMore();
            return this.start < this.buffer.length || this.skipped
                ? this.finish(this.buffer.length, this.buffer.length)
                : 'MORE';
        }
        if (this.isFieldStart(quoteAt)) {
            this.mode = 'QUOTED';
            this.sawQuote = true;
        } else this.problem ??= 'STRAY_QUOTE';
        this.scan = quoteAt + 1;
        return 'AGAIN';
    }

    private stepQuoted(): CsvFrame | 'MORE' | 'AGAIN' {
        const at = this.quoteFrom(this.scan);
        if (Math.min(at, this.buffer.length) - this.start > this.options.maxRecordBytes && !this.skipped) {
            return this.overflow();
        }
        if (at === Infinity) {
            this.scan = this.buffer.length;
            if (!this.ended) return this.needMore();
            if (this.skipped) return this.finish(this.buffer.length, this.buffer.length);
            return this.giveUpFirstLine('UNCLOSED_QUOTE');
        }
        const after = this.afterClosingQuote(at);
        if (after === 'MORE') {
            this.scan = at;
            return this.needMore();
        }
        if (after === 'ESCAPED') {
            this.scan = at + 2;
            return 'AGAIN';
        }
        if (after === 'TEXT') {
            if (!this.skipped) return this.giveUpFirstLine('TEXT_AFTER_QUOTE');
            this.mode = 'LINE';
            this.scan = at + 1;
            return 'AGAIN';
        }
        this.mode = 'PLAIN';
        this.scan = after;
        return 'AGAIN';
    }

    /** Position after a closing quote and blanks that may follow it; or what stands there instead of an end of field. */
    private afterClosingQuote(at: number): number | 'MORE' | 'ESCAPED' | 'TEXT' {
        const { buffer } = this;
        if (buffer[at + 1] === this.quote) return 'ESCAPED';
        let after = at + 1;
        if (this.options.trim) while (this.isBlank(buffer[after])) after++;
        if (after === buffer.length) return this.ended ? after : 'MORE';
        if (buffer[after] === this.newline) return after;
        if (!this.ended && after + Math.max(2, this.delimiter.length) > buffer.length) return 'MORE';
        if (this.newline === LF && buffer[after] === CR && buffer[after + 1] === LF) return after;
        return this.isDelimiter(after) ? after : 'TEXT';
    }

    private finish(end: number, next: number): CsvFrame | 'AGAIN' {
        const line = this.skipped?.line ?? this.line;
        const lastLine = this.sawQuote || this.skipped ? this.line + this.newlinesBetween(this.start, end) : this.line;
        const crlf = this.newline === LF && end > this.start && this.buffer[end - 1] === CR;
        const text = crlf ? end - 1 : end;
        let frame: CsvFrame | 'AGAIN';
        if (this.skipped) frame = { ...this.skipped, lastLine };
        else if (this.problem) frame = { problem: this.problem, raw: this.raw(text), line, lastLine };
        else if (text === this.start) frame = 'AGAIN';
        else frame = { text: this.buffer.toString('utf8', this.start, text), quoted: this.sawQuote, line, lastLine };
        this.restart(next, lastLine + 1);
        return frame;
    }

    private overflow(): 'AGAIN' {
        if (this.mode === 'QUOTED' && this.looksLikeRows()) return this.giveUpFirstLine('UNCLOSED_QUOTE');
        this.skipped = { line: this.line, raw: this.raw(this.buffer.length), problem: 'TOO_LARGE' };
        return 'AGAIN';
    }

    /** Goes back to the start of the record and passes over its first line only. */
    private giveUpFirstLine(problem: FrameProblem): 'AGAIN' {
        this.problem = problem;
        this.mode = 'LINE';
        this.scan = this.start;
        this.forgetAhead();
        return 'AGAIN';
    }

    private needMore(): 'MORE' {
        if (this.skipped) {
            const keepFrom = Math.max(this.start, this.scan - LOOK_BACK);
            this.line += this.newlinesBetween(this.start, keepFrom);
            this.start = keepFrom;
        }
        return 'MORE';
    }

    private restart(at: number, line: number): void {
        this.start = at;
        this.scan = at;
        this.line = line;
        this.mode = 'PLAIN';
        this.sawQuote = false;
        this.problem = undefined;
        this.skipped = undefined;
    }

    /** Whether the lines after the first one have as many cells as the header. */
    private looksLikeRows(): boolean {
        const sample = this.buffer.toString('latin1', this.start, this.start + this.options.maxRecordBytes);
        const delimiter = this.delimiter.toString('latin1');
        // The last line may be cut off.
        const rows = sample.split(this.options.newline).slice(1, -1).slice(0, ROWS_TO_COMPARE);
        return (
            this.expectedColumns > 1 &&
            rows.length >= 2 &&
            rows.every(row => row.split(delimiter).length === this.expectedColumns)
        );
    }

    private quoteFrom(position: number): number {
        if (this.quote === -1) return Infinity;
        if (this.nextQuote < position) {
            const at = this.buffer.indexOf(this.quote, position);
            this.nextQuote = at === -1 ? Infinity : at;
        }
        return this.nextQuote;
    }

    private newlineFrom(position: number): number {
        if (this.nextNewline < position) {
            const at = this.buffer.indexOf(this.newline, position);
            this.nextNewline = at === -1 ? Infinity : at;
        }
        return this.nextNewline;
    }

    private forgetAhead(): void {
        this.nextQuote = -1;
        this.nextNewline = -1;
    }

    private isFieldStart(at: number): boolean {
        let before = at;
        if (this.options.trim) while (before > this.start && this.isBlank(this.buffer[before - 1])) before--;
        if (before === this.start) return !this.skipped;
        return before - this.delimiter.length >= this.start && this.isDelimiter(before - this.delimiter.length);
    }

    private isDelimiter(at: number): boolean {
        for (let i = 0; i < this.delimiter.length; i++) if (this.buffer[at + i] !== this.delimiter[i]) return false;
        return true;
    }

    private isBlank(byte: number | undefined): boolean {
        return (byte === 32 || byte === 9) && byte !== this.delimiter[0];
    }

    private newlinesBetween(from: number, to: number): number {
        let count = 0;
        for (
            let i = this.buffer.indexOf(this.newline, from);
            i !== -1 && i < to;
            i = this.buffer.indexOf(this.newline, i + 1)
        )
            count++;
        return count;
    }

    private raw(end: number): string {
        // The cut may fall within a character.
        return this.buffer.toString('utf8', this.start, Math.min(end, this.start + RAW_BYTES)).replace(/\ufffd+$/, '');
    }
}
