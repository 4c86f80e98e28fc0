import { DefaultJobQueuePlugin, type ID, TaxCategory } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Like } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DataHubPlugin } from '../src/data-hub.plugin';
import {
    DataHubChangeSet,
    DataHubCheckpoint,
    DataHubRecordError,
    Pipeline,
    PipelineLog,
    PipelineRun,
} from '../src/entities';
import { TransientError, UserError } from '../src/sdk/errors';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { PipelineService } from '../src/services/pipeline.service';
import { describeOnEachDatabase } from './support/each-database';
import { namesExtractor, onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { type BootedVendure, bootVendure } from './support/vendure';

const ended = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'];

describeOnEachDatabase('A run that stopped early', database => {
    let vendure: BootedVendure;
    let codes = 0;

    beforeAll(async () => {
        vendure = await bootVendure({
            database,
            databaseName: 'dhn_resume',
            runJobs: true,
            plugins: [
                DefaultJobQueuePlugin.init({ pollInterval: 50, concurrency: () => 3 }),
                DataHubPlugin.init({ adapters: [namesExtractor, taxCategoryLoader] }),
            ],
        });
    });
    afterEach(() => {
        delete onTheWay.beforePage;
        delete onTheWay.beforeApply;
    });
    afterAll(() => vendure.close());

    const rows = <T extends object>(entity: new () => T) => vendure.connection.rawConnection.getRepository(entity);
    const runner = () => vendure.app.get(PipelineRunnerService);
    const load = (runId: ID) => rows(PipelineRun).findOneByOrFail({ id: runId });
    const enqueue = async (pipeline: Pipeline, options: { dryRun?: boolean } = {}) =>
        (await runner().enqueue(vendure.ctx, pipeline.id, { triggeredBy: 'test', ...options })).id;
    const resume = (runId: ID) => runner().resume(vendure.ctx, runId, { resumedBy: 'tester' });
    const endOf = async (runId: ID) => {
        await until(async () => ended.includes((await load(runId)).status));
        return load(runId);
    };
    const written = (prefix: string) => rows(TaxCategory).countBy({ name: Like(`${prefix}%`) });
    const kept = async (runId: ID) => ({
        changes: await rows(DataHubChangeSet).countBy({ runId }),
        errors: await rows(DataHubRecordError).countBy({ runId }),
    });
    const linesOf = async (runId: ID) =>
        (await rows(PipelineLog).find({ where: { runId }, order: { index: 'ASC' } })).map(({ message }) => message);

    /** Loads `<prefix>0` … in batches of ten. */
    const pipelineOf = async (
        prefix: string,
        count: number,
        bad: number[] = [],
        concurrency = 1,
    ): Promise<Pipeline> => {
        const created = await vendure.app.get(PipelineService).create(vendure.ctx, {
            code: `resume-${++codes}`,
            name: prefix,
            definition: {
                version: 1,
                steps: [
                    { key: 'source', type: 'EXTRACT', config: { adapterCode: 'testNames', prefix, count, bad } },
                    { key: 'load', type: 'LOAD', config: { adapterCode: 'testTaxCategory' } },
                ],
                context: { throughput: { batchSize: 10, concurrency } },
            },
        });
        if (!(created instanceof Pipeline)) throw new Error(JSON.stringify(created));
        return created;
    };
    /** The source goes away when it should give this record. */
    /** For good: a source that only pauses is waited for. */
    const awayAt = (name: string) => {
        onTheWay.beforePage = names => {
            if (names.includes(name)) throw new UserError('source-away', 'The source does not answer.');
            return Promise.resolve();
        };
    };
    const cancelledAt = async (name: string, runId: () => Promise<ID>) => {
        let go = (): void => undefined;
        const released = new Promise<void>(resolve => (go = resolve));
        let arrive = (): void => undefined;
        const arrived = new Promise<void>(resolve => (arrive = resolve));
        onTheWay.beforePage = async names => {
            if (!names.includes(name)) return;
            arrive();
            await released;
        };
        const id = await runId();
        await arrived;
        await runner().cancel(vendure.ctx, id);
        await sleep(700);
        go();
        delete onTheWay.beforePage;
        expect((await endOf(id)).status).toBe('CANCELLED');
        return id;
    };

    it('goes on after a failure, with totals that add up and nothing written twice', async () => {
        const pipeline = await pipelineOf('away-', 55, [7, 44]);
        awayAt('away-30');
        const runId = await enqueue(pipeline);
        const failed = await endOf(runId);
        expect(failed).toMatchObject({ status: 'FAILED', created: 29, rejected: 1 });
        expect(failed.error).toContain('The source does not answer.');

        delete onTheWay.beforePage;
        expect(await resume(runId)).toMatchObject({
            status: 'PENDING',
            error: null,
            hint: null,
            finishedAt: null,
            created: 29,
        });
        expect(await endOf(runId)).toMatchObject({
            status: 'COMPLETED_WITH_ERRORS',
            read: 55,
            created: 53,
            unchanged: 0,
            rejected: 2,
            error: null,
            hint: null,
            leaseToken: 2,
        });
        expect(await written('away-')).toBe(53);
        expect(await kept(runId)).toEqual({ changes: 53, errors: 2 });
        expect(await linesOf(runId)).toEqual(
            expect.arrayContaining(['Resumed by tester.', 'Goes on where it stopped: 3 batches are settled.']),
        );
    });

    // On SQLite batches are written one after the other.
    it.skipIf(database.name === 'sqlite')('goes on after batches that settled out of order', async () => {
        let giveUp = (): void => undefined;
        const gaveUp = new Promise<void>(resolve => (giveUp = resolve));
        onTheWay.beforeApply = async names => {
            if (!names.includes('lanes-31')) return;
            await gaveUp;
            throw new TransientError('database-away', 'The database does not answer.');
        };
        const runId = await enqueue(await pipelineOf('lanes-', 95, [], 4));
        const ahead = async () =>
            (await rows(DataHubCheckpoint).findOneBy({ runId }))?.data.stages.source?.settledAhead ?? [];
        await until(async () => (await ahead()).length > 0);
        await runner().cancel(vendure.ctx, runId);
        await sleep(700);
        giveUp();
        const stopped = await endOf(runId);
        expect(stopped.created).toBeLessThan(95);
        expect(await ahead()).not.toEqual([]);
        delete onTheWay.beforeApply;
        await resume(runId);
        expect(await endOf(runId)).toMatchObject({ status: 'COMPLETED', read: 95, created: 95, unchanged: 0 });
        expect(await written('lanes-')).toBe(95);
        expect(await kept(runId)).toEqual({ changes: 95, errors: 0 });
    });

    it('goes on after it was cancelled, as often as it must', async () => {
        const pipeline = await pipelineOf('again-', 75);
        const runId = await cancelledAt('again-30', () => enqueue(pipeline));
        expect(await written('again-')).toBe(30);
        await cancelledAt('again-50', async () => (await resume(runId)).id);
        expect(await written('again-')).toBe(50);
        await resume(runId);
        expect(await endOf(runId)).toMatchObject({
            status: 'COMPLETED',
            read: 75,
            created: 75,
            cancelRequested: false,
        });
        expect(await written('again-')).toBe(75);
        expect(await kept(runId)).toEqual({ changes: 75, errors: 0 });
    });

    it('goes on as a plan too', async () => {
        const pipeline = await pipelineOf('plan-', 45);
        const runId = await cancelledAt('plan-20', () => enqueue(pipeline, { dryRun: true }));
        await resume(runId);
        expect(await endOf(runId)).toMatchObject({ status: 'COMPLETED', dryRun: true, created: 45 });
        expect(await written('plan-')).toBe(0);
        expect(await kept(runId)).toEqual({ changes: 45, errors: 0 });
    });

    it('begins from the start when nothing had settled', async () => {
        awayAt('first-0');
        const runId = await enqueue(await pipelineOf('first-', 15));
        expect(await endOf(runId)).toMatchObject({ status: 'FAILED', created: 0 });
        expect(await rows(DataHubCheckpoint).countBy({ runId })).toBe(0);
        delete onTheWay.beforePage;
        await resume(runId);
        expect(await endOf(runId)).toMatchObject({ status: 'COMPLETED', read: 15, created: 15 });
    });

    it('waits for its turn', async () => {
        const pipeline = await pipelineOf('turn-', 35);
        const early = await cancelledAt('turn-20', () => enqueue(pipeline));
        let go = (): void => undefined;
        const released = new Promise<void>(resolve => (go = resolve));
        onTheWay.beforePage = async names => (names.includes('turn-10') ? released : undefined);
        const running = await enqueue(pipeline);
        await until(async () => (await load(running)).status === 'RUNNING');
        const waiting = await enqueue(pipeline);
        await resume(early);
        await sleep(300);
        expect((await load(early)).status).toBe('PENDING');
        go();
        const [first, second, third] = [await endOf(running), await endOf(early), await endOf(waiting)];
        expect([first.status, second.status, third.status]).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
        expect(third.startedAt!.getTime()).toBeGreaterThanOrEqual(second.finishedAt!.getTime());
        expect(first).toMatchObject({ created: 15, unchanged: 20 });
        expect(second).toMatchObject({ read: 35, created: 20, unchanged: 15 });
        expect(await written('turn-')).toBe(35);
    });

    it('is resumed once when several people ask at once', async () => {
        const pipeline = await pipelineOf('once-', 25);
        const runId = await cancelledAt('once-10', () => enqueue(pipeline));
        const answers = await Promise.allSettled([1, 2, 3].map(() => resume(runId)));
        expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await endOf(runId)).toMatchObject({ status: 'COMPLETED', created: 25, leaseToken: 2 });
        expect((await linesOf(runId)).filter(line => line === 'Resumed by tester.')).toHaveLength(1);
    });

    describe('is refused', () => {
        const refusal = async (status: string, values: object = {}) => {
            const pipeline = await pipelineOf(`no-${codes}-`, 5);
            const runId = await enqueue(pipeline);
            await endOf(runId);
            await rows(PipelineRun).update(
                { id: runId },
                { status: status as 'FAILED', leaseUntilMs: 9e15, ...values },
            );
            return { runId, pipeline };
        };

        it.each([
            ['COMPLETED', 'it came to its end'],
            ['COMPLETED_WITH_ERRORS', 'it came to its end'],
            ['RUNNING', 'it has not ended'],
            ['PAUSED', 'it waits at a gate: approve or reject it'],
        ])('while it is %s', async (status, because) => {
            const { runId } = await refusal(status);
            await expect(resume(runId)).rejects.toThrow(`Run ${runId} is ${status} and cannot be resumed: ${because}.`);
            expect((await load(runId)).status).toBe(status);
        });

        it('when its checkpoint is gone, since everything would be kept twice', async () => {
            const { runId } = await refusal('FAILED');
            await rows(DataHubCheckpoint).delete({ runId });
            await expect(resume(runId)).rejects.toThrow('the place where it stopped is not known any more');
            expect((await load(runId)).status).toBe('FAILED');
        });

        it('when its pipeline is disabled', async () => {
            const { runId, pipeline } = await refusal('CANCELLED');
            await rows(Pipeline).update({ id: pipeline.id }, { enabled: false });
            await expect(resume(runId)).rejects.toThrow('is disabled and does not run');
            expect((await load(runId)).status).toBe('CANCELLED');
            expect(await linesOf(runId)).not.toContain('Resumed by tester.');
        });

        it('when there is no such run', async () => {
            await expect(resume(-1)).rejects.toThrow('There is no such run.');
        });
    });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
    const giveUpAt = Date.now() + 20_000;
    while (!(await condition())) {
        if (Date.now() > giveUpAt) throw new Error('It did not happen within 20 seconds.');
        await sleep(40);
    }
}
