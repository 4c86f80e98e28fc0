import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../bench/catalog/random';
import { creationDifferences, differencesFromFile } from './support/catalog-oracle';
import { describeOnEachDatabase } from './support/each-database';
import { CHECKED, PUBLISHED } from './support/kill-pipelines';
import { isFull, killTimeoutMs, seed } from './support/scale';
import { KilledShop, type RunState } from './support/killed-shop';
import { differencesOfRun, planDifferences, silenceAbout } from './support/run-oracle';
import { isAfter, type StagedPhase, phaseOf } from './support/staged-phase';
import type { WorkerProcess } from './support/worker-process';

/*
 * The same for a run with everything between its stages: a spool that is filled, a gate with its plan, a barrier, guards.
 * Kills are aimed: the test watches the run's row, its checkpoint and its gates, and kills in the phase it wants. What
 * a kill hit is read afterwards, when nobody writes any more.
 */
const rows = isFull ? 20_000 : 4_000;
const batchSize = 100;

const aims: StagedPhase[] = [
    ...of('FILLING_SPOOL', 4),
    ...of('PLANNING_AT_GATE', 5),
    ...of('GATE_OPENED', 3),
    ...of('GATE_APPROVED', 2),
    ...of('BEHIND_GATE', 3),
    ...of('BARRIER', 6),
    ...of('BEHIND_BARRIER', 2),
    ...of('PLANNING_FOR_GUARDS', 4),
    ...of('GUARD_OPENED', 3),
    ...of('GUARD_APPROVED', 2),
    ...of('BEHIND_GUARDS', 3),
];
/** A few of those that are easily hit. */
const sample: StagedPhase[] = [seed % 2 === 0 ? 'FILLING_SPOOL' : 'PLANNING_AT_GATE', 'BARRIER', 'PLANNING_FOR_GUARDS'];

/** Phases that last for some milliseconds only are not always hit. */
const atLeast: Partial<Record<StagedPhase, number>> = {
    FILLING_SPOOL: 3,
    PLANNING_AT_GATE: 3,
    BEHIND_GATE: 2,
    BARRIER: 2,
    PLANNING_FOR_GUARDS: 3,
    BEHIND_GUARDS: 2,
};
const inGatesAndBarriers: StagedPhase[] = [
    ...(['PLANNING_AT_GATE', 'GATE_OPENED', 'GATE_APPROVED', 'BARRIER'] as const),
    ...(['PLANNING_FOR_GUARDS', 'GUARD_OPENED', 'GUARD_APPROVED'] as const),
];

describeOnEachDatabase(
    `A run with gates and a barrier whose workers are killed, seed ${seed}`,
    database => {
        const random = seededRandom(seed);
        const hits: Partial<Record<StagedPhase, number>> = {};
        let shop: KilledShop;
        let worker: WorkerProcess;
        let approved = new Set<string>();
        let claims = 0;

        beforeAll(async () => {
            console.log(`Staged kill test on ${database.name}: DATA_HUB_TEST_SEED=${seed}`);
            shop = await KilledShop.create(database, { databaseName: 'data_hub_kill_staged', rows, batchSize, seed });
        });
        afterAll(() => shop?.close());

        const start = (): void => {
            worker = shop.startWorker();
            approved = new Set();
        };
        /** Somebody approves what waits, as soon as the run pauses; what was planned is looked at before. */
        const approve = async (state: RunState): Promise<void> => {
            const waiting = Object.entries(state.gates).find(([, decision]) => decision === 'WAITING');
            if (state.status !== 'PAUSED' || !waiting || approved.has(waiting[0])) return;
            const [gate] = waiting;
            await shop.ready(worker);
            const slugs = shop.products.map(product => product.slug);
            const step = gate === 'gate' ? 'check' : gate;
            expect(await planDifferences(shop.tables, { runId: state.id, step, slugs })).toEqual([]);
            approved.add(gate);
            worker.send({ approve: { runId: state.id, step: gate } });
        };
        /** False when the run is past it already. */
        const untilPhase = async (aim: StagedPhase): Promise<boolean> => {
            for (;;) {
                const state = await shop.until('the run moves', ({ leaseToken, status }) => {
                    return leaseToken > claims || status !== 'RUNNING';
                });
                const phase = phaseOf(state);
                if (isAfter(phase, aim)) return false;
                if (phase === aim) return true;
                await approve(state);
                await sleep(5);
            }
        };

        it(
            'ends as if nothing had happened',
            async () => {
                const { products, variants, tables, folder } = shop;
                start();
                await shop.tell(worker, { run: 'staged' });
                for (const aim of isFull ? aims : sample) {
                    if (!(await untilPhase(aim))) continue;
                    await sleep(delayMs(aim, random));
                    const state = await shop.kill(worker);
                    const hit = phaseOf(state);
                    hits[hit] = (hits[hit] ?? 0) + 1;
                    claims = state.leaseToken;
                    start();
                }
                await untilPhase('ENDED');
                const { id } = await shop.untilEnded();
                await shop.stopWorkers();
                console.log(`Kills on ${database.name}: ${JSON.stringify(hits)}`);

                const published = products.map(product => ({
                    ...product,
                    name: PUBLISHED + product.name,
                    description: CHECKED + product.description,
                }));
                expect(await differencesFromFile(tables, published)).toEqual([]);
                expect(await creationDifferences(tables, id)).toEqual([]);
                const all = products.length;
                const totals = { read: variants, created: all, updated: 2 * all, deleted: 0 };
                const steps = {
                    read: { in: variants },
                    write: { in: all, created: all, out: all },
                    gate: { in: all, out: all, dropped: 0 },
                    check: { in: all, updated: all },
                    order: { in: all, out: all },
                    publish: { in: all, updated: all },
                };
                expect(await differencesOfRun(tables, folder, { id, totals, steps })).toEqual([]);
                expect(await silenceAbout(tables, folder, 'created')).toEqual([]);
                // Once for each of the two loads behind the gate.
                expect(await silenceAbout(tables, folder, 'updated', 2)).toEqual([]);
                const sum = (phases: StagedPhase[]): number => phases.reduce((n, phase) => n + (hits[phase] ?? 0), 0);
                expect(sum(inGatesAndBarriers), 'kills in gates and barriers').toBeGreaterThanOrEqual(isFull ? 12 : 1);
                if (!isFull) return;
                for (const [phase, least] of Object.entries(atLeast))
                    expect(hits[phase as StagedPhase] ?? 0, phase).toBeGreaterThanOrEqual(least);
                expect(sum(Object.keys(hits) as StagedPhase[]), 'kills').toBeGreaterThanOrEqual(24);
            },
            killTimeoutMs,
        );
    },
    { sampleOn: 'postgres' },
);

/** What is over in a moment is killed at once. */
function delayMs(aim: StagedPhase, random: () => number): number {
    if (aim.endsWith('OPENED')) return Math.floor(random() * 3);
    if (aim.endsWith('APPROVED')) return Math.floor(random() * 60);
    // So that barriers are hit while they take records in and while they give them out.
    return Math.floor(random() * (isFull ? 300 : 120));
}

function of(phase: StagedPhase, times: number): StagedPhase[] {
    return Array.from({ length: times }, () => phase);
}
