import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { conditionSchema } from '../../sdk/condition';
import { compileCondition } from '../conditions/condition';
import { writerOf } from '../field-access';

export const ifThenElse = defineOperator({
    code: 'ifThenElse',
    name: 'If, then, else',
    description: 'Gives a field one of two values, depending on a condition.',
    category: 'flow',
    guarantees: 'Writes nothing when the condition fails and no other value is given.',
    schema: config({
        if: field.of(conditionSchema, 'If', 'Condition on the fields of the record.', {
            example: { field: 'tracker', eq: 'shopify' },
        }),
        target: field.path('Target', 'Field that gets the value.', { example: 'trackInventory' }),
        then: field.json('Then', 'Value when the condition holds.', { example: true }),
        else: field.json('Else', 'Value when it does not.').optional(),
    }),
    examples: [
        {
            title: 'Stock tracking',
            config: { if: { field: 'tracker', eq: 'shopify' }, target: 'trackInventory', then: true, else: false },
            given: [{ tracker: 'shopify' }, { tracker: '' }],
            then: [
                { tracker: 'shopify', trackInventory: true },
                { tracker: '', trackInventory: false },
            ],
        },
    ],
    create({ config: { if: condition, target, then, else: otherwise } }) {
        const holds = compileCondition(condition);
        const write = writerOf(target);
        return record => {
            const value = holds(record) ? then : otherwise;
            if (value !== undefined) write(record, value);
            return record;
        };
    },
});
