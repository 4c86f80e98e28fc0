import { DefaultJobQueuePlugin, type ID, JobQueueService, TaxCategory } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Like } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DataHubPlugin } from '../src/data-hub.plugin';
import {
    DataHubChangeSet,
    DataHubRecordError,
    DataHubCheckpoint,
    Pipeline,
    PipelineLog,
    PipelineRun,
} from '../src/entities';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { PipelineService } from '../src/services/pipeline.service';
import { describeOnEachDatabase } from './support/each-database';
import { namesExtractor, onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { type BootedVendure, bootVendure } from './support/vendure';

const databaseName = 'dhg_lifecycle';
const ended = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'];
const batchSize = 10;

describeOnEachDatabase(
    'The life of a run',
    database => {
        let vendure: BootedVendure;
        let codes = 0;

        const boot = (keepDatabase: boolean) =>
            bootVendure({
                database,
                databaseName,
                keepDatabase,
                runJobs: true,
                plugins: [
                    DefaultJobQueuePlugin.init({
                        pollInterval: 50,
                        concurrency: name => (name === 'data-hub-run' ? 3 : 1),
                    }),
                    DataHubPlugin.init({
                        adapters: [namesExtractor, taxCategoryLoader],
                        distributedLock: { defaultTtlMs: 1_500 },
                    }),
                ],
            });
        beforeAll(async () => {
            vendure = await boot(false);
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
        const endOf = async (runId: ID) => {
            await until(async () => ended.includes((await load(runId)).status));
            return load(runId);
        };
        const linesOf = async (runId: ID) =>
            (await rows(PipelineLog).find({ where: { runId }, order: { index: 'ASC' } })).map(({ message }) => message);
        const written = (prefix: string) => rows(TaxCategory).countBy({ name: Like(`${prefix}%`) });

        /** Loads `<prefix>0` … in batches of ten, one batch at a time. */
        const pipelineOf = async (prefix: string, count: number, bad: number[] = []): Promise<Pipeline> => {
            const created = await vendure.app.get(PipelineService).create(vendure.ctx, {
                code: `life-${++codes}`,
                name: prefix,
                definition: {
                    version: 1,
                    steps: [
                        { key: 'source', type: 'EXTRACT', config: { adapterCode: 'testNames', prefix, count, bad } },
                        { key: 'load', type: 'LOAD', config: { adapterCode: 'testTaxCategory' } },
                    ],
                    context: { throughput: { batchSize, concurrency: 1 } },
                },
            });
            if (!(created instanceof Pipeline)) throw new Error(JSON.stringify(created));
            return created;
        };
        /** Stops the run before record number `index` is read, or is written, until `go` is called. */
        const holdBefore = (what: 'beforePage' | 'beforeApply', name: string) => {
            let go = (): void => undefined;
            let arrive = (): void => undefined;
            const arrived = new Promise<void>(resolve => (arrive = resolve));
            const released = new Promise<void>(resolve => (go = resolve));
            onTheWay[what] = async names => {
                if (!names.includes(name)) return;
                arrive();
                await released;
            };
            return { arrived, go };
        };
        const settled = (runId: ID, batches: number) =>
            until(
                async () =>
                    ((await rows(DataHubCheckpoint).findOneBy({ runId }))?.data.stages.source?.settledBatches ?? 0) >=
                    batches,
            );
        /** As it looks when another worker took the run over and died. */
        const takeAway = async (runId: ID) => {
            const values = { leaseToken: () => `${quoted('leaseToken')} + 1`, leaseUntilMs: 0 };
            await rows(PipelineRun).update({ id: runId, status: 'RUNNING' }, values);
        };
        const quoted = (name: string) => vendure.connection.rawConnection.driver.escape(name);

        it('goes from the queue to its end, with totals, ledger and log', async () => {
            const runId = await enqueue(await pipelineOf('plain-', 25));
            const run = await endOf(runId);
            expect(run).toMatchObject({
                status: 'COMPLETED',
                read: 25,
                created: 25,
                unchanged: 0,
                rejected: 0,
                error: null,
            });
            expect(run).toMatchObject({ leaseOwner: null, leaseUntilMs: null, leaseToken: 1 });
            expect(run.finishedAt!.getTime()).toBeGreaterThanOrEqual(run.startedAt!.getTime());
            expect(await written('plain-')).toBe(25);
            const ledger = await rows(DataHubChangeSet).findBy({ runId });
            expect(ledger).toHaveLength(25);
            const category = await rows(TaxCategory).findOneByOrFail({ name: 'plain-3' });
            expect(ledger.find(({ entityKey }) => entityKey === 'plain-3')).toMatchObject({
                entityId: String(category.id),
                applied: true,
            });
            expect(await linesOf(runId)).toEqual([
                'Started with revision 1, asked for by test.',
                'Completed: 25 read, 25 created, 0 updated, 0 deleted, 0 unchanged, 0 rejected.',
            ]);
        });

        it('writes nothing the second time', async () => {
            const pipeline = await pipelineOf('twice-', 25);
            await endOf(await enqueue(pipeline));
            const runId = await enqueue(pipeline);
            expect(await endOf(runId)).toMatchObject({ status: 'COMPLETED', created: 0, unchanged: 25 });
            expect(await rows(DataHubChangeSet).countBy({ runId })).toBe(0);
        });

        it('stops at the plan in a dry run', async () => {
            const runId = await enqueue(await pipelineOf('dry-', 25), { dryRun: true });
            expect(await endOf(runId)).toMatchObject({ status: 'COMPLETED', dryRun: true, created: 25 });
            expect(await written('dry-')).toBe(0);
            expect(await rows(DataHubChangeSet).countBy({ runId, applied: false })).toBe(25);
            expect((await linesOf(runId)).at(-1)).toContain('25 to be created');
        });

        it('keeps refused records and goes on', async () => {
            const runId = await enqueue(await pipelineOf('some-', 25, [3, 17]));
            expect(await endOf(runId)).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 23, rejected: 2 });
            const errors = await rows(DataHubRecordError).find({ where: { runId }, order: { recordIndex: 'ASC' } });
            expect(errors.map(({ recordIndex, cause, recordKey }) => [recordIndex, cause, recordKey])).toEqual([
                [3, 'bad-name', 'bad-some-3'],
                [17, 'bad-name', 'bad-some-17'],
            ]);
        });

        it('fails with a sentence and a hint when a person can do something about it', async () => {
            const pipeline = await pipelineOf('gone-', 5);
            await rows(Pipeline).update(
                { id: pipeline.id },
                { definition: withLoader(pipeline, 'noSuchLoader') as object },
            );
            const run = await endOf(await enqueue(pipeline));
            expect(run.status).toBe('FAILED');
            expect(run.error).toContain('noSuchLoader');
            expect((await linesOf(run.id)).join('\n')).toContain('noSuchLoader');
        });

        describe('of the same pipeline', () => {
            it('waits for its turn and then starts by itself', async () => {
                const pipeline = await pipelineOf('turns-', 15);
                const { arrived, go } = holdBefore('beforePage', 'turns-10');
                const first = await enqueue(pipeline);
                await arrived;
                const second = await enqueue(pipeline);
                const third = await enqueue(pipeline);
                await runner().execute(second);
                expect((await load(second)).status).toBe('PENDING');
                go();
                const runs = [await endOf(first), await endOf(second), await endOf(third)];
                expect(runs.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
                expect(runs[1]!.startedAt!.getTime()).toBeGreaterThanOrEqual(runs[0]!.finishedAt!.getTime());
                expect(runs[2]!.startedAt!.getTime()).toBeGreaterThanOrEqual(runs[1]!.finishedAt!.getTime());
                expect(runs.map(({ created }) => created)).toEqual([15, 0, 0]);
            });
        });

        describe('that is cancelled', () => {
            it('ends at once while it waits, and lets the next one have its turn', async () => {
                const pipeline = await pipelineOf('wait-', 15);
                const { arrived, go } = holdBefore('beforePage', 'wait-0');
                const first = await enqueue(pipeline);
                await arrived;
                const second = await enqueue(pipeline);
                const third = await enqueue(pipeline);
                expect(await runner().cancel(vendure.ctx, second)).toMatchObject({ status: 'CANCELLED' });
                go();
                await endOf(first);
                expect((await endOf(third)).status).toBe('COMPLETED');
                expect((await load(second)).startedAt).toBeNull();
            });

            it('stops at the next batch and keeps what it has written', async () => {
                const { arrived, go } = holdBefore('beforePage', 'cancel-30');
                const runId = await enqueue(await pipelineOf('cancel-', 100));
                await arrived;
                await settled(runId, 3);
                const answer = await runner().cancel(vendure.ctx, runId);
                expect(answer).toMatchObject({ status: 'RUNNING', cancelRequested: true });
                await sleep(900);
                go();
                const run = await endOf(runId);
                expect(run.status).toBe('CANCELLED');
                expect(run.created).toBe(30);
                expect(await written('cancel-')).toBe(30);
                expect(await rows(DataHubChangeSet).countBy({ runId })).toBe(30);
                expect((await linesOf(runId)).at(-1)).toMatch(/^Cancelled: \d+ read, 30 created/);
            });

            it('stays as it is when it has ended already', async () => {
                const runId = await enqueue(await pipelineOf('over-', 5));
                await endOf(runId);
                expect(await runner().cancel(vendure.ctx, runId)).toMatchObject({
                    status: 'COMPLETED',
                    cancelRequested: false,
                });
            });
        });

        it('goes on where its lost worker stopped, without doing anything twice', async () => {
            const { arrived, go } = holdBefore('beforePage', 'lost-30');
            const runId = await enqueue(await pipelineOf('lost-', 55));
            await arrived;
            await settled(runId, 3);
            await takeAway(runId);
            await sleep(700);
            go();
            expect(await endOf(runId)).toMatchObject({ status: 'COMPLETED', read: 55, created: 55, leaseToken: 3 });
            expect(await written('lost-')).toBe(55);
            expect(await rows(DataHubChangeSet).countBy({ runId })).toBe(55);
            expect(await linesOf(runId)).toEqual(
                expect.arrayContaining([
                    'The worker lost its lease and stopped; another worker goes on.',
                    'Goes on where it stopped: 3 batches are settled.',
                ]),
            );
        });

        // On SQLite nobody else can write while a batch is open.
        it.skipIf(database.name === 'sqlite')(
            'cannot commit a batch that was open when its lease was lost',
            async () => {
                const { arrived, go } = holdBefore('beforeApply', 'open-20');
                const runId = await enqueue(await pipelineOf('open-', 55));
                await arrived;
                await takeAway(runId);
                go();
                expect(await endOf(runId)).toMatchObject({ status: 'COMPLETED', created: 55, leaseToken: 3 });
                expect(await written('open-')).toBe(55);
                expect(await rows(DataHubChangeSet).countBy({ runId })).toBe(55);
            },
        );

        it('is given up when it keeps ending its workers', async () => {
            const pipeline = await pipelineOf('poison-', 5);
            await vendure.app.get(JobQueueService).onModuleDestroy();
            const runId = await enqueue(pipeline);
            await rows(PipelineRun).update({ id: runId }, { claimsWithoutProgress: 20 });
            await vendure.app.get(JobQueueService).start();
            const run = await endOf(runId);
            expect(run.status).toBe('FAILED');
            expect(run.error).toContain('20 times');
            expect(await written('poison-')).toBe(0);
        });

        it('goes on in the next process when the server is shut down in the middle', async () => {
            const { arrived, go } = holdBefore('beforePage', 'shut-30');
            const runId = await enqueue(await pipelineOf('shut-', 55));
            await arrived;
            const closing = vendure.close({ dropDatabase: false });
            await sleep(200);
            go();
            await closing;
            vendure = await boot(true);
            const run = await endOf(runId);
            expect(run).toMatchObject({ status: 'COMPLETED', created: 55, leaseToken: 2 });
            expect(await written('shut-')).toBe(55);
            expect(await rows(DataHubChangeSet).countBy({ runId })).toBe(55);
            expect(await linesOf(runId)).toContain(
                'The server is shutting down; the run goes on from here when a worker is free.',
            );
        });
    },
    { sampleOn: 'sqlite' },
);

function withLoader(pipeline: Pipeline, adapterCode: string): unknown {
    const steps = pipeline.definition.steps.map(step =>
        step.type === 'LOAD' ? { ...step, config: { adapterCode } } : step,
    );
    return { ...pipeline.definition, steps };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
    const giveUpAt = Date.now() + 20_000;
    while (!(await condition())) {
        if (Date.now() > giveUpAt) throw new Error('It did not happen within 20 seconds.');
        await sleep(40);
    }
}
