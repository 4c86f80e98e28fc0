import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { definitionSchema, PipelineDefinitionInput } from '../../sdk/definition/definition';
import { TransientError, UserError } from '../../sdk/errors';
import type { DirectLoader, Loader } from '../../sdk/loader';
import { reject } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import { Tally } from '../batch/tally';
import { RunErrors } from '../errors/run-errors';
import type { OnRetry } from '../errors/step-retries';
import { runTimeout } from '../errors/timeout-error';
import { FakeClock } from '../testing/fake-clock';
import { MemoryDatabase, MemoryScope } from '../testing/memory-database';
import { Faults, tableLoader } from '../testing/table-loader';
import { LoadExecutor } from './load-executor';

type StepSettings = Partial<PipelineDefinitionInput['steps'][number]>;

async function load(settings: StepSettings, faults: Faults, own?: Loader<MemoryScope> | DirectLoader<MemoryScope>) {
    const definition = definitionSchema.parse({
        version: 1,
        steps: [{ key: 'write', type: 'LOAD', config: { adapterCode: 'table' }, ...settings }],
    });
    const database = new MemoryDatabase();
    const clock = new FakeClock();
    const onRetry = vi.fn<OnRetry>();
    const errors = new RunErrors(definition, { clock, journal: { log: () => undefined }, onRetry });
    const { adapter, calls } = tableLoader('table', faults);
    const table = (await adapter.create({ config: { table: 'items' }, host: {} })) as Loader<MemoryScope>;
    const stop = new AbortController();
    const executor = new LoadExecutor<MemoryScope>(definition.steps[0]!, 'table', own ?? table, database, false, {
        signal: stop.signal,
        retries: errors.retriesOf(definition.steps[0]!),
        graceMs: 100,
    });
    const run = async (...names: string[]) => {
        const tally = new Tally(undefined, errors);
        const records = names.map((sku, index): PipelineRecord => ({ data: { sku }, origin: { step: 'read', index } }));
        const loaded = await database.transaction(scope => executor.load(records, scope, tally, 'stage#0'));
        return { counts: tally.of('write'), tally, loaded };
    };
    return { run, calls, database, clock, onRetry, stop, written: () => Object.keys(database.rows('items')).sort() };
}

/** Applying fails while `sku` is among the records, the first `times` times that it stands alone. */
function applyFails(sku: string, times: number, error: () => Error): Faults {
    let left = times;
    return (phase, keys) => {
        if (phase !== 'apply' || !keys.includes(sku) || left <= 0) return;
        if (keys.length === 1) left--;
        throw error();
    };
}
const broken = (): Error => new Error('The trigger failed.');

describe('a record that a LOAD refuses', () => {
    it('is left out with SKIP, and the others are written', async () => {
        const { run, written } = await load({ onError: 'SKIP' }, applyFails('B', 9, broken));
        const { counts, tally, loaded } = await run('A', 'B', 'C');
        expect(written()).toEqual(['A', 'C']);
        expect(counts).toMatchObject({ out: 2, created: 2, rejected: 0, dropped: 1 });
        expect(tally.skipped).toMatchObject([{ step: 'write', error: { code: 'loader-failed', place: { key: 'B' } } }]);
        expect(loaded.refused.size).toBe(1);
    });

    it('rolls the batch back and fails the run with STOP, whether compared or applied', async () => {
        const compared: Faults = (phase, keys) => {
            if (phase === 'compare' && keys.includes('B')) throw new TransientError('busy', 'Busy.');
        };
        for (const faults of [compared, applyFails('B', 9, broken)]) {
            const { run, written } = await load({ onError: 'STOP' }, faults);
            const error: unknown = await run('A', 'B', 'C').catch((thrown: unknown) => thrown);
            expect(error).toMatchObject({ place: { step: 'write', key: 'B', index: 1 } });
            expect(error).not.toBeInstanceOf(TransientError);
            expect(written()).toEqual([]);
        }
    });
});

describe('a record of which somebody else has written everything', () => {
    it('is counted as unchanged, as the ledger has nothing of it', async () => {
        const { run } = await load({}, () => undefined, {
            keysOf: () => [],
            nameOf: () => '',
            resolve: async () => undefined,
            compare: ({ data }) => ({
                action: 'CREATE',
                key: data.sku as string,
                entities: [
                    { entityType: 'Row', entityId: null, key: data.sku as string, action: 'CREATE', fields: [] },
                ],
            }),
            async apply(changeSets) {
                for (const { entities } of changeSets) entities[0]!.action = 'UNCHANGED';
            },
        });
        expect((await run('A', 'B')).counts).toMatchObject({ created: 0, unchanged: 2 });
    });
});

