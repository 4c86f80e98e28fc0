import { expect, it } from 'vitest';
import { shownValue, valueAt } from './record-values';

it('finds names with dots, dotted paths and both together', () => {
    const record = { 'a.b': 'name', price: { net: 3, 'of.sale': 2 }, list: [1] };
    expect(['a.b', 'price.net', 'price.of.sale', 'price.gross', 'x.y'].map(path => valueAt(record, path))).toEqual([
        'name',
        3,
        2,
        undefined,
        undefined,
    ]);
    expect(valueAt(null, 'a')).toBeUndefined();
});

it('shows texts as they are, the rest as JSON and nothing for nothing', () => {
    expect(['00123', 12, [1, 'a'], { a: null }, null, undefined, ''].map(shownValue)).toEqual([
        '00123',
        '12',
        '[1,"a"]',
        '{"a":null}',
        '',
        '',
        '',
    ]);
});
