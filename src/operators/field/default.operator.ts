import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { isEmpty } from '../conditions/comparison';
import { readerOf, writerOf } from '../field-access';

export const defaultValue = defineOperator({
    code: 'default',
    name: 'Default value',
    description: 'Gives a field a value when it has none.',
    category: 'field',
    guarantees: 'A field that has a value is never changed; 0 and false are values.',
    schema: config({
        path: field.path('Field', 'Field that gets the default.', { example: 'taxCategory' }),
        value: field.json('Default', 'Any JSON value.', { example: 'standard' }),
        when: field
            .choice('When', 'What counts as having no value.', {
                EMPTY: 'Absent, null, blank text, empty list or object.',
                NULL: 'Absent or null; empty text is a value.',
                ABSENT: 'Only absent; null and empty text are values.',
            })
            .default('EMPTY'),
    }),
    examples: [
        {
            title: 'A tax category for all that have none',
            config: { path: 'taxCategory', value: 'standard' },
            given: [{ taxCategory: '' }, { taxCategory: 'reduced' }, {}],
            then: [{ taxCategory: 'standard' }, { taxCategory: 'reduced' }, { taxCategory: 'standard' }],
        },
        {
            title: 'Null stays null',
            config: { path: 'a', value: 1, when: 'ABSENT' },
            given: [{ a: null }, {}],
            then: [{ a: null }, { a: 1 }],
        },
    ],
    create({ config: { path, value, when } }) {
        const read = readerOf(path);
        const write = writerOf(path);
        return record => {
            const present = read(record);
            const hasNone =
                present === undefined ||
                (when === 'NULL' && present === null) ||
                (when === 'EMPTY' && isEmpty(present));
            if (hasNone) write(record, value);
            return record;
        };
    },
});
