import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measure } from '../bench/engine/measure';
import { articlesCsv } from '../bench/engine/rows';
import { isFull } from './support/scale';

const [small, large] = isFull ? [200_000, 2_000_000] : [50_000, 500_000];
/** Peak of the whole process, the compiler of these sources included. */
const MAX_PEAK_MB = 300;
/** Peaks of equal runs differ by some 20 MB; 100 bytes held for each further row would show. */
const MAX_GROWTH_MB = 40;

it(`The engine needs no more memory for ${large} rows than for ${small}, from file to file`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'engine-memory-'));
    try {
        const [first, second] = await Promise.all(
            [small, large].map(async rows => {
                const csvPath = await articlesCsv(folder, rows);
                const input = { csvPath, outputPath: join(folder, `${rows}.ndjson`), batchSize: 500 };
                // Without a limit the peak says more about how lazy the collector is than about what is held.
                return measure('dataHub', input, ['--max-old-space-size=128']);
            }),
        );
        expect(second!.read).toBe(large);
        expect(second!.written).toBeGreaterThan(large * 0.8);
        expect(second!.peakRssMb).toBeLessThan(MAX_PEAK_MB);
        expect(second!.peakRssMb - first!.peakRssMb).toBeLessThan(MAX_GROWTH_MB);
    } finally {
        rmSync(folder, { recursive: true });
    }
}, 240_000);
