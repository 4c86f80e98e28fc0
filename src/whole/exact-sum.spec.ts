import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonValue } from '../../shared/json';
import { ExactSum } from './exact-sum';

const sumOf = (values: JsonValue[]): ExactSum => {
    const sum = new ExactSum();
    for (const value of values) if (!sum.add(value)) throw new Error(`${JSON.stringify(value)} is no number.`);
    return sum;
};

describe('ExactSum', () => {
    it.each<[JsonValue[], number | string]>([
        [['0.1', '0.2'], 0.3],
        [[0.1, 0.2], 0.3],
        [['19.99', '-20', 0.01], 0],
        [['9007199254740992', '1'], '9007199254740993'],
        [[' 1.50 ', '+.5', '2.'], 4],
        [['1e3', '1E-2'], 1000.01],
        [['0.0000001'], '0.0000001'],
        [['1e21', '1'], '1000000000000000000001'],
        [['-0.5', '-.25'], -0.75],
        [[1e300, -1e300, 1], 1],
        [[], 0],
    ])('of %j is %j', (values, expected) => expect(sumOf(values).sum()).toBe(expected));

    it.each<[JsonValue[], number | string]>([
        [[1, 2], 1.5],
        [['1', '1', '2'], 1.333333],
        [['2', '2', '1'], 1.666667],
        [['-2', '-2', '-1'], -1.666667],
        [['0.01', '0.02'], 0.015],
        [['0.0000001', '0.0000002'], '0.00000015'],
        [[5, 5], 5],
    ])('mean of %j is %j', (values, expected) => expect(sumOf(values).mean()).toBe(expected));

    it.each<JsonValue>(['12,90', 'abc', '1.2.3', '', true, '1e999999', `1${'0'.repeat(2_000)}`, [1], 'Infinity'])(
        'refuses %j',
        value => expect(new ExactSum().add(value)).toBe(false),
    );

    it('does not depend on the order, unlike a float', () => {
        const cents = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { maxLength: 50 });
        fc.assert(
            fc.property(cents, values => {
                const texts = values.map(value => `${value < 0 ? '-' : ''}${Math.abs(value) / 100}`);
                const expected = values.reduce((sum, value) => sum + value, 0) / 100;
                expect(sumOf(texts).sum()).toBe(expected + 0);
                expect(sumOf(texts.toReversed()).sum()).toBe(expected + 0);
            }),
        );
    });
});
