import { Asset, FacetValue, type ID, ProductTranslation } from '@vendure/core';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataHubChangeSet, DataHubCheckpoint, DataHubRunBatch, Pipeline, PipelineRun } from '../src/entities';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { type DatabaseSnapshot, differencesBetween, snapshotOf } from './support/database-snapshot';
import { allDatabases, unreachable } from './support/databases';
import { removeRedisKeys, whyNoRedis } from './support/redis';
import { runToEnd } from './support/run-to-end';
import { type SpreadShop, spreadBoot } from './support/spread-shop';
import { writeSpreadSources } from './support/spread-sources';
import { type BootedVendure, bootVendure } from './support/vendure';
import { describeWhenReachable } from './support/when-reachable';
import { WorkerProcess } from './support/worker-process';
import { isFull } from './support/scale';

const database = allDatabases.find(({ name }) => name === 'postgres')!;
const pipelines = ['catalog', 'common', 'namesakes'];
const sources = { products: isFull ? 3_000 : 400, common: isFull ? 400 : 60, namesakes: 40 };

/** A server that only queues, and workers in processes of their own, on a real Redis. */
for (const count of isFull ? [2, 4] : [2]) {
    const title = `Batches that ${count} workers on BullMQ write (postgres, Redis)`;
    describeWhenReachable(title, whyNoRedis() ?? unreachable.get(database), () => suite(count));
}

