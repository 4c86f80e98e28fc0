import { describe, expect, it } from 'vitest';
import { TransientError, UserError } from '../../sdk/errors';
import { listExtractor } from '../testing/list-extractor';
import { bench } from '../testing/run-bench';
import { tableLoader } from '../testing/table-loader';

const steps = [
    { key: 'read', type: 'EXTRACT' as const, config: { adapterCode: 'list' } },
    { key: 'write', type: 'LOAD' as const, config: { adapterCode: 'table' } },
];

/** Two batches of two records, the third of which is bad; the answer to the commit of the second batch is lost. */
function losingTheSecondAnswer(onLoss: () => void = () => undefined) {
    const { adapter, calls } = tableLoader('table', (phase, keys) => {
        if (phase === 'apply' && keys.includes('S2')) throw new UserError('bad-row', 'The row is bad.');
    });
    const items = Array.from({ length: 4 }, (_, at) => ({ sku: `S${at}` }));
    const one = bench({ adapters: [listExtractor({ items }), adapter], steps, batchSize: 2, concurrency: 1 });
    let commits = 0;
    one.database.point = async name => {
        if (name !== 'committed' || ++commits !== 2) return;
        onLoss();
        throw new TransientError('connection-lost', 'The connection was lost.');
    };
    return { ...one, calls };
}

describe('a batch that was committed although the answer was lost', () => {
    it('is found, counted once, and followed up with what it changed', async () => {
        const { run, calls, journal } = losingTheSecondAnswer();
        const { status, metrics } = await run();
        expect(status).toBe('COMPLETED_WITH_ERRORS');
        expect(metrics.steps.write).toMatchObject({ in: 4, created: 3, unchanged: 0, rejected: 1 });
        expect(journal.quarantine).toHaveLength(1);
        expect(calls.committed).toEqual([['S0', 'S1'], ['S3']]);
    });

    it('is found also when it is not tried again', async () => {
        const { run, calls, journal } = losingTheSecondAnswer();
        const { status, metrics } = await run({ retry: { attempts: 1 } });
        expect(status).toBe('FAILED');
        expect(metrics.steps.write).toMatchObject({ in: 4, created: 3, rejected: 1 });
        expect(journal.checkpoint).toMatchObject({ stages: { read: { settledBatches: 2 } }, metrics });
        expect(calls.committed).toEqual([['S0', 'S1'], ['S3']]);
    });

    it('is found also when the run is cancelled meanwhile', async () => {
        const stop = new AbortController();
        const { run, calls, journal } = losingTheSecondAnswer(() => stop.abort());
        const { status, metrics } = await run({ signal: stop.signal });
        expect(status).toBe('CANCELLED');
        expect(metrics.steps.write).toMatchObject({ in: 4, created: 3, rejected: 1 });
        expect(journal.checkpoint).toMatchObject({ stages: { read: { settledBatches: 2 } }, metrics });
        expect(calls.committed).toEqual([['S0', 'S1'], ['S3']]);
    });
});
