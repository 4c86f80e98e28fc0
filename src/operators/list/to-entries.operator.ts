import { isJsonObject } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { isEmpty } from '../conditions/comparison';
import { readerOf, writerOf } from '../field-access';
import { quoted, refuse } from '../refuse';

export const toEntries = defineOperator({
    code: 'toEntries',
    name: 'Object to list of pairs',
    description:
        'Makes a list of an object: one item for each of its fields, with the name and the value of the field.',
    category: 'list',
    guarantees: 'Order is kept. Fields without a value are left out. Without any item nothing is written.',
    schema: config({
        path: field.path('Object', 'Object that is taken apart.', { example: 'attributes' }),
        name: field.path('Name', 'Field of an item that gets the name.').default('name'),
        value: field.path('Value', 'Field of an item that gets the value.').default('value'),
        target: field.path('Target', 'Field that gets the list; absent: the same field.').optional(),
        except: field.paths('Except', 'Fields of the object that make no item.', { example: ['has_video'] }).optional(),
    }),
    examples: [
        {
            title: 'Attributes to facet values',
            config: { path: 'attributes', name: 'facet', target: 'facetValues', except: ['has_video'] },
            given: [{ attributes: { color: 'Red', material: '', has_video: 'No', fit: 'Slim' } }, { sku: 'A' }],
            then: [
                {
                    attributes: { color: 'Red', material: '', has_video: 'No', fit: 'Slim' },
                    facetValues: [
                        { facet: 'color', value: 'Red' },
                        { facet: 'fit', value: 'Slim' },
                    ],
                },
                { sku: 'A' },
            ],
        },
        {
            title: 'Not an object',
            config: { path: 'attributes' },
            given: [{ attributes: 'color=Red' }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { path, name, value, target = path, except = [] } }) {
        const read = readerOf(path);
        const write = writerOf(target);
        const writeName = writerOf(name);
        const writeValue = writerOf(value);
        const left = new Set(except);
        return record => {
            const object = read(record);
            if (object === undefined || object === null) return record;
            if (!isJsonObject(object)) {
                return refuse(
                    'object-expected',
                    path,
                    object,
                    `"${path}" must be an object, and it is ${quoted(object)}.`,
                    'Make one with parsePairs, nest or parseJson.',
                );
            }
            const items = Object.entries(object)
                .filter(([key, held]) => !left.has(key) && !isEmpty(held))
                .map(([key, held]) => {
                    const item = {};
                    writeName(item, key);
                    writeValue(item, held);
                    return item;
                });
            if (items.length > 0) write(record, items);
            return record;
        };
    },
});
