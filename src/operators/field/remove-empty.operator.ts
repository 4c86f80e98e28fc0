import { JsonObject } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, removerOf } from '../field-access';

export const removeEmpty = defineOperator({
    code: 'removeEmpty',
    name: 'Remove empty fields',
    description:
        'Removes fields that hold blank text, so that an empty cell leaves the shop’s value alone instead of blanking it.',
    category: 'field',
    guarantees: 'Null, 0, false and empty lists stay: they are statements, an empty cell is none.',
    schema: config({
        paths: field.paths('Fields', 'Fields that are looked at; absent: all top-level fields.').optional(),
    }),
    examples: [
        {
            title: 'All columns',
            config: {},
            given: [{ sku: 'A', name: ' ', price: 0, note: null }],
            then: [{ sku: 'A', price: 0, note: null }],
        },
        { title: 'One column', config: { paths: ['slug'] }, given: [{ slug: '', name: '' }], then: [{ name: '' }] },
    ],
    create({ config: { paths } }) {
        if (!paths) return removeAllBlank;
        const fields = paths.map(path => ({ read: readerOf(path), remove: removerOf(path) }));
        return record => {
            for (const { read, remove } of fields) if (isBlank(read(record))) remove(record);
            return record;
        };
    },
});

function removeAllBlank(record: JsonObject): JsonObject {
    for (const name in record) if (isBlank(record[name])) delete record[name];
    return record;
}

function isBlank(value: unknown): boolean {
    return typeof value === 'string' && value.trim() === '';
}