describe('a record that a LOAD tries again', () => {
    const retry = (settings: StepSettings['retryPerRecord'] = {}): StepSettings => ({
        onError: 'RETRY',
        retryPerRecord: settings,
    });

    it('is written after the others of its batch, without a pause in the open transaction', async () => {
        const { run, written, clock, calls, onRetry } = await load(retry(), applyFails('B', 2, broken));
        const { counts, tally, loaded } = await run('A', 'B', 'C');
        expect(written()).toEqual(['A', 'B', 'C']);
        expect(counts).toMatchObject({ out: 3, created: 3, rejected: 0 });
        expect(tally.rejects).toEqual([]);
        expect(loaded.changeSets.map(({ changeSet }) => changeSet.key)).toEqual(['A', 'C', 'B']);
        expect(clock.slept).toEqual([]);
        expect(calls.applied.at(-1)).toEqual(['B']);
        expect(onRetry).toHaveBeenCalledTimes(2);
    });

    it('is tried again together with the others that failed', async () => {
        let round = 0;
        const faults: Faults = (phase, keys) => {
            if (phase === 'resolve' && keys.length === 20) round++;
            if (phase === 'compare' && round === 1) throw new TransientError('busy', 'Busy.');
        };
        const { run, calls } = await load(retry(), faults);
        const names = Array.from({ length: 20 }, (_, n) => `s${n}`);
        expect((await run(...names)).counts).toMatchObject({ out: 20, created: 20 });
        expect(calls.resolved).toHaveLength(2);
    });

    it('is refused once, when nothing helped', async () => {
        const { run, written, onRetry } = await load(retry({ maxRetries: 2 }), applyFails('B', 99, broken));
        const { counts, tally } = await run('A', 'B');
        expect(written()).toEqual(['A']);
        expect(counts).toMatchObject({ out: 1, created: 1, rejected: 1 });
        expect(tally.rejects).toHaveLength(1);
        expect(onRetry).toHaveBeenCalledTimes(2);
    });

    it('may be one that the loader refuses by itself, when its error is named', async () => {
        let refusals = 1;
        const direct: DirectLoader<MemoryScope> = {
            load: async records => {
                const rejected = records
                    .filter(({ data }) => data.sku === 'B' && refusals-- > 0)
                    .map(record => ({ record, rejected: reject(new UserError('locked', 'The order is locked.')) }));
                return { created: records.length - rejected.length, updated: 0, unchanged: 0, rejected };
            },
        };
        const { run } = await load(retry({ retryableErrors: ['locked'] }), () => undefined, direct);
        expect((await run('A', 'B')).counts).toMatchObject({ out: 2, created: 2, rejected: 0 });
    });
});

describe('a batch that takes too long in a LOAD', () => {
    const outOfTime = { code: 'step-timeout', place: { step: 'write' } };

    it('is rolled back when its loader comes to the end of its call', async () => {
        const { run, written } = await load({ timeoutMs: 30 }, async phase => {
            if (phase === 'apply') await sleep(60);
        });
        await expect(run('A')).rejects.toMatchObject(outOfTime);
        expect(written()).toEqual([]);
    });

    it('begins nothing more, and is not split', async () => {
        const { run, calls } = await load({ timeoutMs: 30 }, async phase => {
            if (phase === 'resolve') await sleep(60);
        });
        await expect(run('A', 'B')).rejects.toMatchObject(outOfTime);
        expect(calls).toMatchObject({ resolved: [['A', 'B']], applied: [] });
    });

    it('is given up when its loader hangs', async () => {
        const { run } = await load({ timeoutMs: 30 }, phase =>
            phase === 'resolve' ? new Promise<never>(() => undefined) : undefined,
        );
        await expect(run('A')).rejects.toMatchObject(outOfTime);
    });

    it('ends when the time of the run is up, but not when somebody cancels the run', async () => {
        const slow: Faults = async phase => {
            if (phase === 'resolve') await sleep(60);
        };
        const late = await load({}, slow);
        setTimeout(() => late.stop.abort(runTimeout(20)), 20);
        await expect(late.run('A')).rejects.toMatchObject({ code: 'run-timeout' });
        const hanging = await load({}, () => new Promise<never>(() => undefined));
        setTimeout(() => hanging.stop.abort(runTimeout(20)), 20);
        await expect(hanging.run('A')).rejects.toMatchObject({ code: 'run-timeout' });
        const cancelled = await load({}, slow);
        setTimeout(() => cancelled.stop.abort(new Error('cancelled')), 20);
        expect((await cancelled.run('A')).counts.created).toBe(1);
    });
});
