import { z } from 'zod';
import { JsonObject } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { isEmpty } from '../conditions/comparison';
import { writerOf } from '../field-access';

const NUMBER = '{n}';
const MAX_REMEMBERED_NAMES = 10_000;

export const gather = defineOperator({
    code: 'gather',
    name: 'Gather numbered columns',
    description:
        'Makes a list of objects of columns that are numbered, such as "Attribute 1 name" and "Attribute 1 value(s)".',
    category: 'list',
    guarantees:
        'However many numbers the source has, they come in ascending order. Cells stay as they are; a number whose cells are all empty makes no object. Without any object nothing is written.',
    schema: config({
        columns: field
            .map(z.string().min(1), 'Columns', 'Field of the object ← column, with {n} where the number stands.', {
                example: { name: 'Attribute {n} name', value: 'Attribute {n} value(s)' },
            })
            .refine(columns => Object.keys(columns).length > 0, 'Name at least one column.'),
        target: field.path('Target', 'Field that gets the list.', { example: 'attributes' }),
        required: field
            .paths('Needed', 'An object in which one of these is empty is left out.', { example: ['name'] })
            .optional(),
        removeSources: field
            .flag('Remove the columns', 'Removes the columns after their values are taken.')
            .default(false),
    }),
    examples: [
        {
            title: 'Attributes of a WooCommerce row',
            config: {
                columns: { name: 'Attribute {n} name', value: 'Attribute {n} value(s)' },
                target: 'attributes',
                required: ['name'],
                removeSources: true,
            },
            given: [
                {
                    SKU: 'T-1',
                    'Attribute 2 name': 'Size',
                    'Attribute 2 value(s)': '',
                    'Attribute 1 name': 'Color',
                    'Attribute 1 value(s)': 'Blue',
                    'Attribute 3 name': '',
                    'Attribute 3 value(s)': '',
                },
                { SKU: 'T-2', 'Attribute 1 name': '' },
            ],
            then: [
                {
                    SKU: 'T-1',
                    attributes: [
                        { name: 'Color', value: 'Blue' },
                        { name: 'Size', value: '' },
                    ],
                },
                { SKU: 'T-2' },
            ],
        },
        {
            title: 'Links and their texts',
            config: { columns: { url: 'link{n}', text: 'link{n}_text' }, target: 'links' },
            given: [{ link1: 'a', link1_text: 'A', link10: 'c', link2: 'b', linkx: 'no number' }],
            then: [
                {
                    link1: 'a',
                    link1_text: 'A',
                    link10: 'c',
                    link2: 'b',
                    linkx: 'no number',
                    links: [{ url: 'a', text: 'A' }, { url: 'b' }, { url: 'c' }],
                },
            ],
        },
    ],
    create({ config: { columns, target, required = [], removeSources } }) {
        const placeOf = columnFinder(columns);
        const write = writerOf(target);
        return record => {
            const objects = new Map<number, JsonObject>();
            for (const name of Object.keys(record)) {
                const place = placeOf(name);
                if (!place) continue;
                const object = objects.get(place.number) ?? {};
                objects.set(place.number, object);
                object[place.field] = record[name]!;
                if (removeSources) delete record[name];
            }
            const list = [...objects]
                .sort(([a], [b]) => a - b)
                .map(([, object]) => inOrder(object, columns))
                .filter(
                    object => !Object.values(object).every(isEmpty) && !required.some(path => isEmpty(object[path])),
                );
            if (list.length > 0) write(record, list);
            return record;
        };
    },
});

interface Place {
    field: string;
    number: number;
}

/** Records of one source have the same few names, so each is looked at once. */
function columnFinder(columns: Record<string, string>): (name: string) => Place | undefined {
    const patterns = Object.entries(columns).map(([name, column]) => {
        const parts = column.split(NUMBER);
        if (parts.length !== 2) throw unnumbered(column);
        return { name, before: parts[0]!, after: parts[1]! };
    });
    const known = new Map<string, Place | undefined>();
    return column => {
        if (known.has(column)) return known.get(column);
        const place = patterns
            .map(({ name, before, after }) => {
                if (!column.startsWith(before) || !column.endsWith(after)) return undefined;
                const digits = column.slice(before.length, column.length - after.length);
                return /^\d{1,6}$/.test(digits) ? { field: name, number: Number(digits) } : undefined;
            })
            .find(found => found !== undefined);
        if (known.size >= MAX_REMEMBERED_NAMES) known.clear();
        known.set(column, place);
        return place;
    };
}

/** Fields in the order of the settings, whatever the order of the columns. */
function inOrder(object: JsonObject, columns: Record<string, string>): JsonObject {
    const names = Object.keys(columns).filter(name => object[name] !== undefined);
    return Object.fromEntries(names.map(name => [name, object[name]!]));
}

const unnumbered = (column: string): UserError =>
    new UserError(
        'column-without-number',
        `"${column}" must hold ${NUMBER} once, where the number of the column stands.`,
        `Write it as "Attribute ${NUMBER} name".`,
        { field: 'columns', got: column },
    );
