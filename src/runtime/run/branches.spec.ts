import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { HookEvent, RunHooks } from '../ports';
import { listExtractor } from '../testing/list-extractor';
import { bench, BenchSetup } from '../testing/run-bench';
import { Faults, tableLoader } from '../testing/table-loader';

const items: JsonObject[] = Array.from({ length: 20 }, (_, n) => ({ sku: `S${n}`, n }));
const read = { key: 'read', type: 'EXTRACT' as const, config: { adapterCode: 'list' } };
const load = (key: string) => ({ key, type: 'LOAD' as const, config: { adapterCode: 'table', table: key } });

function pipeline(setup: Partial<BenchSetup> & Pick<BenchSetup, 'steps'>, faults?: Faults) {
    return bench({
        adapters: [listExtractor({ items }), tableLoader('table', faults).adapter],
        batchSize: 3,
        ...setup,
    });
}

describe('ROUTE', () => {
    const route = (settings: JsonObject) => ({ key: 'route', type: 'ROUTE' as const, config: settings });
    const low = { name: 'low', when: { field: 'n', lt: 5 } };
    const some = { name: 'some', when: { field: 'n', lt: 12 } };

    it('sends each record to exactly one branch, the first that fits', async () => {
        const { run, database } = pipeline({
            steps: [read, route({ branches: [low, some] }), load('a'), load('b'), load('c')],
            edges: [
                { from: 'read', to: 'route' },
                { from: 'route', to: 'a', branch: 'low' },
                { from: 'route', to: 'b', branch: 'some' },
                { from: 'route', to: 'c' },
            ],
        });
        const { metrics } = await run();
        const counts = ['a', 'b', 'c'].map(table => Object.keys(database.rows(table)).length);
        expect(counts).toEqual([5, 7, 8]);
        expect(metrics.steps.route).toMatchObject({ in: 20, out: 20, dropped: 0 });
    });

    it('does the same without edges, each branch a line of its own', async () => {
        const { run, database } = pipeline({
            steps: [
                read,
                route({ branches: [{ ...low, to: 'a' }], defaultTo: 'b' }),
                load('a'),
                load('after'),
                load('b'),
            ],
        });
        await run();
        const keys = ['a', 'after', 'b'].map(table => Object.keys(database.rows(table)).length);
        expect(keys).toEqual([5, 5, 15]);
    });

    it('counts records that no branch takes, and says so', async () => {
        const { run, journal } = pipeline({ steps: [read, route({ branches: [{ ...low, to: 'a' }] }), load('a')] });
        const { metrics, status } = await run();
        expect(status).toBe('COMPLETED');
        expect(metrics.steps.route).toMatchObject({ in: 20, out: 5, dropped: 15 });
        const message = '15 records fit no branch of "route" and went nowhere.';
        expect(journal.lines).toContainEqual({ level: 'WARN', message, step: 'route' });
    });
});

describe('a disabled step', () => {
    it('lets records flow past, and reads nothing', async () => {
        const other = { key: 'other', type: 'EXTRACT' as const, config: { adapterCode: 'list' }, disabled: true };
        const { run, database } = pipeline({ steps: [read, other, { ...load('a'), disabled: true }, load('b')] });
        const { metrics } = await run();
        expect(database.rows('a')).toEqual({});
        expect(Object.keys(database.rows('b'))).toHaveLength(20);
        expect(metrics.steps.other).toBeUndefined();
        expect(metrics.steps.a).toMatchObject({ in: 20, out: 20, created: 0 });
    });
});

describe('an edge that only orders', () => {
    it('lets the second step begin when the first has come to its end', async () => {
        const order: string[] = [];
        const faults: Faults = (phase, keys) => {
            if (phase === 'apply') order.push(keys[0]!);
        };
        const sources = ['x', 'y'].map(code =>
            listExtractor({ code, items: items.map((item, n) => ({ ...item, sku: `${code}S${n}` })) }),
        );
        const { run } = bench({
            adapters: [...sources, tableLoader('table', faults).adapter],
            batchSize: 3,
            steps: [
                { key: 'ry', type: 'EXTRACT', config: { adapterCode: 'y' } },
                load('ly'),
                { key: 'rx', type: 'EXTRACT', config: { adapterCode: 'x' } },
                load('lx'),
            ],
            edges: [
                { from: 'ry', to: 'ly' },
                { from: 'rx', to: 'lx' },
                { from: 'lx', to: 'ry', dependencyOnly: true },
            ],
        });
        await run();
        expect(order.map(key => key[0]).join('')).toBe('xxxxxxxyyyyyyy');
    });
});

