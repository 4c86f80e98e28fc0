import { describe, expect, it } from 'vitest';
import { UserError } from '../../sdk/errors';
import { listExtractor, malformed } from '../testing/list-extractor';
import { bench, BenchSetup } from '../testing/run-bench';
import { Faults, tableLoader } from '../testing/table-loader';

const steps: BenchSetup['steps'] = [
    { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
    { key: 'check', type: 'VALIDATE', config: { rules: [{ field: 'price', type: 'integer' }] } },
    { key: 'write', type: 'LOAD', config: { adapterCode: 'table' } },
];

function loading(items: Parameters<typeof listExtractor>[0]['items'], faults?: Faults) {
    return bench({ adapters: [listExtractor({ items }), tableLoader('table', faults).adapter], steps, batchSize: 2 });
}

describe('a key that appears twice in a run', () => {
    it('is refused the second time, with both lines', async () => {
        const { run, journal, database } = loading([
            { sku: 'A', price: 1 },
            { sku: 'B' },
            malformed(),
            { sku: 'A', price: 2 },
        ]);
        expect((await run()).metrics.steps.write).toMatchObject({ in: 3, created: 2, rejected: 1 });
        expect(journal.quarantine.filter(({ step }) => step === 'write')).toMatchObject([
            {
                code: 'duplicate-key',
                key: 'A',
                message: 'SKU "A" appears again at line 5; first at line 2.',
                place: { line: 5, key: 'A' },
            },
        ]);
        expect(database.rows('items').A).toMatchObject({ price: 1 });
    });

    it('names the file of the first one when it was another', async () => {
        const { run, journal } = bench({
            adapters: [
                listExtractor({ code: 'one', items: [{ sku: 'A' }], file: 'one.csv' }),
                listExtractor({ code: 'two', items: [{ sku: 'A' }], file: 'two.csv' }),
                tableLoader().adapter,
            ],
            steps: [
                { key: 'first', type: 'EXTRACT', config: { adapterCode: 'one' } },
                { key: 'second', type: 'EXTRACT', config: { adapterCode: 'two' } },
                { key: 'write', type: 'LOAD', config: { adapterCode: 'table' } },
            ],
        });
        await run();
        expect(journal.quarantine[0]!.message).toBe('SKU "A" appears again at line 2; first at line 2 of one.csv.');
    });

    it('is free when the first record was refused before the LOAD step', async () => {
        const { run, database } = loading([
            { sku: 'A', price: 'x' },
            { sku: 'A', price: 2 },
        ]);
        expect((await run()).metrics.steps.write).toMatchObject({ created: 1, rejected: 0 });
        expect(database.rows('items').A).toMatchObject({ price: 2 });
    });

    it('stays taken when the loader refused the first record, so that timing decides nothing', async () => {
        const { run, journal } = loading(
            [{ sku: 'A', price: 1 }, { sku: 'B' }, { sku: 'A', price: 2 }],
            (phase, keys) => {
                if (phase === 'apply' && keys.includes('A')) throw new UserError('bad', 'No.');
            },
        );
        expect((await run()).metrics.steps.write).toMatchObject({ created: 1, rejected: 2 });
        expect(journal.quarantine.map(({ code }) => code).sort()).toEqual(['bad', 'duplicate-key']);
    });

    it('may be loaded by two LOAD steps, which is no duplicate', async () => {
        const { run, database } = bench({
            adapters: [listExtractor({ items: [{ sku: 'A' }] }), tableLoader().adapter],
            steps: [
                { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
                { key: 'one', type: 'LOAD', config: { adapterCode: 'table', table: 'one' } },
                { key: 'two', type: 'LOAD', config: { adapterCode: 'table', table: 'two' } },
            ],
        });
        expect(await run()).toMatchObject({ status: 'COMPLETED' });
        expect(database.rows('two')).toHaveProperty('A');
    });
});
