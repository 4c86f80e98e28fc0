import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, removerOf, writerOf } from '../field-access';

export const rename = defineOperator({
    code: 'rename',
    name: 'Rename field',
    description: 'Moves the value of one field to another name. A record without the field stays as it is.',
    category: 'field',
    guarantees: 'Keeps null and empty values apart. A value that stood at the new name is replaced.',
    schema: config({
        from: field.path('From', 'Field that is renamed.', { example: 'Title' }),
        to: field.path('To', 'New name; a dotted path makes nested fields.', { example: 'name' }),
    }),
    examples: [
        {
            title: 'A column',
            config: { from: 'Title', to: 'name' },
            given: [{ Title: 'Laptop' }],
            then: [{ name: 'Laptop' }],
        },
        {
            title: 'Into a nested field',
            config: { from: 'erp_id', to: 'customFields.erpId' },
            given: [{ erp_id: '00123' }, { sku: 'A' }],
            then: [{ customFields: { erpId: '00123' } }, { sku: 'A' }],
        },
    ],
    create({ config: { from, to } }) {
        const read = readerOf(from);
        const remove = removerOf(from);
        const write = writerOf(to);
        if (!from.includes('.')) {
            // A copy without the field: deleting it would make every later step several times slower on this record.
            return record => {
                if (!Object.hasOwn(record, from)) return record;
                const { [from]: value, ...renamed } = record;
                write(renamed, value!);
                return renamed;
            };
        }
        return record => {
            const value = read(record);
            if (value === undefined) return record;
            remove(record);
            write(record, value);
            return record;
        };
    },
});
