import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Lock, LockBackend } from '../src/locks/lock';
import { openRunLocks } from '../src/services/run-locks';
import { allDatabases, type TestDatabase, unreachable } from './support/databases';
import { type BackendName, lockOptions, noDatabase } from './support/lock-backends';
import type { LockNews, LockWorkerInput } from './support/lock-worker';
import { connectPluginDatabase, openPluginDatabase, type PluginDatabase } from './support/plugin-database';
import { removeRedisKeys, whyNoRedis } from './support/redis';
import { pendingRun, pipelineRow } from './support/run-rows';
import { describeWhenReachable } from './support/when-reachable';
import { WorkerProcess } from './support/worker-process';

/* What every backend promises to those who own runs by it. */

const databaseName = 'dho_locks';
const keyPrefix = `data-hub-test-${randomUUID()}:`;
const postgres = allDatabases.find(({ name }) => name === 'postgres')!;

for (const database of allDatabases.filter(({ name }) => name !== 'mysql')) {
    describeWhenReachable(`Locks in the database (${database.name})`, unreachable.get(database), () =>
        promises('database', database),
    );
}
describeWhenReachable('Locks of PostgreSQL sessions', unreachable.get(postgres), () => {
    promises('postgres', postgres);
    promisesOfSessions();
});
describeWhenReachable('Locks in Redis', whyNoRedis(), () => promises('redis'));
describe('Locks in memory', () => promises('memory'));

