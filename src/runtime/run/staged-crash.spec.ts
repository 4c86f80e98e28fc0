import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { TransientError, UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { CrashPoint, randomPoints, seeded } from '../testing/crash-points';
import { listExtractor } from '../testing/list-extractor';
import { MemoryDatabase } from '../testing/memory-database';
import { MemoryJournal } from '../testing/memory-journal';
import { MemorySpool } from '../testing/memory-spool';
import { bench, BenchSetup } from '../testing/run-bench';
import { Faults, tableLoader } from '../testing/table-loader';
import { isFull } from '../../../e2e/support/scale';

/*
 * The same as crash.spec, for a pipeline with everything between its stages: a LOAD in front of a gate, a barrier, a route,
 * a guarded LOAD. Processes die at random await points, also while they fill the spool, plan and open gates. Somebody
 * approves whatever waits. The end must be that of a run that nobody disturbed.
 */
interface Scenario {
    seed: number;
    rows: number[];
    bad: number[];
    batchSize: number;
    concurrency: number;
    parallel: boolean;
    distributed: boolean;
    crashes: number[];
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
    seed: fc.nat(),
    rows: fc.uniqueArray(fc.integer({ min: 100, max: 199 }), { minLength: 1, maxLength: 40 }),
    bad: fc.array(fc.integer({ min: 100, max: 199 }), { maxLength: 15 }),
    batchSize: fc.integer({ min: 1, max: 12 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    parallel: fc.boolean(),
    distributed: fc.boolean(),
    crashes: fc.array(fc.integer({ min: 0, max: 160 }), { maxLength: 8 }),
});

const sort = defineOperator({
    code: 'sort',
    name: 'Sort',
    description: 'Sorts by a field.',
    category: 'test',
    guarantees: '',
    barrier: true,
    schema: config({ by: field.path('By', 'Field.') }),
    examples: [],
    create: ({ config: { by } }) => ({ whole: { kind: 'SORT', by: [{ field: by, direction: 'ASC' }] } }),
});

const load = (table: string) => ({ type: 'LOAD' as const, config: { adapterCode: 'table', table } });
const steps: BenchSetup['steps'] = [
    { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
    { key: 'first', ...load('first') },
    { key: 'gate', type: 'GATE', config: { approvalType: 'MANUAL' } },
    { key: 'shape', type: 'TRANSFORM', config: { operators: [{ op: 'sort', args: { by: 'sku' } }] } },
    {
        key: 'route',
        type: 'ROUTE',
        config: {
            branches: [
                { name: 'low', when: { field: 'n', lt: 130 } },
                { name: 'mid', when: { field: 'n', lt: 160 } },
            ],
        },
    },
    { key: 'second', ...load('second') },
    { key: 'third', ...load('third'), guards: { maxChangedPercent: 0 } },
];
const edges = [
    { from: 'read', to: 'first' },
    { from: 'first', to: 'gate' },
    { from: 'gate', to: 'shape' },
    { from: 'shape', to: 'route' },
    { from: 'route', to: 'second', branch: 'low' },
    { from: 'route', to: 'third', branch: 'mid' },
];

function unsteady(point: CrashPoint, random: () => number): CrashPoint {
    return async name => {
        await point(name);
        if (random() < 0.05) throw new TransientError('busy', `The database is busy at "${name}".`);
    };
}

interface World {
    database: MemoryDatabase;
    spool: MemorySpool;
    delivered: Set<string>;
}

const newWorld = (): World => ({ database: new MemoryDatabase(), spool: new MemorySpool(), delivered: new Set() });

function processOf(one: Scenario, { database, spool, delivered }: World) {
    const workersDie = seeded(one.seed + 1);
    const faults: Faults = (phase, keys) => {
        if (phase === 'apply' && keys.some(key => one.bad.includes(Number(key)))) {
            throw new UserError('bad', 'The row is bad.');
        }
        if (phase === 'afterCommit') for (const key of keys) delivered.add(key);
    };
    const items: JsonObject[] = one.rows.map(n => ({ sku: String(n), n }));
    const journal = new MemoryJournal(database);
    const { run, gates } = bench({
        adapters: [
            listExtractor({ items, pageSize: 4, fingerprint: () => 'same' }),
            sort,
            tableLoader('table', faults).adapter,
        ],
        steps,
        edges,
        batchSize: one.batchSize,
        context: {
            throughput: { batchSize: one.batchSize, concurrency: one.concurrency },
            ...(one.parallel ? { parallelExecution: { enabled: true } } : {}),
        },
        database,
        spool,
        journal,
        ...(one.distributed ? { workersDie: () => workersDie() < 0.1 } : {}),
    });
    return { journal, gates, run: () => run({ resumeFrom: journal.checkpoint, retry: { attempts: 50 } }) };
}

/** Runs to the end, approving what waits. */
async function toTheEnd(one: Scenario, world: World) {
    for (let pauses = 0; ; pauses++) {
        const { journal, gates, run } = processOf(one, world);
        const result = await run();
        if (result.status !== 'PAUSED') return { journal, result, pauses };
        expect(pauses).toBeLessThan(2);
        for (const step of result.waitsAt!) gates.decide(step, 'APPROVED');
    }
}

function die(one: Scenario, world: World, random: () => number, crashAt: number) {
    const point = unsteady(randomPoints(random, crashAt), random);
    world.database.point = point;
    world.spool.point = point;
    return processOf(one, world).run();
}

function revive({ database, spool }: World): void {
    database.restart();
    spool.point = () => Promise.resolve();
}

describe('a run of several stages that is killed again and again', () => {
    it('ends like one that was never disturbed', { timeout: 120_000 }, async () => {
        const seen = { inTheMiddle: 0 };
        await fc.assert(
            fc.asyncProperty(scenario, async one => {
                const calm = newWorld();
                const expected = await toTheEnd(one, calm);

                const world = newWorld();
                const random = seeded(one.seed);
                for (const crashAt of one.crashes) {
                    const result = await die(one, world, random, crashAt);
                    if (result.status === 'FAILED' && world.database.committed.size > 0) seen.inTheMiddle++;
                    revive(world);
                    const { gates } = processOf(one, world);
                    for (const [step, gate] of Object.entries(gates.opened)) {
                        if (gate.state === 'WAITING' && random() < 0.5) gates.decide(step, 'APPROVED');
                    }
                }
                const last = await toTheEnd(one, world);

                expect(last.result.status).toBe(expected.result.status);
                expect(comparable(last.result.metrics)).toEqual(comparable(expected.result.metrics));
                for (const table of ['first', 'second', 'third']) {
                    expect(world.database.rows(table)).toEqual(calm.database.rows(table));
                }
                expect(sorted(last.journal.quarantine)).toEqual(sorted(expected.journal.quarantine));
                expect(sorted(last.journal.ledger)).toEqual(sorted(expected.journal.ledger));
                expect([...world.delivered].sort()).toEqual([...calm.delivered].sort());
                expect(last.journal.checkpoint?.outbox ?? []).toEqual([]);
                expect(world.spool.wasRemoved).toBe(last.result.status !== 'FAILED');
            }),
            { numRuns: isFull ? 1_500 : 120 },
        );
        expect(seen.inTheMiddle).toBeGreaterThan(20);
    });

    it('writes nothing behind a gate before it is approved, and nothing in front of it again', async () => {
        const one: Scenario = {
            seed: 1,
            rows: [101, 151, 120, 199, 140],
            bad: [],
            batchSize: 2,
            concurrency: 2,
            parallel: false,
            distributed: false,
            crashes: [],
        };
        const world = newWorld();
        const first = processOf(one, world);
        expect(await first.run()).toMatchObject({ status: 'PAUSED', waitsAt: ['gate'] });
        expect(Object.keys(world.database.rows('first'))).toHaveLength(5);
        expect(world.database.rows('second')).toEqual({});
        expect(first.gates.opened.gate).toMatchObject({ kind: 'GATE', waiting: 5 });
        first.gates.decide('gate', 'APPROVED');

        const second = processOf(one, world);
        expect(await second.run()).toMatchObject({ status: 'PAUSED', waitsAt: ['third'] });
        expect(Object.keys(world.database.rows('second'))).toEqual(['101', '120']);
        expect(world.database.rows('third')).toEqual({});
        expect(second.gates.opened.third).toMatchObject({ kind: 'GUARD', waiting: 2 });
        expect(second.journal.ledger.filter(entry => entry.planned)).toHaveLength(2);
        second.gates.decide('third', 'APPROVED');

        const third = await processOf(one, world).run();
        expect(third.status).toBe('COMPLETED');
        expect(third.metrics.steps.route).toMatchObject({ in: 5, out: 4, dropped: 1 });
        expect(Object.values(world.database.rows('first')).map(row => row.writes)).toEqual([1, 1, 1, 1, 1]);
        expect(Object.keys(world.database.rows('third'))).toEqual(['140', '151']);
    });
});

const comparable = ({ activeMs: _activeMs, ...metrics }: { activeMs?: number }): object => metrics;
const sorted = (rows: JsonObject[]): string[] => rows.map(row => JSON.stringify(row)).sort();
