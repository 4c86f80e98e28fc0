import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, writerOf } from '../field-access';
import { digitsOf } from './decimal';

export const toText = defineOperator({
    code: 'toText',
    name: 'To text',
    description: 'Turns numbers and true or false into text, such as a SKU that a JSON source gives as a number.',
    category: 'convert',
    guarantees: 'Text, null and lists stay as they are. Numbers are written with all their digits.',
    limits: 'Leading zeros that the source has lost cannot be brought back.',
    schema: config({
        paths: field.paths('Fields', 'Fields that become text.', { example: ['sku'] }),
    }),
    examples: [
        {
            title: 'A SKU',
            config: { paths: ['sku'] },
            given: [{ sku: 123 }, { sku: '00123' }, { sku: null }],
            then: [{ sku: '123' }, { sku: '00123' }, { sku: null }],
        },
        {
            title: 'Very large and very small numbers',
            config: { paths: ['factor'] },
            given: [{ factor: 1e21 }, { factor: -1.5e-7 }],
            then: [{ factor: '1000000000000000000000' }, { factor: '-0.00000015' }],
        },
    ],
    create({ config: { paths } }) {
        const fields = paths.map(path => ({ read: readerOf(path), write: writerOf(path) }));
        return record => {
            for (const { read, write } of fields) {
                const value = read(record);
                if (typeof value === 'number') write(record, digitsOf(value));
                else if (typeof value === 'boolean') write(record, String(value));
            }
            return record;
        };
    },
});
