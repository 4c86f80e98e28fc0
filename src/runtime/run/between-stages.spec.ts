import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { TransientError, UserError } from '../../sdk/errors';
import { defineExporter } from '../../sdk/exporter';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { listExtractor } from '../testing/list-extractor';
import { MemoryDatabase } from '../testing/memory-database';
import { MemoryJournal } from '../testing/memory-journal';
import { MemorySpool } from '../testing/memory-spool';
import { bench, BenchSetup } from '../testing/run-bench';
import { Faults, tableLoader } from '../testing/table-loader';
import { recordOperator } from '../testing/test-operators';

/* What goes wrong between two stages: batches written twice, chunks left behind, gates that share a stage. */

const items: JsonObject[] = Array.from({ length: 6 }, (_, n) => ({ sku: `S${n}`, n }));
const read = { key: 'read', type: 'EXTRACT' as const, config: { adapterCode: 'list' } };
const gate = (key: string) => ({ key, type: 'GATE' as const, config: { approvalType: 'MANUAL' } });
const load = (key: string) => ({ key, type: 'LOAD' as const, config: { adapterCode: 'table', table: key } });
const pass = { key: 'pass', type: 'TRANSFORM' as const, config: { operators: [{ op: 'same' }] } };
const same = recordOperator('same', data => data);
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
const join = defineOperator({
    code: 'join',
    name: 'Join',
    description: 'Adds the fields of another step.',
    category: 'test',
    guarantees: '',
    barrier: true,
    schema: config({ step: field.text('Step', 'Other step.') }),
    examples: [],
    create: ({ config: { step } }) => ({
        whole: { kind: 'JOIN', type: 'LEFT', leftKey: 'sku', rightKey: 'sku', right: { step } } as never,
    }),
});

interface World {
    database: MemoryDatabase;
    spool: MemorySpool;
    journal: MemoryJournal;
}

function newWorld(): World {
    const database = new MemoryDatabase();
    return { database, spool: new MemorySpool(), journal: new MemoryJournal(database) };
}

/** A process; the next one of the same world goes on where this one stopped. */
function processOf(setup: Partial<BenchSetup> & Pick<BenchSetup, 'steps'>, faults?: Faults, world = newWorld()) {
    const one = bench({
        adapters: [
            listExtractor({ items, fingerprint: () => 'same' }),
            same,
            sort,
            join,
            tableLoader('table', faults).adapter,
        ],
        batchSize: 3,
        ...world,
        ...setup,
    });
    return { ...one, go: () => one.run({ resumeFrom: world.journal.checkpoint }) };
}

