import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { leavesOf } from '../../../shared/leaves';
import { getPath as getPathOfServer } from '../../../shared/path';
import { draftOf, isFixed, kindOf, readCell, textOf } from './cell-value';
import { columnsOf, isFailing } from './columns';
import { countEdits, noEdits, patchesOf, withEdit, without } from './edits';
import { getPath, pathsOf } from './paths';

describe('cells', () => {
    it('tell text, numbers, booleans, null, empty text and no field apart', () => {
        expect(['00123', 12, true, false, null, '', undefined, [], { a: 1 }].map(kindOf)).toEqual([
            'text',
            'number',
            'true',
            'false',
            'null',
            'empty',
            'absent',
            'json',
            'json',
        ]);
    });

    it('keep the kind of what is edited', () => {
        for (const value of ['00123', 'true', 'null', 'a\nb', 12, 0.1, -3e21, [], { a: [1, null] }]) {
            const { kind, text } = draftOf(value);
            expect(readCell(kind, text)).toEqual({ value });
        }
    });

    it('take what is typed where there was nothing as text', () => {
        for (const value of [null, '', undefined, true]) expect(draftOf(value)).toEqual({ kind: 'text', text: '' });
        expect(readCell('text', '00123')).toEqual({ value: '00123' });
        expect(readCell('text', '')).toEqual({ value: '' });
    });

    it('set each of the fixed values by choosing it', () => {
        const chosen = (['true', 'false', 'null', 'empty', 'absent'] as const).map(kind => readCell(kind, 'typed'));
        expect(chosen).toEqual([
            { value: true },
            { value: false },
            { value: null },
            { value: '' },
            { value: undefined },
        ]);
        expect([isFixed('text'), isFixed('absent')]).toEqual([false, true]);
        expect(textOf(null)).toBe('');
    });

    it.each(['', 'twelve', '1,5', '0x10', '1e999', 'Infinity', '1 2'])('refuse %j as a number', text => {
        expect(readCell('number', text)).toEqual({ problem: 'number' });
    });

    it('refuse numbers with more digits than are kept, and text that is no JSON', () => {
        expect(readCell('number', '12345678901234567890')).toEqual({ problem: 'precision' });
        expect(readCell('number', '1000000000000000000000')).toEqual({ value: 1e21 });
        expect(readCell('number', ' -1.50 ')).toEqual({ value: -1.5 });
        expect(readCell('json', '{')).toEqual({ problem: 'json' });
    });
});

describe('paths', () => {
    it('name the same values as those of the server', () => {
        const key = fc.constantFrom('a', 'b', 'a.b', 'a.0', '0', '', 'constructor');
        const { value } = fc.letrec(tie => ({
            value: fc.oneof(
                { maxDepth: 3 },
                fc.constantFrom(null, '', 0, 'x', false),
                fc.array(tie('value'), { maxLength: 2 }),
                fc.dictionary(key, tie('value'), { maxKeys: 3 }),
            ),
        }));
        fc.assert(
            fc.property(fc.dictionary(key, value, { maxKeys: 4 }), found => {
                const record = found as JsonObject;
                const leaves = [...leavesOf(record)];
                expect(pathsOf(record)).toEqual(leaves.map(([path]) => path));
                for (const [path] of leaves) expect(getPath(record, path)).toEqual(getPathOfServer(record, path));
                expect(getPath(record, 'a.b.0')).toEqual(getPathOfServer(record, 'a.b.0'));
            }),
            { numRuns: 2_000 },
        );
        expect(getPath(null, 'a')).toBeUndefined();
    });
});

describe('columns', () => {
    const record = { sku: 'A', variants: [{ price: 'x', stock: 1 }], tags: [], 'a.b': 1 };

    it('begin with what the records were refused for, nested fields by their path', () => {
        const columns = columnsOf([
            { record, field: 'variants[0].price' },
            { record: { sku: 'B', name: 'N' }, field: 'slug' },
            { record: null, field: null },
        ]);
        expect(columns).toEqual(['variants.0.price', 'slug', 'sku', 'variants.0.stock', 'tags', 'a.b', 'name']);
    });

    it('mark the parts of a field that was refused as a whole', () => {
        expect(columnsOf([{ record, field: 'variants' }]).slice(0, 2)).toEqual([
            'variants.0.price',
            'variants.0.stock',
        ]);
        expect(isFailing('variants.0.price', 'variants[0]')).toBe(true);
        expect(isFailing('variants2', 'variants')).toBe(false);
        expect(isFailing('sku', null)).toBe(false);
    });
});

describe('edits', () => {
    const a = { id: '1', record: { sku: 'A', price: 12, tags: ['x', 'y', 'z'] } };
    const b = { id: '2', record: { sku: 'B' } };

    it('are counted, and gone when the value is put back', () => {
        let edits = withEdit(noEdits, a, 'price', '12');
        edits = withEdit(edits, b, 'price', null);
        edits = withEdit(edits, b, 'sku', 'C');
        expect(countEdits(edits)).toBe(3);
        edits = withEdit(edits, a, 'price', 12);
        expect([...edits.keys()]).toEqual(['2']);
        expect(countEdits(withEdit(withEdit(edits, b, 'price', undefined), b, 'sku', 'B'))).toBe(0);
        expect(without(edits, ['2'])).toEqual(noEdits);
    });

    it('become one patch for all records that change in the same way, lists from their end', () => {
        let edits = withEdit(noEdits, a, 'tags.0', undefined);
        edits = withEdit(edits, a, 'tags.2', undefined);
        edits = withEdit(edits, a, 'sku', '');
        for (const row of [b, { ...b, id: '3' }]) edits = withEdit(edits, row, 'name', null);
        expect(patchesOf(edits)).toEqual([
            {
                ids: ['1'],
                patch: [
                    { path: 'sku', op: 'SET', value: '' },
                    { path: 'tags.2', op: 'REMOVE' },
                    { path: 'tags.0', op: 'REMOVE' },
                ],
            },
            { ids: ['2', '3'], patch: [{ path: 'name', op: 'SET', value: null }] },
        ]);
    });
});
