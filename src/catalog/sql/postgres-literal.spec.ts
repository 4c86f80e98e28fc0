import { expect, it } from 'vitest';
import { arrayLiteral } from './postgres-literal';

it('quotes what would be read otherwise, and escapes nothing but quotes and backslashes', () => {
    const literal = arrayLiteral([
        'SKU-1',
        '',
        'null',
        'NULL',
        'a b',
        'x,y',
        '{}',
        'tab\t"',
        'a"b\\c',
        '😀"',
        '\u2028',
    ]);
    expect(literal).toBe('{SKU-1,"","null","NULL","a b","x,y","{}","tab\t\\"","a\\"b\\\\c","😀\\"","\u2028"}');
});

it('writes other values as their types want them', () => {
    expect(arrayLiteral([1, -2.5, true, false, null, undefined])).toBe('{1,-2.5,t,f,NULL,NULL}');
    expect(arrayLiteral([[{ path: 'a"b' }]])).toBe('{"[{\\"path\\":\\"a\\\\\\"b\\"}]"}');
});
