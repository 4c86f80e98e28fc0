import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bisect } from './bisect';

it('finds exactly the bad items, keeps the order of the good ones, and pays at most 2 log n attempts for each', async () => {
    const arbitrary = fc.record({ count: fc.nat(300), bad: fc.uniqueArray(fc.nat(299), { maxLength: 5 }) });
    await fc.assert(
        fc.asyncProperty(arbitrary, async ({ count, bad }) => {
            const items = Array.from({ length: count }, (_, at) => at);
            const found: number[] = [];
            const done: number[] = [];
            let attempts = 0;
            await bisect(
                items,
                async part => {
                    attempts++;
                    if (part.some(item => bad.includes(item))) return { thrown: 'bad' };
                    done.push(...part);
                    return undefined;
                },
                item => found.push(item),
            );
            const expected = items.filter(item => bad.includes(item));
            expect(found).toEqual(expected);
            expect(done).toEqual(items.filter(item => !bad.includes(item)));
            expect(attempts).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(count + 1)) * expected.length);
        }),
    );
});
