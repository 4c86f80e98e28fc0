import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { config } from '../../sdk/field';
import { defineLoader } from '../../sdk/loader';
import { listExtractor } from '../testing/list-extractor';
import { bench, BenchSetup } from '../testing/run-bench';
import { tableLoader } from '../testing/table-loader';

const steps: BenchSetup['steps'] = [
    { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
    { key: 'write', type: 'LOAD', config: { adapterCode: 'table' } },
];
const items: JsonObject[] = [{ sku: 'new' }, { sku: 'changed', price: 2 }, { sku: 'same', price: 3 }, { sku: 'bad' }];

describe('a dry run', () => {
    it('stores what would change and counts it as a real run would, but writes nothing', async () => {
        const { adapter, calls } = tableLoader('table', (phase, keys) => {
            if (phase === 'compare' && keys.includes('bad')) throw new UserError('bad', 'No.');
        });
        const { run, database, journal } = bench({ adapters: [listExtractor({ items }), adapter], steps });
        database.committed.set('items/changed', { sku: 'changed', price: 1 });
        database.committed.set('items/same', { sku: 'same', price: 3 });
        const before = database.rows('items');

        const { status, metrics } = await run({ dryRun: true });

        expect(status).toBe('COMPLETED_WITH_ERRORS');
        expect(metrics.steps.write).toMatchObject({ in: 4, created: 1, updated: 1, unchanged: 1, rejected: 1 });
        expect(journal.ledger.map(({ changeSet }) => changeSet)).toMatchObject([
            { action: 'CREATE', key: 'new' },
            { action: 'UPDATE', key: 'changed', entities: [{ fields: [{ path: 'price', before: 1, after: 2 }] }] },
        ]);
        expect(database.rows('items')).toEqual(before);
        expect(calls.applied).toEqual([]);
        expect(calls.committed).toEqual([]);

        expect((await run()).metrics.steps.write).toEqual(metrics.steps.write);
    });

    it('only counts the records of a loader without a plan, and says so once', async () => {
        let loads = 0;
        const direct = defineLoader({
            code: 'table',
            name: 'Direct',
            description: 'Writes by itself.',
            category: 'test',
            guarantees: 'None.',
            entityType: 'Row',
            record: z.record(z.string(), z.json()),
            examples: [],
            schema: config({}),
            create: async () => ({
                load: async records => ({ created: (loads += records.length), updated: 0, unchanged: 0, rejected: [] }),
            }),
        });
        const { run, journal } = bench({ adapters: [listExtractor({ items }), direct], steps, batchSize: 1 });
        const { metrics } = await run({ dryRun: true });
        expect(metrics.steps.write).toMatchObject({ in: 4, out: 4, created: 0 });
        expect(loads).toBe(0);
        expect(journal.lines).toEqual([
            {
                level: 'INFO',
                message: 'The loader "table" has no plan: this dry run only counts the records that reach it.',
                step: 'write',
            },
        ]);
    });
});
