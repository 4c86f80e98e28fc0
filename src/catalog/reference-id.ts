import { createHash } from 'node:crypto';

const MAX_LENGTH = 190;
/** ASCII without blanks, capitals and control characters. */
const PLAIN = /^[!-@[-~]+$/;
const HASH = /#[0-9a-f]{32}$/;

/**
 * The text under which an external id stands in `DataHubReference`. MySQL's default collations take ids for one that differ
 * only in case, accents or a blank at the end, so whatever is not plain lower-case ASCII, or too long, carries a hash.
 */
export function referenceId(key: string): string {
    if (key.length <= MAX_LENGTH && PLAIN.test(key) && !HASH.test(key)) return key;
    const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
    return `${[...key].slice(0, 70).join('')}#${hash}`;
}

/** The external id for people: without its hash, and cut if it was long. */
export function shownReferenceId(stored: string): string {
    return stored.replace(HASH, '');
}
