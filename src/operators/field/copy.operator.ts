import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, writerOf } from '../field-access';

export const copy = defineOperator({
    code: 'copy',
    name: 'Copy field',
    description: 'Writes the value of one field to a second one as well.',
    category: 'field',
    guarantees: 'A record without the source field stays as it is.',
    schema: config({
        from: field.path('From', 'Field that is read.', { example: 'name' }),
        to: field.path('To', 'Field that is written.', { example: 'slug' }),
    }),
    examples: [
        {
            title: 'Start a slug from the name',
            config: { from: 'name', to: 'slug' },
            given: [{ name: 'Pot' }],
            then: [{ name: 'Pot', slug: 'Pot' }],
        },
    ],
    create({ config: { from, to } }) {
        const read = readerOf(from);
        const write = writerOf(to);
        return record => {
            const value = read(record);
            if (value !== undefined) write(record, value);
            return record;
        };
    },
});
