import { EventBus, type ID, ListQueryBuilder, RequestContext } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import { openPluginDatabase, type PluginDatabase } from '../../../e2e/support/plugin-database';
import { pendingRun, pipelineRow } from '../../../e2e/support/run-rows';
import { TypeOrmUnitOfWork } from '../../catalog/sql/unit-of-work';
import { DataHubGate, PipelineLog, PipelineRun } from '../../entities';
import type { OpenedGate } from '../../runtime/ports';
import type { UserError } from '../../sdk/errors';
import { PipelineLogService } from '../pipeline-log.service';
import type { PipelineRunnerService } from '../pipeline-runner.service';
import { requeueRun } from '../requeue-run';
import { RunLeases } from '../run-lease';
import { DatabaseGateKeeper } from './database-gate-keeper';
import { GateWaitingEvent } from './gate-waiting.event';
import { GateService } from './gate.service';

const record = (n: number) => ({ data: { name: `n${n}` }, origin: { step: 'read', index: n } });
const gate = (more: Partial<OpenedGate> = {}): OpenedGate => ({
    step: 'check',
    kind: 'GATE',
    waiting: 2,
    preview: [{ name: 'n0' }],
    reasons: ['Because.'],
    ...more,
});

describeOnEachDatabase('gates', testDatabase => {
    let database: PluginDatabase;
    let units: TypeOrmUnitOfWork;
    let gates: GateService;
    const published: unknown[] = [];
    const eventBus = {
        publish: (event: unknown) => {
            published.push(event);
            return Promise.resolve();
        },
    } as unknown as EventBus;

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, 'dh_gates_spec');
        units = new TypeOrmUnitOfWork(database.connection, database.ctx);
        const logs = new PipelineLogService(database.connection, {} as ListQueryBuilder);
        const runner = {
            requeue: (ctx: RequestContext, runId: ID) =>
                requeueRun(database.connection.getRepository(ctx, PipelineRun), runId),
        } as PipelineRunnerService;
        gates = new GateService(database.connection, {} as ListQueryBuilder, runner, logs);
    });
    afterAll(() => database?.close());

    const rows = <T extends object>(entity: new () => T) => database.dataSource.getRepository(entity);
    const keeperOf = (run: Pick<PipelineRun, 'id' | 'pipelineId'>) =>
        new DatabaseGateKeeper(run, { connection: database.connection, eventBus });
    /** A run that is executing, with its keeper. */
    const running = async () => {
        const runId = await pendingRun(database.dataSource, await pipelineRow(database.dataSource));
        const leases = new RunLeases(database.dataSource, 60_000);
        const claim = await leases.claim(runId);
        if (!claim.claimed) throw new Error(claim.because);
        const keeper = keeperOf(claim.run);
        const open = (opened: OpenedGate) => units.transaction(scope => keeper.open(scope, opened));
        const pause = async () => {
            await leases.finish(claim.lease, { status: 'PAUSED', read: 7 });
            return (await load(runId)).status;
        };
        return { runId, run: claim.run, leases, lease: claim.lease, keeper, open, pause };
    };
    const load = (runId: ID) => rows(PipelineRun).findOneByOrFail({ id: runId });
    const gateOf = (runId: ID) => rows(DataHubGate).findOneByOrFail({ runId });
    /** User 5, in the channel that `pendingRun` starts its runs in unless another is given. */
    const approver = (channelId = 1) =>
        Object.defineProperties(RequestContext.empty(), {
            channelId: { value: channelId },
            activeUserId: { value: 5 },
        });
    const codeOf = (promise: Promise<unknown>) =>
        promise.then(
            () => 'done',
            (error: UserError) => error.code,
        );

    it('are unknown until they are opened, and wait then', async () => {
        const { runId, keeper, open } = await running();
        expect(await keeper.decision('check')).toBeUndefined();
        await open(gate({ channels: ['a>check'] }));
        expect(await keeper.decision('check')).toBe('WAITING');
        expect(await gateOf(runId)).toMatchObject({
            stepKey: 'check',
            kind: 'GATE',
            state: 'WAITING',
            waiting: 2,
            preview: [{ name: 'n0' }],
            reasons: ['Because.'],
            spoolChannels: ['a>check'],
            deadlineMs: null,
            notifyAtMs: null,
        });
    });

    it('stay as they are when they are opened again, and tell of themselves once', async () => {
        const { runId, open } = await running();
        published.length = 0;
        await open(gate());
        await gates.approveGate(approver(), runId, 'check');
        await open(gate({ waiting: 99 }));
        expect(await gateOf(runId)).toMatchObject({ waiting: 2, state: 'APPROVED' });
        expect(published.filter(event => event instanceof GateWaitingEvent)).toHaveLength(1);
    });

    it('are not there when the transaction that opened them was rolled back', async () => {
        const { keeper } = await running();
        const failing = units.transaction(async scope => {
            await keeper.open(scope, gate());
            throw new Error('no');
        });
        await expect(failing).rejects.toThrow('no');
        expect(await keeper.decision('check')).toBeUndefined();
    });

    it('keep few and small records themselves', async () => {
        const few = await running();
        await few.open(gate({ records: [record(0), record(1)] }));
        expect(await few.keeper.records('check')).toEqual([record(0), record(1)]);
        const many = await running();
        await many.open(gate({ records: Array.from({ length: 101 }, (_, n) => record(n)) }));
        expect(await many.keeper.records('check')).toBeUndefined();
        const large = await running();
        await large.open(gate({ records: [{ ...record(0), data: { text: 'x'.repeat(300_000) } }] }));
        expect(await large.keeper.records('check')).toBeUndefined();
        expect(await large.keeper.records('other')).toBeUndefined();
    });

    it('are decided once, by whoever comes first', async () => {
        const { runId, open, pause } = await running();
        await open(gate());
        expect(await pause()).toBe('PAUSED');
        const answers = await Promise.all([
            codeOf(gates.approveGate(approver(), runId, 'check', 'Fine.')),
            codeOf(gates.rejectGate(approver(), runId, 'check', 'No.')),
            codeOf(gates.approveGate(approver(), runId, 'check', 'Fine too.')),
        ]);
        expect(answers.filter(answer => answer === 'done')).toHaveLength(1);
        expect(answers.filter(answer => answer === 'gate-decided-already')).toHaveLength(2);
        const decided = await gateOf(runId);
        expect(decided).toMatchObject({ decidedBy: 5, note: ['Fine.', 'No.', 'Fine too.'][answers.indexOf('done')] });
        expect(decided.decidedAt!.getTime()).toBeGreaterThan(Date.now() - 60_000);
        expect(await rows(PipelineLog).countBy({ runId })).toBe(1);
        expect(await load(runId)).toMatchObject({ status: 'PENDING', read: 7 });
    });

    it('let a paused run go on, which then knows the decision', async () => {
        const { runId, run, leases, open, pause } = await running();
        await open(gate());
        await pause();
        expect(await leases.claim(runId)).toEqual({ claimed: false, because: 'DONE' });
        await gates.rejectGate(approver(), runId, 'check');
        expect(await leases.claim(runId)).toMatchObject({ claimed: true });
        expect(await keeperOf(run).decision('check')).toBe('REJECTED');
    });

    it('that are decided just before the pause are not overlooked', async () => {
        const { runId, keeper, open, pause } = await running();
        await open(gate());
        expect(await keeper.decision('check')).toBe('WAITING');
        await gates.approveGate(approver(), runId, 'check');
        expect(await load(runId)).toMatchObject({ status: 'RUNNING' });
        expect(await pause()).toBe('PENDING');
        expect(await load(runId)).toMatchObject({ status: 'PENDING', leaseOwner: null });
    });

    it('never leave a run paused with nothing to wait for, whenever the decision comes', async () => {
        for (let round = 0; round < 12; round++) {
            const { runId, open, pause } = await running();
            await open(gate());
            const decide = gates.approveGate(approver(), runId, 'check');
            await Promise.all(round % 2 ? [decide, pause()] : [pause(), decide]);
            expect((await load(runId)).status).toBe('PENDING');
        }
    });

    it('of runs that have ended cannot be decided', async () => {
        const { runId, open } = await running();
        await open(gate());
        await rows(PipelineRun).update({ id: runId }, { status: 'CANCELLED' });
        expect(await codeOf(gates.approveGate(approver(), runId, 'check'))).toBe('gate-run-ended');
        expect(await gateOf(runId)).toMatchObject({ state: 'WAITING', decidedAt: null });
    });

    it('of other channels, other steps and other runs are unknown', async () => {
        const { runId, open } = await running();
        await open(gate());
        expect(await codeOf(gates.approveGate(approver(2), runId, 'check'))).toBe('gate-unknown');
        expect(await codeOf(gates.approveGate(approver(), runId, 'nothing'))).toBe('gate-unknown');
        expect(await codeOf(gates.approveGate(approver(), 999_999, 'check'))).toBe('gate-unknown');
        expect(await codeOf(gates.approveGate(approver(), runId, 'check', 'x'.repeat(1001)))).toBe('note-too-long');
    });

    it.each([
        ['APPROVE', 'APPROVED'],
        ['REJECT', 'REJECTED'],
    ] as const)('whose time is up are decided as %s says, by one of many sweepers', async (onTimeout, state) => {
        const { runId, open, pause } = await running();
        await open(gate({ timeoutSeconds: 3600, onTimeout }));
        await pause();
        expect(await gates.decideOverdue()).toBe(0);
        const { deadlineMs } = await gateOf(runId);
        expect(Math.abs(deadlineMs! - Date.now() - 3_600_000)).toBeLessThan(120_000);
        await rows(DataHubGate).update({ runId }, { deadlineMs: 1 });
        const decided = await Promise.all([gates.decideOverdue(), gates.decideOverdue(), gates.decideOverdue()]);
        expect(decided.sort()).toEqual([0, 0, 1]);
        expect(await gateOf(runId)).toMatchObject({ state, decidedBy: null, note: 'Nobody decided in time.' });
        expect(await load(runId)).toMatchObject({ status: 'PENDING' });
    });

    it('compare with the last completed run that nobody has rejected', async () => {
        const pipelineId = await pipelineRow(database.dataSource);
        const current = { id: await pendingRun(database.dataSource, pipelineId), pipelineId };
        const keeper = keeperOf(current);
        expect(await keeper.previousCounts('load')).toBeUndefined();
        let day = 0;
        const ended = (records: number, values: object = {}) =>
            pendingRun(database.dataSource, pipelineId, {
                status: 'COMPLETED',
                finishedAt: new Date(Date.UTC(2026, 0, ++day)),
                metrics: { steps: {}, guards: { load: { records } } },
                ...values,
            });
        await ended(0, { metrics: { steps: { load: { in: 10 } } } });
        expect(await keeper.previousCounts('load')).toEqual({ records: 10 });
        expect(await keeper.previousCounts('other')).toBeUndefined();
        await ended(20, { status: 'COMPLETED_WITH_ERRORS' });
        await ended(30, { status: 'FAILED' });
        await ended(40, { dryRun: true });
        await ended(50, { kind: 'REPLAY' });
        expect(await keeper.previousCounts('load')).toEqual({ records: 20 });
        await ended(0);
        await ended(0, { metrics: { steps: {} } });
        expect(await keeper.previousCounts('load')).toEqual({ records: 20 });
        const refused = { id: await ended(60), pipelineId };
        expect(await keeper.previousCounts('load')).toEqual({ records: 60 });
        await units.transaction(scope => keeperOf(refused).open(scope, gate({ step: 'load', kind: 'GUARD' })));
        await rows(DataHubGate).update({ runId: refused.id }, { state: 'REJECTED' });
        expect(await keeper.previousCounts('load')).toEqual({ records: 20 });
    });
});
