import { describe, expect, it } from 'vitest';
import { currencyOf, describeChange, type FieldChange } from './describe-change';

const change = (path: string, before: unknown, after: unknown): FieldChange => ({
    path,
    before: before ?? null,
    after: after ?? null,
    existedBefore: before !== undefined,
    existsAfter: after !== undefined,
});

const shown = (path: string, before: unknown, after: unknown) => describeChange(change(path, before, after)).shown;

describe('values', () => {
    it('tells absent, null and empty apart', () => {
        const values = [undefined, null, '', [], {}].map(value => {
            const answer = shown('description', 'old', value);
            return answer.kind === 'values' ? answer.after : answer;
        });
        expect(values).toEqual([
            { kind: 'absent' },
            { kind: 'null' },
            { kind: 'empty', of: 'text' },
            { kind: 'empty', of: 'list' },
            { kind: 'empty', of: 'object' },
        ]);
    });

    it('shows prices as money, and by how much they change', () => {
        expect(shown('prices.__default_channel__.USD', 3900, 4200)).toEqual({
            kind: 'values',
            before: { kind: 'money', amount: 3900, currencyCode: 'USD' },
            after: { kind: 'money', amount: 4200, currencyCode: 'USD' },
            share: 300 / 3900,
        });
        expect(shown('prices.a.USD', 0, 100)).toMatchObject({ share: undefined });
        expect(shown('stock.Main', 1, 2)).toMatchObject({ after: { kind: 'number', number: 2 } });
    });

    it('shows the sums of an order in its currency, and no custom field of that name', () => {
        const fields = [change('currencyCode', undefined, 'EUR'), change('total', undefined, 1000)];
        expect(currencyOf(fields)).toBe('EUR');
        expect(describeChange(fields[1]!, currencyOf(fields)).shown).toMatchObject({
            after: { kind: 'money', amount: 1000, currencyCode: 'EUR' },
        });
        expect(describeChange(change('customFields.total', undefined, 1000), 'EUR').shown).toMatchObject({
            after: { kind: 'number', number: 1000 },
        });
    });

    it('knows moments and references', () => {
        expect(shown('orderPlacedAt', undefined, '2026-03-01T10:00:00.000Z')).toMatchObject({
            after: { kind: 'moment', at: '2026-03-01T10:00:00.000Z' },
        });
        expect(shown('name', undefined, '2026-03-01')).toMatchObject({ after: { kind: 'text' } });
        expect(shown('taxCategory', 'Standard', 'Reduced')).toMatchObject({
            after: { kind: 'reference', name: 'Reduced' },
        });
        expect(shown('customFields.parent', 'a', 'b')).toMatchObject({ after: { kind: 'text' } });
    });

    it('shows a deletion and what takes it back as yes and no', () => {
        expect(shown('deletedAt', null, undefined)).toMatchObject({ before: { isYes: false }, after: { isYes: true } });
        expect(shown('deletedAt', '2026-03-01T10:00:00.000Z', null)).toMatchObject({
            before: { isYes: true },
            after: { isYes: false },
        });
    });

    it('names what only tells where an entity belongs without an arrow', () => {
        expect(shown('product', 'lamp', 'lamp')).toEqual({ kind: 'same', value: { kind: 'reference', name: 'lamp' } });
    });
});

describe('lists', () => {
    it('shows what was added and removed', () => {
        expect(shown('facetValues', ['color:red', 'size:s'], ['size:s', 'color:blue'])).toEqual({
            kind: 'list',
            areReferences: true,
            diff: { added: ['color:blue'], removed: ['color:red'], kept: ['size:s'], isReordered: false },
        });
    });

    it('shows another order, repeated items, objects and an emptied list', () => {
        expect(shown('assets', ['a', 'b', 'c'], ['c', 'a', 'b'])).toMatchObject({
            diff: { added: [], removed: [], isReordered: true },
        });
        expect(shown('tags', ['a'], ['a', 'a'])).toMatchObject({ diff: { added: ['a'], removed: [], kept: ['a'] } });
        expect(shown('filters', [{ code: 'x' }], [{ code: 'y' }])).toMatchObject({
            diff: { added: ['{"code":"y"}'], removed: ['{"code":"x"}'] },
        });
        expect(shown('tags', ['a'], [])).toMatchObject({ kind: 'list', diff: { removed: ['a'], kept: [] } });
        expect(shown('tags', undefined, ['a'])).toMatchObject({ kind: 'values', before: { kind: 'absent' } });
    });
});

describe('texts', () => {
    it('shows short ones whole and long ones word by word', () => {
        expect(shown('translations.en.name', 'Pan', 'Skillet')).toMatchObject({ kind: 'values' });
        const long = 'A heavy pan of cast iron that keeps its heat for a long time.';
        expect(shown('translations.en.description', long, long.replace('pan', 'skillet'))).toMatchObject({
            kind: 'words',
            diff: { parts: [{ text: 'A heavy ' }, { text: 'pan' }, { text: 'skillet' }, { kind: 'same' }] },
        });
        expect(shown('shippingAddress', { city: 'Bern' }, { city: 'Basel' })).toMatchObject({ kind: 'words' });
    });
});
