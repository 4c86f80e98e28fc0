import type { ID, TransactionalConnection } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../e2e/support/each-database';
import { connectPluginDatabase, openPluginDatabase, type PluginDatabase } from '../../e2e/support/plugin-database';
import { pendingRun, pipelineRow } from '../../e2e/support/run-rows';
import { PipelineRun } from '../entities';
import type { LockBackend } from '../locks/lock';
import { MemoryLocks } from '../locks/memory-locks';
import { databaseNowMs } from './database-clock';
import { DatabaseLocks } from './database-locks';
import { RunDispatcher } from './run-dispatcher';
import { RunLeases } from './run-lease';

const name = 'dhg_dispatch';

describeOnEachDatabase('RunDispatcher', testDatabase => {
    let database: PluginDatabase;
    let other: DataSource;
    let leases: RunLeases;
    let dispatcher: RunDispatcher;
    let jobs: ID[];

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, name);
        other =
            testDatabase.name === 'sqlite'
                ? database.dataSource
                : await connectPluginDatabase(testDatabase, name, { synchronize: false });
        leases = new RunLeases(database.dataSource, 50);
    });
    afterAll(async () => {
        if (other !== database.dataSource) await other.destroy();
        await database.close();
    });
    beforeEach(async () => {
        await runs().createQueryBuilder().delete().execute();
        jobs = [];
        dispatcher = dispatcherOn(database.connection);
    });

    const runs = () => database.dataSource.getRepository(PipelineRun);
    const dispatcherOn = (
        connection: TransactionalConnection,
        locks: LockBackend = new DatabaseLocks(connection.rawConnection),
    ) => {
        const made = new RunDispatcher(connection, locks);
        made.connect(data => {
            jobs.push(data.runId);
            return Promise.resolve();
        });
        return made;
    };
    const newPipeline = () => pipelineRow(database.dataSource);
    const newRun = (pipelineId: ID) => pendingRun(database.dataSource, pipelineId);
    const queuedMinutesAgo = (runId: ID, minutes: number, timesQueued: number) =>
        runs().update(
            { id: runId },
            { timesQueued, queuedAtMs: () => `${databaseNowMs(database.dataSource)} - ${minutes * 60_000}` },
        );

    it('gives a new run its job, once', async () => {
        const pipelineId = await newPipeline();
        const runId = await newRun(pipelineId);
        await dispatcher.dispatchNext(pipelineId);
        await dispatcher.dispatchNext(pipelineId);
        expect(jobs).toEqual([runId]);
        expect(await runs().findOneByOrFail({ id: runId })).toMatchObject({ timesQueued: 1 });
    });

    it('queues the runs of a pipeline one after the other', async () => {
        const pipelineId = await newPipeline();
        const [first, second] = [await newRun(pipelineId), await newRun(pipelineId)];
        await dispatcher.dispatchNext(pipelineId);
        expect(jobs).toEqual([first]);
        const claim = await leases.claim(first);
        await dispatcher.dispatchNext(pipelineId);
        expect(jobs).toEqual([first]);
        if (claim.claimed) await leases.finish(claim.lease, { status: 'COMPLETED' });
        await dispatcher.dispatchNext(pipelineId);
        expect(jobs).toEqual([first, second]);
    });

    it('brings back a run whose worker died, once its lease has expired, and only once', async () => {
        const runId = await newRun(await newPipeline());
        await leases.claim(runId);
        expect(await dispatcher.dispatchDue()).toBe(0);
        await sleep(80);
        expect(await dispatcher.dispatchDue()).toBe(1);
        expect(await dispatcher.dispatchDue()).toBe(0);
        expect(jobs).toEqual([runId]);
    });

    it('queues a run once when many processes sweep at the same time', async () => {
        const runId = await newRun(await newPipeline());
        await leases.claim(runId);
        await sleep(80);
        const elsewhere = dispatcherOn({ rawConnection: other } as TransactionalConnection);
        await Promise.all([1, 2, 3, 4].flatMap(() => [dispatcher.dispatchDue(), elsewhere.dispatchDue()]));
        expect(jobs).toEqual([runId]);
    });

    it('brings back a waiting run that never got its job, but not one that waits for another', async () => {
        const pipelineId = await newPipeline();
        const first = await newRun(pipelineId);
        await newRun(pipelineId);
        expect(await dispatcher.dispatchDue()).toBe(1);
        expect(jobs).toEqual([first]);
    });

    it('rings again for a lost job after a minute, then after longer and longer', async () => {
        const runId = await newRun(await newPipeline());
        const due = async (minutes: number, timesQueued: number) => {
            await queuedMinutesAgo(runId, minutes, timesQueued);
            return (await dispatcher.dispatchDue()) === 1;
        };
        expect(await due(0.9, 1)).toBe(false);
        expect(await due(1.1, 1)).toBe(true);
        expect(await due(1.1, 2)).toBe(false);
        expect(await due(2.1, 2)).toBe(true);
        expect(await due(29, 40)).toBe(false);
        expect(await due(31, 40)).toBe(true);
    });

    it('queues a run again whose job ended because another one was ahead', async () => {
        const pipelineId = await newPipeline();
        const runId = await newRun(pipelineId);
        await dispatcher.dispatchNext(pipelineId);
        await dispatcher.forgetJob(runId);
        expect(await dispatcher.dispatchDue()).toBe(1);
        expect(jobs).toEqual([runId, runId]);
    });

    it('leaves ended runs alone', async () => {
        const claim = await leases.claim(await newRun(await newPipeline()));
        if (claim.claimed) await leases.finish(claim.lease, { status: 'CANCELLED' });
        await sleep(80);
        expect(await dispatcher.dispatchDue()).toBe(0);
    });

    it('queues all runs that may run in parallel', async () => {
        const pipelineId = await newPipeline();
        const parallel = { concurrency: 'PARALLEL' };
        const ids = [];
        for (let i = 0; i < 3; i++) ids.push(await pendingRun(database.dataSource, pipelineId, parallel));
        await dispatcher.dispatchNext(pipelineId);
        await dispatcher.dispatchNext(pipelineId);
        expect(jobs).toEqual(ids);
    });

    it('lets a run at a gate wait, and others go by', async () => {
        const pipelineId = await newPipeline();
        const [first, second] = [await newRun(pipelineId), await newRun(pipelineId)];
        const claim = await leases.claim(first);
        if (claim.claimed) await leases.finish(claim.lease, { status: 'PAUSED' });
        await dispatcher.dispatchNext(pipelineId);
        expect(await dispatcher.dispatchDue()).toBe(0);
        expect(jobs).toEqual([second]);
    });

    describe('with locks that leave no trace in the rows', () => {
        const ttlMs = 300;
        let locks: MemoryLocks;
        let dispatcherWithLocks: RunDispatcher;

        beforeEach(() => {
            locks = new MemoryLocks();
            dispatcherWithLocks = dispatcherOn(database.connection, locks);
        });

        const runningRun = async (pipelineId: ID) => {
            const runId = await newRun(pipelineId);
            const claim = await new RunLeases(database.dataSource, ttlMs, locks).claim(runId);
            if (!claim.claimed) throw new Error(claim.because);
            return { runId, ...claim };
        };

        it('brings back a run whose lock nobody holds any more', async () => {
            const { runId } = await runningRun(await newPipeline());
            expect(await dispatcherWithLocks.dispatchDue()).toBe(0);
            await sleep(ttlMs + 50);
            expect(await dispatcherWithLocks.dispatchDue()).toBe(1);
            expect(await dispatcherWithLocks.dispatchDue()).toBe(0);
            expect(jobs).toEqual([runId]);
        });

        it('brings back at once what a worker gave back in order', async () => {
            const { runId, lease, lock } = await runningRun(await newPipeline());
            await leases.release(lease);
            await lock.release();
            expect(await dispatcherWithLocks.dispatchDue()).toBe(1);
            expect(jobs).toEqual([runId]);
        });

        it('leaves runs alone whose lock is renewed', async () => {
            const { lock } = await runningRun(await newPipeline());
            for (let i = 0; i < 4; i++) {
                await sleep(ttlMs / 3);
                await lock.renew();
                expect(await dispatcherWithLocks.dispatchDue()).toBe(0);
            }
        });

        it('finds the one among hundreds that are held', async () => {
            const pipelineId = await newPipeline();
            const held = { concurrency: 'PARALLEL', status: 'RUNNING', leaseToken: 1 };
            const ids: string[] = [];
            for (let i = 0; i < 210; i++) ids.push(String(await pendingRun(database.dataSource, pipelineId, held)));
            const abandoned = ids.at(-1)!;
            for (const id of ids.slice(0, -1)) await locks.acquire(id, { owner: id, ttlMs: 60_000, waitMs: 0 });
            expect(await dispatcherWithLocks.dispatchDue()).toBe(1);
            expect(jobs.map(String)).toEqual([abandoned]);
            await locks.close();
        });
    });
});
