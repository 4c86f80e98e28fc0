import { JsonObject } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, writerOf } from '../field-access';

export const pick = defineOperator({
    code: 'pick',
    name: 'Keep only these fields',
    description: 'Keeps the named fields and removes all others.',
    category: 'field',
    guarantees: 'A named field that is absent stays absent.',
    schema: config({
        paths: field.paths('Fields', 'Fields that stay.', { example: ['sku', 'price'] }),
    }),
    examples: [
        {
            title: 'A price update',
            config: { paths: ['sku', 'price'] },
            given: [{ sku: 'A', price: 100, name: 'Pot' }, { sku: 'B' }],
            then: [{ sku: 'A', price: 100 }, { sku: 'B' }],
        },
    ],
    create({ config: { paths } }) {
        const fields = paths.map(path => ({ read: readerOf(path), write: writerOf(path) }));
        return record => {
            const result: JsonObject = {};
            for (const { read, write } of fields) {
                const value = read(record);
                if (value !== undefined) write(result, value);
            }
            return result;
        };
    },
});
