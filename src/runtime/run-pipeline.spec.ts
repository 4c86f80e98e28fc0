import { describe, expect, it } from 'vitest';
import { UserError } from '../sdk/errors';
import { bench } from './testing/run-bench';
import { listExtractor, malformed } from './testing/list-extractor';
import { tableLoader } from './testing/table-loader';

const steps = [
    { key: 'read', type: 'EXTRACT' as const, config: { adapterCode: 'list' } },
    { key: 'write', type: 'LOAD' as const, config: { adapterCode: 'table' } },
];

const items = (count: number) => Array.from({ length: count }, (_, at) => ({ sku: `S${at}`, price: at }));

describe('runPipeline', () => {
    it('reads, writes and counts every record', async () => {
        const { adapter } = tableLoader();
        const { run, database, journal } = bench({ adapters: [listExtractor({ items: items(23) }), adapter], steps });
        const result = await run();
        expect(result.error).toBeUndefined();
        expect(result.status).toBe('COMPLETED');
        expect(Object.keys(database.rows('items'))).toHaveLength(23);
        expect(result.metrics.steps.read).toMatchObject({ in: 23, out: 23 });
        expect(result.metrics.steps.write).toMatchObject({ in: 23, out: 23, created: 23 });
        expect(journal.checkpoint).toMatchObject({
            stages: { read: { settledBatches: 5, settledAhead: [] } },
            metrics: result.metrics,
        });
        expect(journal.progressed).toHaveLength(5);
    });

    it('quarantines a malformed place with its line and goes on', async () => {
        const { adapter } = tableLoader();
        const source = listExtractor({ items: [...items(2), malformed(), { sku: 'last' }] });
        const { run, journal } = bench({ adapters: [source, adapter], steps });
        const result = await run();
        expect(result.status).toBe('COMPLETED_WITH_ERRORS');
        expect(journal.quarantine).toMatchObject([
            {
                step: 'read',
                record: null,
                raw: 'broken',
                place: { step: 'read', file: 'items.csv', line: 4, index: 2 },
            },
        ]);
        expect(result.metrics.steps.write!.created).toBe(3);
    });

    it('is FAILED with the sentence of a fault of the source', async () => {
        const error = new UserError('file-not-found', 'The file "items.csv" does not exist.', 'Upload it.');
        const { adapter } = tableLoader();
        const source = listExtractor({ items: items(9), failAt: { index: 0, error } });
        const result = await bench({ adapters: [source, adapter], steps }).run();
        expect(result).toMatchObject({ status: 'FAILED', error: { message: error.message, place: { step: 'read' } } });
    });

    it('is COMPLETED when there was nothing to read', async () => {
        const { adapter } = tableLoader();
        const { run, journal } = bench({ adapters: [listExtractor({ items: [] }), adapter], steps });
        expect(await run()).toMatchObject({ status: 'COMPLETED' });
        expect(journal.settlements).toEqual([]);
    });
});
