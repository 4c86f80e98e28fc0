import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineExtractor, ExtractedItem } from '../../sdk/extractor';
import { config, field } from '../../sdk/field';

const PAGE_ITEMS = 500;

export const inMemoryExtractor = defineExtractor({
    code: 'inMemory',
    name: 'Records in the definition',
    description: 'Yields records that are written into the pipeline definition itself.',
    category: 'source',
    guarantees: 'Yields the records in the order in which they are listed, the same on every run.',
    limits: 'The records are part of the definition, so it suits tests, samples and small fixed lists only.',
    schema: config({
        records: field.list(z.record(z.string(), z.json()), 'Records', 'JSON objects, one per record.', {
            example: [{ sku: 'L1', price: '19.99' }],
        }),
    }),
    examples: [
        {
            title: 'Two products',
            config: {
                records: [
                    { sku: 'L1', name: 'Laptop', price: '1299.00' },
                    { sku: 'M1', name: 'Mouse', price: '19.99' },
                ],
            },
        },
    ],
    async fingerprint({ config: { records } }) {
        return createHash('sha256').update(JSON.stringify(records)).digest('hex');
    },
    async *read({ config: { records }, context }) {
        for (let from = 0; from < records.length; from += PAGE_ITEMS) {
            context.signal.throwIfAborted();
            // A run may change what it is given at top level; the definition must not.
            const items = records
                .slice(from, from + PAGE_ITEMS)
                .map((record): ExtractedItem => ({ data: { ...record } }));
            yield { items };
        }
    },
});
