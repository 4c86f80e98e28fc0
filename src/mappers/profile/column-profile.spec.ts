import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../shared/json';
import { Profiler } from './column-profile';

function profileOf(values: readonly JsonValue[]) {
    const profiler = new Profiler();
    for (const value of values) profiler.add({ column: value });
    return profiler.profiles()[0]!;
}

describe('the profile of a column', () => {
    it.each<[what: string, values: JsonValue[], expected: object]>([
        ['empty cells', ['', ' ', null], { type: 'EMPTY', filledShare: 0, distinct: 0, min: null, looksLike: [] }],
        ['text', ['Pot', 'Pan', ''], { type: 'TEXT', filledShare: 2 / 3, distinct: 2, min: 'Pan', max: 'Pot' }],
        ['whole numbers', ['9', '10', '-2'], { type: 'INTEGER', min: '-2', max: '10', decimalSign: null }],
        ['numbers of JSON', [9, 10.5], { type: 'DECIMAL', min: '9', max: '10.5' }],
        ['yes and no', ['yes', 'No', 'TRUE'], { type: 'BOOLEAN' }],
        ['yes and no of JSON', [true, false], { type: 'BOOLEAN' }],
        ['German yes and no', ['ja', 'nein'], { type: 'BOOLEAN' }],
        [
            'decimals with a point',
            ['19.99', '5'],
            { type: 'DECIMAL', decimalSign: '.', thousandsSign: null, max: '19.99' },
        ],
        [
            'decimals with a comma',
            ['19,99', '5'],
            { type: 'DECIMAL', decimalSign: ',', thousandsSign: null, max: '19.99' },
        ],
        [
            'German amounts',
            ['1.299,00', '5,50'],
            { type: 'DECIMAL', decimalSign: ',', thousandsSign: '.', max: '1299' },
        ],
        [
            'English amounts',
            ['1,299.00', '5.50'],
            { type: 'DECIMAL', decimalSign: '.', thousandsSign: ',', max: '1299' },
        ],
        ['Swiss amounts', ["1'299.00", '5.50'], { type: 'DECIMAL', decimalSign: '.', thousandsSign: "'", max: '1299' }],
        ['amounts with blanks', ['1 299,00', '5,50'], { type: 'DECIMAL', decimalSign: ',', thousandsSign: ' ' }],
        ['amounts with a currency', ['19,99 €', '5,00 €'], { type: 'DECIMAL', decimalSign: ',', min: '5' }],
        ['ISO dates', ['2026-01-31', '2026-02-01T12:00:00Z'], { type: 'DATE', dateFormat: null }],
        ['German dates', ['31.01.2026', '1.2.2026'], { type: 'DATE', dateFormat: 'dd.MM.yyyy' }],
        ['American dates', ['12/31/2026', '01/02/2026'], { type: 'DATE', dateFormat: 'MM/dd/yyyy' }],
        ['lists', [['a'], ['b']], { type: 'LIST' }],
        ['one wrong cell among many', [...Array<string>(30).fill('5'), 'n/a'], { type: 'INTEGER', typeShare: 30 / 31 }],
        ['a mixture', ['5', 'n/a'], { type: 'TEXT' }],
    ])('tells %s', (_what, values, expected) => {
        expect(profileOf(values)).toMatchObject(expected);
    });

    it.each<[hint: string, values: string[]]>([
        ['LEADING_ZEROS', ['00123', '00456']],
        ['PRICE', ['19.99', '5.00', '7.50']],
        ['PRICE', ['20 €', '5 €']],
        ['EMAIL', ['a@example.com', 'b.c@example.org']],
        ['IMAGE', ['https://example.com/a.jpg?v=1', 'b.png']],
        ['URL', ['https://example.com/a', 'http://example.com']],
        ['EAN', ['4006381333931', '96385074']],
        ['HTML', ['<p>A pot.</p>', '<ul><li>x</li></ul>']],
        ['SLUG', ['clay-pot', 'big-pan-2']],
        ['SKU', ['TS-001', 'TS-002']],
        ['CURRENCY', ['EUR', 'USD']],
        ['UNIQUE', ['a', 'b']],
        ['LIST', ['a|b', 'c', 'd|e']],
        ['LIST', ['men, sale', 'women, new']],
    ])('says that it looks like %s', (hint, values) => {
        expect(profileOf(values).looksLike).toContain(hint);
    });

    it('does not say what is not so', () => {
        expect(profileOf(['4006381333932']).looksLike).not.toContain('EAN');
        expect(profileOf(['a', 'a']).looksLike).not.toContain('UNIQUE');
        expect(profileOf(['A pot, brown. A pan, black.', 'Nice, big. Yes.']).listSeparator).toBeNull();
        expect(profileOf(['12', '13']).looksLike).not.toContain('PRICE');
        // An article number with zeros in front must not become a number.
        expect(profileOf(['00123', '456'])).toMatchObject({ type: 'TEXT' });
    });

    it('cuts what it shows, and says when it has not counted all', () => {
        const long = profileOf(['x'.repeat(1_000)]);
        expect(long.examples[0]!.length).toBeLessThan(200);
        const many = profileOf(Array.from({ length: 10_001 }, (_, index) => `v${index}`));
        expect(many).toMatchObject({ distinct: 10_000, distinctIsExact: false });
        expect(many.looksLike).not.toContain('UNIQUE');
    });

    it('knows nested fields by their paths, to a bounded depth and number', () => {
        const profiler = new Profiler();
        profiler.add({ price: { net: 1, tax: { rate: 2, of: { x: 1 } } }, sku: 'A' });
        expect(profiler.profiles().map(({ name, type }) => [name, type])).toEqual([
            ['price.net', 'INTEGER'],
            ['price.tax.rate', 'INTEGER'],
            ['price.tax.of', 'OBJECT'],
            ['sku', 'TEXT'],
        ]);
        const wide = new Profiler();
        wide.add(Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`c${index}`, '1'])));
        expect(wide.profiles()).toHaveLength(500);
    });

    it.each([
        ['blanks', `a${' '.repeat(300_000)}b`],
        ['the beginnings of tags', '<p '.repeat(100_000)],
    ])('is made in linear time of a text of many %s', (_what, text) => {
        expect(profileOf([text, 'b'])).toMatchObject({ type: 'TEXT', distinct: 2, looksLike: ['UNIQUE'] });
    });
});
