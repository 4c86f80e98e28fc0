import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, writerOf } from '../field-access';

export const joinText = defineOperator({
    code: 'joinText',
    name: 'Join list to text',
    description: 'Writes the items of a list one after the other into one text.',
    category: 'list',
    guarantees: 'Order is kept; null and blank items are left out. A value that is no list stays as it is.',
    schema: config({
        path: field.path('Field', 'List that is joined.', { example: 'tags' }),
        separator: field.text('Separator', 'Text between two items.').default(', '),
        target: field.path('Target', 'Field that gets the text; absent: the same field.').optional(),
    }),
    examples: [
        { title: 'Tags', config: { path: 'tags' }, given: [{ tags: ['a', null, 2, ''] }], then: [{ tags: 'a, 2' }] },
    ],
    create({ config: { path, separator, target = path } }) {
        const read = readerOf(path);
        const write = writerOf(target);
        return record => {
            const value = read(record);
            if (!Array.isArray(value)) return record;
            const texts = value
                .filter(item => item !== null && item !== '')
                .map(item => (typeof item === 'object' ? JSON.stringify(item) : String(item)));
            write(record, texts.join(separator));
            return record;
        };
    },
});
