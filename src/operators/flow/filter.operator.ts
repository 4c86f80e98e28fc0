import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { drop } from '../../sdk/outcome';
import { conditionSchema } from '../../sdk/condition';
import { compileCondition } from '../conditions/condition';

export const filter = defineOperator({
    code: 'filter',
    name: 'Filter',
    description: 'Keeps the records for which a condition holds and leaves the others out.',
    category: 'flow',
    guarantees: 'Records that are left out are counted as dropped; they are no errors.',
    schema: config({
        keep: field.of(conditionSchema, 'Keep if', 'Condition on the fields of the record.', {
            example: { field: 'stock', gt: 0 },
        }),
    }),
    examples: [
        {
            title: 'In stock',
            config: { keep: { field: 'stock', gt: 0 } },
            given: [{ stock: '15' }, { stock: 0 }, {}],
            then: [{ stock: '15' }],
        },
        {
            title: 'Nested conditions',
            config: {
                keep: { any: [{ field: 'tags', contains: 'sale' }, { not: { field: 'brand', in: ['A', 'B'] } }] },
            },
            given: [{ tags: ['sale'], brand: 'A' }, { tags: [], brand: 'A' }, { brand: 'C' }],
            then: [{ tags: ['sale'], brand: 'A' }, { brand: 'C' }],
        },
    ],
    create({ config: { keep } }) {
        const holds = compileCondition(keep);
        const dropped = drop('the condition of the filter does not hold');
        return record => (holds(record) ? record : dropped);
    },
});
