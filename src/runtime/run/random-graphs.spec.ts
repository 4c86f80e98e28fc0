import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { TransientError, UserError } from '../../sdk/errors';
import { defineExporter } from '../../sdk/exporter';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import type { PipelineRecord } from '../../sdk/record';
import { randomPoints, seeded } from '../testing/crash-points';
import { listExtractor } from '../testing/list-extractor';
import { MemoryDatabase } from '../testing/memory-database';
import { MemoryJournal } from '../testing/memory-journal';
import { MemorySpool } from '../testing/memory-spool';
import { bench, BenchSetup } from '../testing/run-bench';
import { Faults, tableLoader } from '../testing/table-loader';
import { recordOperator } from '../testing/test-operators';
import { isFull } from '../../../e2e/support/scale';

/*
 * Any graph of steps, killed again and again, against a model of a few lines: what arrives where, and how often. The graphs
 * are drawn at random, so that stages are cut in ways that nobody would think of.
 */
type Kind = 'SAME' | 'SORT' | 'ROUTE' | 'GATE' | 'GUARDED' | 'LOAD' | 'EXPORT';
interface Drawn {
    kind: Kind;
    /** Each chooses among the ways out of earlier steps. */
    parents: number[];
    isRejected: boolean;
}
interface Scenario {
    seed: number;
    sources: number[];
    drawn: Drawn[];
    bad: number[];
    batchSize: number;
    concurrency: number;
    parallel: boolean;
    distributed: boolean;
    crashes: number[];
}

const kinds: Kind[] = ['SAME', 'SORT', 'ROUTE', 'GATE', 'GUARDED', 'LOAD', 'LOAD', 'EXPORT'];
const scenario: fc.Arbitrary<Scenario> = fc.record({
    seed: fc.nat(),
    sources: fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 2 }),
    drawn: fc.array(
        fc.record({
            kind: fc.constantFrom(...kinds),
            parents: fc.array(fc.nat(100), { minLength: 1, maxLength: 2 }),
            isRejected: fc.boolean(),
        }),
        { minLength: 1, maxLength: 8 },
    ),
    bad: fc.array(fc.nat(15), { maxLength: 4 }),
    batchSize: fc.integer({ min: 1, max: 6 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    parallel: fc.boolean(),
    distributed: fc.boolean(),
    crashes: fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 5 }),
});

const draw = (kind: Kind, ...parents: number[]): Drawn => ({ kind, parents, isRejected: false });
const calm = { seed: 0, bad: [], batchSize: 1, concurrency: 1, parallel: false, distributed: false, crashes: [] };
/** What the engine got wrong once. */
const found: Scenario[] = [
    // Two branches of a ROUTE into one step of another stage.
    { ...calm, sources: [8], drawn: [draw('ROUTE', 0), draw('SAME', 2), draw('SAME', 1, 2)], parallel: true },
    // Refused by the first of three LOADs.
    { ...calm, sources: [1], drawn: [draw('LOAD', 0), draw('LOAD', 1), draw('LOAD', 2)], bad: [0] },
    // Written by a worker whose owner died before it counted what waits at the gate.
    { ...calm, sources: [1], drawn: [draw('GATE', 0), draw('LOAD', 0)], distributed: true, crashes: [1, 9] },
    // Two ways from LOAD to LOAD, written by workers.
    { ...calm, sources: [1], drawn: [draw('LOAD', 0), draw('LOAD', 0), draw('LOAD', 1, 2)], distributed: true },
];

type Steps = BenchSetup['steps'];
type Edge = { from: string; to: string; branch?: string };
interface Pipeline {
    steps: Steps;
    edges: Edge[];
    kindOf: Map<string, Kind>;
    rejected: Set<string>;
}

function pipelineOf({ sources, drawn }: Scenario): Pipeline {
    const steps: Steps = sources.map((_, at) => ({
        key: `e${at}`,
        type: 'EXTRACT',
        config: { adapterCode: `list${at}` },
    }));
    const ways: Omit<Edge, 'to'>[] = steps.map(({ key }) => ({ from: key }));
    const edges: Edge[] = [];
    const kindOf = new Map<string, Kind>();
    const rejected = new Set<string>();
    drawn.forEach(({ kind, parents, isRejected }, at) => {
        const key = `${kind.toLowerCase()}${at}`;
        kindOf.set(key, kind);
        if (isRejected) rejected.add(key);
        for (const way of new Set(parents.map(parent => ways[parent % ways.length]!))) edges.push({ ...way, to: key });
        steps.push(stepOf(key, kind));
        if (kind === 'ROUTE') ways.push({ from: key, branch: 'low' });
        if (kind !== 'EXPORT') ways.push({ from: key });
    });
    return { steps, edges, kindOf, rejected };
}

