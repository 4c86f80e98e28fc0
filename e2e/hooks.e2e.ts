import { DefaultJobQueuePlugin, EventBus, TaxCategory } from '@vendure/core';
import { createHmac } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Like } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DataHubHookEvent, DataHubPlugin, PipelineRunnerService, PipelineService } from '../src';
import { DataHubRecordError, Pipeline, PipelineLog, PipelineRun } from '../src/entities';
import { LocalServer } from '../src/outbound/local-server.fixture';
import { HOOK_STAGES } from '../src/sdk/definition/hooks';
import { TransientError, UserError } from '../src/sdk/errors';
import { drop, reject } from '../src/sdk/outcome';
import { type JsonObject, textOf } from '../shared/json';
import { describeOnEachDatabase } from './support/each-database';
import { GateRuns } from './support/gate-pipelines';
import { namesExtractor, onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { type BootedVendure, bootVendure } from './support/vendure';

const KEY = 'signing-key-of-the-test';
const nameOf = (record: JsonObject): string => textOf(record['name']);
const spare = (stage: string): boolean => /FEED|SINK/.test(stage);

describeOnEachDatabase(
    'Hooks',
    database => {
        let vendure: BootedVendure;
        let receiver: LocalServer;
        const runs = new GateRuns(() => vendure);
        const outputDir = `.test-data/hooks-exports-${database.name}`;
        const events: DataHubHookEvent[] = [];
        const called: unknown[] = [];

        beforeAll(async () => {
            receiver = await LocalServer.start();
            process.env.DATA_HUB_TEST_HOOK_KEY = KEY;
            vendure = await bootVendure({
                database,
                databaseName: 'dh_hooks',
                runJobs: true,
                plugins: [
                    DefaultJobQueuePlugin.init({ pollInterval: 50, concurrency: 3 }),
                    DataHubPlugin.init({
                        adapters: [namesExtractor, taxCategoryLoader],
                        secrets: [{ code: 'hook-key', provider: 'ENV', value: 'DATA_HUB_TEST_HOOK_KEY' }],
                        outbound: { allowPrivateHosts: [receiver.host] },
                        files: { outputDir },
                        scripts: {
                            note: ({ event, ctx, injector }) =>
                                void called.push([
                                    event.stage,
                                    ctx.channelId,
                                    injector.get(PipelineService) !== undefined,
                                ]),
                            breaks: () => {
                                throw new Error('The script is broken.');
                            },
                            mark: ({ records }) => records.map(record => ({ ...record, name: `${nameOf(record)}!` })),
                            pick: ({ records }) =>
                                records.map(record => {
                                    if (nameOf(record).includes('-1')) return drop('Begins with 1.');
                                    if (!nameOf(record).includes('-7')) return record;
                                    return reject(
                                        new UserError('seven', 'Sevens are refused.', 'Take another number.'),
                                    );
                                }),
                        },
                    }),
                ],
            });
            vendure.app
                .get(EventBus)
                .ofType(DataHubHookEvent)
                .subscribe(event => void events.push(event));
        });
        beforeEach(() => {
            events.length = called.length = receiver.received.length = 0;
            receiver.handle = (_, response) => void response.end('ok');
            delete onTheWay.beforeApply;
        });
        afterAll(async () => {
            await vendure?.close();
            await receiver?.stop();
            await rm(outputDir, { recursive: true, force: true });
        });

        const create = async (code: string, definition: object): Promise<Pipeline> => {
            const input = { code: `${code}-${process.pid}`, name: code, definition: { version: 1, ...definition } };
            const created = await vendure.app.get(PipelineService).create(vendure.ctx, input);
            if (created instanceof Pipeline) return created;
            throw new Error(JSON.stringify(created));
        };
        const finished = async (pipeline: Pipeline): Promise<PipelineRun> =>
            runs.settled(await runs.startAgain(pipeline));
        const linesOf = async ({ id }: PipelineRun) =>
            (await runs.rows(PipelineLog).find({ where: { runId: id }, order: { index: 'ASC' } })).map(
                ({ level, message }) => `${level} ${message}`,
            );
        const namesLike = async (prefix: string) =>
            (await runs.rows(TaxCategory).findBy({ name: Like(`${prefix}%`) })).map(({ name }) => name).sort();

        const read = (prefix: string, count = 20, bad: number[] = []) => ({
            key: 'read',
            type: 'EXTRACT',
            config: { adapterCode: 'testNames', prefix, count, bad },
        });
        const load = { key: 'write', type: 'LOAD', config: { adapterCode: 'testTaxCategory' } };
        const copyName = { operators: [{ op: 'copy', args: { from: 'name', to: 'title' } }] };

        it('are called at every stage that can be met, with LOG and EMIT', async () => {
            const stages = HOOK_STAGES.filter(stage => !spare(stage));
            let isFirst = true;
            onTheWay.beforeApply = async () => {
                if (!isFirst) return;
                isFirst = false;
                throw new TransientError('deadlock', 'A deadlock of the test.');
            };
            const pipeline = await create('every-stage', {
                steps: [
                    read('every-', 20, [3]),
                    { key: 'shape', type: 'TRANSFORM', config: copyName },
                    { key: 'check', type: 'VALIDATE', config: { rules: [{ field: 'name', required: true }] } },
                    { key: 'enrich', type: 'ENRICH', config: copyName },
                    {
                        key: 'route',
                        type: 'ROUTE',
                        config: { branches: [{ name: 'all', when: { field: 'name', exists: true } }] },
                    },
                    load,
                    { key: 'file', type: 'EXPORT', config: { adapterCode: 'file', path: 'names.csv' } },
                ],
                edges: [
                    { from: 'read', to: 'shape' },
                    { from: 'shape', to: 'check' },
                    { from: 'check', to: 'enrich' },
                    { from: 'enrich', to: 'route' },
                    { from: 'route', to: 'write', branch: 'all' },
                    { from: 'route', to: 'file', branch: 'all' },
                ],
                context: { throughput: { batchSize: 10, concurrency: 1 } },
                hooks: stages.flatMap(stage => [
                    { stage, action: 'LOG', message: `Hook {{stage}} of {{runId}}.` },
                    { stage, action: 'EMIT', event: 'test' },
                ]),
            });
            const run = await finished(pipeline);
            expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 19, rejected: 1 });
            const expected = stages.filter(stage => stage !== 'PIPELINE_FAILED').sort();
            const logged = (await linesOf(run)).flatMap(line => /Hook (\S+) of \S+\.$/.exec(line)?.[1] ?? []);
            expect([...new Set(logged)].sort()).toEqual(expected);
            expect([...new Set(events.map(({ stage }) => stage))].sort()).toEqual(expected);
            expect(events.every(({ runId, name }) => String(runId) === String(run.id) && name === 'test')).toBe(true);
            const deadLetter = events.find(({ stage }) => stage === 'ON_DEAD_LETTER')!;
            expect(deadLetter).toMatchObject({
                step: 'write',
                payload: { count: 1, records: [{ name: 'bad-every-3' }] },
            });
            const retry = events.find(({ stage }) => stage === 'ON_RETRY')!;
            expect(retry.payload).toMatchObject({ code: 'deadlock', attempt: 2 });
        });

        it('tell of a run that fails: PIPELINE_FAILED, and ON_ERROR for what ended it', async () => {
            const pipeline = await create('fails', {
                steps: [read('fails-'), load],
                hooks: [
                    { stage: 'PIPELINE_FAILED', action: 'EMIT', event: 'failed' },
                    { stage: 'PIPELINE_COMPLETED', action: 'EMIT', event: 'completed' },
                    { stage: 'ON_ERROR', action: 'EMIT', event: 'error' },
                    { stage: 'AFTER_EXTRACT', action: 'INTERCEPTOR', script: 'breaks' },
                ],
            });
            const run = await finished(pipeline);
            const message = 'The interceptor "breaks" at AFTER_EXTRACT threw: The script is broken.';
            expect(run).toMatchObject({ status: 'FAILED', error: message, created: 0 });
            expect(events.map(({ name }) => name)).toEqual(['error', 'failed']);
            expect(events[0]!.payload).toMatchObject({
                endsRun: true,
                errors: [{ code: 'interceptor-failed', message }],
            });
            expect(events[1]!.payload).toMatchObject({ status: 'FAILED', error: { code: 'interceptor-failed' } });
        });

        it('post webhooks that the receiver can verify', async () => {
            const pipeline = await create('webhook', {
                steps: [read('webhook-'), load],
                hooks: [
                    {
                        stage: 'AFTER_LOAD',
                        action: 'WEBHOOK',
                        url: `${receiver.url}/hook`,
                        signingSecretCode: 'hook-key',
                    },
                ],
            });
            const run = await finished(pipeline);
            expect(receiver.received).toHaveLength(1);
            const [{ method, url, headers, body }] = receiver.received as [(typeof receiver.received)[0]];
            expect({ method, url }).toEqual({ method: 'POST', url: '/hook' });
            const timestamp = String(headers['x-datahub-timestamp']);
            expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(60);
            const signature = createHmac('sha256', KEY).update(`${timestamp}.${body}`).digest('hex');
            expect(headers['x-datahub-signature']).toBe(`sha256=${signature}`);
            expect(headers['idempotency-key']).toBe(`${run.id}:AFTER_LOAD:write:1.0`);
            expect(JSON.parse(body)).toMatchObject({
                stage: 'AFTER_LOAD',
                step: 'write',
                runId: String(run.id),
                pipeline: { code: pipeline.code, name: 'webhook' },
                counts: { created: 20 },
            });
        });

        it('that fail leave the run alone and say so in its log', async () => {
            receiver.handle = (_, response) => void response.writeHead(500).end();
            const pipeline = await create('broken', {
                steps: [read('broken-'), load],
                hooks: [
                    { stage: 'BEFORE_LOAD', action: 'SCRIPT', script: 'breaks' },
                    { stage: 'BEFORE_LOAD', action: 'SCRIPT', script: 'note' },
                    { stage: 'BEFORE_LOAD', action: 'WEBHOOK', url: receiver.url },
                    { stage: 'BEFORE_LOAD', action: 'WEBHOOK', url: 'http://127.0.0.1:1/private' },
                    { stage: 'BEFORE_LOAD', action: 'TRIGGER_PIPELINE', pipelineCode: 'nowhere' },
                ],
            });
            const run = await finished(pipeline);
            expect(run).toMatchObject({ status: 'COMPLETED', created: 20 });
            expect(called).toEqual([['BEFORE_LOAD', vendure.ctx.channelId, true]]);
            expect(receiver.received).toHaveLength(3);
            expect(new Set(receiver.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
            const warnings = (await linesOf(run)).filter(line => line.startsWith('WARN'));
            const about = 'WARN The hook';
            expect(warnings).toHaveLength(4);
            expect(warnings).toContain(`${about} SCRIPT at BEFORE_LOAD of "write" failed: The script is broken.`);
            expect(warnings.filter(line => line.startsWith(`${about} WEBHOOK`))).toHaveLength(2);
            expect(warnings.find(line => line.startsWith(`${about} TRIGGER_PIPELINE`))).toContain('"nowhere"');
        });

        it('start another pipeline, and end a circle of pipelines that start each other', async () => {
            const next = await create('next', { steps: [read('next-', 1), load] });
            const first = await create('first', {
                steps: [read('first-', 1), load],
                hooks: [{ stage: 'PIPELINE_COMPLETED', action: 'TRIGGER_PIPELINE', pipelineCode: next.code }],
            });
            const run = await finished(first);
            const started = await runs.rows(PipelineRun).findOneByOrFail({ pipelineId: next.id });
            expect(started).toMatchObject({ triggeredBy: `hook of run ${run.id} (1 in a row)`, userId: run.userId });
            expect(await runs.settled(String(started.id))).toMatchObject({ status: 'COMPLETED', created: 1 });
            expect(await linesOf(run)).toContain(
                `INFO A hook asked for run ${started.id} of the pipeline "${next.code}".`,
            );

            const circle = await create('circle', {
                steps: [read('circle-', 1), load],
                hooks: [
                    { stage: 'PIPELINE_COMPLETED', action: 'TRIGGER_PIPELINE', pipelineCode: `circle-${process.pid}` },
                ],
            });
            await runs.startAgain(circle);
            const all = () => runs.rows(PipelineRun).find({ where: { pipelineId: circle.id }, order: { id: 'ASC' } });
            await expect.poll(async () => (await all()).length, { timeout: 30_000 }).toBe(11);
            const last = await runs.settled(String((await all())[10]!.id));
            expect(last.triggeredBy).toMatch(/\(10 in a row\)$/);
            expect((await linesOf(last)).filter(line => line.includes('10 runs in a row'))).toHaveLength(1);
            expect(await all()).toHaveLength(11);
        });

        it('exchange, drop and refuse records, and every record is accounted for', async () => {
            const pipeline = await create('intercept', {
                steps: [read('cut-', 20), load],
                context: { throughput: { batchSize: 7, concurrency: 2 } },
                hooks: [
                    { stage: 'AFTER_EXTRACT', step: 'read', action: 'INTERCEPTOR', script: 'mark' },
                    { stage: 'BEFORE_LOAD', action: 'INTERCEPTOR', script: 'pick' },
                ],
            });
            const run = await finished(pipeline);
            // Of 20 names, 11 begin with 1, one is the 7.
            expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', read: 20, created: 8, rejected: 1 });
            expect(run.metrics!.steps).toMatchObject({
                read: { in: 20, out: 20 },
                write: { in: 20, out: 8, dropped: 11, rejected: 1, created: 8 },
            });
            expect(await namesLike('cut-')).toEqual([0, 2, 3, 4, 5, 6, 8, 9].map(n => `cut-${n}!`));
            const refused = await runs.rows(DataHubRecordError).find({
                where: { runId: run.id },
                select: { id: true, step: true, message: true, record: true },
            });
            expect(refused).toMatchObject([
                { step: 'write', message: 'Sevens are refused.', record: { name: 'cut-7!' } },
            ]);
        });

        it('are told by the workers that write the batches of a distributed run', async () => {
            const pipeline = await create('distributed', {
                steps: [read('far-', 20, [4]), load],
                context: { throughput: { batchSize: 10, concurrency: 2 }, execution: 'DISTRIBUTED' },
                hooks: [{ stage: 'ON_DEAD_LETTER', action: 'EMIT', event: 'refused' }],
            });
            expect(await finished(pipeline)).toMatchObject({ created: 19, rejected: 1 });
            await expect.poll(() => events.length).toBe(1);
            expect(events[0]).toMatchObject({ step: 'write', payload: { count: 1, records: [{ name: 'bad-far-4' }] } });
        });

        it('that call an unknown script fail the run before anything is read', async () => {
            const pipeline = await create('unknown', {
                steps: [read('unknown-'), load],
                hooks: [{ stage: 'BEFORE_LOAD', action: 'SCRIPT', script: 'notes' }],
            });
            const run = await finished(pipeline);
            expect(run).toMatchObject({ status: 'FAILED', read: 0 });
            expect(run.hint).toContain('Did you mean "note"?');
        });

        it('do nothing outside of a dry run, in which interceptors work all the same', async () => {
            const pipeline = await create('dry', {
                steps: [read('dry-'), load],
                hooks: [
                    { stage: 'PIPELINE_COMPLETED', action: 'EMIT', event: 'dry' },
                    { stage: 'PIPELINE_COMPLETED', action: 'WEBHOOK', url: receiver.url },
                    { stage: 'BEFORE_LOAD', action: 'INTERCEPTOR', script: 'pick' },
                ],
            });
            const runner = vendure.app.get(PipelineRunnerService);
            const { id } = await runner.enqueue(vendure.ctx, pipeline.id, { triggeredBy: 'test', dryRun: true });
            expect(await runs.settled(String(id))).toMatchObject({ created: 8, rejected: 1 });
            expect([events.length, receiver.received.length]).toEqual([0, 0]);
        });
    },
    { sampleOn: 'sqlite' },
);
