import { describe, expect, it } from 'vitest';
import { TransientError, UserError } from '../../sdk/errors';
import { defineLoader } from '../../sdk/loader';
import { config } from '../../sdk/field';
import { reject } from '../../sdk/outcome';
import { z } from 'zod';
import { LeaseLostError } from '../ports';
import { listExtractor } from '../testing/list-extractor';
import type { MemoryScope } from '../testing/memory-database';
import { bench } from '../testing/run-bench';
import { Faults, tableLoader } from '../testing/table-loader';

const steps = [
    { key: 'read', type: 'EXTRACT' as const, config: { adapterCode: 'list' } },
    { key: 'write', type: 'LOAD' as const, config: { adapterCode: 'table' } },
];
const items = (count: number) => Array.from({ length: count }, (_, at) => ({ sku: `S${at}` }));

function loading(count: number, faults: Faults, batchSize = 1000) {
    const { adapter, calls } = tableLoader('table', faults);
    const source = listExtractor({ items: items(count), pageSize: 100 });
    return { calls, ...bench({ adapters: [source, adapter], steps, batchSize }) };
}

describe('a record that cannot be written', () => {
    it.each(['resolve', 'apply'] as const)('is found by splitting when %s fails; the others commit', async where => {
        const { run, database, journal, calls } = loading(1000, (phase, keys) => {
            if (phase === where && keys.includes('S617')) throw new UserError('bad-row', 'The row is bad.', 'Fix it.');
        });
        const { status, metrics } = await run();
        expect(status).toBe('COMPLETED_WITH_ERRORS');
        expect(metrics.steps.write).toMatchObject({ in: 1000, out: 999, created: 999, rejected: 1 });
        expect(Object.keys(database.rows('items'))).toHaveLength(999);
        expect(journal.quarantine).toMatchObject([
            {
                step: 'write',
                key: 'S617',
                code: 'bad-row',
                place: { step: 'write', line: 619, index: 617, key: 'S617' },
            },
        ]);
        expect(journal.ledger).toHaveLength(999);
        expect(calls.resolved.length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(1000)));
        expect(database.statements.transactions).toBe(1);
    });

    it('is named as ours when the loader breaks on it', async () => {
        const { run, journal } = loading(4, (phase, keys) => {
            if (phase === 'apply' && keys.includes('S2')) throw new TypeError('y is null');
        });
        await run();
        expect(journal.quarantine).toMatchObject([
            { kind: 'DEFECT', message: 'The loader "table" failed unexpectedly on this record: y is null' },
        ]);
    });

    it.each(['keysOf', 'compare'] as const)('costs no splitting when %s fails for it', async where => {
        const { run, calls } = loading(8, (phase, keys) => {
            if (phase === where && keys.includes('S3')) throw new UserError('bad', 'No.');
        });
        expect((await run()).metrics.steps.write).toMatchObject({ created: 7, rejected: 1 });
        expect(calls.resolved).toHaveLength(1);
    });

    it('makes the run FAILED when it is not the only one but all of them', async () => {
        const { run, database } = loading(3, phase => {
            if (phase === 'apply') throw new UserError('bad', 'No.');
        });
        expect(await run()).toMatchObject({
            status: 'FAILED',
            error: { message: 'All 3 records were rejected; nothing was written.' },
        });
        expect(database.rows('items')).toEqual({});
    });

    it('is found in a loader that writes by itself, too', async () => {
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
                async load(records, scope: unknown) {
                    for (const { data } of records) (scope as MemoryScope).set('items', data.sku as string, data);
                    if (records.some(({ data }) => data.sku === 'S5')) throw new Error('constraint violated');
                    const told = records.filter(({ data }) => data.sku === 'S1');
                    const rejected = told.map(record => ({ record, rejected: reject(new UserError('told', 'Told.')) }));
                    return { created: records.length - rejected.length, updated: 0, unchanged: 0, rejected };
                },
            }),
        });
        const { run, database, journal } = bench({
            adapters: [listExtractor({ items: items(9) }), direct],
            steps,
            batchSize: 9,
        });
        expect((await run()).metrics.steps.write).toMatchObject({ in: 9, out: 7, created: 7, rejected: 2 });
        expect(journal.quarantine.map(({ code }) => code)).toEqual(['told', 'loader-failed']);
        expect(database.rows('items').S5).toBeUndefined();
    });
});

