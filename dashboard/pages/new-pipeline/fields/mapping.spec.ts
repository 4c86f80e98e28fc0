import { describe, expect, it } from 'vitest';
import { noFields, type Suggestions, type Target } from '../draft';
import { isUpToDate, mapColumn, takeSuggestions, targetGroups } from './mapping';
import { missingTargets } from './missing';

const target = (path: string, conversion: Target['conversion'] = 'TEXT'): Target => ({
    path,
    label: path.split('.').at(-1)!,
    conversion,
});
const targets = [
    target('slug'),
    target('name'),
    target('facetValues', 'FACETS'),
    target('variants.sku'),
    target('variants.price', 'MONEY'),
    target('translations.de.name'),
    target('customFields.erpId'),
];

const suggestion = (column: string, path: string, conversion: Target['conversion'] = 'TEXT') => ({
    column,
    target: path,
    conversion,
    options: {},
    reasons: [{ text: 'The column is called like the field.', template: '', values: {} }],
});
const suggestions: Suggestions = {
    mappings: [
        suggestion('Title', 'name'),
        suggestion('SKU', 'variants.sku'),
        suggestion('Tags', 'facetValues', 'FACETS'),
    ],
    matchBy: 'slug',
    groupBy: 'Title',
};
const columns = ['Title', 'SKU', 'Tags', 'Brand'];
const taken = takeSuggestions(noFields, columns, suggestions);
const pairs = ({ mappings }: typeof taken) => mappings.map(each => `${each.column} → ${each.target}`);

describe('suggestions', () => {
    it('are accepted at first, with key and grouping, and keep their reason', () => {
        expect(pairs(taken)).toEqual(['Title → name', 'SKU → variants.sku', 'Tags → facetValues']);
        expect(taken.mappings[0]!.reasons?.[0]?.text).toContain('called like the field');
        expect(taken).toMatchObject({ groupBy: 'Title', loaderConfig: { matchBy: 'slug' }, knownColumns: columns });
    });

    it('do not come back for columns that somebody has decided about', () => {
        const changed = mapColumn(mapColumn(taken, 'Title', '', targets), 'Brand', 'name', targets);
        const again = takeSuggestions(
            { ...changed, groupBy: null, loaderConfig: { matchBy: 'sku' } },
            columns,
            suggestions,
        );
        expect(pairs(again)).toEqual(['SKU → variants.sku', 'Tags → facetValues', 'Brand → name']);
        expect(again).toMatchObject({ groupBy: null, loaderConfig: { matchBy: 'sku' } });
    });

    it('follow another file: new columns get theirs, lost ones fall away with what was grouped by them', () => {
        const other = ['SKU', 'Tags', 'Slug'];
        expect([isUpToDate(taken, columns), isUpToDate(taken, other)]).toEqual([true, false]);
        const next = takeSuggestions(taken, other, { ...suggestions, mappings: [suggestion('Slug', 'slug')] });
        expect(pairs(next)).toEqual(['SKU → variants.sku', 'Tags → facetValues', 'Slug → slug']);
        expect(next.groupBy).toBeNull();
    });
});

describe('a choice of one’s own', () => {
    it('takes the field from the column that had it, but for facets, and is not marked as suggested', () => {
        const renamed = mapColumn(taken, 'Brand', 'name', targets);
        expect(pairs(renamed)).toEqual(['SKU → variants.sku', 'Tags → facetValues', 'Brand → name']);
        expect(renamed.mappings.at(-1)!.reasons).toBeUndefined();
        const facets = mapColumn(taken, 'Brand', 'facetValues', targets);
        expect(pairs(facets)).toContain('Tags → facetValues');
        expect(facets.mappings.at(-1)).toMatchObject({ conversion: 'FACETS', options: { facet: 'Brand' } });
    });

    it('brings the conversion of the field, text for options of variants', () => {
        expect(mapColumn(taken, 'Brand', 'variants.price', targets).mappings.at(-1)!.conversion).toBe('MONEY');
        expect(mapColumn(taken, 'Brand', 'variants.options.Size', targets).mappings.at(-1)!.conversion).toBe('TEXT');
    });
});

it('groups fields by what they are part of', () => {
    expect(targetGroups(targets).map(group => [group.key, group.targets.length])).toEqual([
        ['', 3],
        ['variants', 2],
        ['translations.de', 1],
        ['customFields', 1],
    ]);
});

describe('what is missing', () => {
    const recordSchema = {
        required: ['channel'],
        properties: { variants: { items: { properties: { price: {} }, required: ['price'] } } },
    };
    const missing = (mapped: string[], matchBy: string, strategy?: string, schema: unknown = {}) =>
        missingTargets({ recordSchema: schema, targets, mapped, matchBy, strategy }).map(
            each => `${each.is} ${each.label}`,
        );

    it('is what the records must have, in lists only where the list is used', () => {
        expect(missing(['name'], 'slug', undefined, recordSchema)).toEqual(['required channel']);
        expect(missing(['name', 'variants.sku'], 'slug', undefined, recordSchema)).toEqual([
            'required channel',
            'required price',
        ]);
    });

    it('is the key, unless it is made from the name', () => {
        expect(missing(['variants.price'], 'slug', 'UPDATE')).toEqual(['key slug']);
        expect(missing(['name'], 'slug')).toEqual([]);
        expect(missing(['name'], 'sku')).toEqual(['key sku']);
        expect(missing(['name', 'variants.sku'], 'sku')).toEqual([]);
        expect(missing(['name'], 'id')).toEqual([]);
    });

    it('is the name where something may be created', () => {
        expect(missing(['slug'], 'slug')).toEqual(['name name']);
        expect(missing(['slug'], 'slug', 'UPDATE')).toEqual([]);
    });
});
