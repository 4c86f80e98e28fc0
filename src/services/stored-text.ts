/** Makes text fit a column: cut by characters, never inside one, with a mark; without NUL, which PostgreSQL refuses. */
export function fitText(text: string, maxLength: number): string {
    const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
    if (clean.length <= maxLength) return clean;
    const cut = clean.slice(0, maxLength - 1);
    const endsInsideCharacter = /[\uD800-\uDBFF]$/.test(cut);
    return `${endsInsideCharacter ? cut.slice(0, -1) : cut}…`;
}

export function fitOptionalText(text: string | undefined | null, maxLength: number): string | null {
    return text === undefined || text === null ? null : fitText(text, maxLength);
}