function stepOf(key: string, kind: Kind): Steps[number] {
    switch (kind) {
        case 'SAME':
            return { key, type: 'TRANSFORM', config: { operators: [{ op: 'same' }] } };
        case 'SORT':
            return { key, type: 'TRANSFORM', config: { operators: [{ op: 'sort', args: { by: 'sku' } }] } };
        case 'ROUTE':
            return { key, type: 'ROUTE', config: { branches: [{ name: 'low', when: { field: 'n', lt: 7 } }] } };
        case 'GATE':
            return { key, type: 'GATE', config: { approvalType: 'MANUAL' } };
        case 'LOAD':
            return { key, type: 'LOAD', config: { adapterCode: 'table', table: key } };
        case 'GUARDED':
            return {
                key,
                type: 'LOAD',
                config: { adapterCode: 'table', table: key },
                guards: { maxChangedPercent: 0 },
            };
        case 'EXPORT':
            return { key, type: 'EXPORT', config: { adapterCode: 'memory', name: key } };
    }
}

interface Expected {
    counts: Record<string, { in: number; out: number; dropped: number; rejected: number }>;
    /** Keys in each table and export, sorted. */
    arrived: Record<string, string[]>;
}

/** What the pipeline does, without stages, batches and everything that makes it hard. */
function model({ sources, bad }: Scenario, { steps, edges, kindOf, rejected }: Pipeline): Expected {
    const expected: Expected = { counts: {}, arrived: {} };
    const outputs = new Map<string, JsonObject[]>();
    const put = (key: string, given: JsonObject[], left: JsonObject[], dropped: number): void => {
        expected.counts[key] = {
            in: given.length,
            out: left.length,
            dropped,
            rejected: given.length - left.length - dropped,
        };
        outputs.set(key, left);
    };
    sources.forEach((count, at) => put(`e${at}`, itemsOf(at, count), itemsOf(at, count), 0));
    for (const { key } of steps) {
        const kind = kindOf.get(key);
        if (!kind) continue;
        const given = edges
            .filter(({ to }) => to === key)
            .flatMap(({ from, branch }) => {
                const records = outputs.get(from)!;
                if (kindOf.get(from) !== 'ROUTE') return records;
                return records.filter(record => isLow(record) === (branch === 'low'));
            });
        const isClosed = rejected.has(key);
        if (kind === 'GATE' && isClosed) put(key, given, [], given.length);
        else if (kind === 'GUARDED' && isClosed && good(given, bad).length > 0) put(key, given, [], given.length);
        else if (kind === 'LOAD' || kind === 'GUARDED') put(key, given, good(given, bad), 0);
        else if (kind === 'ROUTE') {
            const hasDefault = edges.some(({ from, branch }) => from === key && branch === undefined);
            const left = given.filter(record => hasDefault || isLow(record));
            put(key, given, left, given.length - left.length);
        } else put(key, given, given, 0);
        if (['LOAD', 'GUARDED', 'EXPORT'].includes(kind)) {
            expected.arrived[key] = outputs
                .get(key)!
                .map(({ sku }) => String(sku as string))
                .sort();
        }
    }
    return expected;
}

const itemsOf = (source: number, count: number): JsonObject[] =>
    Array.from({ length: count }, (_, n) => ({ sku: `${source}-${n}`, n }));
const isLow = ({ n }: JsonObject): boolean => Number(n) < 7;

/** The first of each key, unless it is bad. */
function good(records: JsonObject[], bad: number[]): JsonObject[] {
    const byKey = new Map(records.map(record => [record.sku, record]));
    return [...byKey.values()].filter(({ n }) => !bad.includes(Number(n)));
}

interface World {
    database: MemoryDatabase;
    spool: MemorySpool;
    delivered: Set<string>;
    /** What exporters have written, and what of it has appeared. */
    files: Map<string, { written: string[]; finished?: string[] }>;
}

