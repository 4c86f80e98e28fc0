import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PipelineRecord } from '../../sdk/record';
import { inBatches, SourceBatch, SourcePage } from './batcher';

const record = (step: string, index: number): PipelineRecord => ({ data: { index }, origin: { step, index } });

async function* pagesOf(step: string, sizes: readonly number[]): AsyncGenerator<SourcePage, void, undefined> {
    let index = 0;
    for (const size of sizes) yield { step, items: Array.from({ length: size }, () => record(step, index++)) };
}

it('cuts sources into the same batches however they are paged', async () => {
    const sources = fc.array(fc.array(fc.nat(9), { maxLength: 8 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
        fc.asyncProperty(sources, fc.integer({ min: 1, max: 7 }), async (paged, batchSize) => {
            const batches: SourceBatch[] = [];
            for await (const batch of inBatches(
                paged.map((sizes, at) => pagesOf(`s${at}`, sizes)),
                batchSize,
            )) {
                batches.push(batch);
            }
            const expected: string[][] = [];
            paged.forEach((sizes, at) => {
                const all = Array.from({ length: sizes.reduce((a, b) => a + b, 0) }, (_, index) => `s${at}:${index}`);
                for (let from = 0; from < all.length; from += batchSize)
                    expected.push(all.slice(from, from + batchSize));
            });
            const names = batches.map(({ items }) => items.map(({ origin }) => `${origin.step}:${origin.index}`));
            expect(names).toEqual([...expected, []]);
            expect(batches.map(({ number }) => number)).toEqual(batches.map((_, at) => at));
            expect(batches.map(({ final }) => final)).toEqual(batches.map((_, at) => at === batches.length - 1));
        }),
    );
});
