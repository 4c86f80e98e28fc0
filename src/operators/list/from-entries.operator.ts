import { isJsonObject, JsonObject } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { isEmpty } from '../conditions/comparison';
import { readerOf, writerOf } from '../field-access';
import { quoted, refuse } from '../refuse';

export const fromEntries = defineOperator({
    code: 'fromEntries',
    name: 'List of pairs to object',
    description:
        'Makes one object of a list of objects that each hold a name and a value, such as the options of a row.',
    category: 'list',
    guarantees:
        'Items without a name or without a value field are left out. A name that comes twice has the value of its last item. Without any pair nothing is written.',
    schema: config({
        path: field.path('List', 'List of objects.', { example: 'attributes' }),
        name: field.path('Name', 'Field of an item that holds the name.').default('name'),
        value: field.path('Value', 'Field of an item that holds the value.').default('value'),
        target: field.path('Target', 'Field that gets the object; absent: the same field.').optional(),
    }),
    examples: [
        {
            title: 'Options of a variant',
            config: { path: 'attributes', target: 'options' },
            given: [
                {
                    attributes: [
                        { name: 'Color', value: 'Blue' },
                        { name: 'Size', value: 'M' },
                    ],
                },
                { sku: 'A' },
            ],
            then: [
                {
                    attributes: [
                        { name: 'Color', value: 'Blue' },
                        { name: 'Size', value: 'M' },
                    ],
                    options: { Color: 'Blue', Size: 'M' },
                },
                { sku: 'A' },
            ],
        },
        {
            title: 'Not a list of objects',
            config: { path: 'attributes' },
            given: [{ attributes: ['Color'] }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { path, name, value, target = path } }) {
        const read = readerOf(path);
        const write = writerOf(target);
        const readName = readerOf(name);
        const readValue = readerOf(value);
        return record => {
            const items = read(record);
            if (items === undefined || items === null) return record;
            if (!Array.isArray(items) || !items.every(isJsonObject)) {
                return refuse(
                    'list-expected',
                    path,
                    items,
                    `"${path}" must be a list of objects, and it is ${quoted(items)}.`,
                    'Make one with gather or parsePairs.',
                );
            }
            const object: JsonObject = {};
            for (const item of items) {
                const key = readName(item);
                const found = readValue(item);
                if (isEmpty(key) || typeof key === 'object' || key === '__proto__' || found === undefined) continue;
                object[String(key)] = found;
            }
            if (!isEmpty(object)) write(record, object);
            return record;
        };
    },
});