describe('branches side by side', () => {
    const steps = [read, load('a'), load('b'), load('c')];
    const edges = ['a', 'b'].map(to => ({ from: 'read', to })).concat([{ from: 'b', to: 'c' }]);
    const context = (more: object) => ({ parallelExecution: { enabled: true, ...more } });

    it('really run at the same time, each with commits of its own', async () => {
        let running = 0;
        let most = 0;
        const faults: Faults = async phase => {
            if (phase !== 'apply') return;
            most = Math.max(most, ++running);
            await sleep(2);
            running--;
        };
        const { run, database } = pipeline({ steps, edges, concurrency: 1, context: context({}) }, faults);
        await run();
        expect(most).toBe(2);
        expect(Object.keys(database.rows('a'))).toHaveLength(20);
        expect(Object.keys(database.rows('c'))).toHaveLength(20);
        running = most = 0;
        await pipeline({ steps, edges, concurrency: 1, context: context({ maxConcurrentSteps: 1 }) }, faults).run();
        expect(most).toBe(1);
    });

    const failing = (policy: string) =>
        pipeline({
            steps: [
                read,
                { key: 'wrong', type: 'EXTRACT', config: { adapterCode: 'wrong' } },
                load('a'),
                load('b'),
                load('c'),
            ],
            edges: [
                { from: 'read', to: 'a' },
                { from: 'wrong', to: 'b' },
                { from: 'b', to: 'c', dependencyOnly: true },
                { from: 'wrong', to: 'c' },
            ],
            adapters: [
                listExtractor({ items, beforePage: () => sleep(20) }),
                listExtractor({
                    code: 'wrong',
                    items,
                    failAt: { index: 9, error: new UserError('torn', 'The file is torn.') },
                }),
                tableLoader('table').adapter,
            ],
            context: context({ errorPolicy: policy }),
        });

    it('stop together with FAIL_FAST', async () => {
        const { run, database } = failing('FAIL_FAST');
        expect(await run()).toMatchObject({ status: 'FAILED', error: { code: 'torn' } });
        expect(Object.keys(database.rows('a')).length).toBeLessThan(20);
    });

    it('go on to their end with CONTINUE; what depends on the failed one does not run', async () => {
        const { run, database } = failing('CONTINUE');
        expect(await run()).toMatchObject({ status: 'FAILED', error: { code: 'torn' } });
        expect(Object.keys(database.rows('a'))).toHaveLength(20);
        expect(database.rows('c')).toEqual({});
    });

    it('go on with what arrived with BEST_EFFORT', async () => {
        const { run, database } = failing('BEST_EFFORT');
        expect(await run()).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', error: { code: 'torn' } });
        expect(Object.keys(database.rows('a'))).toHaveLength(20);
        expect(Object.keys(database.rows('b')).length).toBeGreaterThan(0);
        expect(database.rows('c')).toEqual(database.rows('b'));
    });
});

describe('gates', () => {
    const gate = (settings: JsonObject) => ({ key: 'gate', type: 'GATE' as const, config: settings });

    it('end their branch when they are rejected', async () => {
        const setup = { steps: [read, load('a'), gate({ approvalType: 'MANUAL' }), load('b')] };
        const first = pipeline(setup);
        expect(await first.run()).toMatchObject({ status: 'PAUSED' });
        first.gates.decide('gate', 'REJECTED');
        const again = pipeline({ ...setup, database: first.database, spool: first.spool });
        const result = await again.run({ resumeFrom: first.journal.checkpoint });
        expect(result.status).toBe('COMPLETED');
        expect(result.metrics.steps.gate).toMatchObject({ in: 20, out: 0, dropped: 20 });
        expect(again.database.rows('b')).toEqual({});
    });

    it('are CANCELLED as a run when nothing was written in front of a rejected gate', async () => {
        const setup = { steps: [read, gate({ approvalType: 'MANUAL' }), load('b')] };
        const first = pipeline(setup);
        await first.run();
        first.gates.decide('gate', 'REJECTED');
        const again = pipeline({ ...setup, database: first.database, spool: first.spool });
        expect(await again.run({ resumeFrom: first.journal.checkpoint })).toMatchObject({ status: 'CANCELLED' });
    });

    it('open by themselves below their threshold of errors, and not above it', async () => {
        const bad: Faults = (phase, keys) => {
            if (phase === 'apply' && keys.includes('S3')) throw new UserError('bad', 'The row is bad.');
        };
        const threshold = (errorThresholdPercent: number) =>
            pipeline(
                { steps: [read, load('a'), gate({ approvalType: 'THRESHOLD', errorThresholdPercent }), load('b')] },
                bad,
            );
        expect((await threshold(5).run()).status).toBe('COMPLETED_WITH_ERRORS');
        const strict = threshold(4.9);
        expect((await strict.run()).status).toBe('PAUSED');
        expect(strict.gates.opened.gate!.reasons).toEqual([
            '5.00 % of the records were rejected; the gate allows 4.9 %.',
        ]);
    });

    it('are passed by a dry run, and by nobody when nothing waits', async () => {
        const steps = [read, gate({ approvalType: 'MANUAL' }), load('b')];
        expect((await pipeline({ steps }).run({ dryRun: true })).status).toBe('COMPLETED');
        const none = pipeline({ steps, adapters: [listExtractor({ items: [] }), tableLoader('table').adapter] });
        expect((await none.run()).status).toBe('COMPLETED');
    });
});

describe('hooks', () => {
    it('are told what happens, in order, and intercept records', async () => {
        const events: HookEvent[] = [];
        const hooks: RunHooks = {
            listensTo: () => true,
            fire: async event => void events.push(event),
            intercepts: stage => stage === 'BEFORE_LOAD',
            intercept: async (_stage, _step, records) => ({
                records: records.map(({ data, origin }) => ({ data: { ...data, seen: true }, origin })),
                dropped: 0,
                rejected: [],
            }),
        };
        const { run, database } = pipeline({ steps: [read, load('a')], hooks, batchSize: 50 });
        await run();
        expect(events.map(({ stage, step }) => `${stage}${step ? ` ${step}` : ''}`)).toEqual([
            'PIPELINE_STARTED',
            'BEFORE_EXTRACT read',
            'BEFORE_LOAD a',
            'AFTER_EXTRACT read',
            'AFTER_LOAD a',
            'PIPELINE_COMPLETED',
        ]);
        expect(events.find(({ stage }) => stage === 'AFTER_LOAD')!.payload).toMatchObject({ counts: { created: 20 } });
        expect(Object.values(database.rows('a')).every(row => row.seen === true)).toBe(true);
    });
});