describe('records behind a LOAD', () => {
    it('leave nothing in the spool when another attempt refuses them one LOAD earlier', async () => {
        const world = newWorld();
        let attempts = 0;
        const faults: Faults = (phase, keys) => {
            const first = keys.some(key => ['S0', 'S1', 'S2'].includes(key));
            if (phase === 'resolve' && first && attempts > 0) throw new UserError('gone', 'It is gone.');
        };
        world.database.point = async name => {
            if (name === 'commit' && attempts++ === 0) throw new TransientError('deadlock', 'Deadlock.');
        };
        const { go } = processOf(
            { steps: [read, load('a'), load('b'), pass, load('c')], concurrency: 1 },
            faults,
            world,
        );
        const { metrics } = await go();
        expect(metrics.steps).toMatchObject({ a: { in: 6, out: 3 }, b: { in: 3, out: 3 }, pass: { in: 3, out: 3 } });
    });

    it('are not lost when the answer to the commit was, and the loader refuses to create them again', async () => {
        const world = newWorld();
        const createOnly: Faults = (phase, keys) => {
            if (phase !== 'compare') return;
            if (keys.some(key => world.database.committed.has(`a/${key}`))) throw new UserError('exists', 'It exists.');
        };
        let commits = 0;
        world.database.point = async name => {
            if (name === 'committed' && ++commits === 1) throw new TransientError('connection-lost', 'Lost.');
        };
        const table = tableLoader('table');
        const creating = tableLoader('creating', createOnly);
        const steps = [read, { ...load('a'), config: { adapterCode: 'creating', table: 'a' } }, pass, load('c')];
        const { run } = bench({
            adapters: [listExtractor({ items }), same, table.adapter, creating.adapter],
            steps,
            batchSize: 3,
            ...world,
        });
        const { metrics } = await run();
        expect(metrics.steps.a).toMatchObject({ in: 6, out: 6, rejected: 0 });
        expect(Object.keys(world.database.rows('c'))).toHaveLength(6);
    });

    it('are written down only once the lease is known to be ours', async () => {
        const world = newWorld();
        const { go } = processOf({ steps: [read, load('a'), pass, load('c')] }, undefined, world);
        world.journal.leaseLost = true;
        await expect(go()).rejects.toThrow('Another worker');
        expect(await world.spool.chunks('a>pass')).toEqual([]);
    });

    it('never go to the spool in a transaction that a dry run rolls back', async () => {
        const world = newWorld();
        const scopes: unknown[] = [];
        const put = world.spool.put.bind(world.spool);
        world.spool.put = (channel, chunk, records, ...scope: unknown[]) => {
            scopes.push(...scope);
            return put(channel, chunk, records);
        };
        const { run } = processOf({ steps: [read, load('a'), pass, load('c')] }, undefined, world);
        const { metrics } = await run({ dryRun: true });
        expect(metrics.steps.c).toMatchObject({ in: 6, out: 6 });
        expect(scopes.filter(scope => scope !== undefined)).toEqual([]);
    });
});

describe('two gates in front of one stage', () => {
    const steps = [read, gate('one'), gate('two'), load('a')];
    const route = {
        key: 'route',
        type: 'ROUTE' as const,
        config: { branches: [{ name: 'low', when: { field: 'n', lt: 2 } }] },
    };
    const edges = [
        { from: 'read', to: 'route' },
        { from: 'route', to: 'one', branch: 'low' },
        { from: 'route', to: 'two' },
        { from: 'one', to: 'a' },
        { from: 'two', to: 'a' },
    ];

    it('each show a plan of what waits at them', async () => {
        const { go, gates, journal } = processOf({ steps: [...steps, route], edges });
        expect(await go()).toMatchObject({ status: 'PAUSED', waitsAt: ['one', 'two'] });
        expect(gates.opened).toMatchObject({ one: { waiting: 2 }, two: { waiting: 4 } });
        expect(journal.ledger.filter(({ planned }) => planned)).toHaveLength(6);
    });

    it('do not hide from guards what came past one of them', async () => {
        const world = newWorld();
        const guarded = { ...load('a'), guards: { maxChangedPercent: 0 } };
        const setup = {
            steps: [read, gate('one'), guarded, route],
            edges: [edges[0]!, edges[1]!, { from: 'route', to: 'a' }, { from: 'one', to: 'a' }],
        };
        const first = processOf(setup, undefined, world);
        expect(await first.go()).toMatchObject({ status: 'PAUSED', waitsAt: ['one'] });
        first.gates.decide('one', 'APPROVED');
        const second = processOf(setup, undefined, world);
        const { metrics } = await second.go();
        expect(metrics.guards?.a).toMatchObject({ records: 6, changed: 6 });
        expect(second.gates.opened.a?.reasons[0]).toContain('6 of 6');
    });
});

describe('one channel that is read past a gate and directly', () => {
    const shape = {
        key: 'shape',
        type: 'TRANSFORM' as const,
        config: { operators: [{ op: 'sort', args: { by: 'sku' } }] },
    };
    const setup = {
        steps: [read, shape, gate('gate'), pass],
        edges: [
            { from: 'read', to: 'shape' },
            { from: 'shape', to: 'gate' },
            { from: 'gate', to: 'pass' },
            { from: 'shape', to: 'pass' },
        ],
    };

    it.each([
        ['APPROVED', 12],
        ['REJECTED', 6],
    ] as const)('gives nothing through a gate that is %s in vain', async (decision, expected) => {
        const world = newWorld();
        const first = processOf(setup, undefined, world);
        await first.go();
        first.gates.decide('gate', decision);
        const { metrics } = await processOf(setup, undefined, world).go();
        expect(metrics.steps.pass).toMatchObject({ in: expected, out: expected });
    });
});

