import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { isEmpty } from '../conditions/comparison';
import { readerOf, writerOf } from '../field-access';

export const coalesce = defineOperator({
    code: 'coalesce',
    name: 'First value',
    description: 'Takes the first of several fields that has a value.',
    category: 'field',
    guarantees: 'Writes nothing when none of the fields has a value. The source fields stay.',
    schema: config({
        paths: field.paths('Fields', 'Fields in order of preference.', { example: ['salePrice', 'price'] }),
        target: field.path('Target', 'Field that gets the value.', { example: 'price' }),
    }),
    examples: [
        {
            title: 'Sale price before regular price',
            config: { paths: ['salePrice', 'price'], target: 'price' },
            given: [{ salePrice: '', price: '20' }, { salePrice: '15', price: '20' }, {}],
            then: [{ salePrice: '', price: '20' }, { salePrice: '15', price: '15' }, {}],
        },
    ],
    create({ config: { paths, target } }) {
        const readers = paths.map(readerOf);
        const write = writerOf(target);
        return record => {
            for (const read of readers) {
                const value = read(record);
                if (value === undefined || isEmpty(value)) continue;
                write(record, value);
                break;
            }
            return record;
        };
    },
});
