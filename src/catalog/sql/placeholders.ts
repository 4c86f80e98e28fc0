/** Turns `?` into `$1, $2 …`; quoted text, quoted identifiers and comments are left alone. */
export function numberPlaceholders(sql: string): string {
    const known = translated.get(sql);
    if (known !== undefined) return known;
    let number = 0;
    const result = sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g, part =>
        part === '?' ? `$${++number}` : part,
    );
    if (translated.size >= maxTranslated) translated.clear();
    translated.set(sql, result);
    return result;
}

const maxTranslated = 500;
const translated = new Map<string, string>();
