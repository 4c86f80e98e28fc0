import type { ID } from '@vendure/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { describeOnEachDatabase } from '../../e2e/support/each-database';
import { connectPluginDatabase, openPluginDatabase, type PluginDatabase } from '../../e2e/support/plugin-database';
import { pendingRun, pipelineRow } from '../../e2e/support/run-rows';
import { PipelineRun } from '../entities';
import { MemoryLocks } from '../locks/memory-locks';
import { requeueRun } from './requeue-run';
import { RunLeases, updateFenced } from './run-lease';

const name = 'dhg_lease';

describeOnEachDatabase('RunLeases', testDatabase => {
    let database: PluginDatabase;
    let other: DataSource;
    let leases: RunLeases;
    let brief: RunLeases;
    let pipelineId: ID;

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, name);
        other =
            testDatabase.name === 'sqlite'
                ? database.dataSource
                : await connectPluginDatabase(testDatabase, name, { synchronize: false });
        leases = new RunLeases(database.dataSource, 30_000);
        brief = new RunLeases(database.dataSource, 50);
    });
    afterAll(async () => {
        if (other !== database.dataSource) await other.destroy();
        await database.close();
    });

    const runs = () => database.dataSource.getRepository(PipelineRun);
    const newRun = async () => {
        pipelineId = await pipelineRow(database.dataSource);
        return pendingRun(database.dataSource, pipelineId);
    };
    const claimed = async (from: RunLeases, runId: ID) => {
        const result = await from.claim(runId);
        if (!result.claimed) throw new Error(`The run was not claimed: ${result.because}`);
        return result;
    };

    it('gives a run to exactly one of many that claim it at once', async () => {
        const runId = await newRun();
        const elsewhere = new RunLeases(other, 30_000);
        const results = await Promise.all(
            Array.from({ length: 8 }, (_, index) => (index % 2 ? leases : elsewhere).claim(runId)),
        );
        expect(results.filter(result => result.claimed)).toHaveLength(1);
        expect(results.filter(result => !result.claimed && result.because === 'TAKEN')).toHaveLength(7);
    });

    it('starts the run and hands out what it runs', async () => {
        const runId = await newRun();
        const { run, lease } = await claimed(leases, runId);
        expect(run).toMatchObject({
            status: 'RUNNING',
            leaseToken: 1,
            claimsWithoutProgress: 1,
            leaseOwner: lease.owner,
        });
        expect(run.startedAt).toBeInstanceOf(Date);
        expect(run.definition.steps).toHaveLength(1);
    });

    it('measures leases by the clock of the database', async () => {
        const runId = await newRun();
        const before = Date.now();
        const { run } = await claimed(leases, runId);
        expect(Math.abs(run.leaseUntilMs! - 30_000 - before)).toBeLessThan(5_000);
    });

    it('lets another worker take over after the lease has expired, and fences the first one', async () => {
        const runId = await newRun();
        const first = await claimed(brief, runId);
        await sleep(80);
        const second = await claimed(leases, runId);
        expect(second.lease.token).toBe(first.lease.token + 1);
        expect(await first.lock.renew()).toBe(false);
        expect(first.lock.lost.aborted).toBe(true);
        expect(await brief.finish(first.lease, { status: 'COMPLETED' })).toBe(false);
        expect(await brief.release(first.lease)).toBe(false);
        expect(await runs().findOneByOrFail({ id: runId })).toMatchObject({ status: 'RUNNING', leaseToken: 2 });
    });

    it('does not expire while it is renewed', async () => {
        const runId = await newRun();
        const patient = new RunLeases(database.dataSource, 600);
        const { lock } = await claimed(patient, runId);
        for (let i = 0; i < 4; i++) {
            await sleep(200);
            expect(await lock.renew()).toBe(true);
        }
        expect(await leases.claim(runId)).toEqual({ claimed: false, because: 'TAKEN' });
    });

    it('tells a write that changes nothing from a write that misses', async () => {
        const { lease } = await claimed(leases, await newRun());
        const manager = database.dataSource.manager;
        expect(await updateFenced(manager, lease, { read: 7 })).toBe(true);
        expect(await updateFenced(manager, lease, { read: 7 })).toBe(true);
        expect(await updateFenced(manager, { ...lease, token: lease.token + 1 }, { read: 8 })).toBe(false);
    });

    it('gives a run back so that the next claim comes at once and does not count as a crash', async () => {
        const runId = await newRun();
        const { lease } = await claimed(leases, runId);
        expect(await leases.release(lease)).toBe(true);
        expect((await claimed(leases, runId)).run.claimsWithoutProgress).toBe(1);
    });

    it('has nothing to claim once the run has ended', async () => {
        const runId = await newRun();
        const { lease } = await claimed(leases, runId);
        expect(await leases.finish(lease, { status: 'FAILED', error: 'x' })).toBe(true);
        expect(await leases.claim(runId)).toEqual({ claimed: false, because: 'DONE' });
        expect(await leases.claim(999_999)).toEqual({ claimed: false, because: 'DONE' });
    });

    it('leaves a run to a worker whose lease is in the row, whatever the own backend says', async () => {
        const runId = await newRun();
        const { lease } = await claimed(leases, runId);
        const memory = new RunLeases(database.dataSource, 30_000, new MemoryLocks());
        expect(await memory.claim(runId)).toEqual({ claimed: false, because: 'TAKEN' });
        await runs().update({ id: runId }, { leaseUntilMs: 0 });
        const second = await claimed(memory, runId);
        expect(second.lease.token).toBe(lease.token + 1);
        expect(await leases.finish(lease, { status: 'COMPLETED' })).toBe(false);
    });

    it('keeps nothing of a lease in the row that another backend keeps', async () => {
        const memory = new RunLeases(database.dataSource, 200, new MemoryLocks());
        const runId = await newRun();
        const { run, lock } = await claimed(memory, runId);
        expect(run).toMatchObject({ leaseOwner: lock.owner, leaseUntilMs: null, leaseToken: 1 });
        await lock.renew();
        const { updatedAt } = await runs().findOneByOrFail({ id: runId });
        expect(updatedAt).toEqual(run.updatedAt);
        expect(await memory.claim(runId)).toEqual({ claimed: false, because: 'TAKEN' });
        await sleep(250);
        expect((await claimed(memory, runId)).lease.token).toBe(2);
    });

    it('misses when others have claimed since the lock was given, however late it comes', async () => {
        const runId = await newRun();
        const others = new RunLeases(database.dataSource, 30_000, new MemoryLocks());
        // Stopped after it has read the row, for so long that another worker takes the run over.
        const slowly = slowWithLock(database.dataSource, () => claimed(others, runId));
        const slow = new RunLeases(slowly, 30_000, new MemoryLocks());
        expect(await slow.claim(runId)).toEqual({ claimed: false, because: 'TAKEN' });
        expect(await runs().findOneByOrFail({ id: runId })).toMatchObject({ leaseToken: 1 });
    });

    it('gives the lock back when the run is not to be had', async () => {
        const locks = new MemoryLocks();
        const memory = new RunLeases(database.dataSource, 30_000, locks);
        const first = await newRun();
        const second = await pendingRun(database.dataSource, pipelineId);
        expect(await memory.claim(second)).toEqual({ claimed: false, because: 'WAITING' });
        expect(await locks.isHeld([String(first), String(second)])).toEqual(new Set());
    });

    describe('a run that comes to a gate', () => {
        const atGate = async () => {
            const runId = await newRun();
            return { runId, ...(await claimed(leases, runId)) };
        };
        const stored = (runId: ID) => runs().findOneByOrFail({ id: runId });

        it('waits there, and for its turn once the gate is decided', async () => {
            const { runId, lease } = await atGate();
            expect(await leases.finish(lease, { status: 'PAUSED', finishedAt: new Date() })).toBe(true);
            expect(await stored(runId)).toMatchObject({ status: 'PAUSED', finishedAt: null, leaseOwner: null });
            expect(await leases.claim(runId)).toEqual({ claimed: false, because: 'DONE' });
            await requeueRun(runs(), runId);
            await requeueRun(runs(), runId);
            expect((await claimed(leases, runId)).run).toMatchObject({ leaseToken: 2, claimsWithoutProgress: 1 });
        });

        it('does not wait when the gate was decided while it was still executing', async () => {
            const { runId, lease } = await atGate();
            await requeueRun(runs(), runId);
            expect(await leases.finish(lease, { status: 'PAUSED' })).toBe(true);
            expect(await stored(runId)).toMatchObject({ status: 'PENDING' });
            const { lease: second } = await claimed(leases, runId);
            await leases.finish(second, { status: 'PAUSED' });
            expect(await stored(runId), 'one decision counts once').toMatchObject({ status: 'PAUSED' });
        });

        it('ends there when somebody has cancelled it', async () => {
            const { runId, lease } = await atGate();
            await runs().update({ id: runId }, { cancelRequested: true });
            expect(await leases.finish(lease, { status: 'PAUSED' })).toBe(true);
            const run = await stored(runId);
            expect(run).toMatchObject({ status: 'CANCELLED', leaseOwner: null });
            expect(run.finishedAt).toBeInstanceOf(Date);
        });

        it('is not requeued when it has ended', async () => {
            const { runId, lease } = await atGate();
            await leases.finish(lease, { status: 'FAILED' });
            await expect(requeueRun(runs(), runId)).rejects.toThrow(
                `Run ${runId} is FAILED and waits at no gate any more.`,
            );
        });
    });

    describe('runs of the same pipeline', () => {
        it('wait for the one that is running', async () => {
            const first = await newRun();
            const second = await pendingRun(database.dataSource, pipelineId);
            const { lease } = await claimed(leases, first);
            expect(await leases.claim(second)).toEqual({ claimed: false, because: 'WAITING' });
            await leases.finish(lease, { status: 'COMPLETED' });
            await claimed(leases, second);
        });

        it('wait for one whose worker died until it has been taken over and has ended', async () => {
            const first = await newRun();
            const second = await pendingRun(database.dataSource, pipelineId);
            await claimed(brief, first);
            await sleep(80);
            expect(await leases.claim(second)).toEqual({ claimed: false, because: 'WAITING' });
        });

        it('do not keep one from being taken over that started before they could be seen', async () => {
            const started = await newRun();
            await claimed(brief, started);
            const createdAt = new Date(Date.now() - 60_000);
            const askedForEarlier = await pendingRun(database.dataSource, pipelineId, { createdAt });
            await sleep(80);
            expect(await leases.claim(askedForEarlier)).toEqual({ claimed: false, because: 'WAITING' });
            const { lease } = await claimed(leases, started);
            await leases.finish(lease, { status: 'COMPLETED' });
            await claimed(leases, askedForEarlier);
        });

        it('start in the order in which they were asked for', async () => {
            const first = await newRun();
            const second = await pendingRun(database.dataSource, pipelineId);
            expect(await leases.claim(second)).toEqual({ claimed: false, because: 'WAITING' });
            await claimed(leases, first);
        });

        it('never run side by side, however many are claimed at once', async () => {
            const ids = [await newRun()];
            for (let i = 0; i < 7; i++) ids.push(await pendingRun(database.dataSource, pipelineId));
            const elsewhere = new RunLeases(other, 30_000);
            const attempts = ids.flatMap(id => [leases.claim(id), elsewhere.claim(id)]);
            const results = await Promise.all(attempts.map(attempt => attempt.catch(() => ({ claimed: false }))));
            expect(results.filter(result => result.claimed)).toHaveLength(1);
            expect(await runs().countBy({ pipelineId, status: 'RUNNING' })).toBe(1);
        });

        it.skipIf(testDatabase.name === 'sqlite')(
            'see a later one that started while the earlier one was not committed yet',
            async () => {
                const earlier = await newRun();
                const later = await pendingRun(database.dataSource, pipelineId);
                const runner = other.createQueryRunner();
                await runner.startTransaction();
                await runner.manager.update(PipelineRun, { id: later }, { status: 'RUNNING', leaseToken: 1 });
                const claim = leases.claim(earlier);
                await sleep(150);
                await runner.commitTransaction();
                await runner.release();
                expect(await claim).toEqual({ claimed: false, because: 'WAITING' });
            },
        );

        it('wait for nobody and keep nobody waiting when they may run in parallel', async () => {
            const first = await newRun();
            const parallel = { concurrency: 'PARALLEL' };
            const [second, third] = [
                await pendingRun(database.dataSource, pipelineId, parallel),
                await pendingRun(database.dataSource, pipelineId, parallel),
            ];
            await claimed(leases, third);
            await claimed(leases, second);
            expect(await leases.claim(first)).toEqual({ claimed: false, because: 'WAITING' });
        });

        it('go on while an earlier one waits at a gate, which waits for them when it is approved', async () => {
            const first = await newRun();
            const second = await pendingRun(database.dataSource, pipelineId);
            const third = await pendingRun(database.dataSource, pipelineId);
            await leases.finish((await claimed(leases, first)).lease, { status: 'PAUSED' });
            const { lease } = await claimed(leases, second);
            await requeueRun(runs(), first);
            expect(await leases.claim(first)).toEqual({ claimed: false, because: 'WAITING' });
            await leases.finish(lease, { status: 'COMPLETED' });
            expect(await leases.claim(third)).toEqual({ claimed: false, because: 'WAITING' });
            await claimed(leases, first);
        });

        it('do not wait for runs of other pipelines', async () => {
            await claimed(leases, await newRun());
            await claimed(leases, await newRun());
        });
    });
});

/** A data source whose second read of a run, the one with the lock in hand, is followed by a stop. */
function slowWithLock(dataSource: DataSource, stop: () => Promise<unknown>): DataSource {
    let reads = 0;
    return new Proxy(dataSource, {
        get(target, property) {
            if (property !== 'getRepository') return bound(target, property);
            return () => ({
                findOneBy: async (where: object) => {
                    const run = await target.getRepository(PipelineRun).findOneBy(where);
                    if (++reads === 2) await stop();
                    return run;
                },
            });
        },
    });
}

function bound(target: object, property: string | symbol): unknown {
    const value: unknown = Reflect.get(target, property);
    return typeof value === 'function' ? (value.bind(target) as unknown) : value;
}
