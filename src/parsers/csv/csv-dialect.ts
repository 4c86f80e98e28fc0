/** What separates cells and lines, told by the first lines of a file. */
export interface CsvDialect {
    delimiter: string;
    /** Lines end at CR only in files that hold no LF at all; CRLF counts as LF. */
    newline: '\n' | '\r';
    /** The first line is no row: `sep=;` tells spreadsheets what separates cells. */
    isDeclared: boolean;
}

const DECLARATION = /^\ufeff?"?sep=([^\r\n"])"?[ \t]*(?=[\r\n]|$)/i;

const CANDIDATES = [',', ';', '\t', '|'];
const LINES_TO_LOOK_AT = 20;

/** `head` is the beginning of the text; its last line may be cut off. */
export function guessDialect(head: string, quote: string): CsvDialect {
    const newline = newlineOf(head, quote);
    const declared = DECLARATION.exec(head)?.[1];
    if (declared !== undefined) return { delimiter: declared, newline, isDeclared: true };
    const lines = countsByLine(head, quote, newline);
    let best = { delimiter: ',', agreeing: 0, count: 0 };
    for (const delimiter of CANDIDATES) {
        const counts = lines.map(line => line.get(delimiter) ?? 0);
        const count = counts[0] ?? 0;
        if (count === 0) continue;
        const agreeing = counts.filter(other => other === count).length;
        if (agreeing > best.agreeing || (agreeing === best.agreeing && count > best.count)) {
            best = { delimiter, agreeing, count };
        }
    }
    return { delimiter: best.delimiter, newline, isDeclared: false };
}

function newlineOf(head: string, quote: string): '\n' | '\r' {
    let inQuotes = false;
    let sawReturn = false;
    for (const char of head) {
        if (char === quote) inQuotes = !inQuotes;
        else if (!inQuotes && char === '\n') return '\n';
        else if (!inQuotes && char === '\r') sawReturn = true;
    }
    return sawReturn ? '\r' : '\n';
}

function countsByLine(head: string, quote: string, newline: string): Map<string, number>[] {
    const lines: Map<string, number>[] = [];
    let line = new Map<string, number>();
    let length = 0;
    let inQuotes = false;
    for (const char of head) {
        if (char === quote) inQuotes = !inQuotes;
        if (!inQuotes && char === newline) {
            if (length > 0) lines.push(line);
            if (lines.length === LINES_TO_LOOK_AT) return lines;
            line = new Map();
            length = 0;
            continue;
        }
        if (char !== '\r') length++;
        if (!inQuotes && CANDIDATES.includes(char)) line.set(char, (line.get(char) ?? 0) + 1);
    }
    // A cut-off line would not agree with the others; alone it is all there is.
    return lines.length > 0 ? lines : [line];
}
