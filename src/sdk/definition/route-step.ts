import { conditionSchema } from '../condition';
import { config, field } from '../field';

const branchSchema = config({
    name: field.text('Name', 'Name of the branch; edges that leave the step carry it.').min(1).max(100),
    when: field.of(conditionSchema, 'When', 'Records for which this holds take the branch.'),
    to: field
        .text(
            'To',
            'Key of the step that the branch leads to. Not needed where an edge carries the name of the branch.',
        )
        .optional(),
});

/** Settings of a ROUTE step. Branches are tried in order; a record takes the first that fits, and only that one. */
export const routeStepSchema = config({
    branches: field.list(branchSchema, 'Branches', 'Tried from first to last.').min(1),
    defaultTo: field
        .text(
            'Default',
            'Key of the step for records that no branch takes. Without it, and without an edge that carries no branch, ' +
                'they are dropped, counted and named in the log.',
        )
        .optional(),
});
