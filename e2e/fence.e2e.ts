import { type ID, TaxCategory } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Like } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { DataHubChangeSet, DataHubCheckpoint, DataHubRecordError, PipelineRun } from '../src/entities';
import { RunWatch } from '../src/services/run-watch';
import { describeOnEachDatabase } from './support/each-database';
import { ForeignConnection } from './support/foreign-connection';
import type { OwnershipNews, OwnershipWorkerInput } from './support/ownership-worker';
import { PipelineShop, until } from './support/pipeline-shop';
import { load } from './support/stage-pipelines';
import { namesExtractor, onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { WorkerProcess } from './support/worker-process';

/*
 * Whoever lost a run mostly learns of it from its watch, and stops. Here the watch says nothing, as it does when a worker is
 * stopped and woken right before its commit: the fence alone has to keep it from writing.
 */

const lostLease = 'The worker lost its lease and stopped; another worker goes on.';

describeOnEachDatabase('The fence', database => {
    describe('against a worker in this process that knows of nothing', () => {
        let shop: PipelineShop;
        /** As often as the watch would have stopped somebody. */
        let unheard: MockInstance<RunWatch['stop']>;

        beforeAll(async () => {
            shop = await PipelineShop.boot({
                database,
                databaseName: 'dhs_fence',
                dataHub: { adapters: [namesExtractor, taxCategoryLoader], distributedLock: { defaultTtlMs: 2_000 } },
            });
        });
        beforeEach(() => {
            unheard = vi.spyOn(RunWatch.prototype, 'stop').mockImplementation(() => undefined);
        });
        /** After a test that failed, nobody may be left waiting: the server could not be closed. */
        let letGo = (): void => undefined;
        afterEach(() => {
            letGo();
            unheard.mockRestore();
            delete onTheWay.beforePage;
            delete onTheWay.beforeApply;
        });
        afterAll(() => shop?.close());

        const enqueue = async (prefix: string, bad: number[] = []) =>
            shop.enqueue(
                await shop.pipeline({
                    steps: [
                        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'testNames', prefix, count: 55, bad } },
                        load('write', 'testTaxCategory'),
                    ],
                    context: { throughput: { batchSize: 10, concurrency: 1 } },
                }),
            );
        /** Each arrival at this name waits until it is let go, in the order of arrival. */
        const holdAt = (what: 'beforePage' | 'beforeApply', name: string, times: number) => {
            const held: (() => void)[] = [];
            letGo = () => held.forEach(go => go());
            onTheWay[what] = async names => {
                if (!names.includes(name) || held.length === times) return;
                await new Promise<void>(resolve => held.push(resolve));
            };
            return { arrived: (many: number) => until(`${many} are held`, () => held.length >= many), held };
        };
        const runOut = (runId: ID) => shop.rows(PipelineRun).update({ id: runId }, { leaseUntilMs: 0 });
        const everything = async (prefix: string, runId: ID) => ({
            names: await shop.rows(TaxCategory).find({ where: { name: Like(`%${prefix}%`) }, order: { id: 'ASC' } }),
            ledger: await shop.rows(DataHubChangeSet).find({ where: { runId }, order: { id: 'ASC' } }),
            errors: await shop.rows(DataHubRecordError).find({ where: { runId }, order: { id: 'ASC' } }),
            checkpoint: await shop.rows(DataHubCheckpoint).findOneBy({ runId }),
            run: await shop.run(runId),
        });
        const stopped = async (runId: ID, worker: Promise<unknown>) => {
            await worker;
            expect(await shop.linesOf(runId)).toContain(lostLease);
        };

        // On SQLite nobody else can write while a batch is open.
        describe.skipIf(database.name === 'sqlite')('in the middle of a batch', () => {
            it('when another one has brought the run to its end', async () => {
                const { arrived, held } = holdAt('beforeApply', 'ended-20', 1);
                const runId = await enqueue('ended-', [23]);
                const sleeper = shop.execute(runId);
                await arrived(1);
                await runOut(runId);
                expect(await shop.execute(runId)).toMatchObject({
                    status: 'COMPLETED_WITH_ERRORS',
                    created: 54,
                    rejected: 1,
                    leaseToken: 2,
                });
                const before = await everything('ended-', runId);
                held[0]!();
                await stopped(runId, sleeper);
                expect(await everything('ended-', runId)).toEqual(before);
                expect([before.names.length, before.ledger.length, before.errors.length]).toEqual([54, 54, 1]);
            });

            it('while another one is in the middle of the run', async () => {
                const { arrived, held } = holdAt('beforeApply', 'going-20', 2);
                const runId = await enqueue('going-', [23]);
                const sleeper = shop.execute(runId);
                await arrived(1);
                await runOut(runId);
                const next = shop.execute(runId);
                await arrived(2);
                const before = await everything('going-', runId);
                expect(before.run).toMatchObject({ status: 'RUNNING', leaseToken: 2 });
                expect(before.names).toHaveLength(20);
                held[0]!();
                await stopped(runId, sleeper);
                const after = await everything('going-', runId);
                expect(settled(after)).toEqual(settled(before));
                held[1]!();
                expect(await next).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 54, rejected: 1 });
                const { names, ledger, errors } = await everything('going-', runId);
                expect([names.length, ledger.length, errors.length]).toEqual([54, 54, 1]);
            });

            it('when the run has ended although nobody took it over', async () => {
                const { arrived, held } = holdAt('beforeApply', 'over-20', 1);
                const runId = await enqueue('over-');
                const sleeper = shop.execute(runId);
                await arrived(1);
                await shop.rows(PipelineRun).update({ id: runId }, { status: 'CANCELLED', finishedAt: new Date() });
                const before = await everything('over-', runId);
                held[0]!();
                await stopped(runId, sleeper);
                const after = await everything('over-', runId);
                expect(settled(after)).toEqual(settled(before));
                expect(after.run).toMatchObject({ status: 'CANCELLED', created: 20 });
            });
        });

        it('between two batches', async () => {
            const { arrived, held } = holdAt('beforePage', 'page-30', 1);
            const runId = await enqueue('page-');
            const sleeper = shop.execute(runId);
            await arrived(1);
            await runOut(runId);
            expect(await shop.execute(runId)).toMatchObject({ status: 'COMPLETED', created: 55, leaseToken: 2 });
            const before = await everything('page-', runId);
            held[0]!();
            await stopped(runId, sleeper);
            expect(await everything('page-', runId)).toEqual(before);
            expect(before.names).toHaveLength(55);
        });

        it('that has nothing to write but how the run ended', async () => {
            await shop.execute(await enqueue('same-'));
            const { arrived, held } = holdAt('beforePage', 'same-50', 2);
            const runId = await enqueue('same-');
            const sleeper = shop.execute(runId);
            await arrived(1);
            await runOut(runId);
            const next = shop.execute(runId);
            await arrived(2);
            held[0]!();
            await stopped(runId, sleeper);
            expect(await shop.run(runId)).toMatchObject({ status: 'RUNNING', leaseToken: 2, finishedAt: null });
            held[1]!();
            expect(await next).toMatchObject({ status: 'COMPLETED', created: 0, unchanged: 55, leaseToken: 2 });
        });

        it('and lets those through who own their run', async () => {
            const run = await shop.execute(await enqueue('own-'));
            expect(run).toMatchObject({ status: 'COMPLETED', created: 55, leaseToken: 1 });
            expect(unheard).not.toHaveBeenCalled();
        });
    });

    /** On SQLite a stopped process would keep everybody out of the file. */
    describe.skipIf(database.name === 'sqlite')('against a process that was stopped past its lease', () => {
        const databaseName = 'dhs_fence_woken';
        const leaseTtlMs = 2_000;
        const count = 100;
        const workers: WorkerProcess[] = [];
        let shop: ForeignConnection;

        beforeAll(async () => {
            await database.create(databaseName);
            shop = await ForeignConnection.to(database, databaseName);
        });
        afterAll(async () => {
            await Promise.all(workers.map(worker => worker.kill()));
            await shop?.close();
            await database.drop(databaseName);
        });

        const start = async (more: Partial<OwnershipWorkerInput>): Promise<WorkerProcess> => {
            const input: OwnershipWorkerInput = {
                database: database.name,
                databaseName,
                backend: 'database',
                keyPrefix: '',
                leaseTtlMs,
                pipelines: [{ code: 'woken', count }],
                msPerPage: 10,
                first: false,
                executes: true,
                ...more,
            };
            const worker = new WorkerProcess('ownership-worker', input);
            workers.push(worker);
            await heard(worker, 'READY');
            return worker;
        };
        const heard = (worker: WorkerProcess, news: OwnershipNews) =>
            reach(`it says ${news}`, worker, () => worker.sent.includes(news));
        const reach = async (what: string, worker: WorkerProcess, isReached: () => Promise<boolean> | boolean) => {
            // Stopped in the middle of a statement's transaction, a worker keeps others waiting as long as MySQL lets them: 50 s.
            for (const giveUpAt = Date.now() + 110_000; !(await isReached()); await sleep(20)) {
                worker.assertRunning();
                if (Date.now() > giveUpAt) throw new Error(`Waited in vain until ${what}.\n${worker.lastOutput}`);
            }
        };
        const everything = async () => ({
            run: await shop.rows(`SELECT * FROM "data_hub_pipeline_run"`),
            names: await shop.rows(`SELECT "id", "name" FROM "tax_category" WHERE "name" LIKE 'woken%' ORDER BY "id"`),
            ledger: await shop.rows(`SELECT "id", "entityKey" FROM "data_hub_change_set" ORDER BY "id"`),
            checkpoint: await shop.rows(`SELECT * FROM "data_hub_checkpoint"`),
        });
        const lines = async () =>
            (await shop.rows(`SELECT "message" FROM "data_hub_pipeline_log"`)).map(({ message }) => message);

        it('and is woken in the middle of its batch', { timeout: 240_000 }, async () => {
            const sleeper = await start({ first: true, holdAtName: 'woken50', isDeaf: true });
            sleeper.send({ code: 'woken', times: 1 });
            await heard(sleeper, 'HOLDING');
            sleeper.suspend();
            const [running] = (await everything()).run;
            expect(running).toMatchObject({ status: 'RUNNING', leaseToken: 1, created: 50 });
            const next = await start({});
            await reach('the other one has brought the run to its end', next, async () =>
                (await everything()).run.every(({ status }) => status === 'COMPLETED'),
            );
            await sleep(200);
            const before = await everything();
            expect(before.run).toMatchObject([{ leaseToken: 2, created: count }]);
            sleeper.wake();
            await reach('the woken one has been refused', sleeper, async () => (await lines()).includes(lostLease));
            await sleep(500);
            sleeper.assertRunning();
            expect(await everything()).toEqual(before);
            expect([before.names.length, before.ledger.length]).toEqual([count, count]);
        });
    });
});

/** Without the row of the run, in which the other worker renews its lease and tells its progress. */
function settled<T extends { run: unknown }>({ run: _, ...kept }: T): Omit<T, 'run'> {
    return kept;
}
