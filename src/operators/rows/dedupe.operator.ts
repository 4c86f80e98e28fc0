import { UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { isEmpty } from '../conditions/comparison';
import { readerOf } from '../field-access';
import { KeyMemory } from './key-memory';

export const dedupe = defineOperator({
    code: 'dedupe',
    name: 'Remove duplicates',
    description: 'Keeps the first record for each key and leaves out or refuses the later ones of the run.',
    category: 'rows',
    guarantees: 'Order is kept. Remembers keys for one run only. Records without a key all pass.',
    limits: 'Needs up to 32 bytes of memory per distinct key.',
    schema: config({
        keys: field.paths('Key', 'Fields that together identify a record.', { example: ['sku'] }),
        onDuplicate: field
            .choice('Duplicates', 'What happens to a later record with the same key.', {
                DROP: 'It is left out.',
                REJECT: 'It is refused.',
            })
            .default('DROP'),
    }),
    examples: [
        {
            title: 'One record per SKU',
            config: { keys: ['sku'] },
            given: [{ sku: 'A', n: 1 }, { sku: 'A', n: 2 }, { sku: 'B' }],
            then: [{ sku: 'A', n: 1 }, { sku: 'B' }],
        },
        {
            title: 'Refused',
            config: { keys: ['sku'], onDuplicate: 'REJECT' },
            given: [{ sku: 'A' }, { sku: 'A' }, {}, {}],
            then: [{ sku: 'A' }, {}, {}],
            rejected: 1,
        },
    ],
    create({ config: { keys, onDuplicate } }) {
        const readers = keys.map(readerOf);
        const seen = new KeyMemory();
        return {
            push(record, output) {
                const values = readers.map(read => read(record.data) ?? null);
                if (values.every(isEmpty) || seen.add(JSON.stringify(values))) return output.keep(record);
                const sentence = `A record with the same ${keys.join(', ')} came earlier in this run.`;
                if (onDuplicate === 'DROP') return output.drop(record, sentence);
                const place = { field: keys.join(', '), got: values.length === 1 ? values[0]! : values };
                const hint = 'Remove one of them from the source.';
                output.reject(record, new UserError('duplicate-key', sentence, hint, place));
            },
            flush() {},
        };
    },
});
