import { describe, expect, it } from 'vitest';
import { UserError } from '../../sdk/errors';
import { listExtractor } from '../testing/list-extractor';
import { MemoryDatabase } from '../testing/memory-database';
import { MemoryJournal } from '../testing/memory-journal';
import { bench, BenchSetup } from '../testing/run-bench';
import { Faults, tableLoader } from '../testing/table-loader';

const steps: BenchSetup['steps'] = [
    { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
    { key: 'write', type: 'LOAD', config: { adapterCode: 'table' } },
];
const items = (count: number) => Array.from({ length: count }, (_, at) => ({ sku: `S${at}` }));

function process(options: {
    database?: MemoryDatabase;
    faults?: Faults;
    source?: object;
    batchSize?: number;
    concurrency?: number;
}) {
    const database = options.database ?? new MemoryDatabase();
    const journal = new MemoryJournal(database);
    const { adapter, calls } = tableLoader('table', options.faults);
    const source = listExtractor({ items: items(20), pageSize: 5, fingerprint: () => 'v1', ...options.source });
    const { batchSize = 5, concurrency = 1 } = options;
    const { run } = bench({ adapters: [source, adapter], steps, batchSize, concurrency, database, journal });
    return { database, journal, calls, run };
}

const brokenSource = {
    failAt: { index: 12, error: new UserError('cut-off', 'The file ends in the middle of a row.') },
};

it('stores where it stands now and then, also when its batches write nothing into the database', async () => {
    const stored: (number | undefined)[] = [];
    const source = listExtractor({
        items: items(60),
        pageSize: 5,
        beforePage() {
            made.clock.nowMs += 600;
            stored.push(made.journal.checkpoint?.stages['read']?.settledBatches);
        },
    });
    const made = bench({ adapters: [source], steps: [steps[0]!], batchSize: 5, concurrency: 1 });
    expect(await made.run()).toMatchObject({ status: 'COMPLETED' });
    expect(stored.at(0)).toBeUndefined();
    expect(stored.at(-1)).toBeGreaterThanOrEqual(7);
    expect(new Set(stored).size, 'not at each batch').toBeLessThanOrEqual(4);
});

describe('a resumed run', () => {
    it('goes on after the last settled batch, with the batch size it began with', async () => {
        const first = process({ source: brokenSource });
        expect(await first.run()).toMatchObject({ status: 'FAILED', error: { code: 'cut-off' } });
        expect(first.journal.checkpoint).toMatchObject({ stages: { read: { settledBatches: 2 } }, batchSize: 5 });

        const second = process({ database: first.database, batchSize: 7 });
        const result = await second.run({ resumeFrom: first.journal.checkpoint });
        expect(second.calls.resolved.flat()).toEqual(
            items(20)
                .map(({ sku }) => sku)
                .slice(10),
        );
        expect(result.status).toBe('COMPLETED');
        expect(result.metrics.steps).toMatchObject({ read: { in: 20 }, write: { in: 20, created: 20 } });
    });

    it('refuses a source that changed, with a sentence', async () => {
        const first = process({ source: brokenSource });
        await first.run();
        const second = process({ database: first.database, source: { fingerprint: () => 'v2' } });
        expect(await second.run({ resumeFrom: first.journal.checkpoint })).toMatchObject({
            status: 'FAILED',
            error: {
                message:
                    'The source of step "read" changed since the run began, so the run cannot go on where it stopped.',
                hint: 'Start a new run; what is already written will be found unchanged.',
            },
            metrics: { steps: { write: { created: 10 } } },
        });
        expect(second.calls.resolved).toEqual([]);
    });

    it('skips batches that settled ahead of one that did not', async () => {
        let reached = 0;
        const first = process({
            concurrency: 4,
            faults: async (phase, keys) => {
                if (phase !== 'apply') return;
                reached++;
                if (!keys.includes('S0')) return;
                while (reached < 4) await new Promise(resolve => setTimeout(resolve, 1));
                await new Promise(resolve => setTimeout(resolve, 10));
                throw new LostConnection();
            },
        });
        const broken = await first.run({ retry: { attempts: 1 } });
        expect(broken.status).toBe('COMPLETED_WITH_ERRORS');

        const settled = first.journal.settlements.map(({ checkpoint }) => checkpoint);
        expect(settled[2]).toMatchObject({ stages: { read: { settledBatches: 0, settledAhead: [1, 2, 3] } } });
        const second = process({});
        const result = await second.run({ resumeFrom: settled[2] });
        expect(second.calls.resolved).toEqual([['S0', 'S1', 'S2', 'S3', 'S4']]);
        expect(result.metrics.steps.write).toMatchObject({ in: 20, created: 20 });
    });
});

class LostConnection extends Error {}

describe('a batch in which nothing changed', () => {
    it('need not be stored at once; the last checkpoint carries it', async () => {
        const first = process({});
        await first.run();
        const again = process({ database: first.database });
        const { metrics } = await again.run();
        expect(metrics.steps.write).toMatchObject({ unchanged: 20, created: 0 });
        expect(again.journal.settlements.map(({ mustPersist }) => mustPersist)).toEqual([
            false,
            false,
            false,
            false,
            true,
        ]);
        expect(again.journal.checkpoint).toMatchObject({ stages: { read: { settledBatches: 4 } }, metrics });
        expect(again.calls.applied).toEqual([]);
        expect(again.calls.committed).toEqual([]);
    });
});

describe('a cancelled run', () => {
    it('finishes the batches in flight and can be resumed', async () => {
        const stop = new AbortController();
        const first = process({
            concurrency: 2,
            faults: async (phase, keys) => {
                if (phase !== 'apply' || !keys.includes('S0')) return;
                stop.abort();
                await new Promise(resolve => setTimeout(resolve, 5));
            },
        });
        const result = await first.run({ signal: stop.signal });
        expect(result.status).toBe('CANCELLED');
        expect(result.error).toBeUndefined();
        expect(first.database.rows('items')).toHaveProperty('S4');
        const settled = first.journal.checkpoint!.stages.read!.settledBatches;
        expect(settled).toBeLessThan(4);

        const second = process({ database: first.database });
        expect(await second.run({ resumeFrom: first.journal.checkpoint })).toMatchObject({
            status: 'COMPLETED',
            metrics: { steps: { write: { created: 20 } } },
        });
    });

    it('does not wait for a source that hangs', async () => {
        const stop = new AbortController();
        const hanging = {
            beforePage: (_context: unknown, page: number) => {
                if (page !== 1) return undefined;
                setTimeout(() => stop.abort(), 5);
                return new Promise<void>(() => undefined);
            },
        };
        const { run, journal } = process({ source: hanging });
        expect(await run({ signal: stop.signal })).toMatchObject({ status: 'CANCELLED' });
        expect(journal.checkpoint).toMatchObject({ stages: { read: { settledBatches: 1 } } });
    });

    it('hears the signal even while nothing in the pipeline ever waits', async () => {
        function* records() {
            for (let n = 0; n < 2_000_000; n++) yield { sku: 'S' };
        }
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 5);
        const { run } = bench({
            adapters: [listExtractor({ items: records(), pageSize: 500 })],
            steps: steps.slice(0, 1),
            batchSize: 500,
        });
        expect(await run({ signal: stop.signal })).toMatchObject({ status: 'CANCELLED' });
    });

    it('that had written everything already is COMPLETED', async () => {
        const stop = new AbortController();
        const { run } = process({
            faults: async (phase, keys) => {
                if (phase !== 'afterCommit' || !keys.includes('S19')) return;
                await new Promise(resolve => setTimeout(resolve, 5));
                stop.abort();
            },
        });
        expect(await run({ signal: stop.signal })).toMatchObject({ status: 'COMPLETED' });
    });
});
