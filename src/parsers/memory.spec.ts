import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const MB = 1024 * 1024;
/** What parsing may come to hold while it goes on, whatever the size of the file: a record of 1 MiB and some chunks. */
const ALLOWED_GROWTH_BYTES = 8 * MB;

interface Probe {
    bytes: number;
    items: number;
    samples: number;
    growth: number;
}

describe('memory', () => {
    it.each([
        ['CSV of 200 MB', 200],
        ['NDJSON of 40 MB', 40],
        ['JSON of 40 MB', 40],
        ['XML of 40 MB', 40],
        ['one CSV cell of 200 MB', 200],
    ])(
        'stays flat: %s',
        async (name, megabytes) => {
            const probe = join(__dirname, 'memory-probe.fixture.ts');
            const args = ['--expose-gc', '-r', '@swc-node/register', probe, name];
            const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(__dirname, '../..') });
            const { bytes, items, samples, growth } = JSON.parse(stdout) as Probe;
            expect(bytes).toBeGreaterThanOrEqual(megabytes * MB);
            expect(items).toBeGreaterThan(0);
            expect(samples).toBeGreaterThanOrEqual(7);
            expect(growth).toBeLessThan(ALLOWED_GROWTH_BYTES);
        },
        240_000,
    );
});