function suite(workerCount: number): void {
    const folder = mkdtempSync(join(tmpdir(), 'dh-spread-'));
    const shop: SpreadShop = {
        database: 'postgres',
        databaseName: 'dh_spread',
        folder,
        redisPrefix: `data-hub-test-${randomBytes(4).toString('hex')}`,
        leaseTtlMs: 1_500,
        batchSize: isFull ? 25 : 10,
        concurrency: 8,
    };
    const local = new Map<string, PipelineRun>();
    const workers: WorkerProcess[] = [];
    let expected: DatabaseSnapshot;
    let vendure: BootedVendure;

    beforeAll(async () => {
        await writeSpreadSources(folder, sources);
        const alone = await bootVendure(spreadBoot({ ...shop, databaseName: 'dh_spread_alone' }));
        for (const code of pipelines) local.set(code, await runToEnd(alone, `${code}-local`));
        expected = await snapshot(alone);
        await alone.close();
        rmSync(join(folder, 'assets'), { recursive: true });
        vendure = await bootVendure(spreadBoot(shop));
        for (let i = 0; i < workerCount; i++) startWorker();
        await until('the workers are ready', async () => workers.every(({ sent }) => sent.includes('READY')));
    });
    afterAll(async () => {
        await Promise.all(workers.map(worker => worker.kill()));
        await vendure?.close();
        await removeRedisKeys(shop.redisPrefix!);
        rmSync(folder, { recursive: true });
    });

    const startWorker = (): void => void workers.push(new WorkerProcess('spread-worker', shop));
    const rows = <T extends object>(entity: new () => T) => vendure.connection.rawConnection.getRepository<T>(entity);
    const snapshot = (from: BootedVendure) =>
        snapshotOf(
            from.connection.rawConnection,
            table => !/^(data_hub_|session|authentication_method|job_)/.test(table),
        );
    const until = async (what: string, isReached: () => Promise<boolean>): Promise<void> => {
        for (const giveUpAt = Date.now() + 120_000; !(await isReached()); await sleep(20)) {
            for (const worker of workers) worker.assertRunning();
            if (Date.now() > giveUpAt)
                throw new Error(`Waited in vain until ${what}.\n${workers.map(w => w.lastOutput).join('\n')}`);
        }
    };
    const start = async (code: string): Promise<ID> => {
        const { id } = await rows(Pipeline).findOneByOrFail({ code });
        const runner = vendure.app.get(PipelineRunnerService);
        return (await runner.enqueue(vendure.ctx, id, { triggeredBy: 'test' })).id;
    };
    const runRow = (id: ID) => rows(PipelineRun).findOneByOrFail({ id });
    const endOf = async (id: ID): Promise<PipelineRun> => {
        await until('the run has ended', async () => !['PENDING', 'RUNNING'].includes((await runRow(id)).status));
        return runRow(id);
    };
    const settled = async (runId: ID): Promise<number> => {
        const checkpoint = await rows(DataHubCheckpoint).findOneBy({ runId });
        const stages = Object.values(checkpoint?.data.stages ?? {});
        return stages.reduce((sum, stage) => sum + stage.settledBatches + stage.settledAhead.length, 0);
    };
    const ownerOf = async (id: ID) => Number((await runRow(id)).leaseOwner?.split(':')[1]);
    const kill = async (worker: WorkerProcess): Promise<void> => {
        workers.splice(workers.indexOf(worker), 1);
        await worker.kill();
    };
    const countsOf = ({ status, read, created, updated, unchanged, rejected }: PipelineRun) => ({
        status,
        read,
        created,
        updated,
        unchanged,
        rejected,
    });

    it('survive the death of a worker and of the owner of the run, and add up', async () => {
        const id = await start('catalog');
        await until('some batches have settled', async () => (await settled(id)) >= 3);
        const owner = await ownerOf(id);
        await kill(workers.find(({ pid }) => pid !== owner)!);
        startWorker();
        const before = await settled(id);
        await until('more batches have settled', async () => (await settled(id)) > before);
        await kill(workers.find(({ pid }) => pid === owner)!);
        expect((await runRow(id)).status, 'the run was under way').toBe('RUNNING');
        startWorker();
        const run = await endOf(id);
        expect(countsOf(run)).toEqual(countsOf(local.get('catalog')!));
        expect(run.leaseToken).toBe(2);
        expect(await rows(DataHubChangeSet).countBy({ runId: id, entityType: 'Product' })).toBe(sources.products);
    });

    it('create what they have in common once: facet values, assets', async () => {
        const run = await endOf(await start('common'));
        expect(run.error).toBeNull();
        expect(countsOf(run)).toEqual(countsOf(local.get('common')!));
        const values = (await rows(FacetValue).find()).map(({ code }) => code);
        expect(values).toEqual([...new Set(values)]);
        const assets = await rows(Asset).find();
        expect(assets).toHaveLength(1);
        for (const file of [assets[0]!.source, assets[0]!.preview])
            expect(existsSync(join(folder, 'assets', file))).toBe(true);
    });

    it('give every product a slug of its own', async () => {
        const run = await endOf(await start('namesakes'));
        expect(countsOf(run)).toEqual(countsOf(local.get('namesakes')!));
        const slugs = (await rows(ProductTranslation).find()).map(({ slug }) => slug);
        expect(slugs).toHaveLength(new Set(slugs).size);
    });

    it('leave the shop as one process alone leaves it, and nothing behind', async () => {
        expect(differencesBetween(expected, await snapshot(vendure))).toEqual([]);
        expect(await rows(DataHubRunBatch).count()).toBe(0);
    });

    it('are not written by a worker that slept past its hold', async () => {
        const id = await start('catalog');
        await until(
            'a batch is being written',
            async () => (await rows(DataHubRunBatch).countBy({ runId: id, state: 'TAKEN' })) > 0,
        );
        const owner = await ownerOf(id);
        const sleeper = workers.find(({ pid }) => pid !== owner)!;
        sleeper.suspend();
        const run = await endOf(id);
        sleeper.wake();
        await sleep(500);
        expect(countsOf(run)).toMatchObject({ status: 'COMPLETED', created: 0, unchanged: sources.products });
        expect(countsOf(await runRow(id))).toEqual(countsOf(run));
        expect(differencesBetween(expected, await snapshot(vendure))).toEqual([]);
        expect(await rows(DataHubRunBatch).count()).toBe(0);
        sleeper.assertRunning();
    });
}
