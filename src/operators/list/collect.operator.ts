import { JsonValue } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { equals, isEmpty } from '../conditions/comparison';
import { readerOf, removerOf, writerOf } from '../field-access';

export const collect = defineOperator({
    code: 'collect',
    name: 'Collect into list',
    description: 'Puts the values of several fields into one list; lists among them are emptied into it.',
    category: 'list',
    guarantees: 'Order of the fields is kept. Empty values are left out. Without any value nothing is written.',
    schema: config({
        paths: field.paths('Fields', 'Fields whose values are collected.', {
            example: ['Option1 Value', 'Option2 Value'],
        }),
        target: field.path('Target', 'Field that gets the list.', { example: 'options' }),
        unique: field.flag('Unique', 'Equal values are taken once.').default(false),
        removeSources: field
            .flag('Remove the fields', 'Removes the fields after their values are taken.')
            .default(false),
    }),
    examples: [
        {
            title: 'Options of a Shopify row',
            config: { paths: ['o1', 'o2', 'o3'], target: 'options', removeSources: true },
            given: [{ o1: 'S', o2: 'red', o3: '' }, { o1: '' }],
            then: [{ options: ['S', 'red'] }, {}],
        },
        {
            title: 'Lists and single values',
            config: { paths: ['tags', 'type'], target: 'all', unique: true },
            given: [{ tags: ['a', 'b'], type: 'a' }],
            then: [{ tags: ['a', 'b'], type: 'a', all: ['a', 'b'] }],
        },
    ],
    create({ config: { paths, target, unique, removeSources } }) {
        const readers = paths.map(readerOf);
        const removers = removeSources ? paths.map(removerOf) : [];
        const write = writerOf(target);
        return record => {
            const values: JsonValue[] = [];
            for (const read of readers) {
                const value = read(record);
                for (const item of Array.isArray(value) ? value : [value]) {
                    if (item === undefined || isEmpty(item)) continue;
                    if (!unique || !values.some(present => equals(present, item))) values.push(item);
                }
            }
            for (const remove of removers) remove(record);
            if (values.length > 0) write(record, values);
            return record;
        };
    },
});
