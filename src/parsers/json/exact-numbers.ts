/**
 * A JSON number as a JavaScript number where that keeps its value to the last digit, else as text: long ids
 * (`9007199254740993`) and long decimals must not change on their way through a float.
 */
export function exactNumber(text: string): number | string {
    const number = Number(text);
    // Any decimal of up to 15 significant digits survives a double.
    if (text.length <= 15 && Number.isFinite(number) && (number !== 0 || /^-?[0.]+(e|$)/i.test(text))) return number;
    if (!Number.isFinite(number)) return text;
    return sameDecimal(text, String(number)) ? number : text;
}

/** Text of a JSON document that may hold numbers which JSON.parse would change. */
export function mayHoldInexactNumbers(json: string): boolean {
    return /\d[\d.]{15}|\d[eE][+-]?\d\d\d/.test(json);
}

function sameDecimal(a: string, b: string): boolean {
    const [left, right] = [decimal(a), decimal(b)];
    return left.digits === right.digits && left.exponent === right.exponent && left.negative === right.negative;
}

/** digits × 10^exponent, without zeros at either end. */
function decimal(text: string): { digits: string; exponent: number; negative: boolean } {
    const [mantissa = '', power = '0'] = text.toLowerCase().split('e');
    const negative = mantissa.startsWith('-');
    const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
    const all = (whole + fraction).replace(/^0+/, '');
    const digits = withoutZerosAtEnd(all);
    if (digits === '') return { digits: '', exponent: 0, negative: false };
    return { digits, exponent: Number(power) - fraction.length + (all.length - digits.length), negative };
}

/** A regular expression would take quadratic time on a long row of zeros that is not at the end. */
function withoutZerosAtEnd(digits: string): string {
    let end = digits.length;
    while (digits[end - 1] === '0') end--;
    return digits.slice(0, end);
}
