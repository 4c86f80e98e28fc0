import { JsonObject, JsonValue } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { isEmpty } from '../conditions/comparison';
import { readerOf, writerOf } from '../field-access';
import { refuse } from '../refuse';

export const zip = defineOperator({
    code: 'zip',
    name: 'Pair names and values',
    description: 'Makes an object from a list of names and a list of values: the first name gets the first value.',
    category: 'list',
    guarantees: 'Pairs without a name are left out. Lists of different length refuse the record. No pair, no object.',
    schema: config({
        names: field.paths('Names', 'One list, or one field per name.', { example: ['optionGroups'] }),
        values: field.paths('Values', 'One list, or one field per value.', { example: ['optionValues'] }),
        target: field.path('Target', 'Field that gets the object.', { example: 'options' }),
    }),
    examples: [
        {
            title: 'Two lists',
            config: { names: ['groups'], values: ['values'], target: 'options' },
            given: [{ groups: ['size', 'color'], values: ['S', 'red'] }],
            then: [{ groups: ['size', 'color'], values: ['S', 'red'], options: { size: 'S', color: 'red' } }],
        },
        {
            title: 'Columns',
            config: { names: ['n1', 'n2'], values: ['v1', 'v2'], target: 'options' },
            given: [{ n1: 'Size', v1: 'S', n2: '', v2: '' }],
            then: [{ n1: 'Size', v1: 'S', n2: '', v2: '', options: { Size: 'S' } }],
        },
        {
            title: 'A value too few',
            config: { names: ['groups'], values: ['values'], target: 'options' },
            given: [{ groups: ['size', 'color'], values: ['S'] }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { names, values, target } }) {
        const readNames = listReader(names);
        const readValues = listReader(values);
        const write = writerOf(target);
        return record => {
            const keys = readNames(record);
            const items = readValues(record);
            if (keys.length !== items.length) {
                return refuse(
                    'pairs-do-not-match',
                    target,
                    null,
                    `There are ${keys.length} names in ${names.join(', ')} and ${items.length} values in ${values.join(', ')}.`,
                    'Give each name one value, in the same order.',
                );
            }
            const pairs: JsonObject = {};
            keys.forEach((key, i) => {
                if (typeof key === 'string' && key.trim() !== '' && key !== '__proto__') pairs[key] = items[i] ?? null;
            });
            if (!isEmpty(pairs)) write(record, pairs);
            return record;
        };
    },
});

/** One path to a list gives its items; several paths give one item each. */
function listReader(paths: readonly string[]): (record: JsonObject) => readonly (JsonValue | undefined)[] {
    const readers = paths.map(readerOf);
    const [first] = readers;
    if (readers.length > 1 || !first) return record => readers.map(read => read(record));
    return record => {
        const value = first(record);
        if (Array.isArray(value)) return value;
        return isEmpty(value) ? [] : [value];
    };
}
