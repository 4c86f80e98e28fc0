import { withoutApostrophe } from './apostrophes';

/** Stands for what is written as two backslashes and an n until line breaks are read. */
const PLACEHOLDER = '\ue000';
const texts = ['Description', 'Short description'];

/** Operators that undo what WooCommerce does to values when it writes them into a cell. */
export const woocommerceCells = [
    // Older versions put one before -1 too.
    withoutApostrophe([
        'SKU',
        'GTIN, UPC, EAN, or ISBN',
        'Name',
        'Published',
        ...texts,
        'Stock',
        'Categories',
        'Brands',
        'Tags',
        'Parent',
        'Grouped products',
        'Upsells',
        'Cross-sells',
        'Button text',
    ]),
    // Line breaks of texts are written as \n, and what reads so already gets a second backslash.
    { op: 'replace', args: { paths: texts, search: '\\\\n', with: PLACEHOLDER } },
    { op: 'replace', args: { paths: texts, search: '\\n', with: '\n' } },
    { op: 'replace', args: { paths: texts, search: PLACEHOLDER, with: '\\n' } },
    // Hours have one digit before ten o'clock: 2026-05-01 0:00:00.
    {
        op: 'replace',
        args: {
            paths: ['Date sale price starts', 'Date sale price ends'],
            search: '^(\\d{4}-\\d{2}-\\d{2}) (\\d:)',
            with: '$1 0$2',
            mode: 'PATTERN',
        },
    },
];