const newWorld = (): World => ({
    database: new MemoryDatabase(),
    spool: new MemorySpool(),
    delivered: new Set(),
    files: new Map(),
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

function memoryExporter({ files, database }: World) {
    return defineExporter({
        code: 'memory',
        name: 'Memory',
        description: 'Writes to a list.',
        category: 'test',
        guarantees: '',
        schema: config({ name: field.text('Name', 'Of the list.') }),
        examples: [],
        create: async ({ config: { name } }) => {
            const file: { written: string[]; finished?: string[] } = files.get(name) ?? { written: [] };
            files.set(name, file);
            return {
                async write(records: readonly PipelineRecord[], position) {
                    await database.point('export');
                    file.written.length = Number(position ?? 0);
                    for (const { data } of records) file.written.push(data.sku as string);
                    const end = file.written.length;
                    await database.point('exported');
                    return end;
                },
                async finish(position) {
                    await database.point('finish');
                    file.finished = file.written.slice(0, Number(position ?? 0));
                },
                close: async () => undefined,
            };
        },
    });
}

function processOf(one: Scenario, pipeline: Pipeline, world: World) {
    const { database, spool, delivered } = world;
    const workersDie = seeded(one.seed + 1);
    const faults: Faults = (phase, keys) => {
        if (phase === 'resolve' && keys.some(key => one.bad.includes(Number(key.split('-')[1])))) {
            throw new UserError('bad', 'The row is bad.');
        }
        if (phase === 'afterCommit') for (const key of keys) delivered.add(key);
    };
    const journal = new MemoryJournal(database);
    const { run, gates } = bench({
        adapters: [
            ...one.sources.map((count, at) =>
                listExtractor({ code: `list${at}`, items: itemsOf(at, count), pageSize: 4, fingerprint: () => 'same' }),
            ),
            sort,
            recordOperator('same', data => data),
            memoryExporter(world),
            tableLoader('table', faults).adapter,
        ],
        steps: pipeline.steps,
        edges: pipeline.edges,
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
    const decide = (step: string): void => gates.decide(step, pipeline.rejected.has(step) ? 'REJECTED' : 'APPROVED');
    return { journal, gates, decide, run: () => run({ resumeFrom: journal.checkpoint, retry: { attempts: 50 } }) };
}

async function toTheEnd(one: Scenario, pipeline: Pipeline, world: World) {
    for (let pauses = 0; ; pauses++) {
        const { journal, decide, run } = processOf(one, pipeline, world);
        const result = await run();
        if (result.status !== 'PAUSED') return { journal, result };
        expect(pauses).toBeLessThan(10);
        result.waitsAt!.forEach(decide);
    }
}

async function disturb(one: Scenario, pipeline: Pipeline, world: World): Promise<void> {
    const random = seeded(one.seed);
    for (const crashAt of one.crashes) {
        const dying = randomPoints(random, crashAt);
        const point = async (name: string): Promise<void> => {
            await dying(name);
            if (random() < 0.05) throw new TransientError('busy', `Busy at "${name}".`);
        };
        world.database.point = point;
        world.spool.point = point;
        await processOf(one, pipeline, world).run();
        world.database.restart();
        world.spool.point = () => Promise.resolve();
        const { gates, decide } = processOf(one, pipeline, world);
        for (const [step, gate] of Object.entries(gates.opened)) {
            if (gate.state === 'WAITING' && random() < 0.5) decide(step);
        }
    }
}

describe('a run of any graph that is killed again and again', () => {
    it('ends with what the graph says', { timeout: 240_000 }, async () => {
        await fc.assert(
            fc.asyncProperty(scenario, async one => {
                const pipeline = pipelineOf(one);
                const world = newWorld();
                await disturb(one, pipeline, world);
                const { result, journal } = await toTheEnd(one, pipeline, world);

                const expected = model(one, pipeline);
                const nothing = { in: 0, out: 0, dropped: 0, rejected: 0 };
                for (const [key, counts] of Object.entries(expected.counts)) {
                    expect({ key, ...(result.metrics.steps[key] ?? nothing) }).toMatchObject({ key, ...counts });
                }
                for (const [key, skus] of Object.entries(expected.arrived)) {
                    const file = world.files.get(key);
                    const rows = world.database.rows(key);
                    // A file that nothing reached because of rejections is not finished.
                    const arrived = file ? (file.finished ?? []).sort() : Object.keys(rows).sort();
                    expect({ key, skus: arrived }).toEqual({ key, skus });
                    for (const row of Object.values(rows)) expect(row.writes).toBe(1);
                }
                const refused = Object.values(expected.counts).reduce((sum, { rejected }) => sum + rejected, 0);
                expect(journal.quarantine).toHaveLength(refused);
                expect(result.error?.code ?? 'every-record-failed').toBe('every-record-failed');
                const loaded = [...pipeline.kindOf].filter(([, kind]) => kind === 'LOAD' || kind === 'GUARDED');
                const written = new Set(loaded.flatMap(([key]) => expected.arrived[key]!));
                expect([...world.delivered].sort()).toEqual([...written].sort());
            }),
            {
                examples: found.map(one => [one]),
                numRuns: isFull ? 1_500 : 150,
            },
        );
    });
});
