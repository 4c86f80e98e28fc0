import { z } from 'zod';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { RowGrouping } from './row-grouping';

const groupSchema = config({
    key: field.path('Key', 'Field that says which rows belong together.', { example: 'Handle' }),
    continuation: field
        .choice('Continuation', 'How a row says that it belongs to the one above.', {
            SAME_KEY: 'It has the same key, as in Shopify’s CSV.',
            EMPTY_KEY: 'Its key is empty, as in Vendure’s own CSV.',
        })
        .default('SAME_KEY'),
    parent: field
        .list(z.string().min(1), 'Fields of the record', 'Fields of the whole: the first row with a value wins.', {
            example: ['Title', 'Vendor'],
        })
        .default([]),
    child: field
        .paths('Fields of each row', 'Absent: all fields that are neither key, parent nor collected.')
        .optional(),
    children: field.path('Rows as', 'Field that gets the list of rows.').default('variants'),
    skipChildWhenEmpty: field
        .paths(
            'Skip rows without',
            'A row in which all of these are empty makes no item, such as a row with only an image.',
        )
        .optional(),
    childKey: field
        .paths(
            'Key of a row',
            'Fields that together tell the items of the whole run apart. A row whose key came earlier makes no item: it is refused, and the other rows of its group go on.',
            { example: ['SKU'] },
        )
        .optional(),
    collect: field
        .map(z.string().min(1), 'Collect', 'List field ← column: the distinct values of the column over all rows.', {
            example: { assets: 'Image Src' },
        })
        .default({}),
    maxRows: field
        .count('Most rows', 'A group with more rows is refused, so that memory stays bounded.', { advanced: true })
        .default(5_000),
    onSplitGroup: field
        .choice(
            'Rows that stand apart',
            'What happens when a key comes again after other rows.',
            {
                REJECT: 'The later rows are refused.',
                NEW_GROUP: 'They make a record of their own.',
            },
            { advanced: true },
        )
        .default('REJECT'),
    onGap: field
        .choice(
            'Gaps',
            'What happens to a row with an empty key when the row above it was refused or left out.',
            {
                REJECT: 'It is refused, since it might belong to the missing row.',
                CONTINUE: 'It continues the last row that arrived.',
            },
            { advanced: true },
        )
        .default('REJECT'),
});

export type GroupConfig = z.output<typeof groupSchema>;

export const group = defineOperator({
    code: 'group',
    name: 'Group rows',
    description: 'Makes one record with a list of items of consecutive rows, such as a product with its variants.',
    category: 'rows',
    guarantees:
        'Order is kept. Holds the rows of one group only. A record names its first and its last line. No row is lost: ' +
        'blank rows are counted as dropped, rows that cannot be placed are refused.',
    limits: 'Rows of a group must follow each other. SAME_KEY remembers every key, and childKey every key of a row, in up to 32 bytes each.',
    schema: groupSchema,
    examples: [
        {
            title: 'Shopify: the same handle',
            config: {
                key: 'Handle',
                parent: ['Title'],
                skipChildWhenEmpty: ['SKU', 'Size'],
                collect: { assets: 'Image' },
            },
            given: [
                { Handle: 'top', Title: 'Top', SKU: 'T-S', Size: 'S', Image: 'a.jpg' },
                { Handle: 'top', Title: '', SKU: 'T-M', Size: 'M', Image: '' },
                { Handle: 'top', Title: '', SKU: '', Size: '', Image: 'b.jpg' },
                { Handle: 'hat', Title: 'Hat', SKU: 'H', Size: '', Image: 'a.jpg' },
            ],
            then: [
                {
                    Handle: 'top',
                    Title: 'Top',
                    assets: ['a.jpg', 'b.jpg'],
                    variants: [
                        { SKU: 'T-S', Size: 'S' },
                        { SKU: 'T-M', Size: 'M' },
                    ],
                },
                { Handle: 'hat', Title: 'Hat', assets: ['a.jpg'], variants: [{ SKU: 'H', Size: '' }] },
            ],
        },
        {
            title: 'Vendure: an empty name continues',
            config: { key: 'name', continuation: 'EMPTY_KEY', parent: ['slug'], child: ['sku'] },
            given: [
                { name: 'Laptop', slug: 'laptop', sku: 'L1' },
                { name: '', slug: '', sku: 'L2' },
                { name: '', slug: '', sku: '' },
                { name: 'Tablet', slug: 'tablet', sku: 'T1' },
            ],
            then: [
                { name: 'Laptop', slug: 'laptop', variants: [{ sku: 'L1' }, { sku: 'L2' }] },
                { name: 'Tablet', slug: 'tablet', variants: [{ sku: 'T1' }] },
            ],
        },
        {
            title: 'Rows that stand apart',
            config: { key: 'id' },
            given: [
                { id: 'a', n: 1 },
                { id: 'b', n: 2 },
                { id: 'a', n: 3 },
            ],
            then: [
                { id: 'a', variants: [{ n: 1 }] },
                { id: 'b', variants: [{ n: 2 }] },
            ],
            rejected: 1,
        },
        {
            title: 'A SKU that comes twice',
            config: { key: 'id', childKey: ['sku'] },
            given: [
                { id: 'a', sku: 'A-1' },
                { id: 'a', sku: 'A-1' },
                { id: 'a', sku: '' },
                { id: 'b', sku: 'A-1' },
            ],
            then: [{ id: 'a', variants: [{ sku: 'A-1' }, { sku: '' }] }],
            rejected: 2,
        },
    ],
    create: ({ config: settings }) => new RowGrouping(settings),
});
