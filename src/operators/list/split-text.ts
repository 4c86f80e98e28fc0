/** Cuts a text at a separator, except where the escape character stands right before it; that one goes. */
export function splitText(text: string, separator: string, escape: string): string[] {
    const pieces = text.split(separator);
    if (escape === '' || !text.includes(escape + separator)) return pieces;
    const parts: string[] = [];
    let begun = '';
    pieces.forEach((piece, i) => {
        if (piece.endsWith(escape) && i < pieces.length - 1) {
            begun += piece.slice(0, -escape.length) + separator;
            return;
        }
        parts.push(begun + piece);
        begun = '';
    });
    return parts;
}
