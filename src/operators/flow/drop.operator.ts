import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { drop } from '../../sdk/outcome';

export const dropRecord = defineOperator({
    code: 'drop',
    name: 'Leave out',
    description: 'Leaves the record out. Stands inside "when"; to leave records out by a condition alone use "filter".',
    category: 'flow',
    guarantees: 'The record is counted as dropped; it is no error.',
    schema: config({
        reason: field.text('Reason', 'Why, for the log of the run.').default('left out by the pipeline'),
    }),
    examples: [{ title: 'Always', config: {}, given: [{ sku: 'A' }], then: [] }],
    create({ config: { reason } }) {
        const dropped = drop(reason);
        return () => dropped;
    },
});
