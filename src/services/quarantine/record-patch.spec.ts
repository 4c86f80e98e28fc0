import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { applyPatch, checkPath, parsePatch, type PatchEntryInput } from './record-patch';

const patched = (record: JsonObject | null, ...patch: PatchEntryInput[]) => applyPatch(record, parsePatch(patch));

describe('a patch', () => {
    it('tells null, empty and absent apart', () => {
        const record = { a: 1, b: 2, c: 3 };
        const result = patched(
            record,
            { path: 'a', op: 'SET', value: null },
            { path: 'b', op: 'SET', value: '' },
            { path: 'c', op: 'REMOVE' },
        );
        expect(result.record).toEqual({ a: null, b: '' });
        expect(result.edits).toEqual([
            { path: 'a', before: 1, after: null },
            { path: 'b', before: 2, after: '' },
            { path: 'c', before: 3 },
        ]);
        expect(record).toEqual({ a: 1, b: 2, c: 3 });
    });

    it('reaches into the record without changing what was there', () => {
        const record = { variants: [{ price: 1 }, { price: 2 }] };
        expect(patched(record, { path: 'variants.1.price', op: 'SET', value: 3 }).record).toEqual({
            variants: [{ price: 1 }, { price: 3 }],
        });
        expect(record.variants[1]).toEqual({ price: 2 });
    });

    it('that changes nothing leaves no trail', () => {
        const record = { a: { b: [1] }, n: null };
        const same = patched(
            record,
            { path: 'a', op: 'SET', value: { b: [1] } },
            { path: 'n', op: 'SET', value: null },
            { path: 'x', op: 'REMOVE' },
        );
        expect(same).toEqual({ record, edits: [] });
    });

    it('makes a record of one that could not be read, but not by removing', () => {
        expect(patched(null, { path: 'a.b', op: 'SET', value: 1 }).record).toEqual({ a: { b: 1 } });
        expect(patched(null, { path: 'a', op: 'REMOVE' })).toEqual({ record: null, edits: [] });
    });

    it('keeps long values out of the trail', () => {
        const { edits } = patched({ a: 'x'.repeat(5_000) }, { path: 'a', op: 'SET', value: 'short' });
        expect(edits[0]!.before).toHaveLength(1_000);
    });

    it('adds to the end of a list', () => {
        const patch: PatchEntryInput[] = [1, 2].map(i => ({ path: `list.${i}`, op: 'SET', value: i }));
        expect(patched({ list: [0] }, ...patch).record).toEqual({ list: [0, 1, 2] });
    });

    it('makes no record deeper than what comes in from outside', () => {
        const deep = (levels: number): JsonValue => (levels === 0 ? 1 : { a: deep(levels - 1) });
        const path = Array(150).fill('a').join('.');
        expect(() => patched({}, { path, op: 'SET', value: deep(40) })).not.toThrow();
        expect(() => patched({}, { path, op: 'SET', value: deep(60) })).toThrow('nested too deeply');
        expect(() => checkPath('a.'.repeat(50_000) + 'a')).toThrow('has 50001 levels');
    });

    it.each<[PatchEntryInput[], string]>([
        [[], 'The patch has 0 entries.'],
        [[{ path: '', op: 'SET', value: 1 }], 'patch[0].path has 0 characters.'],
        [[{ path: 'a', op: 'SET' }], 'patch[0] sets "a" and has no value.'],
        [[{ path: 'a', op: 'REMOVE', value: 1 }], 'patch[0] removes "a" and has a value.'],
        [[{ path: 'list.x', op: 'SET', value: 1 }], '"x" is not a position in a list of 1.'],
        [[{ path: 'list.2', op: 'SET', value: 1 }], '"2" is not a position in a list of 1.'],
        [[{ path: '__proto__.x', op: 'SET', value: 1 }], 'is not allowed in a field path.'],
        [[{ path: 'a.__proto__', op: 'REMOVE' }], 'is not allowed in a field path.'],
    ])('%j is refused: %s', (patch, message) => {
        const refused = () => patched({ list: [1] }, ...patch);
        expect(refused).toThrow(message);
        expect(refused).toThrow(UserError);
    });
});
