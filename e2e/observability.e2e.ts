import { context, type Context, type ContextManager, metrics, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
    AggregationTemporality,
    InMemoryMetricExporter,
    MeterProvider,
    PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
    BasicTracerProvider,
    InMemorySpanExporter,
    type ReadableSpan,
    SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { DefaultJobQueuePlugin } from '@vendure/core';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { DataHubPlugin, PipelineRunnerService, PipelineService } from '../src';
import { Pipeline, PipelineRun } from '../src/entities';
import type { LockBackend } from '../src/locks/lock';
import { LocalServer } from '../src/outbound/local-server.fixture';
import { TransientError } from '../src/sdk/errors';
import { OUTBOUND_HTTP } from '../src/services/adapter-runtime.service';
import type { ObservedHttp } from '../src/services/observability/observed-http';
import { RUN_LOCKS } from '../src/services/run-locks';
import { AdminApi } from './support/admin-api';
import { describeOnEachDatabase } from './support/each-database';
import { GateRuns } from './support/gate-pipelines';
import { namesExtractor, onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { type BootedVendure, bootVendure } from './support/vendure';

/** As an application sets it up, with what the SDK for Node brings along. */
class AsyncContexts implements ContextManager {
    private readonly storage = new AsyncLocalStorage<Context>();
    active = (): Context => this.storage.getStore() ?? ROOT_CONTEXT;
    with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
        active: Context,
        work: F,
        thisArg?: ThisParameterType<F>,
        ...args: A
    ): ReturnType<F> {
        return this.storage.run(active, () => work.apply(thisArg, args));
    }
    bind<T>(_context: Context, target: T): T {
        return target;
    }
    enable(): this {
        return this;
    }
    disable(): this {
        return this;
    }
}

describeOnEachDatabase(
    'Observability',
    database => {
        let vendure: BootedVendure;
        let receiver: LocalServer;
        let owner: AdminApi;
        const runs = new GateRuns(() => vendure);
        const spanExporter = new InMemorySpanExporter();
        const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
        const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 600_000 });

        beforeAll(async () => {
            context.setGlobalContextManager(new AsyncContexts());
            trace.setGlobalTracerProvider(
                new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] }),
            );
            metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
            receiver = await LocalServer.start();
            vendure = await bootVendure({
                database,
                databaseName: 'dh_observed',
                runJobs: true,
                plugins: [
                    DefaultJobQueuePlugin.init({ pollInterval: 50, concurrency: 3 }),
                    DataHubPlugin.init({
                        adapters: [namesExtractor, taxCategoryLoader],
                        outbound: { allowPrivateHosts: [receiver.host] },
                    }),
                ],
            });
            owner = await new AdminApi(vendure.url).login();
        });
        afterEach(() => {
            delete onTheWay.beforeApply;
            receiver.handle = (_, response) => void response.end('ok');
        });
        afterAll(async () => {
            await vendure?.close();
            await receiver?.stop();
            trace.disable();
            metrics.disable();
            context.disable();
        });

        const start = async (name: string, count: number, bad: number[] = []) => {
            const definition = {
                version: 1,
                steps: [
                    {
                        key: 'read',
                        type: 'EXTRACT',
                        config: { adapterCode: 'testNames', prefix: `record-${name}-`, count, bad },
                    },
                    { key: 'write', type: 'LOAD', config: { adapterCode: 'testTaxCategory' } },
                ],
                context: { throughput: { batchSize: 10, concurrency: 2 } },
                hooks: [{ stage: 'AFTER_LOAD', action: 'WEBHOOK', url: `${receiver.url}/path-of-the-hook` }],
            };
            const input = { code: `${name}-${process.pid}`, name, definition };
            const pipeline = await vendure.app.get(PipelineService).create(vendure.ctx, input);
            if (!(pipeline instanceof Pipeline)) throw new Error(JSON.stringify(pipeline));
            return { pipeline, runId: await runs.startAgain(pipeline) };
        };

        it('traces a run: its stages, its batches and its calls, and nothing of its records', async () => {
            let isFirst = true;
            onTheWay.beforeApply = async () => {
                if (!isFirst) return;
                isFirst = false;
                throw new TransientError('deadlock', 'A deadlock of the test.');
            };
            const { pipeline, runId } = await start('traced', 25, [3]);
            expect((await runs.settled(runId)).status).toBe('COMPLETED_WITH_ERRORS');
            await expect
                .poll(() => spanExporter.getFinishedSpans().some(({ name }) => name === 'data_hub.run'))
                .toBe(true);
            const spans = spanExporter.getFinishedSpans();
            const named = (name: string): ReadableSpan[] => spans.filter(span => span.name === name);
            const [run] = named('data_hub.run') as [ReadableSpan];
            expect(run.attributes).toEqual({
                'data_hub.run.id': runId,
                'data_hub.pipeline.code': pipeline.code,
                'data_hub.run.dry_run': false,
                'data_hub.run.status': 'COMPLETED_WITH_ERRORS',
            });
            const [stage] = named('data_hub.stage') as [ReadableSpan];
            expect(stage.parentSpanContext?.spanId).toBe(run.spanContext().spanId);
            for (const name of ['data_hub.batch.prepare', 'data_hub.batch.commit']) {
                const batches = named(name).filter(span => Number(span.attributes['data_hub.batch.records']) > 0);
                expect(batches.map(span => span.attributes['data_hub.batch']).sort()).toEqual([0, 1, 2]);
                expect(new Set(batches.map(span => span.parentSpanContext?.spanId))).toEqual(
                    new Set([stage.spanContext().spanId]),
                );
            }
            const [call] = named('data_hub.http') as [ReadableSpan];
            expect(call.attributes).toEqual({
                'http.request.method': 'POST',
                'server.address': '127.0.0.1',
                'http.response.status_code': 200,
            });
            expect(call.spanContext().traceId).toBe(run.spanContext().traceId);
            const told = JSON.stringify(
                spans.map(({ name, attributes, status, events }) => [name, attributes, status, events]),
            );
            expect(told).not.toMatch(/record-traced|path-of-the-hook/);

            await reader.forceFlush();
            const counted = metricExporter
                .getMetrics()
                .at(-1)!
                .scopeMetrics.flatMap(scope => scope.metrics);
            const pointsOf = (name: string) => counted.find(({ descriptor }) => descriptor.name === name)!.dataPoints;
            const sum = (name: string, attributes: object) =>
                pointsOf(name)
                    .filter(point =>
                        Object.entries(attributes).every(([key, value]) => point.attributes[key] === value),
                    )
                    .reduce((total, point) => total + Number(point.value), 0);
            const own = { 'data_hub.pipeline.code': pipeline.code };
            const ofStep = (step: string, outcome: string) =>
                sum('data_hub.records', { ...own, 'data_hub.step': step, 'data_hub.outcome': outcome });
            expect([ofStep('read', 'in'), ofStep('write', 'created'), ofStep('write', 'rejected')]).toEqual([
                25, 24, 1,
            ]);
            expect(sum('data_hub.retries', { ...own, 'data_hub.error.code': 'deadlock' })).toBe(1);
            expect(sum('data_hub.runs', { ...own, 'data_hub.run.status': 'COMPLETED_WITH_ERRORS' })).toBe(1);
            expect(sum('data_hub.batches.in_flight', own)).toBe(0);
            const durations = pointsOf('data_hub.batch.duration').filter(
                ({ attributes }) => attributes['data_hub.batch.phase'] === 'commit',
            );
            expect((durations[0]!.value as { count: number }).count).toBeGreaterThanOrEqual(3);
        });

        it('shows while a run goes on how fast it goes and what is in flight', async () => {
            onTheWay.beforeApply = () => sleep(300);
            const { runId } = await start('live', 150);
            const ask = async () => {
                const document = `query ($id: ID!) { dataHubRun(id: $id) { status read created live {
                at recordsPerSecond batchesInFlight recordsInFlight etaSeconds steps { step recordsPerSecond }
            } } }`;
                const { dataHubRun } = await owner.query<{ dataHubRun: LiveAnswer }>(document, { id: runId });
                return dataHubRun;
            };
            const seen: LiveAnswer[] = [];
            await expect
                .poll(
                    async () => {
                        const answer = await ask();
                        seen.push(answer);
                        return answer.live?.recordsPerSecond ?? 0;
                    },
                    { timeout: 15_000, interval: 100 },
                )
                .toBeGreaterThan(0);
            const { live, read, status } = seen.at(-1)!;
            expect(status).toBe('RUNNING');
            expect(read).toBeGreaterThan(0);
            expect(read).toBeLessThan(150);
            expect(live!.steps.map(({ step }) => step).sort()).toEqual(['read', 'write']);
            expect(live!.recordsPerSecond).toBeLessThan(150);
            expect(Date.now() - Date.parse(live!.at)).toBeLessThan(5_000);
            expect(Math.max(...seen.map(each => each.live?.batchesInFlight ?? 0))).toBeGreaterThan(0);
            expect(Math.max(...seen.map(each => each.live?.recordsInFlight ?? 0))).toBeGreaterThanOrEqual(10);
            delete onTheWay.beforeApply;
            await runs.settled(runId);
            expect(await ask()).toMatchObject({ status: 'COMPLETED', created: 150, live: null });
            expect((await runs.load(runId)).live).toBeNull();
        });

        interface LiveAnswer {
            status: string;
            read: number;
            created: number;
            live: {
                at: string;
                recordsPerSecond: number | null;
                batchesInFlight: number;
                recordsInFlight: number;
                etaSeconds: number | null;
                steps: { step: string; recordsPerSecond: number }[];
            } | null;
        }

        const health = async (client = new AdminApi(vendure.url)) => {
            const response = await client.rest('GET', '/data-hub/health');
            return { code: response.status, body: (await response.json()) as Record<string, unknown> };
        };

        it('says to everybody what is up, and details to those who may see runs', async () => {
            const checks = { database: 'up', locks: 'up', runs: 'up' };
            expect(await health()).toEqual({ code: 200, body: { status: 'up', checks } });
            const details = { abandonedRuns: 0, openCircuits: [] };
            expect(await health(owner)).toEqual({ code: 200, body: { status: 'up', checks, details } });
        });

        it('is up while a host is not called any more, and names it', async () => {
            receiver.handle = (_, response) => void response.writeHead(500).end();
            const http = vendure.app.get<ObservedHttp>(OUTBOUND_HTTP);
            for (let i = 0; i < 5; i++) await http.request({ url: receiver.url, attempts: 1 }).catch(() => undefined);
            const { code, body } = await health(owner);
            expect(code).toBe(200);
            expect(body['details']).toMatchObject({ openCircuits: [{ key: receiver.host, state: 'OPEN' }] });
        });

        it('is down while nobody goes on with a run, or the locks do not answer', async () => {
            const { pipeline } = await start('abandoned', 1);
            const run = await vendure.app
                .get(PipelineRunnerService)
                .enqueue(vendure.ctx, pipeline.id, { triggeredBy: 'test' });
            await runs.settled(String(run.id));
            // Sweepers would go on with it at once.
            const long = new Date(Date.now() - 3_600_000);
            const abandon = runs
                .rows(PipelineRun)
                .update(
                    { id: run.id },
                    { status: 'RUNNING', updatedAt: long, leaseUntilMs: long.getTime(), queuedAtMs: Date.now() },
                );
            await abandon;
            expect(await health(owner)).toMatchObject({
                code: 503,
                body: { status: 'down', checks: { database: 'up', runs: 'down' }, details: { abandonedRuns: 1 } },
            });
            await runs.rows(PipelineRun).update({ id: run.id }, { status: 'COMPLETED' });
            expect((await health()).code).toBe(200);

            const locks = vendure.app.get<LockBackend>(RUN_LOCKS);
            const isHeld = locks.isHeld.bind(locks);
            locks.isHeld = () => Promise.reject(new Error('The backend does not answer.'));
            expect(await health()).toMatchObject({ code: 503, body: { checks: { database: 'up', locks: 'down' } } });
            locks.isHeld = isHeld;
        });
    },
    { sampleOn: 'mariadb' },
);
