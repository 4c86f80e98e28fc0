import { describe, expect, it } from 'vitest';
import { JsonObject } from './json';
import { getPath, removePath, setPath } from './path';

describe('paths', () => {
    it('reach into lists, without changing the list that was there', () => {
        const list = ['a', 'b'];
        const record: JsonObject = { list };
        setPath(record, 'list.1', 'c');
        setPath(record, 'list.2', 'd');
        expect(record).toEqual({ list: ['a', 'c', 'd'] });
        expect(list).toEqual(['a', 'b']);
    });

    it.each(['list.4294967290', 'list.5000', 'list.length', 'list.name', 'list.-1', 'list.5000.name'])(
        'do not make a list of holes, or hide values beside its items: %s',
        path => {
            const record: JsonObject = { list: ['a'] };
            expect(() => setPath(record, path, 4294967295)).toThrow('is not a position in a list of 1');
        },
    );

    it.each(['__proto__', '__proto__.polluted', 'a.__proto__.polluted', 'constructor.prototype.polluted'])(
        'never reach a prototype: %s',
        path => {
            const record: JsonObject = { a: {} };
            expect(() => setPath(record, path, 'x')).toThrow('is not allowed');
            expect(({} as { polluted?: string }).polluted).toBeUndefined();
        },
    );

    it('see only what the record itself holds', () => {
        expect(getPath({}, 'toString')).toBeUndefined();
        expect(getPath({ a: {} }, 'a.toString')).toBeUndefined();
        const record: JsonObject = { a: { b: 1 } };
        removePath(record, 'a.b');
        expect(record).toEqual({ a: {} });
    });
});
