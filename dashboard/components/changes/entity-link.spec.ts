import { expect, it } from 'vitest';
import { addressOfEntity, type NamedEntity } from './entity-link';

const entity = (values: Partial<NamedEntity>): NamedEntity => ({
    entityType: 'Product',
    entityId: '7',
    action: 'UPDATE',
    applied: true,
    ...values,
});

it.each([
    ['an updated product', {}, '/products/7'],
    ['a created variant', { entityType: 'ProductVariant', action: 'CREATE' }, '/product-variants/7'],
    ['what a plan would create', { action: 'CREATE', applied: false, entityId: null }, undefined],
    ['what an undo would create again', { action: 'CREATE', applied: false }, undefined],
    ['what a plan would delete', { action: 'DELETE', applied: false }, '/products/7'],
    ['what was deleted', { action: 'DELETE' }, undefined],
    ['what has no page', { entityType: 'FacetValue' }, undefined],
] as const)('%s', (_, values, address) => {
    expect(addressOfEntity(entity(values))).toBe(address);
});
