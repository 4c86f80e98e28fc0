import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { TransientError, UserError } from '../../sdk/errors';
import { isSettledIn } from '../batch/stage-tracker';
import type { StepCounts } from '../ports';
import { CrashError, CrashPoint, randomPoints, seeded } from '../testing/crash-points';
import { listExtractor, malformed } from '../testing/list-extractor';
import { MemoryDatabase } from '../testing/memory-database';
import { MemoryJournal } from '../testing/memory-journal';
import { bench, BenchSetup } from '../testing/run-bench';
import { Faults, tableLoader } from '../testing/table-loader';
import { groupNeighbours } from '../testing/test-operators';

/*
 * Runs are killed at random await points, again and again, with loads failing at random, and each time a new process
 * goes on from what is stored. Whatever happened on the way, the end must be the same as that of an undisturbed run.
 */
interface Scenario {
    seed: number;
    groups: number[];
    broken: number[];
    bad: number[];
    duplicates: number[];
    /** Groups whose rows are in the table already, as the source has them. */
    known: number[];
    batchSize: number;
    concurrency: number;
    crashes: number[];
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
    seed: fc.nat(),
    groups: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 25 }),
    broken: fc.array(fc.nat(24), { maxLength: 3 }),
    bad: fc.array(fc.nat(24), { maxLength: 4 }),
    duplicates: fc.array(fc.nat(24), { maxLength: 3 }),
    known: fc.array(fc.nat(24), { maxLength: 20 }),
    batchSize: fc.integer({ min: 1, max: 12 }),
    concurrency: fc.integer({ min: 1, max: 5 }),
    crashes: fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 6 }),
});

const steps: BenchSetup['steps'] = [
    { key: 'read', type: 'EXTRACT' as const, config: { adapterCode: 'list' } },
    {
        key: 'group',
        type: 'TRANSFORM' as const,
        config: { operators: [{ op: 'groupNeighbours', args: { by: 'sku' } }] },
    },
    { key: 'write', type: 'LOAD' as const, config: { adapterCode: 'table' } },
];

/** Rows of each group in a line, some malformed; groups listed as duplicates come once more at the end. */
function sourceOf({ groups, broken, duplicates }: Scenario) {
    const rows = groups.flatMap((size, group) =>
        Array.from({ length: size }, (_, row) =>
            row === 0 && broken.includes(group) ? malformed() : rowOf(group, row),
        ),
    );
    return [...rows, ...duplicates.filter(group => group < groups.length).map(group => rowOf(group, 99))];
}

/** 'committed' is a commit that happened although its answer was lost. */
const UNSTEADY = ['begin', 'settle', 'stored', 'commit', 'committed'];

/** A database that is busy now and then, at the commit too. */
function unsteady(point: CrashPoint, random: () => number): CrashPoint {
    return async name => {
        await point(name);
        if (UNSTEADY.includes(name) && random() < 0.1)
            throw new TransientError('busy', `The database is busy at "${name}".`);
    };
}

function databaseWith({ groups, known, broken }: Scenario): MemoryDatabase {
    const database = new MemoryDatabase();
    for (const group of known) {
        const rows = Array.from({ length: groups[group] ?? 0 }, (_, row) => rowOf(group, row));
        if (broken.includes(group)) rows.shift();
        if (rows.length > 0) database.committed.set(`items/S${group}`, { sku: `S${group}`, rows, writes: 0 });
    }
    return database;
}

const rowOf = (group: number, row: number): JsonObject => ({ sku: `S${group}`, row });

function processOf(one: Scenario, database: MemoryDatabase, transient: () => boolean) {
    const isBad = (key: string): boolean => one.bad.includes(Number(key.slice(1)));
    const faults: Faults = (phase, keys) => {
        if (phase === 'apply' && keys.some(isBad)) throw new UserError('bad', 'The row is bad.');
        if ((phase === 'resolve' || phase === 'apply') && transient()) {
            throw new TransientError('busy', 'The database is busy.');
        }
    };
    const journal = new MemoryJournal(database);
    const extractor = listExtractor({ items: sourceOf(one), pageSize: 4, fingerprint: () => 'same' });
    const { run } = bench({
        adapters: [extractor, groupNeighbours, tableLoader('table', faults).adapter],
        steps,
        batchSize: one.batchSize,
        concurrency: one.concurrency,
        database,
        journal,
    });
    return { journal, run: () => run({ resumeFrom: journal.checkpoint, retry: { attempts: 50 } }) };
}

describe('a run that is killed again and again', () => {
    it('ends like one that was never disturbed: nothing lost, nothing twice, every count right', async () => {
        await fc.assert(
            fc.asyncProperty(scenario, async one => {
                const calm = databaseWith(one);
                const oracle = processOf(one, calm, () => false);
                const expected = await oracle.run();

                const database = databaseWith(one);
                const random = seeded(one.seed);
                for (const crashAt of one.crashes) {
                    database.point = unsteady(randomPoints(random, crashAt), random);
                    const killed = processOf(one, database, () => random() < 0.05);
                    await killed.run();
                    expectHonestCheckpoint(database, killed.journal);
                    database.restart();
                }
                database.point = unsteady(randomPoints(random), random);
                const last = processOf(one, database, () => random() < 0.05);
                const result = await last.run();

                expect(result.status).toBe(expected.status);
                expect(result.metrics).toEqual(expected.metrics);
                expect(last.journal.checkpoint?.metrics).toEqual(expected.metrics);
                expect(database.rows('items')).toEqual(calm.rows('items'));
                expect(sorted(last.journal.quarantine)).toEqual(sorted(oracle.journal.quarantine));
                expect(sorted(last.journal.ledger)).toEqual(sorted(oracle.journal.ledger));
                expect(database.conflicts).toEqual([]);
            }),
            { numRuns: 150 },
        );
    });

    it('really is killed and resumed in the middle by the test above', async () => {
        const one: Scenario = {
            seed: 1,
            groups: [3, 3, 3, 3, 3, 3],
            broken: [],
            bad: [],
            duplicates: [],
            known: [],
            batchSize: 3,
            concurrency: 2,
            crashes: [],
        };
        const database = new MemoryDatabase();
        database.point = randomPoints(seeded(1), 20);
        const killed = await processOf(one, database, () => false).run();
        expect(killed.error?.cause).toBeInstanceOf(CrashError);
        const settled = Object.keys(database.rows('items')).length;
        expect(settled).toBeGreaterThan(0);
        expect(settled).toBeLessThan(6);
        database.restart();
        const resumed = await processOf(one, database, () => false).run();
        expect(resumed.status).toBe('COMPLETED');
        expect(Object.values(database.rows('items')).map(row => row.writes)).toEqual([1, 1, 1, 1, 1, 1]);
    });
});

/** A stored checkpoint claims exactly what is stored besides it: every record below it, and nothing that is not there. */
function expectHonestCheckpoint(database: MemoryDatabase, journal: MemoryJournal): void {
    const checkpoint = journal.checkpoint;
    const written = Object.values(database.rows('items')).filter(row => row.writes !== 0);
    const counts: Partial<StepCounts> = checkpoint?.metrics.steps.write ?? {};
    expect((counts.created ?? 0) + (counts.updated ?? 0)).toBe(written.length);
    const stored = [...journal.quarantine, ...journal.ledger].map(row => row.batch as number);
    const isSettled = (batch: number): boolean => isSettledIn(checkpoint?.stages.read, batch);
    expect(stored.filter(batch => !isSettled(batch))).toEqual([]);
}

const sorted = (rows: JsonObject[]): string[] => rows.map(row => JSON.stringify(row)).sort();
