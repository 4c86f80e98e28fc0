/** What one text looks like. Texts come trimmed and filled. */

export interface DecimalSigns {
    decimalSign: '.' | ',';
    thousandsSign?: '.' | ',' | ' ' | "'";
}

/** Words that toBoolean knows by itself, and those of German files. */
export const YES_WORDS = ['true', 'yes', 'y', '1', 'on', 'ja', 'wahr'];
export const NO_WORDS = ['false', 'no', 'n', '0', 'off', 'nein', 'falsch'];
const BOOLEAN_WORDS = new Set([...YES_WORDS, ...NO_WORDS]);

export function isBoolean(text: string): boolean {
    return BOOLEAN_WORDS.has(text.toLowerCase());
}

export function isInteger(text: string): boolean {
    return /^[+-]?\d{1,15}$/.test(text);
}

/** Zeros that a number would lose: an article number or a postal code, not an amount. */
export function hasLeadingZeros(text: string): boolean {
    return /^0\d+$/.test(text);
}

const CURRENCY = /^(?:[€$£¥]|EUR|USD|GBP|CHF)\s*|\s*(?:[€$£¥]|EUR|USD|GBP|CHF)$/i;

const MAX_NUMBER_LENGTH = 100;

export function hasCurrency(text: string): boolean {
    return CURRENCY.test(text) && /\d/.test(text);
}

/**
 * The ways in which a text can be read as a number; several when it is not clear, such as "1.299" or "12". What the other
 * values of its column allow decides.
 */
export function readingsOf(text: string): DecimalSigns[] {
    // No number is longer, and blanks before a currency are looked for in quadratic time.
    if (text.length > MAX_NUMBER_LENGTH) return [];
    const number = text.replace(CURRENCY, '');
    return READINGS.filter(({ pattern }) => pattern.test(number)).map(({ signs }) => signs);
}

const READINGS: { signs: DecimalSigns; pattern: RegExp }[] = [
    { signs: { decimalSign: '.' }, pattern: /^[+-]?\d+(\.\d+)?$/ },
    { signs: { decimalSign: ',' }, pattern: /^[+-]?\d+(,\d+)?$/ },
    { signs: { decimalSign: '.', thousandsSign: ',' }, pattern: /^[+-]?\d{1,3}(,\d{3})*(\.\d+)?$/ },
    { signs: { decimalSign: ',', thousandsSign: '.' }, pattern: /^[+-]?\d{1,3}(\.\d{3})*(,\d+)?$/ },
    { signs: { decimalSign: ',', thousandsSign: ' ' }, pattern: /^[+-]?\d{1,3}([ \u00a0\u202f]\d{3})*(,\d+)?$/ },
    { signs: { decimalSign: '.', thousandsSign: "'" }, pattern: /^[+-]?\d{1,3}(['’]\d{3})*(\.\d+)?$/ },
];
export const ALL_READINGS: readonly DecimalSigns[] = READINGS.map(({ signs }) => signs);

export function numberOf(text: string, { decimalSign }: DecimalSigns): number {
    const digits = text.replace(CURRENCY, '').replace(decimalSign === ',' ? /[^\d,+-]/g : /[^\d.+-]/g, '');
    return Number(digits.replace(',', '.'));
}

/** As toDate takes them; undefined is ISO 8601. The first that all values of a column fit is taken. */
export const DATE_FORMATS: readonly { format: string | undefined; pattern: RegExp }[] = [
    { format: undefined, pattern: /^\d{4}-[01]\d-[0-3]\d(T[0-2]\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/ },
    { format: 'yyyy-MM-dd HH:mm:ss', pattern: /^\d{4}-[01]\d-[0-3]\d [0-2]?\d:\d\d:\d\d$/ },
    { format: 'yyyy-MM-dd HH:mm', pattern: /^\d{4}-[01]\d-[0-3]\d [0-2]?\d:\d\d$/ },
    { format: 'dd.MM.yyyy', pattern: /^[0-3]?\d\.[01]?\d\.\d{4}$/ },
    { format: 'dd.MM.yyyy HH:mm', pattern: /^[0-3]?\d\.[01]?\d\.\d{4} [0-2]?\d:\d\d$/ },
    { format: 'dd.MM.yyyy HH:mm:ss', pattern: /^[0-3]?\d\.[01]?\d\.\d{4} [0-2]?\d:\d\d:\d\d$/ },
    { format: 'dd/MM/yyyy', pattern: /^(?:[0-2]?\d|3[01])\/(?:0?\d|1[0-2])\/\d{4}$/ },
    { format: 'MM/dd/yyyy', pattern: /^(?:0?\d|1[0-2])\/(?:[0-2]?\d|3[01])\/\d{4}$/ },
    { format: 'yyyy/MM/dd', pattern: /^\d{4}\/[01]?\d\/[0-3]?\d$/ },
];

export type TextKind =
    'URL' | 'IMAGE' | 'EMAIL' | 'EAN' | 'HTML' | 'LANGUAGE' | 'COUNTRY' | 'CURRENCY' | 'SLUG' | 'SKU';

/** What texts may be; a column is what nearly all of its values are. */
export const TEXT_KINDS: readonly { kind: TextKind; fits: (text: string) => boolean }[] = [
    { kind: 'IMAGE', fits: text => /\.(jpe?g|png|gif|webp|avif|svg|tiff?|bmp)([?#].*)?$/i.test(text) },
    { kind: 'URL', fits: text => /^https?:\/\/[^\s]+$/i.test(text) },
    { kind: 'EMAIL', fits: text => /^[^\s@,;]+@[^\s@,;]+\.[a-z]{2,}$/i.test(text) },
    { kind: 'EAN', fits: isEan },
    { kind: 'HTML', fits: text => /<(p|br|b|i|ul|ol|li|div|span|h[1-6]|strong|em|a|table)\b[^<>]*>/i.test(text) },
    { kind: 'CURRENCY', fits: text => /^(EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|JPY|CAD|AUD)$/.test(text) },
    { kind: 'COUNTRY', fits: text => /^[A-Z]{2}$/.test(text) },
    { kind: 'LANGUAGE', fits: text => /^[a-z]{2}([_-][A-Z]{2})?$/.test(text) },
    { kind: 'SLUG', fits: text => /^[a-z0-9]+(-[a-z0-9]+)+$/.test(text) },
    { kind: 'SKU', fits: text => text.length <= 40 && /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(text) && /\d/.test(text) },
];

function isEan(text: string): boolean {
    if (!/^(\d{8}|\d{12,14})$/.test(text)) return false;
    const digits = [...text].map(Number);
    const check = digits.pop()!;
    const sum = digits.reverse().reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 3 : 1), 0);
    return (10 - (sum % 10)) % 10 === check;
}