function promises(backend: BackendName, database?: TestDatabase): void {
    const ttlMs = 600;
    let plugin: PluginDatabase | undefined;
    let otherSource: DataSource = noDatabase;
    let here: LockBackend;
    /** As another process sees it. */
    let there: LockBackend;
    const held: Lock[] = [];

    beforeAll(async () => {
        if (database) plugin = await openPluginDatabase(database, databaseName);
        const source = plugin?.dataSource ?? noDatabase;
        otherSource = source;
        if (database && database.name !== 'sqlite')
            otherSource = await connectPluginDatabase(database, databaseName, { synchronize: false });
        const options = lockOptions(backend, 1_500, keyPrefix);
        here = await openRunLocks(source, options);
        there = backend === 'memory' ? here : await openRunLocks(otherSource, options);
    });
    afterEach(async () => {
        await Promise.all(held.splice(0).map(lock => lock.release()));
    });
    afterAll(async () => {
        await here?.close();
        await there?.close();
        if (plugin && otherSource !== plugin.dataSource) await otherSource.destroy();
        await plugin?.close();
        if (backend === 'redis') await removeRedisKeys(keyPrefix.slice(0, -1));
    });

    /** The backend `database` locks runs, so its keys are theirs. */
    const newKey = async () =>
        plugin
            ? String(await pendingRun(plugin.dataSource, await pipelineRow(plugin.dataSource)))
            : `key-${randomUUID()}`;
    const acquire = async (from: LockBackend, key: string, waitMs = 0, ms = ttlMs) => {
        const lock = await from.acquire(key, { owner: randomUUID(), ttlMs: ms, waitMs });
        if (lock) held.push(lock);
        return lock;
    };
    const get = async (from: LockBackend, key: string, waitMs = 0, ms = ttlMs) => {
        const lock = await acquire(from, key, waitMs, ms);
        if (!lock) throw new Error('Somebody else has the lock.');
        return lock;
    };
    const isHeld = async (key: string) => (await there.isHeld([key])).has(key);

    it('are given to exactly one of many who ask at once', async () => {
        const key = await newKey();
        const answers = await Promise.all(
            Array.from({ length: 12 }, (_, index) => acquire(index % 2 ? here : there, key, 0, 10_000)),
        );
        expect(answers.filter(Boolean)).toHaveLength(1);
        expect(await acquire(there, key)).toBeUndefined();
    });

    it('do not keep those waiting who ask for another key', async () => {
        await get(here, await newKey());
        await get(here, await newKey());
        await get(there, await newKey());
    });

    it('are free once they are released, and can be released twice', async () => {
        const key = await newKey();
        const first = await get(here, key);
        await first.release();
        const second = await get(there, key);
        await first.release();
        expect(await acquire(here, key)).toBeUndefined();
        expect(await second.renew()).toBe(true);
        expect(await first.renew()).toBe(false);
        expect(await second.renew()).toBe(true);
    });

    it('expire when their holder does not renew them', async () => {
        const key = await newKey();
        const first = await get(here, key);
        await sleep(ttlMs + 150);
        expect(await isHeld(key)).toBe(false);
        const second = await get(there, key, 0, 10_000);
        expect(await first.renew()).toBe(false);
        expect(first.lost.aborted).toBe(true);
        expect(await second.renew()).toBe(true);
        expect(second.lost.aborted).toBe(false);
    });

    it('are lost by expiry even when nobody else wanted them', async () => {
        const first = await get(here, await newKey());
        await sleep(ttlMs + 150);
        expect(await first.renew()).toBe(false);
        expect(await first.renew()).toBe(false);
    });

    it('do not expire while they are renewed', async () => {
        const key = await newKey();
        const lock = await get(here, key);
        for (let i = 0; i < 6; i++) {
            await sleep(ttlMs / 3);
            expect(await lock.renew()).toBe(true);
        }
        expect(await acquire(there, key)).toBeUndefined();
        expect(lock.lost.aborted).toBe(false);
    });

    it('are not released by one who has lost them', async () => {
        const key = await newKey();
        const first = await get(here, key);
        await sleep(ttlMs + 150);
        const second = await get(here, key, 0, 10_000);
        await first.release();
        expect(await isHeld(key)).toBe(true);
        expect(await acquire(there, key)).toBeUndefined();
        expect(await second.renew()).toBe(true);
    });

    it('are waited for as long as was said, and no longer', async () => {
        const key = await newKey();
        await get(here, key, 0, 10_000);
        const startedAt = performance.now();
        expect(await acquire(there, key, 400)).toBeUndefined();
        const waitedMs = performance.now() - startedAt;
        expect(waitedMs).toBeGreaterThan(390);
        expect(waitedMs).toBeLessThan(1_500);
    });

    it('go to one who waits when they are released meanwhile', async () => {
        const key = await newKey();
        const first = await get(here, key, 0, 10_000);
        const waiting = get(there, key, 8_000);
        await sleep(150);
        const startedAt = performance.now();
        await first.release();
        await waiting;
        expect(performance.now() - startedAt).toBeLessThan(1_500);
    });

    it('are seen by everybody', async () => {
        const [free, taken, released] = [await newKey(), await newKey(), await newKey()];
        await get(here, taken, 0, 10_000);
        await (await get(here, released)).release();
        for (const from of [here, there]) {
            expect([...(await from.isHeld([free, taken, released]))]).toEqual([taken]);
            expect(await from.isHeld([])).toEqual(new Set());
        }
    });

    // Memory is seen by one process only.
    describe.skipIf(backend === 'memory')('of another process', () => {
        const leaseMs = 1_500;
        let worker: WorkerProcess | undefined;

        afterEach(() => worker?.kill());

        const startHolding = async (key: string) => {
            const inDatabase = database && { name: database.name, databaseName };
            const input: LockWorkerInput = { backend, database: inDatabase, keyPrefix, key, ttlMs: leaseMs };
            worker = new WorkerProcess('lock-worker', input);
            await heard('HELD');
        };
        const heard = async (news: LockNews) => {
            for (const giveUpAt = Date.now() + 40_000; !worker!.sent.includes(news); await sleep(20)) {
                worker!.assertRunning();
                if (Date.now() > giveUpAt) throw new Error(`It never said ${news}.\n${worker!.lastOutput}`);
            }
        };
        const msUntilFree = async (key: string) => {
            const startedAt = performance.now();
            await get(here, key, 20_000, 10_000);
            return performance.now() - startedAt;
        };

        it('are held for as long as it renews them, and free within one lease when it is killed', async () => {
            const key = await newKey();
            await startHolding(key);
            expect(await acquire(here, key, leaseMs * 1.5)).toBeUndefined();
            expect(await isHeld(key)).toBe(true);
            await worker!.kill();
            const ms = await msUntilFree(key);
            console.log(`Killed: free on ${backend} (${database?.name ?? 'no database'}) after ${Math.round(ms)} ms`);
            // Besides the lease: the longest pause between two attempts.
            expect(ms).toBeLessThan(leaseMs + 700);
            if (backend === 'postgres') expect(ms).toBeLessThan(700);
        });

        it('are free within one lease when it is stopped, and lost when it wakes up', async () => {
            const key = await newKey();
            await startHolding(key);
            worker!.suspend();
            const ms = await msUntilFree(key);
            console.log(`Stopped: free on ${backend} (${database?.name ?? 'no database'}) after ${Math.round(ms)} ms`);
            expect(ms).toBeLessThan(leaseMs + 1_000);
            expect(worker!.sent).toEqual(['HELD']);
            worker!.wake();
            await heard('LOST');
            expect(await isHeld(key)).toBe(true);
        });
    });
}

