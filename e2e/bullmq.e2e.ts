import { type ID, TaxCategory } from '@vendure/core';
import { type Job, Queue } from 'bullmq';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Like } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataHubChangeSet, DataHubCheckpoint, Pipeline, PipelineRun } from '../src/entities';
import { PipelineService } from '../src/services/pipeline.service';
import { AdminApi } from './support/admin-api';
import { bullMqPlugins } from './support/bullmq-shop';
import { testDatabases } from './support/databases';
import type { JobWorkerInput } from './support/job-worker';
import { redisConnection, removeRedisKeys } from './support/redis';
import { type BootedVendure, bootVendure } from './support/vendure';
import { describeWithRedis } from './support/with-redis';
import { WorkerProcess } from './support/worker-process';

/** A server that only queues, and workers in processes of their own: as shops run it that use BullMQ. */
describeWithRedis('Runs on BullMQ', () => {
    const redisPrefix = `data-hub-test-${randomBytes(4).toString('hex')}`;
    const databaseName = 'data_hub_bullmq';
    const leaseTtlMs = 1_500;
    // A database server, if there is one: what is tested here are several processes.
    const database = testDatabases[0]!;
    let vendure: BootedVendure;
    let api: AdminApi;
    let queue: Queue;
    let worker: WorkerProcess | undefined;

    const startWorker = (msPerPage: number): WorkerProcess => {
        const input: JobWorkerInput = { database: database.name, databaseName, redisPrefix, leaseTtlMs, msPerPage };
        return new WorkerProcess('job-worker', input);
    };

    beforeAll(async () => {
        vendure = await bootVendure({ database, databaseName, plugins: bullMqPlugins(redisPrefix, leaseTtlMs) });
        api = await new AdminApi(vendure.url).login();
        queue = new Queue('vendure-job-queue', { connection: redisConnection, prefix: redisPrefix });
        worker = startWorker(20);
    });
    afterAll(async () => {
        await worker?.kill();
        await queue?.close();
        await vendure?.close();
        await removeRedisKeys(redisPrefix);
    });

    const rows = <T extends object>(entity: new () => T) => vendure.connection.rawConnection.getRepository(entity);
    const runRow = (id: ID) => rows(PipelineRun).findOneByOrFail({ id });
    const written = (prefix: string) => rows(TaxCategory).countBy({ name: Like(`${prefix}%`) });
    const until = async (what: string, isReached: () => Promise<boolean>) => {
        for (const giveUpAt = Date.now() + 60_000; !(await isReached()); await sleep(40)) {
            worker!.assertRunning();
            if (Date.now() > giveUpAt) throw new Error(`Waited in vain until ${what}.\n${worker!.lastOutput}`);
        }
    };
    const endOf = async (id: ID) => {
        await until('the run has ended', async () => !['PENDING', 'RUNNING'].includes((await runRow(id)).status));
        return runRow(id);
    };
    const batchesSettled = (runId: ID, batches: number) =>
        until(`${batches} batches have settled`, async () => {
            const checkpoint = await rows(DataHubCheckpoint).findOneBy({ runId });
            return (checkpoint?.data.stages.read?.settledBatches ?? 0) >= batches;
        });
    const jobsOf = async (runId: ID): Promise<Job[]> => {
        const jobs = (await queue.getJobs()) as Job<{ runId?: ID }>[];
        return jobs.filter(({ name, data }) => name === 'data-hub-run' && String(data.runId) === String(runId));
    };

    /** Writes `<name>0` … in batches of ten; started over the Admin API. */
    const start = async (name: string, count: number): Promise<{ id: ID; pipelineId: ID }> => {
        const pipeline = await vendure.app.get(PipelineService).create(vendure.ctx, {
            code: name,
            name,
            definition: {
                version: 1,
                steps: [
                    {
                        key: 'read',
                        type: 'EXTRACT',
                        config: { adapterCode: 'testNames', prefix: name, count, bad: [] },
                    },
                    { key: 'write', type: 'LOAD', config: { adapterCode: 'testTaxCategory' } },
                ],
                context: { throughput: { batchSize: 10, concurrency: 1 } },
            },
        });
        if (!(pipeline instanceof Pipeline)) throw new Error(JSON.stringify(pipeline));
        const { run } = await api.query<{ run: { id: string } }>(
            'mutation ($id: ID!) { run: runDataHubPipeline(pipelineId: $id) { ... on DataHubRun { id status } } }',
            { id: String(pipeline.id) },
        );
        return { id: run.id, pipelineId: pipeline.id };
    };

    it('are queued by the server and executed by a worker', async () => {
        const { id } = await start('plain-', 45);
        expect(await endOf(id)).toMatchObject({
            status: 'COMPLETED',
            read: 45,
            created: 45,
            leaseToken: 1,
            error: null,
        });
        expect((await runRow(id)).triggeredBy).toBe('superadmin');
        expect(await written('plain-')).toBe(45);
    });

    it('carry ids in their jobs, and nothing of the pipeline', async () => {
        const { id, pipelineId } = await start('ids-', 15);
        await endOf(id);
        await until('the job has ended', async () => (await jobsOf(id)).every(job => job.finishedOn !== undefined));
        const [job, ...more] = await jobsOf(id);
        expect(more).toEqual([]);
        expect(job!.data).toEqual({ pipelineId, runId: Number(id), triggeredBy: 'superadmin' });
        expect(job!.returnvalue).toEqual({ runId: Number(id) });
        expect(job!.failedReason).toBeUndefined();
    });

    it('do nothing when their job is delivered again', async () => {
        const { id } = await start('again-', 15);
        const before = await endOf(id);
        const [job] = await jobsOf(id);
        const second = await queue.add('data-hub-run', job!.data);
        await until('the second job has ended', async () => (await second.getState()) === 'completed');
        expect(await runRow(id)).toEqual(before);
        expect(await written('again-')).toBe(15);
        expect(await rows(DataHubChangeSet).countBy({ runId: id })).toBe(15);
    });

    it('are cancelled from the server while a worker executes them', async () => {
        const { id } = await start('cancel-', 20_000);
        await batchesSettled(id, 3);
        const { run } = await api.query<{ run: object }>(
            'mutation ($id: ID!) { run: cancelDataHubRun(runId: $id) { status } }',
            { id },
        );
        expect(run).toEqual({ status: 'RUNNING' });
        const ended = await endOf(id);
        expect(ended).toMatchObject({ status: 'CANCELLED', leaseOwner: null });
        expect(ended.created).toBeGreaterThanOrEqual(30);
        expect(ended.created).toBeLessThan(20_000);
        expect(await written('cancel-')).toBe(ended.created);
        await until('the job has ended', async () => (await jobsOf(id)).every(job => job.finishedOn !== undefined));
        expect((await jobsOf(id)).map(job => job.failedReason)).toEqual([undefined]);
    });

    it('go on in another worker when theirs is killed', async () => {
        const { id } = await start('lost-', 2_000);
        await batchesSettled(id, 5);
        await worker!.kill();
        const left = await runRow(id);
        expect(left.status).toBe('RUNNING');
        expect(left.created).toBeLessThan(2_000);
        worker = startWorker(0);
        expect(await endOf(id)).toMatchObject({ status: 'COMPLETED', read: 2_000, created: 2_000, leaseToken: 2 });
        expect(await written('lost-')).toBe(2_000);
        expect(await rows(DataHubChangeSet).countBy({ runId: id })).toBe(2_000);
    });

    it('let their worker shut down in order', async () => {
        await worker!.stop();
        worker = undefined;
    });
});
