import { isJsonObject, JsonObject } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, writerOf } from '../field-access';

export const nest = defineOperator({
    code: 'nest',
    name: 'Nest columns',
    description: 'Gathers all columns whose names begin with a prefix into one object, under their names without it.',
    category: 'field',
    guarantees: 'Makes no object when there is nothing to put into it. Fields already in the object stay.',
    schema: config({
        prefix: field.text('Prefix', 'Beginning of the column names.', { example: 'product:' }).min(1),
        target: field.path('Target', 'Object that gets them.', { example: 'customFields' }),
        empty: field
            .choice('Empty cells', 'What becomes of a column that holds blank text.', {
                OMIT: 'Left out: the shop keeps its value.',
                NULL: 'Null: the shop’s value is cleared.',
                KEEP: 'Kept as empty text.',
            })
            .default('OMIT'),
    }),
    examples: [
        {
            title: 'Custom fields of a Vendure CSV',
            config: { prefix: 'product:', target: 'customFields' },
            given: [
                { name: 'Pot', 'product:pageType': 'default', 'product:owner': '' },
                { name: 'Pan', 'product:owner': '' },
            ],
            then: [{ name: 'Pot', customFields: { pageType: 'default' } }, { name: 'Pan' }],
        },
    ],
    create({ config: { prefix, target, empty } }) {
        const read = readerOf(target);
        const write = writerOf(target);
        return record => {
            let gathered: JsonObject | undefined;
            // What is deleted on the way has been visited by then.
            for (const name in record) {
                if (!name.startsWith(prefix)) continue;
                const value = record[name]!;
                delete record[name];
                const isBlank = typeof value === 'string' && value.trim() === '';
                const inner = name.slice(prefix.length);
                if (!isBlank || empty === 'KEEP') writerOf(inner)((gathered ??= {}), value);
                else if (empty === 'NULL') writerOf(inner)((gathered ??= {}), null);
            }
            if (!gathered) return record;
            const present = read(record);
            write(record, isJsonObject(present) ? { ...present, ...gathered } : gathered);
            return record;
        };
    },
});
