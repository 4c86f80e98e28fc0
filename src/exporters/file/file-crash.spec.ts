import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { LocalOutputAccess } from '../../files/local-output-access';
import { noCrash, randomPoints, seeded } from '../../runtime/testing/crash-points';
import { listExtractor, malformed } from '../../runtime/testing/list-extractor';
import { MemoryDatabase } from '../../runtime/testing/memory-database';
import { MemoryJournal } from '../../runtime/testing/memory-journal';
import { bench } from '../../runtime/testing/run-bench';
import { tableLoader } from '../../runtime/testing/table-loader';
import { fileExporter } from './file.exporter';

const root = mkdtempSync(join(tmpdir(), 'export-crash-'));
afterAll(() => rmSync(root, { recursive: true }));

interface Scenario {
    seed: number;
    records: number;
    /** Places that cannot be read: they go to quarantine, and with them the checkpoint is stored. */
    broken: number[];
    batchSize: number;
    /** Whether a LOAD writes the same records, so that each batch has a transaction. */
    withLoad: boolean;
    path: string;
    crashes: number[];
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
    seed: fc.nat(),
    records: fc.integer({ min: 0, max: 40 }),
    broken: fc.array(fc.nat(39), { maxLength: 6 }),
    batchSize: fc.integer({ min: 1, max: 9 }),
    withLoad: fc.boolean(),
    path: fc.constantFrom('out.ndjson', 'out.json', 'out.csv', 'out.ndjson.gz'),
    crashes: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 5 }),
});

const recordOf = (n: number): JsonObject => ({ sku: `S${n}`, text: 'ä'.repeat(n % 5) });

function processOf(one: Scenario, folder: string, database: MemoryDatabase) {
    const journal = new MemoryJournal(database);
    const items = Array.from({ length: one.records }, (_, n) => (one.broken.includes(n) ? malformed() : recordOf(n)));
    const compression = one.path.endsWith('.gz') ? 'GZIP' : 'NONE';
    const exporting = {
        key: 'export',
        type: 'EXPORT' as const,
        config: { adapterCode: 'file', path: one.path, compression },
    };
    const loading = { key: 'load', type: 'LOAD' as const, config: { adapterCode: 'table' } };
    const { run } = bench({
        adapters: [
            listExtractor({ items, pageSize: 4, fingerprint: () => 'same' }),
            tableLoader().adapter,
            fileExporter,
        ],
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
            ...(one.withLoad ? [loading] : []),
            exporting,
        ],
        edges: [{ from: 'read', to: 'export' }, ...(one.withLoad ? [{ from: 'read', to: 'load' }] : [])],
        batchSize: one.batchSize,
        database,
        journal,
    });
    const files = new LocalOutputAccess({ outputDir: folder });
    const outputs = {
        prepare: async (reference: Parameters<LocalOutputAccess['prepare']>[0]) => {
            await database.point('prepare');
            return files.prepare(reference);
        },
    };
    return () => run({ resumeFrom: journal.checkpoint, outputs, retry: { attempts: 5 } });
}

it('has each record in the file once and in order, however often the run is killed', async () => {
    let killed = 0;
    await fc.assert(
        fc.asyncProperty(scenario, async one => {
            const folder = mkdtempSync(join(root, 'run-'));
            const database = new MemoryDatabase();
            const random = seeded(one.seed);
            for (const crashAt of one.crashes) {
                database.point = randomPoints(random, crashAt);
                const { status } = await processOf(one, folder, database)();
                if (status === 'FAILED') killed++;
                else expect(readdirSync(folder)).toEqual([one.path]);
                database.restart();
            }
            database.point = noCrash;
            const { metrics, error } = await processOf(one, folder, database)();
            const wanted = Array.from({ length: one.records }, (_, n) => n).filter(n => !one.broken.includes(n));
            if (one.records > 0 && wanted.length === 0) {
                expect(error?.code).toBe('every-record-failed');
                expect(readdirSync(folder), 'nothing replaces an earlier file').toEqual([]);
                return;
            }
            expect(error).toBeUndefined();
            expect(skusIn(join(folder, one.path))).toEqual(wanted.map(n => `S${n}`));
            expect(readdirSync(folder)).toEqual([one.path]);
            if (wanted.length > 0)
                expect(metrics.steps.export).toMatchObject({ in: wanted.length, out: wanted.length });
            if (one.withLoad) expect(Object.keys(database.rows('items'))).toHaveLength(wanted.length);
        }),
        { numRuns: 150 },
    );
    expect(killed).toBeGreaterThan(50);
});

function skusIn(path: string): string[] {
    const bytes = readFileSync(path);
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    return [...text.matchAll(/\bS\d+\b/g)].map(match => match[0]);
}
