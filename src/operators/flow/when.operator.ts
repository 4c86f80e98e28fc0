import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { conditionSchema } from '../../sdk/condition';
import { compileCondition } from '../conditions/condition';
import { compileNested, nestedSchema } from '../nested-operators';
import { plainOperators } from '../plain-operators';

const nested = nestedSchema(plainOperators);

export const when = defineOperator({
    code: 'when',
    name: 'When',
    description: 'Runs operators on the records for which a condition holds, and if wanted others on the rest.',
    category: 'flow',
    guarantees: 'The condition is looked at once, before the first operator runs.',
    limits: 'Operators that need several records (group, dedupe), "each", and custom ones cannot stand inside.',
    schema: config({
        if: field.of(conditionSchema, 'If', 'Condition on the fields of the record.', {
            example: { field: 'price', eq: 0 },
        }),
        then: field.of(nested, 'Then', 'Operators that run when the condition holds.'),
        else: field.of(nested, 'Else', 'Operators that run when it does not.').optional(),
    }),
    examples: [
        {
            title: 'Refuse prices of zero',
            config: {
                if: { field: 'price', lte: 0 },
                then: [{ op: 'reject', args: { message: '{{sku}} has no price.' } }],
            },
            given: [
                { sku: 'A', price: 0 },
                { sku: 'B', price: 5 },
            ],
            then: [{ sku: 'B', price: 5 }],
            rejected: 1,
        },
        {
            title: 'Two ways',
            config: {
                if: { field: 'option', eq: 'Default Title' },
                then: [{ op: 'remove', args: { paths: ['option'] } }],
                else: [{ op: 'lowercase', args: { paths: ['option'] } }, { op: 'trim' }],
            },
            given: [{ option: 'Default Title' }, { option: ' BIG ' }],
            then: [{}, { option: 'big' }],
        },
    ],
    create({ config: { if: condition, then, else: otherwise } }) {
        const holds = compileCondition(condition);
        const runThen = compileNested(then, plainOperators);
        const runElse = otherwise ? compileNested(otherwise, plainOperators) : undefined;
        return (record, origin) => {
            if (holds(record)) return runThen(record, origin);
            return runElse ? runElse(record, origin) : record;
        };
    },
});
