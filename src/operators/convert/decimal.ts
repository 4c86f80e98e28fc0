import { JsonValue } from '../../../shared/json';

/** Decimal text taken apart without ever becoming a float. */
interface Decimal {
    negative: boolean;
    /** Digits before and after the decimal sign; leading zeros removed from `whole`, at least one digit. */
    whole: string;
    fraction: string;
}

export interface DecimalFormat {
    decimalSign: '.' | ',';
    /** Empty: none are allowed. `AUTO` is not offered on purpose: "1.234" cannot be told. */
    thousandsSign: '' | '.' | ',' | ' ' | "'";
}

/** People and ERPs write the blank as a space, a no-break space or a narrow one, and Swiss ones the apostrophe as a straight or a curly one. */
const SPELLINGS: Partial<Record<DecimalFormat['thousandsSign'], string>> = {
    ' ': '[ \\u00a0\\u202f]',
    "'": "['\u2019]",
};

/** Compiles a format to a parser; undefined means "not a number in this format". */
export function decimalParser(format: DecimalFormat): (value: JsonValue) => Decimal | undefined {
    const decimal = escape(format.decimalSign);
    const thousands = SPELLINGS[format.thousandsSign] ?? escape(format.thousandsSign);
    const whole = thousands === '' ? '(\\d+)' : `(\\d{1,3}(?:${thousands}\\d{3})+|\\d+)`;
    const pattern = new RegExp(`^([-+−]?)(?:${whole}(?:${decimal}(\\d*))?|${decimal}(\\d+))$`);
    const separators = thousands === '' ? undefined : new RegExp(thousands, 'g');
    return value => {
        if (typeof value === 'number') return Number.isFinite(value) ? ofNumber(value) : undefined;
        if (typeof value !== 'string') return undefined;
        const match = pattern.exec(value.trim());
        if (!match) return undefined;
        const digits = match[2] ?? '0';
        return {
            negative: match[1] === '-' || match[1] === '−',
            whole: withoutLeadingZeros(separators ? digits.replace(separators, '') : digits),
            fraction: match[3] ?? match[4] ?? '',
        };
    };
}

export type Rounding = 'REJECT' | 'HALF_UP' | 'HALF_EVEN' | 'DOWN';

/**
 * The decimal times 10^digits as an integer.
 * Undefined when digits would be lost under `REJECT`, or when the result is no safe integer.
 */
export function scaled(decimal: Decimal, digits: number, rounding: Rounding): number | undefined {
    const kept = decimal.fraction.slice(0, digits).padEnd(digits, '0');
    const rest = decimal.fraction.slice(digits);
    if (rest === '' && decimal.whole.length + digits <= EXACT_DIGITS)
        return signed(Number(decimal.whole + kept), decimal);
    let units = BigInt(decimal.whole + kept);
    if (/[1-9]/.test(rest)) {
        if (rounding === 'REJECT') return undefined;
        if (roundsUp(rest, units, rounding)) units += 1n;
    }
    if (units > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
    return signed(Number(units), decimal);
}

/** As many always fit into a safe integer. */
const EXACT_DIGITS = 15;

/** There is no negative zero. */
function signed(size: number, { negative }: Decimal): number {
    return negative && size !== 0 ? -size : size;
}

/** Away from zero, since the sign is kept apart. */
function roundsUp(rest: string, units: bigint, rounding: Rounding): boolean {
    if (rounding === 'DOWN') return false;
    const first = Number(rest[0]);
    const isHalf = first === 5 && !/[1-9]/.test(rest.slice(1));
    if (isHalf && rounding === 'HALF_EVEN') return units % 2n === 1n;
    return first >= 5;
}

/** All digits of a number, without an exponent. */
export function digitsOf(value: number): string {
    const { negative, whole, fraction } = ofNumber(value);
    return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A JSON number was decimal text once; its shortest text form is that text again. */
function ofNumber(value: number): Decimal {
    const [mantissa = '0', exponent = '0'] = Math.abs(value).toString().split('e');
    const [whole = '0', fraction = ''] = mantissa.split('.');
    const shift = Number(exponent);
    const digits = whole + fraction;
    const point = whole.length + shift;
    const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
    const position = point <= 0 ? 1 : point;
    return {
        negative: value < 0,
        whole: withoutLeadingZeros(padded.slice(0, position)),
        fraction: padded.slice(position),
    };
}

const withoutLeadingZeros = (digits: string): string => (digits[0] === '0' ? digits.replace(/^0+(?=\d)/, '') : digits);
const escape = (sign: string): string => sign.replace(/[.]/g, '\\.');
