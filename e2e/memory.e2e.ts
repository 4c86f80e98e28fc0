import { expect, it } from 'vitest';
import { measureMemory } from '../bench/import/memory-bench';
import { describeOnEachDatabase } from './support/each-database';
import { isFull } from './support/scale';

const [small, large] = isFull ? [10_000, 100_000] : [2_000, 20_000];

describeOnEachDatabase('Memory', database => {
    // PostgreSQL only: what is measured is this process, and a catalog of this size takes minutes on three servers.
    it.runIf(database.name === 'postgres')(
        `of a server process stays within 1.15 times when it imports ${large} products instead of ${small}`,
        async () => {
            const [first, second] = await measureMemory(database.name, [small, large]);
            expect(second!.note).toContain(`${large} created`);
            expect(second!.peakRssMb / first!.peakRssMb).toBeLessThan(1.15);
        },
        400_000,
    );
});
