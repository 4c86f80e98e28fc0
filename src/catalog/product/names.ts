import { codeFor } from './codes';

const FURTHER_CODES = 20;
const LETTER = /\p{L}/u;

/** Names are the same whatever their case and however many spaces stand between their words. */
export function foldedName(name: string): string {
    return name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}

export function isSameName(one: string, other: string): boolean {
    return one === other || foldedName(one) === foldedName(other);
}

/** What a name may have for a code while other names have those before: `c`, `c-2`, `c-3`, … */
export function codesFor(name: string): string[] {
    const code = codeFor(name);
    return [code, ...Array.from({ length: FURTHER_CODES }, (_, i) => `${code}-${i + 2}`)];
}

/** Whoever writes "c" may know that it is the code of "C++"; "10" is another name than "<10". */
export function looksLikeCode(text: string): boolean {
    return LETTER.test(text);
}

/** A code that none of the names gives was chosen by somebody, or is older than they are. */
export function isMadeOf(code: string, names: readonly string[]): boolean {
    const stem = code.replace(/-\d+$/, '');
    return names.some(name => codeFor(name) === code || codeFor(name) === stem);
}

/**
 * Whether `text` means what has the `code`, its own or that which is made of it, and is called `names`: signs are lost in
 * codes, so that "C++" and "C#" give the same one.
 */
export function meansByCode(text: string, code: string, names: readonly string[]): boolean {
    if (text === code && looksLikeCode(text)) return true;
    return names.some(name => isSameName(name, text)) || !isMadeOf(code, names);
}