describe('a transient fault', () => {
    it('repeats the whole transaction with growing pauses and counts nothing twice', async () => {
        let faults = 3;
        const { run, database, clock, calls, journal } = loading(4, phase => {
            if (phase === 'apply' && faults-- > 0) throw new TransientError('deadlock', 'Deadlock found.');
        });
        const { status, metrics } = await run();
        expect(status).toBe('COMPLETED');
        expect(metrics.steps.write).toMatchObject({ in: 4, created: 4, out: 4, rejected: 0 });
        expect(calls.resolved).toHaveLength(4);
        expect(database.statements.transactions).toBe(4);
        expect(clock.slept).toHaveLength(3);
        expect(journal.lines[0]!.message).toMatch(/^Batch 0 was rolled back: Deadlock found. .*attempt 2 of 12/);
    });

    it('fails the run when it does not go away, and rejects nothing', async () => {
        const { run, journal, database } = loading(
            4,
            (phase, keys) => {
                if (phase === 'apply' && keys.includes('S2')) throw new TransientError('deadlock', 'Deadlock found.');
            },
            2,
        );
        const result = await run();
        expect(result).toMatchObject({
            status: 'FAILED',
            error: {
                kind: 'TRANSIENT',
                message: 'Batch 1 could not be written, although it was tried again: Deadlock found.',
            },
        });
        expect(journal.quarantine).toEqual([]);
        expect(Object.keys(database.rows('items'))).toEqual(['S0', 'S1']);
        expect(journal.checkpoint).toMatchObject({ stages: { read: { settledBatches: 1 } } });
    });
});

describe('a fault of the journal or the database itself', () => {
    it('fails the run and does not blame the records', async () => {
        const { run, database, journal, calls } = loading(4, () => undefined);
        database.point = async name => {
            if (name === 'settle') throw new Error('disk full');
        };
        expect(await run()).toMatchObject({ status: 'FAILED', error: { message: 'disk full' } });
        expect(journal.quarantine).toEqual([]);
        expect(calls.resolved).toHaveLength(1);
        expect(calls.afterRuns).toBe(1);
    });

    it('fails the run also when a savepoint cannot be set', async () => {
        const { run, database, journal } = loading(4, () => undefined);
        database.point = async name => {
            if (name === 'savepoint') throw new Error('too many savepoints');
        };
        expect(await run()).toMatchObject({ status: 'FAILED', error: { message: 'too many savepoints' } });
        expect(journal.quarantine).toEqual([]);
    });

    it('is tried again when the database says only on leaving a savepoint that it was a deadlock', async () => {
        let deadlocks = 1;
        const { run, database, calls } = loading(4, phase => {
            if (phase === 'apply' && deadlocks-- > 0) throw new Error('ER_LOCK_DEADLOCK');
        });
        const savepoint = database.savepoint.bind(database);
        database.savepoint = (scope, work) =>
            savepoint(scope, work).catch((thrown: Error) => {
                throw thrown.message === 'ER_LOCK_DEADLOCK' ? new TransientError('deadlock', 'Deadlock.') : thrown;
            });
        expect(await run()).toMatchObject({ status: 'COMPLETED', metrics: { steps: { write: { created: 4 } } } });
        expect(calls.resolved).toHaveLength(2);
    });
});

describe('a lost lease', () => {
    it('stops the run without another write and is the only thing that rejects', async () => {
        const { run, journal, database } = loading(100, () => undefined, 5);
        let commits = 0;
        database.point = async name => {
            if (name === 'commit' && ++commits === 3) journal.leaseLost = true;
        };
        await expect(run()).rejects.toThrow(LeaseLostError);
        expect(journal.settlements).toHaveLength(3);
        expect(Object.keys(database.rows('items'))).toHaveLength(15);
    });

    it('told by the signal stops the batches in flight before they write', async () => {
        const stop = new AbortController();
        const { run, journal, database } = loading(
            100,
            (phase, keys) => {
                if (phase === 'apply' && keys.includes('S12')) stop.abort(new LeaseLostError('Gone.'));
            },
            5,
        );
        await expect(run({ signal: stop.signal })).rejects.toThrow('Gone.');
        expect(Object.keys(database.rows('items')).length).toBeLessThanOrEqual(10);
        expect(journal.settlements.every(({ batch }) => batch < 2)).toBe(true);
    });
});

describe('what follows a commit', () => {
    it('is told the changes of each batch, and its failure is logged and changes nothing', async () => {
        const { run, journal, calls } = loading(
            4,
            phase => {
                if (phase === 'afterCommit') throw new Error('no index');
            },
            2,
        );
        expect(await run()).toMatchObject({ status: 'COMPLETED' });
        expect(calls.committed).toEqual([
            ['S0', 'S1'],
            ['S2', 'S3'],
        ]);
        expect(journal.lines.filter(({ level }) => level === 'ERROR')).toHaveLength(2);
        expect(calls.afterRuns).toBe(1);
    });
});
