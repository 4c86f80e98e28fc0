import { describe, expect, it } from 'vitest';
import { LedgerEntry, netChangeOf } from './net-change';

const entry = (action: string, fields: LedgerEntry['fields'], key = 'a'): LedgerEntry => ({
    entityType: 'Product',
    entityId: '1',
    key,
    action,
    fields,
});

describe('the net change of an entity', () => {
    it('goes from before the first change to after the last', () => {
        expect(
            netChangeOf([
                entry('UPDATE', [{ path: 'enabled', before: true, after: false }]),
                entry('UPDATE', [{ path: 'sku', before: 'A', after: 'B' }]),
                entry('UPDATE', [{ path: 'sku', before: 'B', after: 'C' }], 'c'),
            ]),
        ).toEqual({
            entityType: 'Product',
            entityId: '1',
            key: 'c',
            action: 'UPDATE',
            fields: [
                { path: 'enabled', before: true, after: false },
                { path: 'sku', before: 'A', after: 'C' },
            ],
        });
    });

    it('is none for a value that was put back, and for an entity that came and went', () => {
        const there = entry('UPDATE', [{ path: 'sku', before: 'A', after: 'B' }]);
        const andBack = entry('UPDATE', [{ path: 'sku', before: 'B', after: 'A' }]);
        expect(netChangeOf([there, andBack])).toBeUndefined();
        expect(netChangeOf([entry('CREATE', []), entry('DELETE', [])])).toBeUndefined();
    });

    it('tells null from absent', () => {
        const fields = [{ path: 'prices.a.USD', after: null }];
        expect(netChangeOf([entry('UPDATE', fields)])?.fields).toEqual(fields);
        expect(netChangeOf([entry('UPDATE', [{ path: 'x', before: null }])])?.fields).toEqual([
            { path: 'x', before: null },
        ]);
    });

    it('of what was created and then changed is its creation with the last values', () => {
        expect(
            netChangeOf([
                entry('CREATE', [{ path: 'sku', after: 'A' }]),
                entry('UPDATE', [{ path: 'sku', before: 'A', after: 'B' }]),
            ]),
        ).toMatchObject({ action: 'CREATE', fields: [{ path: 'sku', after: 'B' }] });
    });
});
