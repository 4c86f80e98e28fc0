import { isJsonObject, JsonObject } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { drop, expand as expandTo } from '../../sdk/outcome';
import { readerOf, removerOf, writerOf } from '../field-access';
import { quoted, refuse } from '../refuse';

export const expand = defineOperator({
    code: 'expand',
    name: 'One record per item',
    description: 'Makes one record of each item in a list; the other fields of the record go into each of them.',
    category: 'list',
    guarantees: 'Records keep the order of the list and the source position of the record they come from.',
    schema: config({
        path: field.path('List', 'List that is taken apart.', { example: 'variants' }),
        as: field
            .path('Item as', 'Field that holds the item; absent: the fields of the item stand beside the others.')
            .optional(),
        onEmpty: field
            .choice('Empty list', 'What becomes of a record without any item.', {
                DROP: 'It is left out.',
                KEEP: 'It goes on once, without an item.',
            })
            .default('DROP'),
    }),
    examples: [
        {
            title: 'Variants of a product',
            config: { path: 'variants' },
            given: [
                { slug: 'pot', variants: [{ sku: 'A' }, { sku: 'B' }] },
                { slug: 'none', variants: [] },
            ],
            then: [
                { slug: 'pot', sku: 'A' },
                { slug: 'pot', sku: 'B' },
            ],
        },
        {
            title: 'Plain values',
            config: { path: 'skus', as: 'sku', onEmpty: 'KEEP' },
            given: [{ price: 5, skus: ['A', 'B'] }, { price: 6 }],
            then: [{ price: 5, sku: 'A' }, { price: 5, sku: 'B' }, { price: 6 }],
        },
    ],
    create({ config: { path, as, onEmpty } }) {
        const read = readerOf(path);
        const remove = removerOf(path);
        const write = as === undefined ? undefined : writerOf(as);
        return record => {
            const items = read(record);
            if (items !== undefined && items !== null && !Array.isArray(items)) {
                return notAList(path, items);
            }
            remove(record);
            if (!items || items.length === 0) return onEmpty === 'KEEP' ? record : drop(`"${path}" has no items`);
            const records: JsonObject[] = [];
            for (const item of items) {
                const one = { ...record };
                if (write) write(one, item);
                else if (isJsonObject(item)) Object.assign(one, item);
                else return notAnObject(path, item);
                records.push(one);
            }
            return expandTo(records);
        };
    },
});

const notAList = (path: string, got: JsonObject[string]) =>
    refuse('list-expected', path, got, `"${path}" must be a list, and it is ${quoted(got)}.`, 'Split the text first.');

const notAnObject = (path: string, got: JsonObject[string]) =>
    refuse(
        'object-expected',
        path,
        got,
        `An item of "${path}" is ${quoted(got)} and has no fields to put beside the others.`,
        'Say with "as" which field shall hold the item.',
    );
