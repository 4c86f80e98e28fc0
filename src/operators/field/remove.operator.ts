import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { removerOf } from '../field-access';

export const remove = defineOperator({
    code: 'remove',
    name: 'Remove fields',
    description: 'Removes the named fields, so that the loader leaves them alone in the shop.',
    category: 'field',
    guarantees: 'A field that is absent is no error. All other fields stay.',
    schema: config({
        paths: field.paths('Fields', 'Fields that are removed.', { example: ['internalNote'] }),
    }),
    examples: [
        {
            title: 'Two fields',
            config: { paths: ['note', 'customFields.secret'] },
            given: [{ sku: 'A', note: 'x', customFields: { secret: 1, open: 2 } }],
            then: [{ sku: 'A', customFields: { open: 2 } }],
        },
    ],
    create({ config: { paths } }) {
        const removers = paths.map(removerOf);
        return record => {
            for (const removeFrom of removers) removeFrom(record);
            return record;
        };
    },
});
