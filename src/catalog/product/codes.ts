import { normalizeString } from '@vendure/common/lib/normalize-string';

const PLAIN = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_REMEMBERED = 10_000;
const remembered = new Map<string, string>();

/** The code that Vendure's importer gives to something called `text`; never empty for text that is not. */
export function codeFor(text: string): string {
    if (PLAIN.test(text)) return text;
    let code = remembered.get(text);
    if (code === undefined) {
        code = normalizeString(text, '-') || text;
        if (remembered.size >= MAX_REMEMBERED) remembered.clear();
        remembered.set(text, code);
    }
    return code;
}

/** A code as part of a key in References: what separates the parts of a key may not stand in it. */
export function keyPart(code: string): string {
    return code.replace(/[/:]/g, '_');
}
