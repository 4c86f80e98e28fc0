import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../../shared/json';
import { Origin } from '../../sdk/record';
import { runOperator } from '../../testing/run-operator';
import { group } from './group.operator';

const run = (config: JsonObject, given: JsonObject[], originOf?: (i: number) => Origin) =>
    runOperator(group, config, given, originOf ? { originOf } : {});

/** Positions in the source of the rows that arrive; the missing ones were refused before. */
const at =
    (...indexes: number[]) =>
    (i: number): Origin => ({ step: 'read', index: indexes[i]!, line: indexes[i]! + 2 });

describe('group', () => {
    it('names first and last line of the rows', async () => {
        const { records } = await run({ key: 'id' }, [{ id: 'a' }, { id: 'a' }, { id: 'b' }]);
        expect(records.map(({ origin }) => [origin.line, origin.lastLine])).toEqual([
            [2, 3],
            [4, undefined],
        ]);
    });

    it('takes the first value that is not empty, wherever it stands', async () => {
        const { kept } = await run({ key: 'id', parent: ['name', 'note'], child: ['sku'] }, [
            { id: 'a', name: '', note: null, sku: '1' },
            { id: 'a', name: 'Late', note: null, sku: '2' },
            { id: 'a', name: 'Later', note: null, sku: '3' },
        ]);
        expect(kept).toEqual([
            { id: 'a', name: 'Late', note: null, variants: [{ sku: '1' }, { sku: '2' }, { sku: '3' }] },
        ]);
    });

    it('says nothing about items when no row makes one', async () => {
        const { kept } = await run({ key: 'id', skipChildWhenEmpty: ['sku'] }, [{ id: 'a', sku: '' }]);
        expect(kept).toEqual([{ id: 'a' }]);
    });

    it('keeps keys that look like numbers apart as texts', async () => {
        const { kept } = await run({ key: 'id' }, [{ id: '007' }, { id: '7' }, { id: 7 }]);
        expect(kept.map(record => record['id'])).toEqual(['007', '7']);
    });

    it('refuses a row without a key and goes on with the group', async () => {
        const { kept, rejected } = await run({ key: 'id' }, [
            { id: 'a', n: 1 },
            { id: '', n: 2 },
            { id: 'a', n: 3 },
        ]);
        expect(kept).toEqual([{ id: 'a', variants: [{ n: 1 }, { n: 3 }] }]);
        expect(rejected[0]?.error.message).toBe('The row has no "id", so it is not known which rows it belongs to.');
    });

    it('counts blank rows as dropped, in the middle of a group too', async () => {
        const { kept, dropped } = await run({ key: 'id', continuation: 'EMPTY_KEY' }, [
            { id: 'a', n: '1' },
            { id: '', n: ' ' },
            { id: '', n: '2' },
        ]);
        expect(kept).toEqual([{ id: 'a', variants: [{ n: '1' }, { n: '2' }] }]);
        expect(dropped).toHaveLength(1);
    });

    it('refuses every row of a key that comes again after other rows', async () => {
        const { kept, rejected } = await run({ key: 'id' }, [
            { id: 'a', n: 1 },
            { id: 'b', n: 2 },
            { id: 'a', n: 3 },
            { id: 'a', n: 4 },
            { id: 'c', n: 5 },
        ]);
        expect(kept.map(record => record['id'])).toEqual(['a', 'b', 'c']);
        expect(rejected.map(({ record }) => record['n'])).toEqual([3, 4]);
        expect(rejected[0]?.error).toMatchObject({
            code: 'group-split',
            message: 'Rows with id "a" came earlier already, with other rows in between.',
        });
    });

    it('makes a record of its own of them when told so', async () => {
        const { kept } = await run({ key: 'id', onSplitGroup: 'NEW_GROUP' }, [{ id: 'a' }, { id: 'b' }, { id: 'a' }]);
        expect(kept).toHaveLength(3);
    });

    it('refuses a group with too many rows, all of them, and holds none', async () => {
        const rows = Array.from({ length: 5 }, (_, n) => ({ id: 'a', n }));
        const { kept, rejected } = await run({ key: 'id', maxRows: 3 }, [...rows, { id: 'b', n: 9 }]);
        expect(kept).toEqual([{ id: 'b', variants: [{ n: 9 }] }]);
        expect(rejected.map(({ record }) => record['n'])).toEqual([0, 1, 2, 3, 4]);
        expect(rejected[0]?.error.message).toBe('More than 3 rows belong to id "a".');
    });

    describe('with an empty key that continues', () => {
        const config = { key: 'name', continuation: 'EMPTY_KEY' };

        it('refuses a first row that continues nothing', async () => {
            const { kept, rejected } = await run(config, [
                { name: '', sku: '1' },
                { name: 'Pot', sku: '2' },
            ]);
            expect(kept).toHaveLength(1);
            expect(rejected[0]?.error.code).toBe('group-continues-nothing');
        });

        it('never gives the rows of a refused product to the product above', async () => {
            const rows = [
                { name: 'Pot', sku: 'P1' },
                // Position 1 was the first row of another product, and it was malformed.
                { name: '', sku: 'X2' },
                { name: '', sku: 'X3' },
                { name: 'Pan', sku: 'N1' },
            ];
            const { kept, rejected } = await run(config, rows, at(0, 2, 3, 4));
            expect(kept).toEqual([
                { name: 'Pot', variants: [{ sku: 'P1' }] },
                { name: 'Pan', variants: [{ sku: 'N1' }] },
            ]);
            expect(rejected.map(({ record }) => record['sku'])).toEqual(['X2', 'X3']);
            expect(rejected[0]?.error.code).toBe('group-owner-uncertain');
        });

        it('goes on over gaps when told that they are meant', async () => {
            const rows = [
                { name: 'Pot', sku: 'P1' },
                { name: '', sku: 'P3' },
            ];
            const { kept } = await run({ ...config, onGap: 'CONTINUE' }, rows, at(0, 2));
            expect(kept).toEqual([{ name: 'Pot', variants: [{ sku: 'P1' }, { sku: 'P3' }] }]);
        });

        it('lets the same name come again, since each name starts a product', async () => {
            const { kept } = await run(config, [{ name: 'Pot' }, { name: 'Pan' }, { name: 'Pot' }]);
            expect(kept).toHaveLength(3);
        });
    });

    it('does not change the rows it is given, nor what is nested in them', async () => {
        const given = [{ id: 'a', custom: { color: 'red' }, sku: '1' }];
        const before = structuredClone(given);
        const { kept } = await run({ key: 'id', parent: ['custom.color'] }, given);
        expect(kept).toEqual([{ id: 'a', custom: { color: 'red' }, variants: [{ custom: {}, sku: '1' }] }]);
        expect(given).toEqual(before);
    });
});
