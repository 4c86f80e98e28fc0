import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalParser, DecimalFormat, Rounding, scaled } from './decimal';

const plain: DecimalFormat = { decimalSign: '.', thousandsSign: '' };

function minorUnits(
    value: string | number,
    rounding: Rounding = 'REJECT',
    digits = 2,
    format = plain,
): number | undefined {
    const decimal = decimalParser(format)(value);
    return decimal && scaled(decimal, digits, rounding);
}

describe('decimal amounts', () => {
    it('are exact for every whole number of minor units', () => {
        fc.assert(
            fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 4 }), (units, digits) => {
                const text = String(Math.abs(units)).padStart(digits + 1, '0');
                const point = text.length - digits;
                const amount = `${units < 0 ? '-' : ''}${text.slice(0, point)}${digits > 0 ? '.' : ''}${text.slice(point)}`;
                expect(minorUnits(amount, 'REJECT', digits)).toBe(units);
            }),
        );
    });

    it('are exact for JSON numbers that a float multiplication would miss', () => {
        for (const [amount, units] of [
            [1.1, 110],
            [19.99, 1999],
            [0.29, 29],
            [1.15, 115],
            [4.35, 435],
            [1e-7, 0],
            [1e21, undefined],
        ] as const) {
            expect(minorUnits(amount, 'DOWN')).toBe(units);
        }
    });

    it.each<[string, Rounding, number | undefined]>([
        ['0.125', 'REJECT', undefined],
        ['0.120', 'REJECT', 12],
        ['0.125', 'HALF_UP', 13],
        ['0.125', 'HALF_EVEN', 12],
        ['0.135', 'HALF_EVEN', 14],
        ['0.1251', 'HALF_EVEN', 13],
        ['0.1249999', 'HALF_UP', 12],
        ['0.129', 'DOWN', 12],
        ['-0.125', 'HALF_UP', -13],
        ['-0.129', 'DOWN', -12],
        ['-0.001', 'DOWN', 0],
        ['90071992547409.91', 'REJECT', Number.MAX_SAFE_INTEGER],
        ['90071992547409.92', 'REJECT', undefined],
    ])('%s rounded by %s', (amount, rounding, units) => {
        expect(minorUnits(amount, rounding)).toBe(units);
    });

    it('never gives minus zero', () => {
        expect(Object.is(minorUnits('-0.00'), 0)).toBe(true);
    });

    it.each([
        '',
        ' ',
        'abc',
        '1,5',
        '1.2.3',
        '12,9O',
        '1e3',
        '0x10',
        '1 000',
        '--1',
        '.',
        '-',
        'NaN',
        'Infinity',
        '１２',
    ])('refuses %j', text => {
        expect(decimalParser(plain)(text)).toBeUndefined();
    });

    it.each<[string, DecimalFormat, number | undefined]>([
        ['1.299,00', { decimalSign: ',', thousandsSign: '.' }, 129_900],
        ['1.299.000,5', { decimalSign: ',', thousandsSign: '.' }, 129_900_050],
        ['1.29,00', { decimalSign: ',', thousandsSign: '.' }, undefined],
        ['1,299.00', { decimalSign: '.', thousandsSign: ',' }, 129_900],
        ["1'299.00", { decimalSign: '.', thousandsSign: "'" }, 129_900],
        ['1’299.00', { decimalSign: '.', thousandsSign: "'" }, 129_900],
        ['1\u00a0299,00', { decimalSign: ',', thousandsSign: ' ' }, 129_900],
        ['1\u202f299,00', { decimalSign: ',', thousandsSign: ' ' }, 129_900],
        ['1299,00', { decimalSign: ',', thousandsSign: '.' }, 129_900],
        ['.5', plain, 50],
        ['5.', plain, 500],
        ['+5', plain, 500],
        ['−5', plain, -500],
        ['007.50', plain, 750],
    ])('reads %j', (text, format, units) => {
        expect(minorUnits(text, 'REJECT', 2, format)).toBe(units);
    });
});
