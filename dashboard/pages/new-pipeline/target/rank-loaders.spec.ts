import { describe, expect, it } from 'vitest';
import { rankLoaders } from './rank-loaders';

const record = (...fields: string[]) => ({ properties: Object.fromEntries(fields.map(field => [field, {}])) });
const matchBy = (field: string) => ({ properties: { matchBy: { default: field } } });

const loaders = [
    { code: 'restPost', category: 'outbound', schema: {}, recordSchema: {} },
    { code: 'zone', category: 'settings', schema: matchBy('name'), recordSchema: record('name', 'countries') },
    {
        code: 'customer',
        category: 'customers',
        schema: matchBy('emailAddress'),
        recordSchema: record('emailAddress', 'firstName', 'lastName'),
    },
    { code: 'variantPrice', category: 'catalog', schema: matchBy('sku'), recordSchema: record('sku', 'price') },
    {
        code: 'product',
        category: 'catalog',
        schema: matchBy('slug'),
        recordSchema: {
            properties: { slug: {}, name: {}, variants: { items: record('sku', 'price', 'stockOnHand') } },
        },
    },
];

const first = (...columns: string[]) => rankLoaders(loaders, columns)[0]!.code;

describe('which entity a file is offered first for', () => {
    it('is the one with the names of the columns and its key among them', () => {
        expect(first('slug', 'name', 'SKU', 'Price')).toBe('product');
        expect(first('sku', 'price')).toBe('variantPrice');
        expect(first('Email address', 'First name')).toBe('customer');
        expect(first('Name', 'Countries')).toBe('zone');
    });

    it('is that of a known kind of file before all', () => {
        expect(rankLoaders(loaders, ['sku', 'price'], ['zone'])[0]!.code).toBe('zone');
    });

    it('does not hang on one name among many', () => {
        expect(first('Handle', 'Body', 'Vendor', 'Option', 'Countries')).toBe('product');
    });

    it('is the usual one where the names say nothing, and never one of another system', () => {
        expect(rankLoaders(loaders, ['Artikel', 'Preis']).map(({ code }) => code)).toEqual([
            'product',
            'variantPrice',
            'customer',
            'zone',
            'restPost',
        ]);
    });
});
