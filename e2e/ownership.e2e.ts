import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allDatabases, type TestDatabase, unreachable } from './support/databases';
import { ForeignConnection } from './support/foreign-connection';
import { type BackendName } from './support/lock-backends';
import type { OwnershipNews, OwnershipWorkerInput } from './support/ownership-worker';
import { removeRedisKeys, whyNoRedis } from './support/redis';
import { describeWhenReachable } from './support/when-reachable';
import { WorkerProcess } from './support/worker-process';
import { isFull } from './support/scale';

/*
 * Workers that are killed, and workers that are stopped past their lease and woken again, on Vendure's SQL job queue, which
 * never repeats the job of a dead worker.
 */

const leaseTtlMs = 4_000;
const count = 300;
const databaseName = 'dho_owner';

type Combination = [BackendName, TestDatabase['name']];
/** Each takes a minute, most of it the start of servers. */
const always: Combination[] = [
    ['database', 'postgres'],
    ['redis', 'mariadb'],
];
const inFull: Combination[] = [
    ['database', 'mariadb'],
    ['memory', 'sqlite'],
    ['database', 'sqlite'],
    ['postgres', 'postgres'],
];
const combinations = isFull ? [...always, ...inFull] : always;

for (const [backend, name] of combinations) {
    const database = allDatabases.find(each => each.name === name)!;
    const reason = unreachable.get(database) ?? (backend === 'redis' ? whyNoRedis() : undefined);
    describeWhenReachable(`Runs that are owned by backend "${backend}" (${name})`, reason, () =>
        ownership(backend, database),
    );
}

function ownership(backend: BackendName, database: TestDatabase): void {
    const keyPrefix = `data-hub-test-${randomUUID()}:`;
    const workers: WorkerProcess[] = [];
    /** SQLite and the backend "memory" are for one process at a time. */
    const isAlone = backend === 'memory' || database.name === 'sqlite';
    let shop: ForeignConnection;

    beforeAll(async () => {
        await database.create(databaseName);
        shop = await ForeignConnection.to(database, databaseName);
    });
    afterAll(async () => {
        await Promise.all(workers.map(worker => worker.kill()));
        await shop?.close();
        await database.drop(databaseName);
        if (backend === 'redis') await removeRedisKeys(keyPrefix.slice(0, -1));
    });

    const start = ({ first = false } = {}): WorkerProcess => {
        const input: OwnershipWorkerInput = {
            database: database.name,
            databaseName,
            backend,
            keyPrefix,
            leaseTtlMs,
            pipelines: [
                { code: 'killed', count },
                { code: 'stopped', count },
            ],
            msPerPage: 100,
            first,
            executes: true,
            holdAtName: 'stopped150',
        };
        const worker = new WorkerProcess('ownership-worker', input);
        workers.push(worker);
        return worker;
    };
    const until = async (what: string, worker: WorkerProcess, isReached: () => Promise<boolean> | boolean) => {
        for (const giveUpAt = Date.now() + 60_000; !(await reached(isReached)); await sleep(20)) {
            worker.assertRunning();
            if (Date.now() > giveUpAt) throw new Error(`Waited in vain until ${what}.\n${worker.lastOutput}`);
        }
    };
    const heard = (worker: WorkerProcess, news: OwnershipNews) =>
        until(`it says ${news}`, worker, () => worker.sent.includes(news));
    const runOf = async (code: string) => {
        const [run] = await shop.rows(
            `SELECT run.* FROM "data_hub_pipeline_run" run JOIN "data_hub_pipeline" pipeline
             ON pipeline."id" = run."pipelineId" WHERE pipeline."code" = '${code}'`,
        );
        if (!run) throw new Error('The run is not there yet.');
        return run;
    };
    const completed = (code: string, worker: WorkerProcess) =>
        until(
            'the run has ended',
            worker,
            async () => !['PENDING', 'RUNNING'].includes(String((await runOf(code)).status)),
        );
    const written = async (code: string) => {
        const names = await shop.rows(`SELECT "name" FROM "tax_category" WHERE "name" LIKE '${code}%'`);
        return { rows: names.length, names: new Set(names.map(({ name }) => name)).size };
    };
    const linesOf = async (code: string) => {
        const { id } = await runOf(code);
        const rows = await shop.rows(`SELECT "message" FROM "data_hub_pipeline_log" WHERE "runId" = ${Number(id)}`);
        return rows.map(({ message }) => String(message)).join('\n');
    };

    it('go on in another worker within one lease time when theirs is killed', { timeout: 180_000 }, async () => {
        await heard(start({ first: true }), 'READY');
        if (!isAlone) await heard(start(), 'READY');
        workers[0]!.send({ code: 'killed', times: 1 });
        await until('batches have settled', workers[0]!, async () => Number((await runOf('killed')).created) >= 30);
        const { leaseOwner } = await runOf('killed');
        const owner = workers.find(({ pid }) => String(leaseOwner).includes(`:${pid}:`))!;
        await owner.kill();
        const killedAt = performance.now();
        expect(await runOf('killed')).toMatchObject({ status: 'RUNNING', leaseToken: 1 });
        let second = workers.find(worker => worker !== owner);
        if (!second) await heard((second = start()), 'READY');
        const readyAt = performance.now();
        await until('it is taken over', second, async () => Number((await runOf('killed')).leaseToken) === 2);
        const takenOverMs = performance.now() - (isAlone ? readyAt : killedAt);
        console.log(`Taken over by ${backend} on ${database.name} after ${Math.round(takenOverMs)} ms`);
        expect(takenOverMs).toBeLessThan(leaseTtlMs);
        // Its connection ends with the process, and the locks with the connection.
        if (backend === 'postgres') expect(takenOverMs).toBeLessThan(leaseTtlMs / 2);
        await completed('killed', second);
        expect(await runOf('killed')).toMatchObject({ status: 'COMPLETED', created: count, leaseToken: 2 });
        expect(await written('killed')).toEqual({ rows: count, names: count });
    });

    it.skipIf(isAlone)(
        'belong to the next worker when theirs is stopped past its lease, and the woken one writes nothing',
        { timeout: 180_000 },
        async () => {
            const sleeper = workers.find(worker => worker.isRunning)!;
            sleeper.send({ code: 'stopped', times: 1 });
            // In the middle of a batch, whose transaction is open.
            await heard(sleeper, 'HOLDING');
            sleeper.suspend();
            expect(await runOf('stopped')).toMatchObject({ status: 'RUNNING', leaseToken: 1 });
            const next = start();
            await heard(next, 'READY');
            await completed('stopped', next);
            const before = await runOf('stopped');
            expect(before).toMatchObject({ status: 'COMPLETED', created: count, leaseToken: 2 });
            sleeper.wake();
            await until('the woken one has noticed', sleeper, async () =>
                (await linesOf('stopped')).includes('The worker lost its lease and stopped'),
            );
            await sleep(1_000);
            sleeper.assertRunning();
            expect(await runOf('stopped')).toEqual(before);
            expect(await written('stopped')).toEqual({ rows: count, names: count });
            const ledger = await shop.rows(
                `SELECT "id" FROM "data_hub_change_set" WHERE "runId" = ${Number(before.id)}`,
            );
            expect(ledger).toHaveLength(count);
        },
    );
}

/** The first worker is still making the tables, or SQLite is being written. */
async function reached(condition: () => Promise<boolean> | boolean): Promise<boolean> {
    try {
        return await condition();
    } catch {
        return false;
    }
}
