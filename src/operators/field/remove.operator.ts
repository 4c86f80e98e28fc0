import type { JsonObject } from '../../../shared/json';
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
        const removers = paths.map(path => (path.includes('.') ? mutating(removerOf(path)) : copying(path)));
        return record => removers.reduce((left, removeFrom) => removeFrom(left), record);
    },
});

type Remover = (record: JsonObject) => JsonObject;

const mutating = (remove: (record: JsonObject) => void): Remover => {
    return record => {
        remove(record);
        return record;
    };
};

/** A copy without the field: deleting it would make every later step several times slower on this record. */
const copying = (name: string): Remover => {
    removerOf(name);
    return record => {
        if (!Object.hasOwn(record, name)) return record;
        const { [name]: _removed, ...left } = record;
        return left;
    };
};