describe('a gate in front of the side input of a join', () => {
    it('lets all of its channels through', async () => {
        const right = ['x', 'y'].map((code, at) =>
            listExtractor({
                code,
                items: items.slice(at * 3, at * 3 + 3).map(({ sku }) => ({ sku: sku!, from: code })),
            }),
        );
        const world = newWorld();
        const setup: BenchSetup = {
            adapters: [listExtractor({ items }), ...right, join, tableLoader('table').adapter],
            batchSize: 3,
            steps: [
                read,
                { key: 'x', type: 'EXTRACT', config: { adapterCode: 'x' } },
                { key: 'y', type: 'EXTRACT', config: { adapterCode: 'y' } },
                gate('gate'),
                { key: 'both', type: 'TRANSFORM', config: { operators: [{ op: 'join', args: { step: 'gate' } }] } },
                load('a'),
            ],
            edges: [
                { from: 'read', to: 'both' },
                { from: 'x', to: 'gate' },
                { from: 'y', to: 'gate' },
                { from: 'both', to: 'a' },
            ],
            ...world,
        };
        const first = bench(setup);
        expect(await first.run()).toMatchObject({ status: 'PAUSED' });
        first.gates.decide('gate', 'APPROVED');
        await bench(setup).run({ resumeFrom: world.journal.checkpoint });
        const from = Object.values(world.database.rows('a')).map(row => row.from);
        expect(from).toEqual(['x', 'x', 'x', 'y', 'y', 'y']);
    });
});

describe('a run that goes on without a branch and pauses', () => {
    it('still tells of the branch when it ends later', async () => {
        const world = newWorld();
        const setup = {
            steps: [read, load('a'), gate('gate'), load('b')],
            edges: [
                { from: 'read', to: 'a' },
                { from: 'read', to: 'gate' },
                { from: 'gate', to: 'b' },
            ],
            context: { parallelExecution: { enabled: true, errorPolicy: 'BEST_EFFORT' as const } },
        };
        const faults: Faults = phase => {
            if (phase === 'resolve') throw new TransientError('away', 'The other system is away.');
        };
        const first = processOf(setup, faults, world);
        expect(await first.run({ retry: { attempts: 1 } })).toMatchObject({ status: 'PAUSED' });
        first.gates.decide('gate', 'APPROVED');
        const end = await processOf(setup, undefined, world).go();
        expect(Object.keys(world.database.rows('b'))).toHaveLength(6);
        expect(end).toMatchObject({ status: 'COMPLETED_WITH_ERRORS' });
        expect(end.error?.message).toContain('The other system is away.');
    });
});

describe('a share that is tolerated', () => {
    it('is not judged by the first few records of another stage', async () => {
        const sources = ['few', 'many'].map(code =>
            listExtractor({
                code,
                items: (code === 'few' ? items.slice(0, 1) : items).map(item => ({
                    ...item,
                    sku: `${code}${Number(item.n)}`,
                })),
                beforePage: () => new Promise(done => setTimeout(done, 20)),
                pageSize: 1,
            }),
        );
        const faults: Faults = (phase, keys) => {
            if (phase === 'resolve' && keys.includes('many0')) throw new UserError('bad', 'The row is bad.');
        };
        const { run } = bench({
            adapters: [...sources, tableLoader('table', faults).adapter],
            batchSize: 1,
            concurrency: 1,
            steps: [
                { key: 'many', type: 'EXTRACT', config: { adapterCode: 'many' } },
                { ...load('a'), tolerance: { maxRejectedPercent: 50, minRecords: 4 } },
                { key: 'few', type: 'EXTRACT', config: { adapterCode: 'few' } },
                load('b'),
            ],
            edges: [
                { from: 'many', to: 'a' },
                { from: 'few', to: 'b' },
            ],
            context: {
                throughput: { batchSize: 1, concurrency: 1 },
                parallelExecution: { enabled: true },
                errorHandling: { tolerance: { maxRejectedPercent: 30, minRecords: 5 } },
            },
        });
        expect(await run()).toMatchObject({ status: 'COMPLETED_WITH_ERRORS' });
    });
});

