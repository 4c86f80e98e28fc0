import { describe, expect, it } from 'vitest';
import { measureWhole, wholeOperations } from './cases';
import { isFull, seed } from '../../e2e/support/scale';

/**
 * The heap is smaller than the records that go through it, and DuckDB's memory smaller than its tables: whoever holds on
 * to all of them dies. What is measured is the whole process, DuckDB included.
 */
const [rows, heapMb, memoryLimitMb, maxRssMb] = isFull ? [1_000_000, 512, 256, 1_000] : [150_000, 64, 128, 560];

describe(`Memory of whole-input operations (seed ${seed})`, () => {
    it.each(Object.keys(wholeOperations))(
        `%s of ${rows} records stays within a heap of ${heapMb} MB and ${maxRssMb} MB in all`,
        async name => {
            const operation = wholeOperations[name]!;
            const rightRows = operation.kind === 'JOIN' ? rows : 0;
            const measured = await measureWhole({ operation, rows, rightRows, memoryLimitMb, seed }, heapMb);
            expect(measured.output).toBe(operation.kind === 'GROUP' ? 10_000 : rows);
            expect(measured.peakRssMb).toBeLessThan(maxRssMb);
        },
        600_000,
    );
});
