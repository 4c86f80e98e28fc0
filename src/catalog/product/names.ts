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
export function* codesFor(name: string): Generator<string> {
    const code = codeFor(name);
    yield code;
    for (let i = 2; i < FURTHER_CODES + 2; i++) yield `${code}-${i}`;
}

export function firstFreeCode(name: string, isTaken: (code: string) => boolean): string {
    for (const code of codesFor(name)) if (!isTaken(code)) return code;
    return codeFor(name);
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

/** What has codes within one facet or one option group. */
export interface CodeBook<T> {
    byCode(code: string): T | undefined;
    namesOf(owner: T): readonly string[];
    /** The run has given the code to another name than the text. */
    isCodeOfOther(code: string): boolean;
}

/**
 * What `text` means that may be a code, its own or that which is made of it. Signs are lost in codes, so that "C++" and "C#"
 * give the same one: what has a name that gives its code is meant by its code or by that name, not by another name.
 */
export function meantByCode<T>(text: string, book: CodeBook<T>): T | undefined {
    const ownCode = codeFor(text);
    for (const code of [text, ...codesFor(text)]) {
        const owner = book.byCode(code);
        if (owner === undefined) continue;
        const names = book.namesOf(owner);
        if (names.some(name => isSameName(name, text))) return owner;
        const isWritten = code === text && looksLikeCode(text);
        const mayBeMeant = code === text || code === ownCode;
        if ((isWritten || (mayBeMeant && !isMadeOf(code, names))) && !book.isCodeOfOther(code)) return owner;
    }
    return undefined;
}
