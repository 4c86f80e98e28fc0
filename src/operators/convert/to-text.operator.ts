import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, writerOf } from '../field-access';

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
    ],
    create({ config: { paths } }) {
        const fields = paths.map(path => ({ read: readerOf(path), write: writerOf(path) }));
        return record => {
            for (const { read, write } of fields) {
                const value = read(record);
                if (typeof value === 'number' || typeof value === 'boolean') write(record, String(value));
            }
            return record;
        };
    },
});
