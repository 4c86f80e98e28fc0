import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { writerOf } from '../field-access';

export const set = defineOperator({
    code: 'set',
    name: 'Set field',
    description: 'Gives a field a fixed value, whatever stood there before.',
    category: 'field',
    guarantees: 'The value is written as given; null writes null, which clears the field in the shop.',
    schema: config({
        path: field.path('Field', 'Field that gets the value.', { example: 'enabled' }),
        value: field.json('Value', 'Any JSON value.', { example: true }),
    }),
    examples: [
        {
            title: 'Enable all',
            config: { path: 'enabled', value: true },
            given: [{ sku: 'A' }],
            then: [{ sku: 'A', enabled: true }],
        },
        {
            title: 'Nested',
            config: { path: 'customFields.source', value: 'erp' },
            given: [{ customFields: { a: 1 } }],
            then: [{ customFields: { a: 1, source: 'erp' } }],
        },
    ],
    create({ config: { path, value } }) {
        const write = writerOf(path);
        return record => {
            write(record, value);
            return record;
        };
    },
});
