import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonValue, textOf } from '../../../shared/json';
import { fitValue, Misfit } from './fit-value';
import { inferColumns, inferType } from './infer-columns';

describe('inferred types', () => {
    it.each<[JsonValue, string | undefined]>([
        ['00123', 'text'],
        ['0', 'integer'],
        ['-5', 'integer'],
        ['-0', 'text'],
        ['+5', 'text'],
        ['1e5', 'text'],
        [' 5', 'text'],
        ['', 'text'],
        [null, undefined],
        [7, 'integer'],
        [7.5, 'decimal'],
        [1e300, 'decimal'],
        ['12.10', 'decimal'],
        ['.5', 'text'],
        ['01.5', 'text'],
        ['9007199254740993', 'integer'],
        ['12345678901234567890', 'decimal'],
        [true, 'boolean'],
        ['true', 'boolean'],
        ['yes', 'text'],
        ['2026-02-28', 'date'],
        ['2026-02-29', 'text'],
        ['2024-02-29', 'date'],
        ['2026-02-28T10:00:00Z', 'timestamp'],
        ['2026-02-28 10:00', 'timestamp'],
        ['2026-02-28T25:00:00Z', 'text'],
        ['28.02.2026', 'text'],
        [['a'], 'json'],
        [{ a: 1 }, 'json'],
    ])('%j is %s', (value, type) => expect(inferType(value)).toBe(type));

    it.each<[JsonValue[], string]>([
        [[null, null], 'text'],
        [[null, 1], 'integer'],
        [[1, '2'], 'integer'],
        [[1, '2.5', null], 'decimal'],
        [['2026-01-01', '2026-01-01T10:00:00Z'], 'timestamp'],
        [[1, 'a'], 'text'],
        [[true, 1], 'text'],
        [[{ a: 1 }, 'a'], 'text'],
        [['1', '01'], 'text'],
        [['2026-01-01', 5, '2026-01-01'], 'text'],
    ])('%j agree on %s', (values, type) => {
        expect(inferColumns(values.map(a => ({ a })))).toEqual([{ name: 'a', type }]);
    });

    it('keep the order of the fields', () => {
        expect(inferColumns([{ b: 1 }, { a: 1, b: 2 }]).map(({ name }) => name)).toEqual(['b', 'a']);
    });

    const scalar = fc.oneof(
        fc.constantFrom<JsonValue>(null, true, 'false', '00123', '2026-01-31', '2026-01-31T10:00:00.5+01:00', ''),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer().map(String),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
        fc.string(),
    );
    const value = fc.oneof(
        scalar,
        fc.array(scalar, { maxLength: 2 }),
        fc.dictionary(fc.string(), scalar, { maxKeys: 2 }),
    );

    it('hold every value that they were inferred from, and texts and whole numbers come back as they were', () => {
        fc.assert(
            fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), values => {
                const [column] = inferColumns(values.map(a => ({ a })));
                for (const each of values as JsonValue[]) {
                    const text = fitValue(each, { name: column!.type, sqlType: column!.type });
                    if (typeof each === 'string' && each.includes('\u0000')) continue;
                    expect(text).not.toBeInstanceOf(Misfit);
                    expect(text === null).toBe(each === null);
                    const isPlain = typeof each === 'string' || Number.isSafeInteger(each);
                    const isKept = ['text', 'integer', 'decimal'].includes(column!.type);
                    if (isPlain && isKept && each !== 0) expect(text).toBe(textOf(each));
                }
            }),
        );
    });
});
