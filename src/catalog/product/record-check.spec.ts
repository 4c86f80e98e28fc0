import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../../shared/json';
import { productRecord } from './product-record';
import { RecordCheck } from './record-check';

const check = new RecordCheck(productRecord, 'product');
const sentence = (record: JsonObject) => {
    const problem = check.problemOf(record);
    return problem && `${problem.message} ${problem.hint}`;
};

describe('the check of a product record', () => {
    it.each<[JsonObject, string]>([
        [{ variants: [{ price: '19.99' }] }, 'variants[0].price must be whole minor units, got "19.99". Use toCents.'],
        [{ variants: [{ price: 19.99 }] }, 'variants[0].price must be whole minor units, got 19.99. Use toCents.'],
        [{ variants: [{ price: null }] }, 'variants[0].price must be whole minor units, got null. Use toCents.'],
        [{ variants: [{ sku: 123 }] }, 'variants[0].sku must be text, got 123. Turn it into text with toText.'],
        [{ name: '' }, 'name must not be empty, got "". Leave the field out to keep what is there.'],
        [{ enabled: 'yes' }, 'enabled must be true or false, got "yes". Turn it into one with toBoolean.'],
        [
            { facetValues: ['Electronics'] },
            'facetValues[0] must be a facet value, got "Electronics". Write it as "facet:value" or as { facet, value }.',
        ],
        [{ assets: 'a.jpg' }, 'assets must be a list, got "a.jpg". Make one with split.'],
        [{ translations: [{ name: 'x' }] }, 'translations[0].languageCode is missing. Turn it into text with toText.'],
        [
            { nmae: 'x' },
            'A product record has no field "nmae". Did you mean "name"? Rename the field, or remove it before this step.',
        ],
        [
            { facet_values: [] },
            'A product record has no field "facet_values". Did you mean "facetValues"? Rename the field, or remove it before this step.',
        ],
    ])('says of %o what is wrong and what to do', (record, expected) => expect(sentence(record)).toBe(expected));

    it.each<[string, JsonObject]>([
        [
            '',
            {
                translations: [
                    { languageCode: 'de', name: 'Ä' },
                    { languageCode: 'de', customFields: { claim: 'B' } },
                ],
            },
        ],
        ['variants[0].', { variants: [{ translations: ['de', 'en', 'de'].map(languageCode => ({ languageCode })) }] }],
    ])('refuses a language that %stranslations give twice: one of the two would be lost', (at, record) => {
        const last = at === '' ? 1 : 2;
        expect(sentence(record)).toBe(
            `${at}translations[${last}].languageCode is "de", as that of ${at}translations[0] is. Give each language once, with all its texts.`,
        );
    });

    it('takes linear time for long texts', () => {
        const begin = performance.now();
        for (const facetValue of ['x'.repeat(500_000), `x:${'y'.repeat(500_000)}\n`]) {
            expect(sentence({ facetValues: [facetValue] })).toContain('must be a facet value');
        }
        expect(performance.now() - begin).toBeLessThan(5_000);
    });

    it('keeps only so many names of unknown fields in mind', () => {
        const own = new RecordCheck(productRecord, 'product');
        for (let i = 0; i < 20_000; i++) own.problemOf({ [`a column of another system ${i}`]: 1 });
        expect((own as unknown as { suspects: Map<string, unknown> }).suspects.size).toBeLessThanOrEqual(10_000);
        expect(own.problemOf({ nmae: 'x' })?.code).toBe('unknown-field');
    });

    it.each<[JsonObject, boolean]>([
        [{ facetValues: ['brand:ACME', ' a b : c:d ', 'ß: ü'] }, true],
        [{ facetValues: [' :x'] }, false],
        [{ facetValues: ['x: '] }, false],
        [{ facetValues: ['x:'] }, false],
    ])('knows facet values written as text: %o', (record, fine) => expect(sentence(record) === undefined).toBe(fine));

    it.each<[string, JsonObject]>([
        ['fields of other steps', { name: 'x', warehouseCell: 'B7', EAN: '400' }],
        ['an empty SKU', { variants: [{ sku: '' }] }],
        [
            'a price that is taken away',
            { variants: [{ prices: [{ channel: 'b2b', currencyCode: 'EUR', price: null }] }] },
        ],
        ['a featured asset that is taken away', { featuredAsset: null }],
        ['options by group and in order', { variants: [{ options: { Size: 42 } }, { options: ['S', 'red'] }] }],
    ])('lets through %s', (_what, record) => expect(sentence(record)).toBeUndefined());
});
