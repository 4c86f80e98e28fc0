import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { listExtractor } from '../testing/list-extractor';
import { bench, BenchSetup } from '../testing/run-bench';
import { tableLoader } from '../testing/table-loader';
import { recordOperator } from '../testing/test-operators';

const read = { key: 'read', type: 'EXTRACT' as const, config: { adapterCode: 'list' } };
const write = { key: 'write', type: 'LOAD' as const, config: { adapterCode: 'table' } };
const items = (count: number) => Array.from({ length: count }, (_, at) => ({ sku: `S${at}` }));

describe('batches in flight', () => {
    it.each([
        { concurrency: 1, oneAtATime: false, expected: 1 },
        { concurrency: 3, oneAtATime: false, expected: 3 },
        { concurrency: 3, oneAtATime: true, expected: 1 },
    ])('are $expected at most, and the source is read only that far ahead: %o', async setup => {
        const { concurrency, oneAtATime, expected } = setup;
        let inFlight = 0;
        let most = 0;
        let settled = 0;
        let pages = 0;
        let furthestAhead = 0;
        const { adapter } = tableLoader('table', async phase => {
            if (phase === 'resolve') most = Math.max(most, ++inFlight);
            if (phase === 'apply') await pause(2);
            if (phase === 'apply') inFlight--;
            if (phase === 'afterCommit') settled++;
        });
        const source = listExtractor({
            items: items(60),
            pageSize: 3,
            beforePage: () => {
                furthestAhead = Math.max(furthestAhead, ++pages - settled);
            },
        });
        const steps = [read, write];
        const { run, database } = bench({ adapters: [source, adapter], steps, batchSize: 3, concurrency });
        database.oneAtATime = oneAtATime;
        await run();
        expect(most).toBe(expected);
        expect(furthestAhead).toBeLessThanOrEqual(expected + 2);
    });

    it('wait for the database while the next batch is read and transformed', async () => {
        const events: string[] = [];
        const watch = recordOperator('watch', record => {
            events.push(`transform ${record.sku as string}`);
            return record;
        });
        const { adapter } = tableLoader('table', async (phase, keys) => {
            if (phase !== 'apply') return;
            await pause(20);
            events.push(`written ${keys.join()}`);
        });
        const { run } = bench({
            adapters: [listExtractor({ items: items(3) }), watch, adapter],
            steps: [read, { key: 'w', type: 'TRANSFORM', config: { operators: [{ op: 'watch' }] } }, write],
            batchSize: 1,
            concurrency: 1,
        });
        await run();
        expect(events.slice(0, 3)).toEqual(['transform S0', 'transform S1', 'written S0']);
    });

    it('get only so far ahead of one that waits long, so that the checkpoint stays small', async () => {
        let resolved = 0;
        const { adapter } = tableLoader('table', async (phase, keys) => {
            if (phase === 'resolve') resolved++;
            if (phase !== 'apply' || !keys.includes('S0')) return;
            for (let before = -1; before !== resolved; await pause(50)) before = resolved;
        });
        const source = listExtractor({ items: items(2_000), pageSize: 100 });
        const { run, journal } = bench({ adapters: [source, adapter], steps: [read, write], batchSize: 1 });
        expect((await run()).status).toBe('COMPLETED');
        const ahead = journal.settlements.map(({ checkpoint }) => checkpoint.stages.read?.settledAhead.length ?? 0);
        expect(Math.max(...ahead)).toBeGreaterThan(100);
        expect(Math.max(...ahead)).toBeLessThan(500);
    });

    it('never overtake each other when they share a key', async () => {
        const order: string[] = [];
        const watched = tableLoader('table', async (phase, keys) => {
            if (phase === 'resolve') order.push(`start ${keys.join()}`);
            // The earlier batch is the slower one, so only the gate can keep them in order.
            if (phase === 'apply') await pause(order.length === 1 ? 20 : 1);
            if (phase === 'apply') order.push(`end ${keys.join()}`);
        });
        const steps: BenchSetup['steps'] = [
            { key: 'first', type: 'EXTRACT', config: { adapterCode: 'one' } },
            { key: 'second', type: 'EXTRACT', config: { adapterCode: 'two' } },
            { key: 'w1', type: 'LOAD', config: { adapterCode: 'table' } },
            { key: 'w2', type: 'LOAD', config: { adapterCode: 'table' } },
        ];
        const { run, database } = bench({
            adapters: [
                listExtractor({ code: 'one', items: [{ sku: 'A', v: 1 }] }),
                listExtractor({ code: 'two', items: [{ sku: 'A', v: 2 }] }),
                watched.adapter,
            ],
            steps,
            edges: [
                { from: 'first', to: 'w1' },
                { from: 'second', to: 'w2' },
            ],
            batchSize: 1,
            concurrency: 4,
        });
        const { metrics } = await run();
        expect(order).toEqual(['start A', 'end A', 'start A', 'end A']);
        expect(database.conflicts).toEqual([]);
        expect(database.rows('items').A).toMatchObject({ v: 2, writes: 2 });
        expect(metrics.steps).toMatchObject({ w1: { created: 1 }, w2: { updated: 1 } });
    });
});
