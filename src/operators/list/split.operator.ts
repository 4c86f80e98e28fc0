import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, removerOf, writerOf } from '../field-access';
import { splitText } from './split-text';

export const split = defineOperator({
    code: 'split',
    name: 'Split text',
    description: 'Cuts a text at a separator into a list.',
    category: 'list',
    guarantees: 'Order is kept. Null, numbers and lists stay as they are.',
    schema: config({
        path: field.path('Field', 'Text that is cut.', { example: 'assets' }),
        separator: field.text('Separator', 'Text between two items.', { example: '|' }).min(1).default('|'),
        target: field.path('Target', 'Field that gets the list; absent: the same field.').optional(),
        escape: field
            .text('Escape', 'Character that makes a separator behind it part of the item. Empty: none.', {
                example: '\\',
                advanced: true,
            })
            .max(1)
            .default(''),
        trim: field.flag('Trim', 'Removes blanks around each item.').default(true),
        keepBlank: field.flag('Keep blank items', 'Blank items stay in the list.', { advanced: true }).default(false),
        onBlank: field
            .choice('Blank text', 'What a blank text becomes.', {
                REMOVE: 'The field is removed: the shop keeps what it has.',
                LIST: 'An empty list: none.',
            })
            .default('REMOVE'),
    }),
    examples: [
        {
            title: 'Facet values of a Vendure CSV',
            config: { path: 'facetValues' },
            given: [{ facetValues: 'category:Electronics | brand:Apple|' }, { facetValues: '' }],
            then: [{ facetValues: ['category:Electronics', 'brand:Apple'] }, {}],
        },
        {
            title: 'Blank means: none',
            config: { path: 'assets', separator: ',', onBlank: 'LIST' },
            given: [{ assets: 'a.jpg,b.jpg' }, { assets: ' ' }],
            then: [{ assets: ['a.jpg', 'b.jpg'] }, { assets: [] }],
        },
        {
            title: 'Escaped commas, as WooCommerce writes them',
            config: { path: 'values', separator: ',', escape: '\\' },
            given: [{ values: 'Red\\, dark, Blue' }],
            then: [{ values: ['Red, dark', 'Blue'] }],
        },
    ],
    create({ config: { path, separator, escape, target = path, trim, keepBlank, onBlank } }) {
        const read = readerOf(path);
        const write = writerOf(target);
        const remove = removerOf(target);
        return record => {
            const value = read(record);
            if (typeof value !== 'string') return record;
            if (value.trim() === '') {
                if (onBlank === 'LIST') write(record, []);
                else remove(record);
                return record;
            }
            const items: string[] = [];
            for (const piece of splitText(value, separator, escape)) {
                const trimmed = piece.trim();
                if (keepBlank || trimmed !== '') items.push(trim ? trimmed : piece);
            }
            write(record, items);
            return record;
        };
    },
});
