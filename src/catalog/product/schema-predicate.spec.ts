import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { customerRecord } from '../customer/customer-record';
import { orderRecord } from '../order/order-record';
import { productRecord } from './product-record';
import { predicateOf } from './schema-predicate';

const schemas: [string, z.ZodObject][] = [
    ['product', productRecord],
    ['customer', customerRecord],
    ['order', orderRecord],
];

/** Any JSON, and much of what the fields of a record look like. */
const anything = fc.letrec<{ value: unknown }>(tie => ({
    value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<unknown>(
            '',
            'x',
            'brand:ACME',
            'x:',
            'TRUE',
            'en',
            0,
            1.5,
            -3,
            NaN,
            2 ** 31,
            2 ** 53,
            true,
            null,
            undefined,
        ),
        fc.string(),
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('name', 'languageCode', 'facet', 'value', 'price', 'Size'), tie('value')),
        fc.constant(new Date()),
    ),
})).value;

describe('the predicate of a schema', () => {
    it.each(schemas)('never takes a %s record that the schema refuses', (_what, schema) => {
        const accepts = predicateOf(schema);
        const fields = Object.keys(schema.shape);
        const record = fc.dictionary(fc.constantFrom(...fields, 'unknown'), anything);
        let taken = 0;
        fc.assert(
            fc.property(record, value => {
                const accepted = accepts(value);
                if (accepted) taken++;
                expect(accepted && !schema.safeParse(value).success).toBe(false);
            }),
            { numRuns: 2_000 },
        );
        expect(taken).toBeGreaterThan(50);
    });

    it.each<[z.ZodType, unknown, boolean]>([
        [z.string().min(2), 'ab', true],
        [z.string().min(2), 'a', false],
        [z.string().regex(/^a/), 'ba', false],
        [z.int(), 2 ** 53, false],
        [z.number(), Infinity, false],
        [z.number().min(3), 2, false],
        [z.email(), 'nobody', false],
        [z.email(), 'someone@example.com', true],
        [z.coerce.number(), '12', true],
        [z.strictObject({ a: z.string() }), { a: 'x', b: 1 }, false],
        [z.object({ a: z.string() }).catchall(z.int()), { a: 'x', b: 'y' }, false],
        [z.looseObject({ a: z.string() }), { a: 'x', b: 'y' }, true],
        [z.looseObject({ a: z.string() }), { b: 'y' }, false],
        [z.object({ a: z.int() }).refine(({ a }) => a > 3), { a: 2 }, false],
        [z.array(z.int()).min(1), [], false],
        [z.record(z.string().min(2), z.int()), { a: 1 }, false],
        [z.record(z.string(), z.int()), new Date(), false],
        [z.literal('a'), 'b', false],
        [z.iso.datetime(), 'yesterday', false],
    ])('says of %o and %o what the schema says', (schema, value, expected) => {
        expect(schema.safeParse(value).success).toBe(expected);
        expect(predicateOf(schema)(value)).toBe(expected);
    });
});
