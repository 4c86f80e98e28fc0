import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../shared/json';
import { UserError } from '../../../sdk/errors';
import { applyPatch } from '../record-patch';
import { cellsOf, changesOf, csvLine, headerOf, pathOf } from './sheet-cells';

const cells = (record: JsonObject) => Object.fromEntries(cellsOf(record));
const afterRow = (record: JsonObject | null, row: Record<string, string>) =>
    applyPatch(record, changesOf(record, new Map(Object.entries(row)))).record;

describe('cells of a record', () => {
    it('stand under dotted paths', () => {
        const record = {
            sku: 'A',
            variants: [{ sku: 'A-1', price: 12 }],
            customFields: { erp: true },
            tags: ['x', 'y'],
        };
        expect(cells(record)).toEqual({
            sku: 'A',
            'variants.0.sku': 'A-1',
            'variants.0.price': '12',
            'customFields.erp': 'true',
            'tags.0': 'x',
            'tags.1': 'y',
        });
    });

    it('tell absent, null and empty apart', () => {
        expect(cells({ a: null, b: '', c: [], d: {} })).toEqual({
            a: '<null>',
            b: '<empty>',
            c: 'json:[]',
            d: 'json:{}',
        });
    });

    it.each([
        ['=1+1', "'=1+1"],
        ['+49 30 1', "'+49 30 1"],
        ['-cmd', "'-cmd"],
        ['@x', "'@x"],
        [' =1', "' =1"],
        ['\n=1', "'\n=1"],
        ['＝1+1', "'＝1+1"],
        ['＠x', "'＠x"],
        ['\tx', "'\tx"],
        ['00123', "'00123"],
        ['1e5', "'1e5"],
        ['1.50', "'1.50"],
        ['12345678901234567890', "'12345678901234567890"],
        ['2024-03-01', "'2024-03-01"],
        ['2024-03-01T10:00:00.000Z', "'2024-03-01T10:00:00.000Z"],
        ['01.03.2024', "'01.03.2024"],
        ['3/4', "'3/4"],
        ['10-12', "'10-12"],
        ['10:30', "'10:30"],
        ['10:30 PM', "'10:30 PM"],
        ['1,50', "'1,50"],
        ['1 200', "'1 200"],
        ['50%', "'50%"],
        ['MAR1', "'MAR1"],
        ['1-Sept', "'1-Sept"],
        ['Dec 24, 2024', "'Dec 24, 2024"],
        ['true', "'true"],
        ['False', "'False"],
        ["'quoted", "''quoted"],
        ['<null>', "'<null>"],
        ['json:1', "'json:1"],
        ['-5', '-5'],
        ['12.5', '12.5'],
        ['plain', 'plain'],
        ['TS-S-1', 'TS-S-1'],
        ['12 pieces', '12 pieces'],
        ['Marble 3', 'Marble 3'],
        ['2nd of May', '2nd of May'],
    ])('keep the text %j from spreadsheets as %j', (text, cell) => {
        expect(cells({ text })).toEqual({ text: cell });
        expect(afterRow({ text: 'other' }, { text: cell })).toEqual({ text });
    });

    it('name fields that no path can reach as JSON', () => {
        expect(cells({ 'a.b': { c: 1 }, x: { 'y.z': 1 }, a: { b: 2, d: 3 } })).toEqual({
            'a.b': 'json:{"c":1}',
            x: 'json:{"y.z":1}',
            'a.d': '3',
        });
        const odd = JSON.parse('{ "__proto__": 1, "x": { "constructor": 2 } }') as JsonObject;
        expect(cells(odd)).toEqual({ x: 'json:{"constructor":2}' });
    });

    it('of more than a spreadsheet takes are left out of it and stay as they are', () => {
        const text = 'x'.repeat(40_000);
        expect(cells({ text })).toEqual({ text: '<long>' });
        expect(afterRow({ text }, { text: '<long>' })).toEqual({ text });
        expect(() => afterRow({ text: 'x' }, { text: '<long>' })).toThrow('stands for a long value');
    });
});

describe('a row that comes back', () => {
    it('changes nothing when it is as it was, whatever the types are', () => {
        const record: JsonObject = {
            text: '12',
            number: 12,
            zero: '007',
            yes: true,
            yesText: 'true',
            none: null,
            empty: '',
            list: [],
            lines: 'a\r\nb',
            nested: { deep: [{ x: null }] },
        };
        expect(changesOf(record, cellsOf(record))).toEqual([]);
        expect(changesOf(record, new Map([['lines', 'a\nb']]))).toEqual([]);
    });

    it('leaves fields alone that it has no column for', () => {
        expect(afterRow({ a: 1, b: 2 }, { a: '3' })).toEqual({ a: 3, b: 2 });
    });

    it.each<[string, JsonValue | undefined, string, JsonValue | undefined]>([
        ['a number stays one', 12, '13', 13],
        ['a number becomes text', 12, 'n/a', 'n/a'],
        ['what was no number stays text', '12', '13', '13'],
        ['leading zeros stay text', 12, '013', '013'],
        ['true becomes false', true, 'FALSE', false],
        ['something appears', undefined, '5', '5'],
        ['something appears as a number', undefined, 'json:5', 5],
        ['an empty cell removes', 'x', '', undefined],
        ['an empty cell removes null', null, '', undefined],
        ['null', 'x', '<null>', null],
        ['empty text', 'x', '<empty>', ''],
        ['a formula is text', 'x', "'=1", '=1'],
    ])('%s', (_, before, cell, after) => {
        const record: JsonObject = before === undefined ? { keep: 1 } : { keep: 1, field: before };
        const expected = after === undefined ? { keep: 1 } : { keep: 1, field: after };
        expect(afterRow(record, { field: cell })).toEqual(expected);
    });

    it('removes from lists without mixing up their items', () => {
        const record = { tags: ['a', 'b', 'c', 'd'] };
        const row = { 'tags.0': 'A', 'tags.1': '', 'tags.2': '', 'tags.3': 'd' };
        expect(afterRow(record, row)).toEqual({ tags: ['A', 'd'] });
    });

    it('writes a record that could not be read', () => {
        expect(afterRow(null, { sku: 'A', 'prices.0': 'json:5', note: '' })).toEqual({ sku: 'A', prices: { '0': 5 } });
    });

    it('says which cell is wrong', () => {
        expect(() => afterRow({}, { x: 'json:{' })).toThrow('"x" is not JSON after "json:".');
        expect(() => afterRow({ list: [] }, { list: 'x' })).toThrow('"list" is a list or an object');
    });
});

it('headers lead back to their paths', () => {
    const taken = (name: string) => name === 'message';
    for (const path of ['sku', 'a.b', 'message', ' blank ', '', 'json:x', '=1', "'x", '007']) {
        expect(pathOf(headerOf(path, taken))).toBe(path);
    }
    expect(headerOf('message', taken)).toBe('json:"message"');
});

it('headers never lead to a prototype', () => {
    for (const header of ['__proto__', 'a.__proto__.b', 'json:"constructor"', 'json:1']) {
        expect(() => pathOf(header)).toThrow(UserError);
    }
});

it('lines are CSV that every reader understands', () => {
    expect(csvLine(['a', 'b "c"', 'd,e', 'f\ng', ' h', ''])).toBe('a,"b ""c""","d,e","f\ng"," h",\r\n');
});