describe('an exporter', () => {
    it('is closed also when its stage has not begun', async () => {
        let open = 0;
        const exporter = defineExporter({
            code: 'out',
            name: 'Out',
            description: 'Counts handles.',
            category: 'test',
            guarantees: '',
            schema: config({}),
            examples: [],
            create: async () => {
                open++;
                return {
                    write: async records => records.length,
                    finish: async () => undefined,
                    close: async () => void open--,
                };
            },
        });
        const { run } = bench({
            adapters: [listExtractor({ items }), exporter],
            steps: [read, gate('gate'), { key: 'out', type: 'EXPORT', config: { adapterCode: 'out' } }],
        });
        expect(await run()).toMatchObject({ status: 'PAUSED' });
        expect(open).toBe(0);
    });
});

describe('what is owed for committed batches', () => {
    it('is done even when the source is not what it was', async () => {
        const world = newWorld();
        const told: string[] = [];
        const faults: Faults = (phase, keys) => {
            if (phase === 'afterCommit') told.push(...keys);
        };
        world.database.point = async name => {
            if (name === 'committed') throw new Error('The process was killed.');
        };
        const steps = [read, load('a')];
        await processOf({ steps, concurrency: 1 }, faults, world).go();
        world.database.restart();
        told.length = 0;
        const changed = bench({
            adapters: [listExtractor({ items, fingerprint: () => 'other' }), tableLoader('table', faults).adapter],
            steps,
            batchSize: 3,
            ...world,
        });
        const end = await changed.run({ resumeFrom: world.journal.checkpoint });
        expect(end).toMatchObject({ status: 'FAILED', error: { code: 'source-changed' } });
        expect(told).toEqual(['S0', 'S1', 'S2']);
    });
});

describe('a run that was cancelled while nobody executed it', () => {
    it('still does what is owed, and nothing else', async () => {
        const world = newWorld();
        const told: string[] = [];
        const faults: Faults = (phase, keys) => {
            if (phase === 'afterCommit') told.push(...keys);
        };
        world.database.point = async name => {
            if (name === 'committed') throw new Error('The process was killed.');
        };
        const setup = { steps: [read, load('a')], concurrency: 1 };
        await processOf(setup, faults, world).go();
        world.database.restart();
        told.length = 0;
        const { run } = processOf(setup, faults, world);
        const signal = AbortSignal.abort(new Error('CANCELLED'));
        expect(await run({ resumeFrom: world.journal.checkpoint, signal })).toMatchObject({ status: 'CANCELLED' });
        expect(told).toEqual(['S0', 'S1', 'S2']);
        expect(Object.keys(world.database.rows('a'))).toHaveLength(3);
    });
});

describe('a disabled EXTRACT', () => {
    it('needs no source that is there', async () => {
        const gone = {
            ...listExtractor({ code: 'gone', items: [] }),
            fingerprint: async () => {
                throw new UserError('file-not-found', 'It is gone.');
            },
        };
        const { run } = bench({
            adapters: [listExtractor({ items }), gone, tableLoader('table').adapter],
            steps: [read, { key: 'off', type: 'EXTRACT', config: { adapterCode: 'gone' }, disabled: true }, load('a')],
            edges: [
                { from: 'read', to: 'a' },
                { from: 'off', to: 'a' },
            ],
        });
        expect(await run()).toMatchObject({ status: 'COMPLETED' });
    });
});

describe('a run whose time is up before it has begun', () => {
    it('ends as TIMEOUT although a source hangs that is asked for its identity', async () => {
        const hanging = { ...listExtractor({ items }), fingerprint: () => new Promise<string>(() => undefined) };
        const { run } = bench({
            adapters: [hanging, tableLoader().adapter],
            steps: [read, load('a')],
            context: { timeoutMs: 50 },
        });
        expect(await run()).toMatchObject({ status: 'TIMEOUT' });
    });
});
