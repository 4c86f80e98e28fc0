import type { ID } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import { openPluginDatabase, type PluginDatabase } from '../../../e2e/support/plugin-database';
import { pendingRun, pipelineRow } from '../../../e2e/support/run-rows';
import { TypeOrmUnitOfWork } from '../../catalog/sql/unit-of-work';
import { DataHubChangeSet, DataHubRunBatch, PipelineRun } from '../../entities';
import { LeaseLostError, type JournaledChangeSet } from '../../runtime/ports';
import type { BatchWorker } from '../../runtime/run/batch-worker';
import type { CatalogScope } from '../../catalog/catalog-scope';
import { UserError } from '../../sdk/errors';
import type { Lease } from '../run-lease';
import { type BatchJobData, BatchDispatcher } from './batch-dispatcher';
import { BatchWorkerService } from './batch-worker.service';
import { DatabaseRemoteBatches } from './database-remote-batches';

const stage = 'read';
const never = new AbortController().signal;

describeOnEachDatabase('DatabaseRemoteBatches', testDatabase => {
    let database: PluginDatabase;
    let runId: ID;
    /** Jobs on the queue; nobody works on them unless a test says so. */
    let jobs: BatchJobData[];

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, 'dhg_remote_batches');
    });
    afterAll(() => database.close());
    beforeEach(async () => {
        jobs = [];
        const pipelineId = await pipelineRow(database.dataSource);
        runId = await pendingRun(database.dataSource, pipelineId, { status: 'RUNNING', leaseToken: 1 });
    });

    const rows = () => database.dataSource.getRepository(DataHubRunBatch);
    const lease = (token: number): Lease => ({ runId, owner: `owner-${token}`, token });
    const takeOver = (token: number) =>
        database.dataSource.getRepository(PipelineRun).update({ id: runId }, { leaseToken: token });
    const owner = (token: number, helper?: BatchWorkerService) => {
        const dispatcher = new BatchDispatcher();
        dispatcher.connect({
            addJob: async job => void jobs.push(job),
            workHere: async job => helper?.work(job),
        });
        return new DatabaseRemoteBatches(lease(token), database.dataSource, dispatcher);
    };
    const written = () => database.dataSource.getRepository(DataHubChangeSet).countBy({ runId });
    const jobOf = (batch: number): BatchJobData => ({ runId, stage, batch });
    const until = (condition: () => Promise<void>) => vi.waitFor(condition, { timeout: 10_000, interval: 20 });
    /** Its job comes a moment after its row. */
    const untilQueued = (batch: number) =>
        until(async () => {
            expect(await rows().findOneBy({ runId, batch })).toMatchObject({ state: 'QUEUED' });
            expect(jobs).toContainEqual(jobOf(batch));
        });
    const untilTaken = (batch: number) =>
        until(async () => expect(await rows().findOneBy({ runId, batch })).toMatchObject({ state: 'TAKEN' }));
    const expireHolds = () => rows().update({ runId }, { takenUntilMs: 1 });
    const forget = (from: DatabaseRemoteBatches, batches: number[]) =>
        new TypeOrmUnitOfWork(database.connection, database.ctx).transaction(scope =>
            from.forget(
                scope,
                batches.map(batch => ({ stage, batch })),
            ),
        );

    it('resolves with what a worker has committed, and keeps the proof until it is counted', async () => {
        const remote = owner(1);
        const settled = remote.settle({ stage, batch: 4 }, never);
        await untilQueued(4);
        expect(jobs).toEqual([jobOf(4)]);
        await workerOf(database).work(jobs[0]!);
        expect(await settled).toMatchObject({ stage, batch: 4, owesDelivery: true });
        expect(await remote.settledBefore()).toHaveLength(1);
        expect(await written()).toBe(1);
        await forget(remote, [4]);
        expect(await rows().countBy({ runId })).toBe(0);
    });

    it('has a batch written once when its job comes twice', async () => {
        const settled = owner(1).settle({ stage, batch: 0 }, never);
        await untilQueued(0);
        const worker = workerOf(database);
        await Promise.all([worker.work(jobOf(0)), worker.work(jobOf(0)), workerOf(database).work(jobOf(0))]);
        await settled;
        await worker.work(jobOf(0));
        expect(await written()).toBe(1);
    });

    it('gives the batch of a worker that does not answer to another; the first one cannot commit it any more', async () => {
        const settled = owner(1).settle({ stage, batch: 0 }, never);
        await untilQueued(0);
        const wake = latch();
        const asleep = workerOf(database, { beforeTransaction: () => wake.opened }).work(jobOf(0));
        await untilTaken(0);
        await expireHolds();
        await until(async () => expect(jobs).toHaveLength(2));
        // The second one has the batch, and is not done, when the first one comes to its commit.
        const go = latch();
        const second = workerOf(database, { beforeTransaction: () => go.opened }).work(jobs[1]!);
        await untilTaken(0);
        wake.open();
        await asleep;
        expect(await written()).toBe(0);
        go.open();
        await second;
        await settled;
        expect(await written()).toBe(1);
    });

    it('lets a new owner ask again for what a worker of the former one still writes', async () => {
        void owner(1)
            .settle({ stage, batch: 0 }, never)
            .catch(() => undefined);
        await untilQueued(0);
        const wake = latch();
        const asleep = workerOf(database, { beforeTransaction: () => wake.opened }).work(jobOf(0));
        await untilTaken(0);
        await takeOver(2);
        const settled = owner(2).settle({ stage, batch: 0 }, never);
        await untilQueued(0);
        wake.open();
        await asleep;
        expect(await written()).toBe(0);
        await workerOf(database).work(jobOf(0));
        await settled;
        expect(await written()).toBe(1);
    });

    it('counts what was committed for the former owner instead of writing it again', async () => {
        void owner(1)
            .settle({ stage, batch: 0 }, never)
            .catch(() => undefined);
        await untilQueued(0);
        await workerOf(database).work(jobOf(0));
        await takeOver(2);
        const successor = owner(2);
        expect(await successor.settledBefore()).toMatchObject([{ stage, batch: 0 }]);
        expect(await successor.settle({ stage, batch: 0 }, never)).toMatchObject({ batch: 0 });
        expect(await written()).toBe(1);
    });

    it('writes nothing for a former owner who does not know yet', async () => {
        await takeOver(2);
        const former = owner(1);
        const asked = former.settle({ stage, batch: 0 }, never);
        await untilQueued(0);
        await workerOf(database).work(jobOf(0));
        expect(await written()).toBe(0);
        const settled = owner(2).settle({ stage, batch: 0 }, never);
        await expect(asked).rejects.toBeInstanceOf(LeaseLostError);
        await untilQueued(0);
        const { id } = await rows().findOneByOrFail({ runId });
        await former.takeBack();
        expect(await rows().findOneBy({ id }), 'the row of the new owner').not.toBeNull();
        await workerOf(database).work(jobOf(0));
        await settled;
        expect(await written()).toBe(1);
    });

    it('refuses a commit after the end of the run', async () => {
        const settled = owner(1).settle({ stage, batch: 0 }, never);
        settled.catch(() => undefined);
        await untilQueued(0);
        const wake = latch();
        const late = workerOf(database, { beforeTransaction: () => wake.opened }).work(jobOf(0));
        await untilTaken(0);
        await database.dataSource.getRepository(PipelineRun).update({ id: runId }, { status: 'CANCELLED' });
        wake.open();
        await late;
        expect(await written()).toBe(0);
        await rows().delete({ runId });
        await database.dataSource.getRepository(PipelineRun).update({ id: runId }, { status: 'RUNNING' });
        await untilQueued(0);
        await workerOf(database).work(jobOf(0));
        await settled;
    });

    it('asks again for a batch whose row is gone', async () => {
        const settled = owner(1).settle({ stage, batch: 0 }, never);
        await untilQueued(0);
        await rows().delete({ runId });
        await until(async () => expect(await rows().countBy({ runId })).toBe(1));
        await workerOf(database).work(jobOf(0));
        await settled;
    });

    it('has the owner write what no worker comes for', async () => {
        const helped = owner(1, workerOf(database)).settle({ stage, batch: 0 }, never);
        await helped;
        expect(await written()).toBe(1);
    });

    it('does not wait for a queue that does not answer', async () => {
        const dispatcher = new BatchDispatcher();
        const worker = workerOf(database);
        dispatcher.connect({ addJob: () => new Promise(() => undefined), workHere: job => worker.work(job) });
        await new DatabaseRemoteBatches(lease(1), database.dataSource, dispatcher).settle({ stage, batch: 0 }, never);
        expect(await written()).toBe(1);
    });

    it('takes back what nobody has begun when the run stops, and waits for the rest', async () => {
        const stop = new AbortController();
        const remote = owner(1);
        const waiting = remote.settle({ stage, batch: 0 }, stop.signal);
        const begun = remote.settle({ stage, batch: 1 }, stop.signal);
        await untilQueued(1);
        const wake = latch();
        const working = workerOf(database, { beforeTransaction: () => wake.opened }).work(jobOf(1));
        await untilTaken(1);
        stop.abort(new UserError('stopped', 'Somebody has stopped the run.'));
        await expect(waiting).rejects.toMatchObject({ code: 'stopped' });
        wake.open();
        await working;
        expect(await begun).toMatchObject({ batch: 1 });
        expect(await written()).toBe(1);
    });

    it('stops waiting for a batch that was taken back elsewhere', async () => {
        const stop = new AbortController();
        const remote = owner(1);
        const waiting = remote.settle({ stage, batch: 0 }, stop.signal);
        await untilQueued(0);
        stop.abort(new UserError('stopped', 'Somebody has stopped the run.'));
        await rows().delete({ runId });
        await expect(waiting).rejects.toMatchObject({ code: 'stopped' });
    });

    it('fails with the error that a worker gave up with', async () => {
        const settled = owner(1).settle({ stage, batch: 0 }, never);
        const failed = expect(settled).rejects.toMatchObject({
            code: 'broken',
            hint: 'Mend it.',
            place: { step: 'write' },
        });
        await untilQueued(0);
        const failure = new UserError('broken', 'It is broken.', 'Mend it.', { step: 'write' });
        await workerOf(database, { beforeTransaction: () => Promise.reject(failure) }).work(jobOf(0));
        await failed;
        expect(await written()).toBe(0);
    });

    it('looks at any number of batches with one statement', async () => {
        const remote = owner(1);
        const all = Array.from({ length: 20 }, (_, batch) => remote.settle({ stage, batch }, never));
        await untilQueued(19);
        const statements = await statementsWithin(database.dataSource, 500);
        const looks = statements.filter(({ text }) => /^SELECT/.test(text) && text.includes('data_hub_run_batch'));
        expect(looks.length).toBeGreaterThan(0);
        const every = Array.from({ length: 20 }, (_, batch) => batch);
        for (const { parameters } of looks) expect(parameters).toEqual(expect.arrayContaining(every));
        for (let batch = 0; batch < 20; batch++) await workerOf(database).work(jobOf(batch));
        await Promise.all(all);
    });
});