/** What sessions can do besides. */
function promisesOfSessions(): void {
    let plugin: PluginDatabase;
    let locks: LockBackend;

    beforeAll(async () => {
        plugin = await openPluginDatabase(postgres, `${databaseName}_sessions`);
        locks = await openRunLocks(plugin.dataSource, lockOptions('postgres', 1_500, keyPrefix));
    });
    afterAll(async () => {
        await locks.close();
        await plugin.close();
    });

    const sessions = () =>
        plugin.dataSource.query<{ pid: number }[]>(
            `SELECT pid FROM pg_stat_activity WHERE application_name = 'data-hub locks' AND datname = current_database()`,
        );
    const request = () => ({ owner: randomUUID(), ttlMs: 5_000, waitMs: 0 });

    it('are all lost at once when the connection ends, and it is known at once', async () => {
        const first = (await locks.acquire('1', request()))!;
        const second = (await locks.acquire('2', request()))!;
        const [session, ...more] = await sessions();
        expect(more, 'one connection for all locks').toEqual([]);
        const lost = Promise.all(
            [first, second].map(({ lost }) => new Promise(r => lost.addEventListener('abort', r))),
        );
        await plugin.dataSource.query('SELECT pg_terminate_backend($1)', [session!.pid]);
        await lost;
        expect(await first.renew()).toBe(false);
        expect(await locks.isHeld(['1', '2'])).toEqual(new Set());
        const again = (await locks.acquire('1', request()))!;
        await first.release();
        expect(await again.renew()).toBe(true);
        await again.release();
    });

    it('leave no connection open when there is none of them', async () => {
        const lock = (await locks.acquire('3', request()))!;
        expect(await sessions()).toHaveLength(1);
        await lock.release();
        await sleep(900);
        expect(await sessions()).toEqual([]);
        await (await locks.acquire('3', request()))!.release();
    });

    it('keep a session that is slow from being ended while it renews', async () => {
        const lock = (await locks.acquire('4', request()))!;
        for (let i = 0; i < 6; i++) {
            await sleep(500);
            expect(await lock.renew()).toBe(true);
        }
        await lock.release();
    });

    it('are refused at the start on another database', async () => {
        const sqlite = { options: { type: 'better-sqlite3' } } as unknown as DataSource;
        await expect(openRunLocks(sqlite, lockOptions('postgres', 1_500, keyPrefix))).rejects.toThrow(
            'distributedLock.backend is "postgres", but the shop\'s database is of type "better-sqlite3".',
        );
    });
}
