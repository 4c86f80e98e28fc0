import { expect, it } from 'vitest';
import { measureMemory } from '../bench/import/memory-bench';
import { describeOnEachDatabase } from './support/each-database';
import { isFull } from './support/scale';

/** A process that has imported only 2,000 products has not grown to its size yet. */
const [small, large, limit] = isFull ? [10_000, 100_000, 1.15] : [2_000, 20_000, 1.2];

describeOnEachDatabase('Memory', database => {
    // PostgreSQL only: what is measured is this process, and a catalog of this size takes minutes on three servers.
    it.runIf(database.name === 'postgres')(
        `of a server process stays within ${limit} times when it imports ${large} products instead of ${small}`,
        async () => {
            const [first, second] = await measureMemory(database.name, [small, large]);
            expect(second!.note).toContain(`${large} created`);
            expect(second!.peakRssMb / first!.peakRssMb).toBeLessThan(limit);
        },
        400_000,
    );
});
