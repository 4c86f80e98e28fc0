import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';

export const omit = defineOperator({
    code: 'omit',
    name: 'Omit columns',
    description: 'Removes all top-level fields whose names begin with a prefix, such as a vendor’s marketing columns.',
    category: 'field',
    guarantees: 'Looks at top-level names only. To remove single fields use "remove".',
    schema: config({
        prefixes: field
            .list(field.text('Prefix', 'Beginning of a name.').min(1), 'Prefixes', 'Beginnings of the names that go.', {
                example: ['Google Shopping /'],
            })
            .min(1),
    }),
    examples: [
        {
            title: 'Marketing columns',
            config: { prefixes: ['Google Shopping /'] },
            given: [{ Title: 'Pot', 'Google Shopping / Gender': 'unisex', 'Google Shopping / MPN': '' }],
            then: [{ Title: 'Pot' }],
        },
    ],
    create({ config: { prefixes } }) {
        return record => {
            for (const name of Object.keys(record)) {
                if (prefixes.some(prefix => name.startsWith(prefix))) delete record[name];
            }
            return record;
        };
    },
});
