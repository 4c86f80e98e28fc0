import { z } from 'zod';
import { textOf } from '../../shared/json';
import { config, defineLoader, field, reject, UserError } from '../../src/public-sdk';

/** A loader with a plan that writes nowhere: for tests about everything around loaders. */
export const shelfLoader = defineLoader({
    code: 'shelf',
    name: 'Shelf',
    description: 'Pretends to put records on a shelf.',
    category: 'test',
    guarantees: 'Remembers nothing.',
    entityType: 'Shelf',
    schema: config({ place: field.text('Place', 'Where the shelf stands.') }),
    record: z.looseObject({ sku: z.string() }),
    examples: [{ title: 'A shelf', config: { place: 'hall' }, record: { sku: 'A' } }],
    create: async () => ({
        keysOf: record => [`sku:${textOf(record.sku)}`],
        nameOf: record => textOf(record.sku),
        resolve: async () => undefined,
        compare: ({ data }) => {
            const key = textOf(data.sku);
            if (data.price === 'free') {
                return reject(
                    new UserError('price-not-a-number', 'The price "free" is not a number.', 'Write 0.', {
                        field: 'price',
                    }),
                );
            }
            const fields = [
                { path: 'price', before: 100, after: data.price ?? null },
                { path: 'note', before: null, after: 'new' },
                { path: 'tags', after: ['a'] },
            ];
            return {
                action: 'UPDATE',
                key,
                entities: [{ entityType: 'Shelf', entityId: '7', key, action: 'UPDATE', fields }],
            };
        },
        apply: async () => undefined,
    }),
});
