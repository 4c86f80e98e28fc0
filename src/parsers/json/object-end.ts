const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Position behind the object that begins at `start`; undefined if it does not end in `bytes`. Of valid JSON only. */
export function objectEnd(bytes: Buffer, start: number): number | undefined {
    let depth = 0;
    for (let at = start; at < bytes.length; at++) {
        const byte = bytes[at]!;
        if (byte === QUOTE) {
            const end = textEnd(bytes, at);
            if (end === undefined) return undefined;
            at = end;
        } else if (byte === 0x7b || byte === 0x5b) depth++;
        else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return at + 1;
    }
    return undefined;
}

/** Position of the quote that ends the text which begins at `start`. */
function textEnd(bytes: Buffer, start: number): number | undefined {
    for (let at = bytes.indexOf(QUOTE, start + 1); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
        let backslashes = 0;
        while (bytes[at - 1 - backslashes] === BACKSLASH) backslashes++;
        if (backslashes % 2 === 0) return at;
    }
    return undefined;
}
