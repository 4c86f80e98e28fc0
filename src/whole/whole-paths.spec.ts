import fc from 'fast-check';
import { readdirSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { JsonObject, JsonValue } from '../../shared/json';
import { Aggregate, GroupOperation, WholeOperation } from '../sdk/whole-operation';
import { runWhole, tempDirectory, Way } from './whole.fixture';
import { isFull, seed } from '../../e2e/support/scale';

/** Values that meet often, of every kind that a source can give. */
const value: fc.Arbitrary<JsonValue> = fc.oneof(
    fc.constantFrom<JsonValue>(
        null,
        '',
        ' ',
        true,
        false,
        'true',
        0,
        7,
        '7',
        '007',
        '7.0',
        15,
        '15',
        ' 15',
        '1e3',
        1000,
    ),
    fc.constantFrom<JsonValue>(
        '2026-01-31',
        '2026-01-31T00:00:00Z',
        '2026-02-30',
        '12345678901234567890',
        0.1,
        '0.10',
        -5,
    ),
    fc.constantFrom<JsonValue>(
        'a',
        'A',
        'ä',
        'ab',
        'a\u0000',
        'a\u0000b',
        '\ud83e\uddfa',
        '\uffee',
        '\ud800',
        '漢字',
        "o'",
        '"\\',
    ),
    fc.constantFrom<JsonValue>([], {}, [1, '1'], ['1', 1], { b: 1, a: '2' }, { a: 2, b: '1' }, [null]),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => number + 0),
    fc.string({ unit: 'binary', maxLength: 6 }),
);
const number: fc.Arbitrary<JsonValue> = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }),
    fc.constantFrom<JsonValue>('0.10', '19.99', '1e-7', ' 3 ', null, '', 1e21, '99999999999999999999.01'),
);
const record: fc.Arbitrary<JsonObject> = fc
    .record({ k: value, l: value, n: number }, { requiredKeys: [] })
    .chain(flat =>
        fc.option(value, { nil: undefined }).map(deep => (deep === undefined ? flat : { ...flat, d: { k: deep } })),
    );
const records = fc.array(record, { maxLength: 30 });
const field = fc.constantFrom('k', 'l', 'd.k', 'n');
const fields = fc.uniqueArray(field, { minLength: 1, maxLength: 3 });
const aggregates: Aggregate[] = ['COUNT', 'MIN', 'MAX', 'FIRST', 'LAST', 'COLLECT', 'COUNT_DISTINCT'];

const operations: Record<WholeOperation['kind'], fc.Arbitrary<WholeOperation>> = {
    SORT: fc.record({
        kind: fc.constant('SORT' as const),
        by: fields.chain(names =>
            fc.tuple(
                ...names.map(name =>
                    fc.record({
                        field: fc.constant(name),
                        direction: fc.constantFrom('ASC' as const, 'DESC' as const),
                    }),
                ),
            ),
        ),
    }),
    GROUP: fc.record({
        kind: fc.constant('GROUP' as const),
        by: fields,
        aggregates: fc.constant<GroupOperation['aggregates']>([
            { into: 'records', with: 'COUNT' as const },
            { into: 'all', with: 'COLLECT' as const },
            { into: 'sum', of: 'n', with: 'SUM' as const },
            { into: 'mean', of: 'n', with: 'AVG' as const },
            ...aggregates.map(aggregate => ({ into: `agg.${aggregate}`, of: 'l', with: aggregate })),
        ]),
    }),
    DISTINCT: fc.record({
        kind: fc.constant('DISTINCT' as const),
        by: fields,
        keep: fc.constantFrom('FIRST' as const, 'LAST' as const),
    }),
    JOIN: fc.record({
        kind: fc.constant('JOIN' as const),
        type: fc.constantFrom('INNER' as const, 'LEFT' as const, 'RIGHT' as const, 'FULL' as const),
        leftKey: field,
        rightKey: field,
        right: fc.constant({ step: 'other' }),
        prefix: fc.constantFrom('', 'r_'),
        select: fc.option(fc.constant<string[]>(['k', 'd.k']), { nil: undefined }),
    }),
};

const runs = isFull ? 1_000 : 60;

describe(`whole operations, both ways (seed ${seed})`, () => {
    afterAll(() => rmSync(tempDirectory, { recursive: true, force: true }));

    it.each(Object.keys(operations) as WholeOperation['kind'][])(
        '%s gives the same records in the same order in memory and through DuckDB',
        async kind => {
            const property = fc.asyncProperty(operations[kind], records, records, async (operation, main, right) => {
                // What comes from a source is what its JSON says.
                const given = JSON.parse(JSON.stringify({ main, right })) as {
                    main: JsonObject[];
                    right: JsonObject[];
                };
                const output = async (way: Way) => JSON.stringify(await runWhole(operation, { ...given, way }));
                expect(await output('through DuckDB')).toBe(await output('in memory'));
            });
            await fc.assert(property, { numRuns: runs, seed });
            expect(readdirSync(tempDirectory)).toEqual([]);
        },
        300_000,
    );
});