/** A worker whose loader writes one entity of each batch. */
function workerOf(
    { connection, ctx }: PluginDatabase,
    { beforeTransaction }: { beforeTransaction?: () => Promise<void> } = {},
): BatchWorkerService {
    const units = new TypeOrmUnitOfWork(connection, ctx);
    const settle: BatchWorker<CatalogScope>['settle'] = async (batch, store) => {
        await beforeTransaction?.();
        await units.transaction(scope =>
            store(scope, {
                stage,
                batch,
                metrics: { steps: {} },
                sent: {},
                owesDelivery: true,
                changeSets: [changeSet],
                rejects: [],
            }),
        );
    };
    return new BatchWorkerService(
        connection,
        { openBatchWorker: async () => settle } as never,
        { create: async () => ctx } as never,
        { store: async () => undefined } as never,
        { open: async () => undefined } as never,
        { distributedLock: { defaultTtlMs: 60_000 } } as never,
    );
}

const changeSet: JournaledChangeSet = {
    step: 'write',
    origin: { step: 'read', index: 0 },
    changeSet: {
        action: 'CREATE',
        key: 'one',
        entities: [{ entityType: 'Product', entityId: '1', key: 'one', action: 'CREATE', fields: [] }],
    },
};

function latch(): { opened: Promise<void>; open: () => void } {
    let open = (): void => undefined;
    const opened = new Promise<void>(resolve => (open = resolve));
    return { opened, open };
}

interface Statement {
    text: string;
    parameters: unknown[];
}

async function statementsWithin(dataSource: DataSource, ms: number): Promise<Statement[]> {
    const statements: Statement[] = [];
    const before = dataSource.logger;
    const logQuery = (text: string, parameters: unknown[] = []): void => void statements.push({ text, parameters });
    const record = { ...silent, logQuery };
    Object.assign(dataSource, { logger: record });
    await sleep(ms);
    Object.assign(dataSource, { logger: before });
    return statements;
}

const nothing = (): void => undefined;
const silent = {
    logQuery: nothing,
    logQueryError: nothing,
    logQuerySlow: nothing,
    logSchemaBuild: nothing,
    logMigration: nothing,
    log: nothing,
};
