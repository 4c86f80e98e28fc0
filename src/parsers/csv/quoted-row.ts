export interface QuotedRowOptions {
    delimiter: string;
    quote: string;
    /** Blanks around cells are removed, also around quotes, but not within them. */
    trim: boolean;
}

const SPACE = 32;
const TAB = 9;

/**
 * Cells of a row in which something is quoted. The framer has cut the row out and looked at its quotes; this only takes
 * them off, since asking a general parser takes several times as long. A quoted cell without text is null, to tell it from
 * an empty one. Undefined if a quote stands where the framer would not have let it stand.
 */
export function cellsOfQuotedRow(text: string, options: QuotedRowOptions): (string | null)[] | undefined {
    const { delimiter, quote, trim } = options;
    const quoteCode = quote.charCodeAt(0);
    const cells: (string | null)[] = [];
    for (let start = 0; ;) {
        const open = trim ? afterBlanks(text, start, delimiter) : start;
        let end: number;
        if (text.charCodeAt(open) === quoteCode) {
            const close = closingQuote(text, open + 1, quote, quoteCode);
            if (close === -1) return undefined;
            const inside = text.slice(open + 1, close);
            cells.push(
                inside === '' ? null : inside.includes(quote) ? inside.replaceAll(quote + quote, quote) : inside,
            );
            end = trim ? afterBlanks(text, close + 1, delimiter) : close + 1;
            if (end < text.length && !text.startsWith(delimiter, end)) return undefined;
        } else {
            const next = text.indexOf(delimiter, start);
            end = next === -1 ? text.length : next;
            const cell = text.slice(start, end);
            if (cell.includes(quote)) return undefined;
            cells.push(trim ? cell.trim() : cell);
        }
        if (end === text.length) return cells;
        start = end + delimiter.length;
    }
}

/** Passes over doubled quotes. */
function closingQuote(text: string, from: number, quote: string, quoteCode: number): number {
    for (let at = text.indexOf(quote, from); ; at = text.indexOf(quote, at + 2)) {
        if (at === -1 || text.charCodeAt(at + 1) !== quoteCode) return at;
    }
}

function afterBlanks(text: string, from: number, delimiter: string): number {
    const delimiterCode = delimiter.charCodeAt(0);
    let at = from;
    for (let code = text.charCodeAt(at); (code === SPACE || code === TAB) && code !== delimiterCode;) {
        code = text.charCodeAt(++at);
    }
    return at;
}
