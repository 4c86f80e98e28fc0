import { DefaultJobQueuePlugin, type ID, TaxCategory } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Like } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { onFreeConnection } from '../src/catalog/sql/single-connection';
import { DataHubPlugin } from '../src/data-hub.plugin';
import { ENDED_RUN_STATUSES, Pipeline, PipelineLog, PipelineRun, type RunConcurrency } from '../src/entities';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { PipelineService } from '../src/services/pipeline.service';
import { describeOnEachDatabase } from './support/each-database';
import type { OwnershipWorkerInput } from './support/ownership-worker';
import { namesExtractor, onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { type BootedVendure, bootVendure } from './support/vendure';
import { WorkerProcess } from './support/worker-process';

const databaseName = 'dho_turns';

describeOnEachDatabase('Runs of one pipeline that are asked for at once', database => {
    let vendure: BootedVendure;
    let asker: WorkerProcess | undefined;
    let codes = 0;

    beforeAll(async () => {
        vendure = await bootVendure({
            database,
            databaseName,
            runJobs: true,
            plugins: [
                DefaultJobQueuePlugin.init({ pollInterval: 50, concurrency: () => 4 }),
                DataHubPlugin.init({
                    adapters: [namesExtractor, taxCategoryLoader],
                    distributedLock: { defaultTtlMs: 4_000 },
                }),
            ],
        });
    });
    afterEach(() => delete onTheWay.beforePage);
    afterAll(async () => {
        await asker?.kill();
        await vendure.close();
    });

    const rows = <T extends object>(entity: new () => T) => vendure.connection.rawConnection.getRepository(entity);
    const runner = () => vendure.app.get(PipelineRunnerService);
    const load = (runId: ID) => rows(PipelineRun).findOneByOrFail({ id: runId });
    const runsOf = (pipelineId: ID) =>
        rows(PipelineRun).find({ where: { pipelineId }, order: { createdAt: 'ASC', id: 'ASC' } });
    const ask = (pipelineId: ID) => runner().enqueue(vendure.ctx, pipelineId, { triggeredBy: 'test' });
    const askAtOnce = (pipelineId: ID, times: number) =>
        Promise.all(Array.from({ length: times }, () => ask(pipelineId)));
    const endOf = async (runId: ID) => {
        await until(async () => (ENDED_RUN_STATUSES as readonly string[]).includes((await load(runId)).status));
        return load(runId);
    };
    const allEnded = async (pipelineId: ID, count: number) => {
        await until(async () => {
            const ended = (await runsOf(pipelineId)).filter(({ finishedAt }) => finishedAt !== null);
            return ended.length === count;
        });
        return runsOf(pipelineId);
    };
    const pipelineOf = async (onConcurrentRun: RunConcurrency | undefined, prefix: string): Promise<ID> => {
        const { rawConnection } = vendure.connection;
        const input = {
            code: `turns-${++codes}`,
            name: prefix,
            definition: {
                version: 1 as const,
                steps: [
                    {
                        key: 'source',
                        type: 'EXTRACT',
                        config: { adapterCode: 'testNames', prefix, count: 15, bad: [] },
                    },
                    { key: 'load', type: 'LOAD', config: { adapterCode: 'testTaxCategory' } },
                ],
                context: {
                    throughput: { batchSize: 10, concurrency: 1 },
                    ...(onConcurrentRun ? { onConcurrentRun } : {}),
                },
            },
        };
        // On SQLite the job queue's own transactions get in the way of others that begin meanwhile.
        const created = await onFreeConnection(rawConnection, () =>
            vendure.app.get(PipelineService).create(vendure.ctx, input),
        );
        if (!(created instanceof Pipeline)) throw new Error(JSON.stringify(created));
        return created.id;
    };
    /** Each run stops before its first page until `go`; `arrived` counts them. */
    const hold = (prefix: string) => {
        const state = { arrived: 0, go: (): void => undefined };
        const released = new Promise<void>(resolve => (state.go = resolve));
        onTheWay.beforePage = async names => {
            if (!names.includes(`${prefix}0`)) return;
            state.arrived++;
            await released;
        };
        return state;
    };
    const expectTurns = (runs: PipelineRun[]) => {
        for (const [index, run] of runs.slice(1).entries()) {
            const before = runs[index]!;
            expect(run.startedAt!.getTime(), `run ${run.id}`).toBeGreaterThanOrEqual(before.finishedAt!.getTime());
        }
    };

    it('all run, one after the other, and none fails for being second', async () => {
        const pipelineId = await pipelineOf(undefined, 'burst-');
        await askAtOnce(pipelineId, 20);
        const runs = await allEnded(pipelineId, 20);
        expect(runs.map(({ status }) => status)).toEqual(Array(20).fill('COMPLETED'));
        expect(runs.map(({ created }) => created)).toEqual([15, ...Array<number>(19).fill(0)]);
        expectTurns(runs);
    });

    it('are skipped while one waits or runs, with a sentence that says why', async () => {
        const pipelineId = await pipelineOf('SKIP', 'skip-');
        const held = hold('skip-');
        const first = await ask(pipelineId);
        expect(first).toMatchObject({ status: 'PENDING', concurrency: 'SKIP' });
        const second = await ask(pipelineId);
        await until(() => Promise.resolve(held.arrived === 1));
        const third = await ask(pipelineId);
        for (const [run, what] of [
            [second, 'was (waiting|running)'],
            [third, 'was running'],
        ] as const) {
            expect(run).toMatchObject({ status: 'CANCELLED', startedAt: null, leaseToken: 0 });
            expect(run.finishedAt).toBeInstanceOf(Date);
            expect(run.error).toMatch(
                new RegExp(
                    `^Skipped: run ${first.id} of this pipeline ${what}, and the pipeline skips what is asked for meanwhile.$`,
                ),
            );
            const [line] = await rows(PipelineLog).findBy({ runId: run.id });
            expect(line!.message).toBe(run.error);
        }
        held.go();
        expect(await endOf(first.id)).toMatchObject({ status: 'COMPLETED', created: 15 });
        expect(await endOf((await ask(pipelineId)).id)).toMatchObject({ status: 'COMPLETED', unchanged: 15 });
    });

    it('leave exactly one when all of them would skip', async () => {
        const pipelineId = await pipelineOf('SKIP', 'one-');
        const held = hold('one-');
        const answers = await askAtOnce(pipelineId, 8);
        expect(answers.map(({ status }) => status).sort()).toEqual([...Array<string>(7).fill('CANCELLED'), 'PENDING']);
        held.go();
        const runs = await allEnded(pipelineId, 8);
        expect(runs.filter(({ status }) => status === 'COMPLETED')).toHaveLength(1);
    });

    it('leave exactly one when all of them would skip and are parts of larger transactions', async () => {
        const pipelineId = await pipelineOf('SKIP', 'outer-');
        const held = hold('outer-');
        const askInside = () =>
            vendure.connection.withTransaction(vendure.ctx, async ctx => {
                const run = await runner().enqueue(ctx, pipelineId, { triggeredBy: 'test' });
                await sleep(50);
                return run;
            });
        // On SQLite, at once, they would all be parts of one transaction.
        const answers =
            database.name === 'sqlite'
                ? [await askInside(), await askInside()]
                : await Promise.all([1, 2, 3, 4, 5].map(askInside));
        held.go();
        await allEnded(pipelineId, answers.length);
        expect(answers.filter(({ status }) => status === 'PENDING')).toHaveLength(1);
    });

    it('run side by side when they may', async () => {
        const pipelineId = await pipelineOf('PARALLEL', 'side-');
        const held = hold('side-');
        await askAtOnce(pipelineId, 3);
        await until(() => Promise.resolve(held.arrived === 3));
        expect(await rows(PipelineRun).countBy({ pipelineId, status: 'RUNNING' })).toBe(3);
        held.go();
        const runs = await allEnded(pipelineId, 3);
        expect(runs.map(({ status }) => status)).toEqual(Array(3).fill('COMPLETED'));
        expect(await rows(TaxCategory).countBy({ name: Like('side-%') })).toBeGreaterThanOrEqual(15);
    });

    it('take turns whatever the pipeline says when they are made from another run', async () => {
        const pipelineId = await pipelineOf('PARALLEL', 'undo-');
        const held = hold('undo-');
        const first = await ask(pipelineId);
        await until(() => Promise.resolve(held.arrived === 1));
        const { definition } = await rows(Pipeline).findOneByOrFail({ id: pipelineId });
        const undo = await runner().enqueue(vendure.ctx, pipelineId, {
            triggeredBy: 'test',
            derived: { kind: 'UNDO', definition, ofRunId: first.id },
        });
        await runner().execute(undo.id);
        expect(await load(undo.id)).toMatchObject({ status: 'PENDING', concurrency: 'QUEUE', kind: 'UNDO' });
        held.go();
        const [ended, undone] = [await endOf(first.id), await endOf(undo.id)];
        expectTurns([ended, undone]);
    });

    // SQLite is for one process.
    it.skipIf(database.name === 'sqlite')('take turns when two processes ask for them', async () => {
        const pipelineId = await pipelineOf(undefined, 'two-');
        const { code } = await rows(Pipeline).findOneByOrFail({ id: pipelineId });
        await startAsker();
        asker!.send({ code, times: 8 });
        await askAtOnce(pipelineId, 8);
        const runs = await allEnded(pipelineId, 16);
        expect(runs.map(({ status }) => status)).toEqual(Array(16).fill('COMPLETED'));
        expectTurns(runs);
    });

    it.skipIf(database.name === 'sqlite')('leave exactly one when two processes ask for runs that skip', async () => {
        const pipelineId = await pipelineOf('SKIP', 'twoskip-');
        const { code } = await rows(Pipeline).findOneByOrFail({ id: pipelineId });
        await startAsker();
        const held = hold('twoskip-');
        asker!.sent.length = 0;
        asker!.send({ code, times: 6 });
        await askAtOnce(pipelineId, 6);
        await until(() => Promise.resolve(asker!.sent.includes('ASKED')));
        held.go();
        const runs = await allEnded(pipelineId, 12);
        expect(runs.filter(({ status }) => status === 'COMPLETED')).toHaveLength(1);
        expect(runs.filter(({ status }) => status === 'CANCELLED')).toHaveLength(11);
    });

    const startAsker = async () => {
        if (asker) return;
        const input: OwnershipWorkerInput = {
            database: database.name,
            databaseName,
            backend: 'database',
            keyPrefix: '',
            leaseTtlMs: 4_000,
            pipelines: [],
            msPerPage: 0,
            first: false,
            executes: false,
        };
        asker = new WorkerProcess('ownership-worker', input);
        await until(() => Promise.resolve(asker!.sent.includes('READY')));
    };

    describe('while one waits at a gate', () => {
        const paused = async (prefix: string) => {
            const pipelineId = await pipelineOf(undefined, prefix);
            const { id } = await ask(pipelineId);
            await endOf(id);
            await rows(PipelineRun).update({ id }, { status: 'PAUSED', finishedAt: null });
            return { id, pipelineId };
        };

        it('run all the same', async () => {
            const { id, pipelineId } = await paused('gate-');
            expect((await endOf((await ask(pipelineId)).id)).status).toBe('COMPLETED');
            expect((await load(id)).status).toBe('PAUSED');
        });

        it('see it end at once when it is cancelled', async () => {
            const { id } = await paused('gatecancel-');
            const run = await runner().cancel(vendure.ctx, id);
            expect(run).toMatchObject({ status: 'CANCELLED' });
            expect(run.finishedAt).toBeInstanceOf(Date);
        });

        it('see it go on once it is requeued, together with the decision', async () => {
            const { id } = await paused('gateapproved-');
            await expect(
                vendure.connection.withTransaction(vendure.ctx, async ctx => {
                    await runner().requeue(ctx, id);
                    throw new Error('The decision was not stored.');
                }),
            ).rejects.toThrow('The decision was not stored.');
            await sleep(300);
            expect((await load(id)).status).toBe('PAUSED');
            await vendure.connection.withTransaction(vendure.ctx, ctx => runner().requeue(ctx, id));
            expect(await endOf(id)).toMatchObject({ status: 'COMPLETED', leaseToken: 2 });
        });
    });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
    const giveUpAt = Date.now() + 40_000;
    while (!(await condition())) {
        if (Date.now() > giveUpAt) throw new Error('It did not happen within 40 seconds.');
        await sleep(40);
    }
}
