import { DefaultJobQueuePlugin, JobQueueService } from '@vendure/core';
import { readdir, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { DataHubPlugin, GateService, PipelineRunnerService } from '../src';
import { DataHubChangeSet, DataHubGate, PipelineLog } from '../src/entities';
import { describeOnEachDatabase } from './support/each-database';
import { gated, GateRuns } from './support/gate-pipelines';
import { namesExtractor, onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { type BootedVendure, bootVendure } from './support/vendure';

const MANUAL = { approvalType: 'MANUAL' };

describeOnEachDatabase(
    'Gates',
    database => {
        let vendure: BootedVendure;
        const runs = new GateRuns(() => vendure);
        const spoolDir = `.test-data/spool-gates-${database.name}`;

        const boot = async (keepDatabase: boolean) => {
            vendure = await bootVendure({
                database,
                databaseName: 'dh_gates',
                keepDatabase,
                runJobs: true,
                plugins: [
                    DefaultJobQueuePlugin.init({ pollInterval: 50, concurrency: 3 }),
                    DataHubPlugin.init({
                        adapters: [namesExtractor, taxCategoryLoader],
                        distributedLock: { defaultTtlMs: 1_500 },
                        spool: { directory: spoolDir },
                    }),
                ],
            });
        };
        const restart = async (whileDown?: () => Promise<void>) => {
            await vendure.close({ dropDatabase: false });
            await whileDown?.();
            await boot(true);
        };
        beforeAll(() => boot(false));
        afterEach(() => {
            delete onTheWay.beforeApply;
            delete onTheWay.beforePage;
        });
        afterAll(async () => {
            await vendure?.close();
            await rm(spoolDir, { recursive: true, force: true });
        });

        const gates = () => vendure.app.get(GateService);
        const approve = (runId: string, stepKey: string) => gates().approveGate(vendure.ctx, runId, stepKey);
        const reject = (runId: string, stepKey: string) => gates().rejectGate(vendure.ctx, runId, stepKey);
        const linesOf = async (runId: string) =>
            (await runs.rows(PipelineLog).find({ where: { runId }, order: { index: 'ASC' } })).map(
                line => line.message,
            );
        const applied = (runId: string, step: string) =>
            runs.rows(DataHubChangeSet).countBy({ runId, step, applied: true });

        it('hold back what is behind them until somebody approves, one approval for each', async () => {
            const writes: string[][] = [];
            onTheWay.beforeApply = names => Promise.resolve(void writes.push(names));
            const runId = await runs.start(gated('two-', MANUAL, { second: MANUAL }));
            expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED', finishedAt: null });
            expect([await runs.written('two-'), await runs.written('b-two-')]).toEqual([25, 0]);
            expect(await runs.gate(runId, 'first')).toMatchObject({ state: 'WAITING', kind: 'GATE', waiting: 25 });
            expect(await runs.gate(runId, 'second')).toBeNull();

            await approve(runId, 'first');
            expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED' });
            expect([await runs.written('b-two-'), await runs.written('c-b-two-')]).toEqual([25, 0]);
            expect(await runs.gate(runId, 'second')).toMatchObject({ state: 'WAITING', waiting: 25 });

            await approve(runId, 'second');
            expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED', read: 25, created: 75 });
            expect(await runs.written('c-b-two-')).toBe(25);
            expect(await runs.rows(DataHubGate).countBy({ runId })).toBe(2);
            expect(await Promise.all(['before', 'behind', 'last'].map(step => applied(runId, step)))).toEqual([
                25, 25, 25,
            ]);
            // Every name was written once: nothing before a gate runs again behind it.
            expect(writes.flat().sort()).toEqual([...new Set(writes.flat())].sort());
            expect(writes.flat()).toHaveLength(75);
        });

        it('show what would be written behind them, apart from what was written', async () => {
            const runId = await runs.start(gated('plan-', MANUAL));
            await runs.settled(runId);
            const gate = (await gates().findOne(vendure.ctx, runId, 'first'))!;
            const plan = await gates().findPlan(vendure.ctx, gate, { take: 10 });
            expect(plan.totalItems).toBe(25);
            expect(plan.items).toHaveLength(10);
            expect(plan.items[0]).toMatchObject({
                step: 'behind',
                entityKey: 'b-plan-0',
                action: 'CREATE',
                planned: true,
                applied: false,
            });
            const found = await gates().findAll(vendure.ctx, { runId, state: 'WAITING' }, {
                filter: { pipelineName: { eq: 'Gates' }, runStatus: { eq: 'PAUSED' } },
                sort: { pipelineCode: 'ASC' },
            } as never);
            expect(found.items.map(({ id }) => id)).toEqual([gate.id]);
            expect(gate.preview).toHaveLength(10);
            expect(gate.preview[0]).toEqual({ name: 'plan-0' });
            await approve(runId, 'first');
            expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED', created: 50 });
            expect(await runs.rows(DataHubChangeSet).countBy({ runId, planned: true })).toBe(25);
            expect(await runs.rows(DataHubChangeSet).countBy({ runId, applied: true })).toBe(50);
        });

        it('wait through a restart of the server', async () => {
            const runId = await runs.start(gated('restart-', MANUAL));
            expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED' });
            await restart();
            await sleep(1_000);
            expect(await runs.load(runId)).toMatchObject({ status: 'PAUSED' });
            await approve(runId, 'first');
            expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED', created: 50 });
            expect([await runs.written('restart-'), await runs.written('b-restart-')]).toEqual([25, 25]);
            expect(await applied(runId, 'before')).toBe(25);
        });

        it('let a few records go on even when the spool is lost', async () => {
            const runId = await runs.start(gated('lost-', MANUAL));
            expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED' });
            await restart(async () => {
                expect((await readdir(spoolDir, { recursive: true })).length).toBeGreaterThan(1);
                await rm(spoolDir, { recursive: true, force: true });
            });
            await approve(runId, 'first');
            expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED', created: 50 });
            expect(await runs.written('b-lost-')).toBe(25);
        });

        it('end the branch behind them when somebody rejects', async () => {
            const runId = await runs.start(gated('no-', MANUAL, { second: MANUAL }));
            await runs.settled(runId);
            await reject(runId, 'first');
            const ended = await runs.settled(runId);
            expect(ended.status).toBe('COMPLETED');
            expect(ended.metrics!.steps['first']).toMatchObject({ in: 25, out: 0, dropped: 25 });
            expect([await runs.written('no-'), await runs.written('b-no-')]).toEqual([25, 0]);
            expect(await runs.gate(runId, 'second')).toBeNull();
        });

        it('wait at the same time in two branches, each for its own decision', async () => {
            const [read, before, first, rename, behind] = gated('both-', MANUAL);
            const steps = [
                read!,
                before!,
                first!,
                rename!,
                behind!,
                { ...first!, key: 'other' },
                {
                    key: 'turn',
                    type: 'TRANSFORM',
                    config: { operators: [{ op: 'prefix', args: { paths: ['name'], text: 'o-' } }] },
                },
                { ...behind!, key: 'behind-other' },
            ];
            const edges = [
                ['read', 'before'],
                ['before', 'first'],
                ['first', 'rename'],
                ['rename', 'behind'],
                ['before', 'other'],
                ['other', 'turn'],
                ['turn', 'behind-other'],
            ].map(([from, to]) => ({ from: from!, to: to! }));
            const runId = await runs.start(steps, edges);
            expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED' });
            expect(await runs.rows(DataHubGate).countBy({ runId, state: 'WAITING' })).toBe(2);
            await approve(runId, 'other');
            expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED' });
            expect([await runs.written('b-both-'), await runs.written('o-both-')]).toEqual([0, 25]);
            await reject(runId, 'first');
            expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED' });
            expect([await runs.written('b-both-'), await runs.written('o-both-')]).toEqual([0, 25]);
        });

        it.each([
            ['APPROVE', 25],
            ['REJECT', 0],
        ] as const)('decide by themselves when nobody does in time: %s', async (onTimeout, behind) => {
            const prefix = `late-${onTimeout}-`;
            const timeout = { approvalType: 'TIMEOUT', timeoutSeconds: 2, onTimeout };
            const runId = await runs.start(gated(prefix, timeout));
            expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED' });
            for (let waitedMs = 0; waitedMs < 20_000 && (await runs.load(runId)).status === 'PAUSED'; waitedMs += 100) {
                await sleep(100);
            }
            expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED' });
            expect(await runs.written(`b-${prefix}`)).toBe(behind);
            const gate = await runs.gate(runId, 'first');
            expect(gate).toMatchObject({
                state: `${onTimeout}${onTimeout === 'REJECT' ? 'ED' : 'D'}`,
                decidedBy: null,
            });
            expect(gate!.decidedAt!.getTime() - gate!.openedAt.getTime()).toBeGreaterThan(1_500);
        });

        it('open by themselves below the threshold, and wait above it', async () => {
            const bad = [1, 2, 3];
            const passed = await runs.start(
                gated('under-', { approvalType: 'THRESHOLD', errorThresholdPercent: 12 }, { bad }),
            );
            expect(await runs.settled(passed)).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', rejected: 3 });
            expect(await runs.written('b-under-')).toBe(22);
            expect(await runs.gate(passed, 'first')).toBeNull();

            const stopped = await runs.start(
                gated('over-', { approvalType: 'THRESHOLD', errorThresholdPercent: 11.9 }, { bad }),
            );
            expect(await runs.settled(stopped)).toMatchObject({ status: 'PAUSED' });
            const gate = await runs.gate(stopped, 'first');
            expect(gate!.reasons.join(' ')).toContain('12');
            await approve(stopped, 'first');
            expect(await runs.settled(stopped)).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', rejected: 3 });
            expect(await runs.written('b-over-')).toBe(22);
        });

        it('are not asked by a dry run', async () => {
            const runId = await runs.start(gated('dry-', MANUAL));
            const { pipelineId } = await runs.settled(runId);
            const runner = vendure.app.get(PipelineRunnerService);
            const dry = await runner.enqueue(vendure.ctx, pipelineId, { triggeredBy: 'test', dryRun: true });
            expect(await runs.settled(String(dry.id))).toMatchObject({ status: 'COMPLETED' });
            expect(await runs.rows(DataHubGate).countBy({ runId: dry.id })).toBe(0);
        });

        it('of a cancelled run decide nothing any more, and wait again when it is resumed', async () => {
            const runId = await runs.start(gated('cancel-', MANUAL));
            await runs.settled(runId);
            await vendure.app.get(PipelineRunnerService).cancel(vendure.ctx, runId);
            expect(await runs.load(runId)).toMatchObject({ status: 'CANCELLED' });
            await expect(approve(runId, 'first')).rejects.toMatchObject({ code: 'gate-run-ended' });
            const waiting = await gates().findAll(vendure.ctx, { state: 'WAITING' });
            expect(waiting.items.map(gate => String(gate.runId))).not.toContain(runId);
            await vendure.app.get(PipelineRunnerService).resume(vendure.ctx, runId, { resumedBy: 'test' });
            expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED' });
            expect(await runs.written('b-cancel-')).toBe(0);
            await approve(runId, 'first');
            expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED', created: 50 });
            expect(await runs.rows(DataHubGate).countBy({ runId })).toBe(1);
        });

        it('lead to a cancelled run when a rejection leaves nothing to be done', async () => {
            const [read, , first, rename, behind] = gated('nothing-', MANUAL);
            const runId = await runs.start([read!, first!, rename!, behind!]);
            await runs.settled(runId);
            await reject(runId, 'first');
            expect(await runs.settled(runId)).toMatchObject({ status: 'CANCELLED', created: 0 });
        });

        it('say in the log of the run who decided what', async () => {
            const runId = await runs.start(gated('log-', MANUAL));
            await runs.settled(runId);
            await gates().approveGate(vendure.ctx, runId, 'first', 'Looks right.');
            await runs.settled(runId);
            expect(await linesOf(runId)).toContain('The gate "first" was approved by superadmin: Looks right.');
        });

        it('that are decided while the run still works elsewhere are passed all the same', async () => {
            const [read, before, first, rename, behind] = gated('busy-', MANUAL);
            const slow = { ...read!, key: 'slow', config: { ...read!.config, prefix: 'slow-', count: 40 } };
            const steps = [read!, before!, first!, rename!, behind!, slow, { ...before!, key: 'load-slow' }];
            const edges = [
                ['read', 'before'],
                ['before', 'first'],
                ['first', 'rename'],
                ['rename', 'behind'],
                ['slow', 'load-slow'],
            ].map(([from, to]) => ({ from: from!, to: to! }));
            let go = (): void => undefined;
            const released = new Promise<void>(resolve => (go = resolve));
            onTheWay.beforePage = names => (names[0] === 'slow-10' ? released : Promise.resolve());
            const runId = await runs.start(steps, edges, { parallelExecution: { enabled: true } });
            for (let waitedMs = 0; waitedMs < 10_000 && !(await runs.gate(runId, 'first')); waitedMs += 50)
                await sleep(50);
            await approve(runId, 'first');
            expect(await runs.load(runId)).toMatchObject({ status: 'RUNNING' });
            go();
            expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED', created: 90 });
        });

        it('are left alone by job queues that start again', async () => {
            const runId = await runs.start(gated('queue-', MANUAL));
            await runs.settled(runId);
            await vendure.app.get(PipelineRunnerService).execute(runId);
            expect(await runs.load(runId)).toMatchObject({ status: 'PAUSED' });
            expect(vendure.app.get(JobQueueService).started).toBe(true);
        });
    },
    { sampleOn: 'postgres' },
);
