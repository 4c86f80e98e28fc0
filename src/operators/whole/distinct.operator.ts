import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf } from '../field-access';

export const distinct = defineOperator({
    code: 'distinct',
    name: 'Keep distinct records',
    description: 'Keeps the first or the last record of those with the same key in the whole run.',
    category: 'whole',
    barrier: true,
    guarantees:
        'A kept record stands where it stood. Text is the same letter by letter, and 15 is the same as "15". Records with an empty key all pass.',
    limits: 'Nothing goes on before the last record has arrived. "dedupe" keeps the first record without waiting. Much data needs the package @duckdb/node-api.',
    schema: config({
        keys: field.paths('Key', 'Fields that together identify a record.', { example: ['sku'] }),
        keep: field
            .choice('Keep', 'Which of several records with the same key goes on.', {
                FIRST: 'The one that came first.',
                LAST: 'The one that came last, such as the newest price of a log.',
            })
            .default('FIRST'),
    }),
    examples: [
        {
            title: 'The newest price of each article',
            config: { keys: ['sku'], keep: 'LAST' },
            given: [{ sku: 'A', price: 1 }, { sku: 'B', price: 2 }, { sku: 'A', price: 3 }, { price: 4 }],
            then: [{ sku: 'B', price: 2 }, { sku: 'A', price: 3 }, { price: 4 }],
        },
        {
            title: 'The first of equal rows',
            config: { keys: ['sku', 'shop'] },
            given: [
                { sku: '007', shop: 1 },
                { sku: '007', shop: '1' },
                { sku: '7', shop: 1 },
            ],
            then: [
                { sku: '007', shop: 1 },
                { sku: '7', shop: 1 },
            ],
        },
    ],
    create({ config: { keys, keep } }) {
        keys.forEach(readerOf);
        return { whole: { kind: 'DISTINCT', by: keys, keep } };
    },
});
