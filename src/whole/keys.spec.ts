import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonValue } from '../../shared/json';
import { equals, order } from '../operators/conditions/comparison';
import { identityKey, sortKey } from './keys';

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
    fc.double({ noNaN: true }),
    fc.integer({ min: -20, max: 20 }),
    fc.integer({ min: -20, max: 20 }).map(String),
    fc.boolean(),
    fc.constantFrom('true', 'false', '007', '7.0', '2026-01-31', '2026-01-31 01:00', '2025-12-31T23:00:00-02:00'),
    fc.string({ unit: 'binary', maxLength: 5 }),
);

describe('sort keys', () => {
    const sorted = (values: JsonValue[], direction: 'ASC' | 'DESC' = 'ASC') =>
        values
            .map(value => ({ value, key: sortKey(value, direction) }))
            .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
            .map(({ value }) => value);

    it('put numbers before dates, other text, truth values and what has parts; nothing comes last', () => {
        const values = [null, [1], 'b', true, 10, '9', '2026-03-01', 'B', false, '', -1.5, '2026-02-28T23:59:00Z', 'ä'];
        expect(sorted(values)).toEqual([
            ...[-1.5, '9', 10, '2026-02-28T23:59:00Z', '2026-03-01', '', 'B', 'b', 'ä', false, true, [1], null],
        ]);
    });

    it('turn everything round when descending, but what is missing stays last', () => {
        const values = [null, 'b', 10, '9', 'bb', -1, ''];
        expect(sorted(values, 'DESC')).toEqual(['bb', 'b', '', 10, '9', -1, null]);
    });

    it('agree with the order that conditions use, wherever that has one within a kind of values', () => {
        fc.assert(
            fc.property(scalar, scalar, (a, b) => {
                const [keyA, keyB] = [sortKey(a, 'ASC'), sortKey(b, 'ASC')];
                fc.pre(keyA[0] === keyB[0] && typeof a !== 'boolean');
                const compared = order(a, b)!;
                expect(Math.sign(compared) + 0).toBe(keyA < keyB ? -1 : keyA > keyB ? 1 : 0);
            }),
            { numRuns: 5_000 },
        );
    });

    it('are bytes, and none begins another', () => {
        fc.assert(
            fc.property(scalar, scalar, fc.constantFrom('ASC' as const, 'DESC' as const), (a, b, direction) => {
                const [keyA, keyB] = [sortKey(a, direction), sortKey(b, direction)];
                expect(/^[\0-\xff]*$/.test(keyA)).toBe(true);
                if (keyA !== keyB) expect(keyA.startsWith(keyB)).toBe(false);
            }),
            { numRuns: 2_000 },
        );
    });
});

describe('identity keys', () => {
    const same = (a: JsonValue | undefined, b: JsonValue | undefined) => identityKey([a]) === identityKey([b]);

    it('never make one of two values that conditions tell apart', () => {
        fc.assert(
            fc.property(scalar, scalar, (a, b) => {
                if (same(a, b)) expect(equals(a, b)).toBe(true);
                if (typeof a === typeof b && equals(a, b)) expect(same(a, b)).toBe(true);
            }),
            { numRuns: 5_000 },
        );
    });

    it.each<[JsonValue | undefined, JsonValue | undefined, boolean]>([
        [15, '15', true],
        [7, '007', false],
        ['7', '007', false],
        ['15', '15.0', false],
        [true, 'true', true],
        [null, undefined, false],
        [null, '', false],
        [undefined, '', false],
        [null, 'null', false],
        ['n', null, false],
        [['1', 2], [1, '2'], true],
        ['["1","2"]', ['1', '2'], false],
        [{ a: 1, b: null }, { b: null, a: '1' }, true],
        ['a', 'A', false],
        ['\ud800', '\ud801', false],
    ])('of %j and %j are the same: %j', (a, b, expected) => expect(same(a, b)).toBe(expected));

    it('do not run into each other', () => {
        expect(identityKey(['a', 'b'])).not.toBe(identityKey(['ab', '']));
        expect(identityKey(['a\0', 'b'])).not.toBe(identityKey(['a', '\0b']));
        expect(identityKey(['a\0\0sb'])).not.toBe(identityKey(['a', 'b']));
    });
});
