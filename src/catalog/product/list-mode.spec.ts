import { describe, expect, it } from 'vitest';
import { afterList, ListMode } from './list-mode';

describe('a list of a record and the list that is there', () => {
    it.each<[ListMode, string[], string[], string[]]>([
        ['MERGE', ['a', 'b'], ['c', 'a'], ['a', 'b', 'c']],
        ['MERGE', ['a'], [], ['a']],
        ['REPLACE_ALL', ['a', 'b'], ['b', 'c', 'c'], ['b', 'c']],
        ['REPLACE_ALL', ['a'], [], []],
        ['REMOVE', ['a', 'b'], ['b', 'x'], ['a']],
        ['SKIP', ['a'], ['b'], ['a']],
    ])('%s: %o and %o give %o', (mode, live, given, after) =>
        expect(afterList(live, given, mode, false)).toEqual(after),
    );

    it('is the same list when nothing changes, so that a change is cheap to notice', () => {
        const live = ['a', 'b'];
        expect(afterList(live, ['b'], 'MERGE', true)).toBe(live);
        expect(afterList(live, ['x'], 'REMOVE', true)).toBe(live);
        expect(afterList(live, ['b', 'a'], 'REPLACE_ALL', false)).toBe(live);
        expect(afterList(live, ['b', 'a'], 'REPLACE_ALL', true)).toEqual(['b', 'a']);
    });
});
