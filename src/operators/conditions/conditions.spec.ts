import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonObject, JsonValue } from '../../../shared/json';
import { Condition, conditionSchema } from '../../sdk/condition';
import { DataHubError } from '../../sdk/errors';
import { equals, order } from './comparison';
import { compileCondition } from './condition';
import { compilePattern } from './safe-pattern';

const holds = (condition: Condition, record: JsonObject): boolean =>
    compileCondition(conditionSchema.parse(condition))(record);

describe('comparison of values', () => {
    it.each<[string, JsonValue | undefined, JsonValue | undefined, boolean]>([
        ['the same text', 'a', 'a', true],
        ['text and number', '15', 15, true],
        ['text with a fraction and number', '15.0', 15, true],
        ['different texts of the same number', '007', '7', false],
        ['text and true', 'true', true, true],
        ['one and true', 1, true, false],
        ['null and null', null, null, true],
        ['null and empty text', null, '', false],
        ['absent and null', undefined, null, false],
        ['absent and absent', undefined, undefined, false],
        ['lists member by member', [1, { a: '2' }], ['1', { a: 2 }], true],
        ['lists of different length', [1], [1, 2], false],
        ['objects with other keys', { a: 1 }, { b: 1 }, false],
        ['null inside lists', [null], [null], true],
        ['a list and an object', [], {}, false],
    ])('equality: %s', (_title, a, b, expected) => {
        expect(equals(a, b)).toBe(expected);
        expect(equals(b, a)).toBe(expected);
    });

    it.each<[string, JsonValue, JsonValue, number | undefined]>([
        ['text and number as numbers', '9', 15, -1],
        ['two texts of numbers as numbers', '9', '15', -1],
        ['ISO dates as dates, whatever the zone', '2026-01-31T23:30:00Z', '2026-02-01T00:00:00+02:00', 1],
        ['a day and a time of it', '2026-01-31', '2026-01-31T00:00:01Z', -1],
        ['other texts character by character', 'b', 'a', 1],
        ['a list not at all', [1], 1, undefined],
        ['null not at all', null, 1, undefined],
        ['true not at all', true, 0, undefined],
    ])('order: %s', (_title, a, b, expected) => {
        const found = order(a, b);
        expect(found === undefined ? undefined : Math.sign(found)).toBe(expected);
    });

    it('orders like numbers do, however they are written', () => {
        fc.assert(
            fc.property(fc.integer(), fc.integer(), (a, b) => {
                expect(Math.sign(order(String(a), b)!)).toBe(Math.sign(a - b));
            }),
        );
    });
});

