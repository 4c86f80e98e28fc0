import { UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf } from '../field-access';

const result = config({
    into: field.path('Target', 'Field that gets the result.', { example: 'stock' }),
    with: field.choice('Aggregate', 'What is made of the values of a group.', {
        COUNT: 'How many values there are; without a field, how many records.',
        SUM: 'Their exact sum, also of decimal text.',
        AVG: 'Their mean, with six decimals more than the values have.',
        MIN: 'The smallest, in the order of "sort".',
        MAX: 'The largest, in the order of "sort".',
        FIRST: 'The first.',
        LAST: 'The last.',
        COLLECT: 'A list of all; without a field, of the records.',
        COUNT_DISTINCT: 'How many different ones there are.',
    }),
    of: field.path('Field', 'Field whose values are taken; empty ones are left out.', { example: 'stock' }).optional(),
});

const worksOnRecords = new Set(['COUNT', 'COLLECT']);

export const aggregate = defineOperator({
    code: 'aggregate',
    name: 'Aggregate',
    description: 'Makes one record of all records of the run that agree in some fields, with sums, counts and lists.',
    category: 'whole',
    barrier: true,
    guarantees:
        'Sums are exact and never rounded; one that no number can hold is decimal text. Groups come in the order of their first records. Absent, null and empty are three groups. A result of no values is absent.',
    limits: 'Nothing goes on before the last record has arrived. A list holds at most 100,000 values or 16 MB. Values that are no numbers end the run when they are added up. Much data needs the package @duckdb/node-api.',
    schema: config({
        by: field
            .paths(
                'Group by',
                'Fields in which the records of a group agree. Without any, all records are one group.',
                {
                    example: ['sku'],
                },
            )
            .optional(),
        aggregates: field.of(
            result.array().min(1),
            'Results',
            'Fields of the new record besides those it is grouped by.',
            {
                example: [{ into: 'stock', with: 'SUM', of: 'stock' }],
            },
        ),
    }),
    examples: [
        {
            title: 'Stock of all warehouses',
            config: {
                by: ['sku'],
                aggregates: [
                    { into: 'stock', with: 'SUM', of: 'stock' },
                    { into: 'warehouses', with: 'COLLECT', of: 'warehouse' },
                ],
            },
            given: [
                { sku: '007', warehouse: 'Ulm', stock: '3' },
                { sku: '008', warehouse: 'Ulm', stock: '' },
                { sku: '007', warehouse: 'Bonn', stock: 4 },
            ],
            then: [
                { sku: '007', stock: 7, warehouses: ['Ulm', 'Bonn'] },
                { sku: '008', warehouses: ['Ulm'] },
            ],
        },
        {
            title: 'Totals of the whole run',
            config: {
                aggregates: [
                    { into: 'orders', with: 'COUNT' },
                    { into: 'revenue', with: 'SUM', of: 'total' },
                    { into: 'mean', with: 'AVG', of: 'total' },
                    { into: 'customers', with: 'COUNT_DISTINCT', of: 'customer' },
                ],
            },
            given: [
                { customer: 'a', total: '0.10' },
                { customer: 'b', total: '0.20' },
                { customer: 'a', total: '0.30' },
            ],
            then: [{ orders: 3, revenue: 0.6, mean: 0.2, customers: 2 }],
        },
    ],
    create({ config: { by = [], aggregates } }) {
        by.forEach(readerOf);
        const targets = new Set(by);
        for (const { into, of, with: name } of aggregates) {
            readerOf(of ?? into);
            readerOf(into);
            if (of === undefined && !worksOnRecords.has(name)) {
                throw new UserError(
                    'aggregate-without-field',
                    `${name} into "${into}" needs a field.`,
                    'Say in "of" which field it is calculated from.',
                );
            }
            if (targets.has(into)) {
                throw new UserError(
                    'aggregate-target-taken',
                    `Two results would stand in "${into}".`,
                    'Give each result and each field of the grouping a name of its own.',
                );
            }
            targets.add(into);
        }
        return { whole: { kind: 'GROUP', by, aggregates } };
    },
});
