import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf } from '../field-access';

export const sort = defineOperator({
    code: 'sort',
    name: 'Sort',
    description:
        'Puts all records of the run in order, so that parents come before children or variants stand together.',
    category: 'whole',
    barrier: true,
    guarantees:
        'Numbers, and text that reads as one, come before dates, other text, truth values and lists; absent and null come last in both directions. Equal records keep their order.',
    limits: 'Nothing goes on before the last record has arrived. Much data needs the package @duckdb/node-api.',
    schema: config({
        by: field.of(
            config({
                field: field.path('Field', 'Field that is compared.', { example: 'slug' }),
                direction: field
                    .choice('Direction', 'Which end comes first.', {
                        ASC: 'Small before large, A before Z.',
                        DESC: 'Large before small, Z before A.',
                    })
                    .default('ASC'),
            })
                .array()
                .min(1),
            'Fields',
            'What records are compared by; a further field decides where the ones before are equal.',
            { example: [{ field: 'slug' }] },
        ),
    }),
    examples: [
        {
            title: 'Dearest first, then by SKU',
            config: { by: [{ field: 'price', direction: 'DESC' }, { field: 'sku' }] },
            given: [
                { sku: 'B', price: '9.90' },
                { sku: 'C' },
                { sku: 'A', price: 9.9 },
                { sku: 'D', price: '10' },
                { sku: 'E', price: 'on request' },
            ],
            then: [
                { sku: 'E', price: 'on request' },
                { sku: 'D', price: '10' },
                { sku: 'A', price: 9.9 },
                { sku: 'B', price: '9.90' },
                { sku: 'C' },
            ],
        },
    ],
    create({ config: { by } }) {
        for (const { field: path } of by) readerOf(path);
        return { whole: { kind: 'SORT', by } };
    },
});