describe('conditions', () => {
    it.each<[string, Condition, JsonObject, boolean]>([
        ['eq', { field: 'a', eq: 1 }, { a: '1' }, true],
        ['text of a number that is greater', { field: 'a', gt: 10 }, { a: '15' }, true],
        ['text of a number that is less', { field: 'a', gt: 10 }, { a: '9' }, false],
        ['a later ISO date', { field: 'a', gte: '2026-01-31' }, { a: '2026-01-31T10:00:00+02:00' }, true],
        ['an earlier ISO date', { field: 'a', gte: '2026-01-31' }, { a: '2026-01-31T01:00:00+02:00' }, false],
        ['in with numbers in the texts of a list', { field: 'a', in: [2, 3] }, { a: ['1', '2'] }, true],
        ['ne of an absent field', { field: 'a', ne: 1 }, {}, true],
        ['gt of an absent field', { field: 'a', gt: 1 }, {}, false],
        ['lt of an absent field', { field: 'a', lt: 1 }, {}, false],
        ['gt of null', { field: 'a', gte: 0 }, { a: null }, false],
        ['two bounds, inside', { field: 'a', gte: 1, lt: 10 }, { a: 5 }, true],
        ['two bounds, outside', { field: 'a', gte: 1, lt: 10 }, { a: 10 }, false],
        ['in', { field: 'a', in: ['x', 'y'] }, { a: 'y' }, true],
        ['in with a list in the record', { field: 'a', in: ['x'] }, { a: ['z', 'x'] }, true],
        ['notIn with a list in the record', { field: 'a', notIn: ['x'] }, { a: ['z', 'x'] }, false],
        ['notIn of an absent field', { field: 'a', notIn: ['x'] }, {}, true],
        ['exists of null', { field: 'a', exists: true }, { a: null }, true],
        ['exists: false', { field: 'a.b', exists: false }, { a: {} }, true],
        ['isEmpty of blanks', { field: 'a', isEmpty: true }, { a: '  ' }, true],
        ['isEmpty of 0', { field: 'a', isEmpty: true }, { a: 0 }, false],
        ['isEmpty: false', { field: 'a', isEmpty: false }, { a: [1] }, true],
        ['contains in text', { field: 'a', contains: 'ell' }, { a: 'hello' }, true],
        ['contains in a list', { field: 'a', contains: 2 }, { a: ['1', '2'] }, true],
        ['contains is no substring of members', { field: 'a', contains: 'x' }, { a: ['xy'] }, false],
        ['startsWith', { field: 'a', startsWith: 'he' }, { a: 'hello' }, true],
        ['matches', { field: 'a', matches: '^\\d+$' }, { a: '12' }, true],
        ['a nested path', { field: 'variants.0.sku', eq: 'A' }, { variants: [{ sku: 'A' }] }, true],
        ['not', { not: { field: 'a', eq: 1 } }, { a: 1 }, false],
        [
            'all',
            {
                all: [
                    { field: 'a', eq: 1 },
                    { field: 'b', eq: 2 },
                ],
            },
            { a: 1, b: 3 },
            false,
        ],
        [
            'any',
            {
                any: [
                    { field: 'a', eq: 1 },
                    { field: 'b', eq: 2 },
                ],
            },
            { a: 0, b: 2 },
            true,
        ],
    ])('%s', (_title, condition, record, expected) => {
        expect(holds(condition, record)).toBe(expected);
    });

    it.each([
        [{}, 'exactly one of'],
        [{ field: 'a' }, 'needs a comparison'],
        [{ field: 'a', eq: 1, all: [{ field: 'b', eq: 1 }] }, 'exactly one of'],
        [{ not: { field: 'a', eq: 1 }, gt: 5 }, '"gt" compares a field'],
        [{ all: [] }, ''],
    ])('refuses %j', (condition, sentence) => {
        const result = conditionSchema.safeParse(condition);
        expect(result.success).toBe(false);
        expect(result.error?.issues[0]?.message).toContain(sentence);
    });
});

describe('patterns', () => {
    it('stay linear where a backtracking engine would hang for years', () => {
        const started = performance.now();
        expect(compilePattern('^(a+)+$').isFoundIn(`${'a'.repeat(5_000)}!`)).toBe(false);
        expect(compilePattern('(x+x+)+y').isFoundIn('x'.repeat(5_000))).toBe(false);
        expect(performance.now() - started).toBeLessThan(5_000);
    });

    it.each(['(?=a)', '(a)\\1', '(', `a{1,${'9'.repeat(5)}}`, 'x'.repeat(1_001)])('refuses %j with a hint', pattern => {
        const error = thrownBy(() => compilePattern(pattern));
        expect(error).toMatchObject({ kind: 'USER', code: 'pattern-refused' });
        expect(error.hint).toContain('linear time');
    });

    it('refuses texts that are too long to search', () => {
        expect(thrownBy(() => compilePattern('a').isFoundIn('b'.repeat(100_001))).code).toBe(
            'text-too-long-for-pattern',
        );
    });

    it('replaces like JavaScript does', () => {
        expect(compilePattern('(?<n>\\d+)').replaceAll('a1b22', '<$1|$<n>|$$>')).toBe('a<1|1|$>b<22|22|$>');
    });
});

function thrownBy(run: () => unknown): DataHubError {
    try {
        run();
    } catch (error) {
        return error as DataHubError;
    }
    throw new Error('nothing was thrown');
}
