import { z } from 'zod';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, writerOf } from '../field-access';
import { quoted, refuse } from '../refuse';
import { textOf } from '../value-text';

export const mapValues = defineOperator({
    code: 'mapValues',
    name: 'Map values',
    description: 'Replaces values by a table, such as the tax classes of another shop by your own tax categories.',
    category: 'convert',
    guarantees: 'Numbers and true or false are looked up as text. In a list every item is replaced. Null stays null.',
    schema: config({
        path: field.path('Field', 'Field that is read.', { example: 'taxClass' }),
        target: field.path('Target', 'Field that gets the result; absent: the same field.').optional(),
        values: field.map(z.json(), 'Table', 'Value as it is → value as it shall be.', {
            example: { taxable: 'standard', reduced: 'reduced' },
        }),
        onUnknown: field
            .choice('Unknown values', 'What happens to a value that is not in the table.', {
                KEEP: 'It stays as it is.',
                NULL: 'It becomes null.',
                REJECT: 'The record is refused.',
            })
            .default('KEEP'),
    }),
    examples: [
        {
            title: 'Tax classes',
            config: { path: 'taxClass', target: 'taxCategory', values: { taxable: 'standard' } },
            given: [{ taxClass: 'taxable' }, { taxClass: 'zero' }, {}],
            then: [{ taxClass: 'taxable', taxCategory: 'standard' }, { taxClass: 'zero', taxCategory: 'zero' }, {}],
        },
        {
            title: 'Only known values',
            config: { path: 'status', values: { 1: true, 0: false }, onUnknown: 'REJECT' },
            given: [{ status: 1 }, { status: '0' }, { status: 2 }],
            then: [{ status: true }, { status: false }],
            rejected: 1,
        },
    ],
    create({ config: { path, target = path, values, onUnknown } }) {
        const table = new Map(Object.entries(values));
        const read = readerOf(path);
        const write = writerOf(target);
        return record => {
            const value = read(record);
            if (value === undefined) return record;
            const items = Array.isArray(value) ? value : [value];
            const results = items.map(item => (item === null ? null : table.get(textOf(item))));
            const unknown = results.indexOf(undefined);
            if (unknown >= 0 && onUnknown === 'REJECT') {
                const got = items[unknown]!;
                return refuse(
                    'value-not-in-table',
                    path,
                    got,
                    `"${path}" is ${quoted(got)}, which is not in the table.`,
                    `Correct the value, or add it to the table, which knows ${[...table.keys()].join(', ')}.`,
                );
            }
            const complete = results.map((result, i) =>
                result === undefined && onUnknown === 'KEEP' ? items[i]! : (result ?? null),
            );
            write(record, Array.isArray(value) ? complete : complete[0]!);
            return record;
        };
    },
});
