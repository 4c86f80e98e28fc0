import { describe, expect, it } from 'vitest';
import { recordPathsOf } from './record-paths';

const pathsOf = (value: unknown) =>
    recordPathsOf(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

describe('lists of records in a JSON document', () => {
    it.each<[string, unknown, string[]]>([
        ['the document itself', [{ a: 1 }, { a: 2 }], ['']],
        ['at a path', { meta: { page: 1, tags: ['x'] }, data: { products: [{ a: [{ b: 1 }] }] } }, ['data.products']],
        ['several, the outermost first', { data: { items: [{ a: 1 }] }, rows: [{ a: 1 }] }, ['rows', 'data.items']],
        ['after objects with the same names', { a: { items: 1 }, items: [{}] }, ['items']],
        ['none among texts', { tags: ['a', 'b'], none: [] }, []],
        ['in a document that is cut off', '{"data": {"products": [{"a": 1}, {"a"', ['data.products']],
        ['before a fault', '{"rows": [{"a": 1}], oops', ['rows']],
    ])('%s', (_what, document, paths) => {
        expect(pathsOf(document)).toEqual(paths);
    });

    it('are not looked for without end', () => {
        const deep = '{"a":'.repeat(50) + '[{}]' + '}'.repeat(50);
        expect(pathsOf(deep)).toEqual([]);
        const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`l${index}`, [{}]]));
        expect(pathsOf(many)).toHaveLength(20);
    });
});
