import { describe, expect, it } from 'vitest';
import type { EntityChange, FieldChange } from '../../sdk/change-set';
import { References } from '../references';
import { DESCRIPTIONS } from './descriptions';
import { PendingEntity } from './pending-entity';

describe('PendingEntity', () => {
    it('sorts the paths of a change set by the way they are written', () => {
        const variant = pending('ProductVariant', 'UPDATE', [
            { path: 'sku', before: 'A', after: 'B' },
            { path: 'translations.de.name', before: 'x', after: 'y' },
            { path: 'translations.de.customFields.claim', after: 'z' },
            { path: 'prices.a\\.b.USD', before: 100, after: 120 },
            { path: 'prices.main.EUR', before: 100 },
            { path: 'stock.Berlin\\. Mitte', before: 1, after: 0 },
            { path: 'options', before: ['size:s', 'fit:slim'], after: ['size:m', 'fit:slim'] },
        ]);
        expect([...variant.columns]).toEqual([['sku', 'B']]);
        expect([...variant.translations[0]!.cells]).toEqual([
            ['name', 'y'],
            ['customFields.claim', 'z'],
        ]);
        expect(variant.prices).toMatchObject([
            { channel: { key: 'a.b' }, currencyCode: 'USD', existed: true, price: 120 },
            { channel: { key: 'main' }, currencyCode: 'EUR', existed: true, price: undefined },
        ]);
        expect(variant.stock).toMatchObject([{ location: { key: 'Berlin. Mitte' }, stockOnHand: 0 }]);
        expect(variant.links).toMatchObject([
            {
                relation: 'options',
                add: [{ kind: 'ProductOption', key: 'laptop/size:m' }],
                remove: [{ kind: 'ProductOption', key: 'laptop/size:s' }],
            },
        ]);
    });

    it('finds the parent of a value whose code holds a colon itself', () => {
        expect(pending('FacetValue', 'CREATE', [{ path: 'code', after: 'a:b' }], 'scale:1:a:b').parentKey).toBe(
            'scale:1',
        );
        expect(pending('ProductOption', 'CREATE', [{ path: 'code', after: 's' }], 'size:s').parentKey).toBe(
            'laptop/size',
        );
    });

    it('leaves a reference alone that is given with the same value on both sides', () => {
        const fields = [{ path: 'product', before: 'laptop', after: 'laptop' }];
        expect(pending('ProductVariant', 'UPDATE', fields).columns.size).toBe(0);
    });

    it.each(['colour', 'translations.de', 'translations.de.name.x', 'prices.main', 'stock', 'customFields'])(
        'refuses the path "%s", which nothing knows how to write',
        path => {
            expect(() => pending('Product', 'UPDATE', [{ path, after: 'x' }])).toThrow(
                `The change set of Product "key" has the path "${path}", which nothing knows how to write.`,
            );
        },
    );

    it('gives the id to every change set that waits for it', () => {
        const references = new References();
        const facet = pending('Facet', 'CREATE', [{ path: 'code', after: 'colour' }], 'colour');
        const twin: EntityChange = { ...facet.change, entityId: null };
        facet.addTwin(twin);
        facet.identify(12, references);
        expect([facet.change.entityId, twin.entityId, references.get('Facet', 'colour')]).toEqual(['12', '12', 12]);
        expect([facet.change.action, twin.action]).toEqual(['CREATE', 'UNCHANGED']);
    });

    it('does not claim to have created what another batch created first', () => {
        const facet = pending('Facet', 'CREATE', [{ path: 'code', after: 'colour' }], 'colour');
        facet.takeExisting(12, new References());
        expect(facet.change).toMatchObject({ action: 'UNCHANGED', entityId: '12', fields: [] });
        expect([facet.creates, facet.action, facet.columns.size]).toEqual([false, 'CREATE', 0]);
    });
});

function pending(
    entityType: string,
    action: EntityChange['action'],
    fields: FieldChange[],
    key = 'key',
): PendingEntity {
    const description = DESCRIPTIONS.find(candidate => candidate.entityType === entityType)!;
    return new PendingEntity(description, { entityType, action, fields, key, entityId: null }, 'laptop', 'laptop');
}
