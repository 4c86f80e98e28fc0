import { describe, expect, it } from 'vitest';
import type { ChangeSet, EntityChange, FieldChange } from '../../sdk/change-set';
import { summarise } from './batch-summary';

describe('summarise', () => {
    it('counts a variant whose stock alone moves as stock, not as an updated variant', () => {
        const summary = summarise([
            set(
                change('ProductVariant', 'UPDATE', '7', [
                    { path: 'stock.Main', before: 3, after: 1 },
                    { path: 'product', before: 'p', after: 'p' },
                ]),
            ),
        ]);
        expect(summary.variants.updated).toEqual([]);
        expect(summary.concernsCollections).toBe(false);
        expect(summary.stock).toEqual([{ variantId: '7', location: 'Main', quantity: -2, isNew: false }]);
    });

    it('tells no movement for a level that starts at nothing or stays', () => {
        const fields = [
            { path: 'stock.Main', after: 0 },
            { path: 'stock.Other', before: 4, after: 4 },
        ];
        expect(summarise([set(change('ProductVariant', 'CREATE', '7', fields))]).stock).toEqual([]);
    });

    it('tells which channels a product came into and left', () => {
        const fields = [{ path: 'channels', before: ['a', 'b'], after: ['b', 'c'] }];
        expect(summarise([set(change('Product', 'UPDATE', '1', fields))]).channels).toEqual([
            { productId: '1', channel: 'c', type: 'assigned' },
            { productId: '1', channel: 'a', type: 'removed' },
        ]);
    });

    it('passes over what was not written', () => {
        const summary = summarise([
            set(change('Product', 'UNCHANGED', '1', [])),
            set(change('Product', 'CREATE', null, [])),
        ]);
        expect(summary.products).toEqual({ created: [], updated: [], deleted: [] });
        expect(summary.concernsCollections).toBe(false);
    });
});

function set(...entities: EntityChange[]): ChangeSet {
    return { key: 'p', action: 'UPDATE', entities };
}

function change(
    entityType: string,
    action: EntityChange['action'],
    entityId: string | null,
    fields: FieldChange[],
): EntityChange {
    return { entityType, action, entityId, fields, key: 'p' };
}
