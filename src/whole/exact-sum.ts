import { JsonValue, textOf } from '../../shared/json';
import { numberOf } from '../operators/conditions/comparison';

const maxDigits = 1_000;
/** Beyond any double. */
const maxExponent = 400;
const digitsOfMean = 6;

/** Adds decimals without ever rounding; a number is the shortest text that it is read from. */
export class ExactSum {
    private units = 0n;
    private scale = 0;
    count = 0;

    /** False when the value is no number, or has more digits than anything that is counted or paid. */
    add(value: JsonValue): boolean {
        const decimal = decimalOf(value);
        if (!decimal) return false;
        if (decimal.scale > this.scale) {
            this.units *= 10n ** BigInt(decimal.scale - this.scale);
            this.scale = decimal.scale;
        }
        const missing = this.scale - decimal.scale;
        this.units += missing === 0 ? decimal.units : decimal.units * 10n ** BigInt(missing);
        this.count++;
        return true;
    }

    sum(): number | string {
        return numberOrText(this.units, this.scale);
    }

    /** With six digits more than the values have, rounded half away from zero. */
    mean(): number | string {
        const count = BigInt(this.count);
        const shifted = this.units * 10n ** BigInt(digitsOfMean);
        const half = (shifted < 0n ? -count : count) / 2n;
        return numberOrText((shifted + half) / count, this.scale + digitsOfMean);
    }
}

interface Decimal {
    units: bigint;
    /** The value is units × 10^-scale. */
    scale: number;
}

function decimalOf(value: JsonValue): Decimal | undefined {
    if (numberOf(value) === undefined) return undefined;
    const text = textOf(value).trim();
    if (text.length > maxDigits) return undefined;
    const [mantissa = '', exponentText = '0'] = text.toLowerCase().split('e');
    const exponent = Number(exponentText);
    if (Math.abs(exponent) > maxExponent) return undefined;
    const [whole = '', fraction = ''] = mantissa.replace(/^\+/, '').split('.');
    const digits = `${whole}${fraction}`;
    const units = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
    const scale = fraction.length - exponent;
    return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

/** A number when it says exactly that, otherwise decimal text. */
function numberOrText(units: bigint, scale: number): number | string {
    const negative = units < 0n;
    const digits = (negative ? -units : units).toString().padStart(scale + 1, '0');
    const whole = digits.slice(0, digits.length - scale);
    const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
    const text = `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
    const number = Number(text);
    return String(number) === text ? number : text;
}
