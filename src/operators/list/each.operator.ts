import { z } from 'zod';
import { isJsonObject, JsonObject } from '../../../shared/json';
import { DataHubError, UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { Dropped, Expanded, reject, Rejected } from '../../sdk/outcome';
import { readerOf, writerOf } from '../field-access';
import { when } from '../flow/when.operator';
import { compileNested, nestedSchema } from '../nested-operators';
import { plainOperators } from '../plain-operators';
import { quoted, refuse } from '../refuse';

const elementOperators = [...plainOperators, when] as const;

export const each = defineOperator({
    code: 'each',
    name: 'For each item',
    description: 'Runs operators on every item of a list, such as the variants of a product.',
    category: 'list',
    guarantees:
        'Order is kept. An item that is left out goes from the list; one that is refused refuses the whole record.',
    limits: 'Operators that need several records (group, dedupe) and custom ones cannot stand inside.',
    schema: config({
        path: field.path('List', 'List of objects.', { example: 'variants' }),
        inherit: field
            .map(
                z.string().min(1),
                'Inherit',
                'Field of the record → field of the item, copied before the operators run.',
                {
                    example: { slug: 'productSlug' },
                },
            )
            .optional(),
        operators: field.of(
            nestedSchema(elementOperators),
            'Operators',
            'They run on each item as if it were a record.',
        ),
    }),
    examples: [
        {
            title: 'Prices of variants',
            config: { path: 'variants', operators: [{ op: 'toCents', args: { path: 'price' } }] },
            given: [{ slug: 'pot', variants: [{ price: '9.99' }, { price: '15' }] }, { slug: 'none' }],
            then: [{ slug: 'pot', variants: [{ price: 999 }, { price: 1500 }] }, { slug: 'none' }],
        },
        {
            title: 'SKUs from the product',
            config: {
                path: 'variants',
                inherit: { slug: 'slug' },
                operators: [
                    { op: 'template', args: { template: '{{slug}}-{{size}}', target: 'sku' } },
                    { op: 'remove', args: { paths: ['slug'] } },
                ],
            },
            given: [{ slug: 'pot', variants: [{ size: 'S' }] }],
            then: [{ slug: 'pot', variants: [{ size: 'S', sku: 'pot-S' }] }],
        },
        {
            title: 'One bad item refuses the record',
            config: { path: 'variants', operators: [{ op: 'toCents', args: { path: 'price' } }] },
            given: [{ variants: [{ price: '9.99' }, { price: 'free' }] }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { path, inherit = {}, operators } }) {
        const read = readerOf(path);
        const write = writerOf(path);
        const run = compileNested(operators, elementOperators);
        const inherited = Object.entries(inherit).map(([from, to]) => ({ read: readerOf(from), write: writerOf(to) }));
        return (record, origin) => {
            const items = read(record);
            if (items === undefined || items === null) return record;
            if (!Array.isArray(items)) return unexpected('list-expected', path, 'a list of objects', items);
            const results: JsonObject[] = [];
            for (const [i, item] of items.entries()) {
                if (!isJsonObject(item)) return unexpected('object-expected', `${path}.${i}`, 'an object', item);
                const element = { ...item };
                for (const field of inherited) {
                    const value = field.read(record);
                    if (value !== undefined) field.write(element, value);
                }
                const result = run(element, origin);
                if (result instanceof Dropped) continue;
                if (result instanceof Expanded) results.push(...result.records);
                else if (result instanceof Rejected) return reject(placedIn(`${path}.${i}`, result.error));
                else results.push(result);
            }
            write(record, results);
            return record;
        };
    },
});

/** The same error, with the item it happened in. */
function placedIn(item: string, error: DataHubError): UserError {
    const field = error.place.field === undefined ? item : `${item}.${error.place.field}`;
    return new UserError(error.code, `${error.message} (in ${item})`, error.hint, { ...error.place, field });
}

const unexpected = (code: string, path: string, wanted: string, got: JsonObject[string]) =>
    refuse(code, path, got, `"${path}" must be ${wanted}, and it is ${quoted(got)}.`, 'Split or parse the text first.');
