import { AdministratorService, Channel, DefaultJobQueuePlugin, EventBus, RoleService } from '@vendure/core';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataHubPlugin, GateWaitingEvent } from '../src';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { AdminApi } from './support/admin-api';
import { testDatabases } from './support/databases';
import { createChannel } from './support/further-channel';
import { gated, GateRuns } from './support/gate-pipelines';
import { namesExtractor, taxCategoryLoader } from './support/tax-category-loader';
import { type BootedVendure, bootVendure } from './support/vendure';

const sqlite = testDatabases.find(database => database.name === 'sqlite')!;
const MANUAL = { approvalType: 'MANUAL' };
const spoolDir = '.test-data/spool-gates-api';

const gateFields = `
    runId runStatus pipelineName stepKey kind state waiting preview reasons openedAt deadlineAt onTimeout
    decidedBy decidedAt note webhookState emailState
    counts { records changed rejected prices priceJumps disabled deleted stockToZero }
    planCounts { total items { step entityType action count } }
    plan(options: { take: 2 }) { totalItems items { step entityKey action planned applied fields { path after } } }
`;
const one = `query ($runId: ID!, $stepKey: String!) { gate: dataHubGate(runId: $runId, stepKey: $stepKey) { ${gateFields} } }`;
const approve = `mutation ($runId: ID!, $stepKey: String!, $note: String) {
    gate: approveGate(runId: $runId, stepKey: $stepKey, note: $note) { state decidedBy decidedByName note runStatus }
}`;
const reject = approve.replace('approveGate', 'rejectGate');

interface Gate {
    gate: Record<string, unknown> | null;
}

describe('gates over the Admin API', () => {
    let vendure: BootedVendure;
    let owner: AdminApi;
    let market: Channel;
    let hooks: Server;
    let mail: SMTPServer;
    const runs = new GateRuns(() => vendure);
    const posted: unknown[] = [];
    const mails: string[] = [];
    const events: GateWaitingEvent[] = [];

    beforeAll(async () => {
        hooks = createServer((request, response) => {
            let body = '';
            request.on('data', (chunk: Buffer) => (body += chunk.toString()));
            request.on('end', () => {
                posted.push(JSON.parse(body));
                response.end();
            });
        });
        await new Promise<void>(resolve => hooks.listen(0, '127.0.0.1', resolve));
        mail = new SMTPServer({
            disabledCommands: ['STARTTLS', 'AUTH'],
            onData(stream, _session, callback) {
                let text = '';
                stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
                stream.on('end', () => {
                    mails.push(text);
                    callback();
                });
            },
        });
        await new Promise<void>(resolve => mail.listen(0, '127.0.0.1', resolve));
        vendure = await bootVendure({
            database: sqlite,
            databaseName: 'dh_gates_api',
            runJobs: true,
            plugins: [
                DefaultJobQueuePlugin.init({ pollInterval: 50, concurrency: 3 }),
                DataHubPlugin.init({
                    adapters: [namesExtractor, taxCategoryLoader],
                    outbound: { allowPrivateHosts: ['127.0.0.1'] },
                    distributedLock: { defaultTtlMs: 1_500 },
                    spool: { directory: spoolDir },
                    notifications: {
                        email: {
                            from: 'shop@example.com',
                            transport: { host: '127.0.0.1', port: (mail.server.address() as AddressInfo).port },
                        },
                    },
                }),
            ],
        });
        vendure.app
            .get(EventBus)
            .ofType(GateWaitingEvent)
            .subscribe(event => events.push(event));
        // Before any role is made: Vendure remembers for a while which channels somebody may use.
        market = await createChannel(vendure, 'market');
        owner = await new AdminApi(vendure.url).login();
    });
    afterAll(async () => {
        await vendure?.close();
        hooks?.close();
        await new Promise<void>(resolve => mail.close(resolve));
        await rm(spoolDir, { recursive: true, force: true });
    });

    const clerkWith = async (name: string, permissions: string[], channelIds?: (string | number)[]) => {
        const { app, ctx } = vendure;
        const input = { code: name, description: name, permissions, channelIds };
        const role = await app.get(RoleService).create(ctx, input as never);
        await app.get(AdministratorService).create(ctx, {
            emailAddress: `${name}@example.com`,
            firstName: 'C',
            lastName: 'Lerk',
            password: 'clerk-password',
            roleIds: [role.id],
        });
        return new AdminApi(vendure.url).login(`${name}@example.com`, 'clerk-password');
    };
    const waiting = async (prefix: string, settings: object = {}) => {
        const runId = await runs.start(gated(prefix, { ...MANUAL, ...settings }));
        expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED' });
        return runId;
    };

    it('shows what waits, why, and what it would change', async () => {
        const runId = await waiting('show-', { previewCount: 2 });
        const { gate } = await owner.query<Gate>(one, { runId, stepKey: 'first' });
        expect(gate).toEqual({
            runId,
            runStatus: 'PAUSED',
            pipelineName: 'Gates',
            stepKey: 'first',
            kind: 'GATE',
            state: 'WAITING',
            waiting: 25,
            preview: [{ name: 'show-0' }, { name: 'show-1' }],
            reasons: ['25 records wait for approval.'],
            openedAt: expect.any(String) as string,
            deadlineAt: null,
            onTimeout: null,
            decidedBy: null,
            decidedAt: null,
            note: null,
            webhookState: null,
            emailState: null,
            counts: null,
            planCounts: {
                total: 25,
                items: [{ step: 'behind', entityType: 'TaxCategory', action: 'CREATE', count: 25 }],
            },
            plan: {
                totalItems: 25,
                items: ['b-show-0', 'b-show-1'].map(entityKey => ({
                    step: 'behind',
                    entityKey,
                    action: 'CREATE',
                    planned: true,
                    applied: false,
                    fields: [{ path: 'name', after: entityKey }],
                })),
            },
        });
        const changes = `query ($runId: ID!) { changes: dataHubChangeSets(runId: $runId) { totalItems } }`;
        expect(await owner.query(changes, { runId })).toEqual({ changes: { totalItems: 25 } });
        const list = `query ($runId: ID, $state: DataHubGateState) {
            gates: dataHubGates(runId: $runId, state: $state, options: { filter: { stepKey: { eq: "first" } } }) {
                totalItems items { runId }
            }
        }`;
        expect(await owner.query(list, { runId, state: 'WAITING' })).toEqual({
            gates: { totalItems: 1, items: [{ runId }] },
        });
        const filtered = `query ($runId: ID, $filter: DataHubGateFilterParameter, $sort: DataHubGateSortParameter) {
            gates: dataHubGates(runId: $runId, options: { filter: $filter, sort: $sort }) { totalItems }
        }`;
        const count = async (filter: object) =>
            (
                await owner.query<{ gates: { totalItems: number } }>(filtered, {
                    runId,
                    filter,
                    sort: { pipelineName: 'ASC' },
                })
            ).gates.totalItems;
        expect(await count({ pipelineName: { eq: 'Gates' }, runStatus: { eq: 'PAUSED' }, kind: { eq: 'GATE' } })).toBe(
            1,
        );
        expect(await count({ pipelineCode: { eq: 'another' } })).toBe(0);
        expect(await count({ runStatus: { eq: 'COMPLETED' } })).toBe(0);
        expect(await owner.query(list, { runId, state: 'APPROVED' })).toMatchObject({ gates: { totalItems: 0 } });
    });

    it('takes one decision of two', async () => {
        const runId = await waiting('race-');
        const other = await new AdminApi(vendure.url).login();
        const answers = await Promise.all([
            owner.ask<Gate>(approve, { runId, stepKey: 'first', note: 'Go.' }),
            other.ask<Gate>(reject, { runId, stepKey: 'first', note: 'Stop.' }),
        ]);
        const won = answers.filter(({ errors }) => !errors);
        const lost = answers.filter(({ errors }) => errors);
        expect([won.length, lost.length]).toEqual([1, 1]);
        expect(lost[0]!.errors![0]!.message).toMatch(
            /^The gate "first" was (approved|rejected) by user 1 at .*; the first decision counts\. Load the gate again/,
        );
        const wasApproved = won[0]!.data!.gate!['state'] === 'APPROVED';
        expect(won[0]!.data!.gate).toMatchObject({
            note: wasApproved ? 'Go.' : 'Stop.',
            decidedBy: '1',
            decidedByName: 'superadmin',
        });
        expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED' });
        expect(await runs.written('b-race-')).toBe(wasApproved ? 25 : 0);
    });

    it('lets only those decide who may', async () => {
        const runId = await waiting('allowed-');
        const runnerOnly = await clerkWith('runner', ['RunDataHubPipeline', 'ReadDataHubRun', 'UpdateDataHubPipeline']);
        for (const mutation of [approve, reject]) {
            const { errors } = await runnerOnly.ask(mutation, { runId, stepKey: 'first' });
            expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
        }
        expect((await runnerOnly.query<Gate>(one, { runId, stepKey: 'first' })).gate).toMatchObject({
            state: 'WAITING',
        });
        expect((await new AdminApi(vendure.url).ask(one, { runId, stepKey: 'first' })).errors).toBeDefined();
        expect(await runs.load(runId)).toMatchObject({ status: 'PAUSED' });

        const approver = await clerkWith('approver', ['ApproveDataHubGate']);
        expect((await approver.query<Gate>(one, { runId, stepKey: 'first' })).gate).toMatchObject({ waiting: 25 });
        const { gate } = await approver.query<Gate>(approve, { runId, stepKey: 'first' });
        expect(gate).toMatchObject({ state: 'APPROVED', note: null });
        expect(gate!['decidedBy']).not.toBe('1');
        expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED' });
    });

    it('does not show what waits in another channel, nor lets anybody decide there', async () => {
        const runId = await waiting('channel-');
        const seller = await clerkWith('seller', ['ApproveDataHubGate', 'ReadDataHubRun'], [market.id]);
        const ask = async (query: string) => {
            const headers = { 'content-type': 'application/json', 'vendure-token': 'market-token' };
            const body = JSON.stringify({ query, variables: { runId, stepKey: 'first' } });
            return (await (await seller.rest('POST', '/admin-api', body, headers)).json()) as {
                data: Gate | null;
                errors?: { message: string }[];
            };
        };
        expect((await ask(one)).data).toEqual({ gate: null });
        expect((await ask(approve)).errors?.[0]?.message).toContain('There is no such gate in this run.');
        expect(await runs.gate(runId, 'first')).toMatchObject({ state: 'WAITING' });
    });

    it('shows the plan of a guarded step behind a gate once', async () => {
        const [read, , first, , behind] = gated('once-', MANUAL);
        const runId = await runs.start([read!, first!, { ...behind!, guards: { maxChangedPercent: 10 } }]);
        expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED' });
        await owner.query<Gate>(approve, { runId, stepKey: 'first' });
        expect(await runs.settled(runId)).toMatchObject({ status: 'PAUSED' });
        const { gate } = await owner.query<Gate>(one, { runId, stepKey: 'behind' });
        expect(gate).toMatchObject({
            kind: 'GUARD',
            waiting: 25,
            reasons: ['25 of 25 records (100 %) would change something; the limit is 10 %.'],
            counts: { records: 25, changed: 25, rejected: 0 },
            planCounts: { total: 25 },
            plan: { totalItems: 25 },
        });
        await owner.query<Gate>(approve, { runId, stepKey: 'behind' });
        expect(await runs.settled(runId)).toMatchObject({ status: 'COMPLETED', created: 25 });
    });

    it('is counted by the alerts while it can be decided, in the channel of its run', async () => {
        const query = '{ alerts: dataHubAlerts { openGates } today: dataHubToday { openGates } }';
        const open = async (channel?: string) => {
            const headers = { 'content-type': 'application/json', ...(channel ? { 'vendure-token': channel } : {}) };
            const answer = await owner.rest('POST', '/admin-api', JSON.stringify({ query }), headers);
            const { data } = (await answer.json()) as { data: Record<'alerts' | 'today', { openGates: number }> };
            expect(data.today.openGates).toBe(data.alerts.openGates);
            return data.alerts.openGates;
        };
        const [before, elsewhere] = [await open(), await open('market-token')];
        const [approved, cancelled] = [await waiting('alert-'), await waiting('alert-too-')];
        expect([await open(), await open('market-token')]).toEqual([before + 2, elsewhere]);
        await owner.query<Gate>(approve, { runId: approved, stepKey: 'first' });
        expect(await open()).toBe(before + 1);
        await runs.settled(approved);
        await vendure.app.get(PipelineRunnerService).cancel(vendure.ctx, cancelled);
        expect(await runs.gate(cancelled, 'first')).toMatchObject({ state: 'WAITING' });
        expect(await open()).toBe(before);
    });

    it('tells people by webhook, e-mail and event when records begin to wait', async () => {
        events.length = 0;
        const url = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}/gate`;
        const settings = { notifyWebhook: url, notifyEmail: 'boss@example.com', previewCount: 3 };
        const runId = await waiting('tell-', settings);
        for (
            let waitedMs = 0;
            waitedMs < 10_000 && (await runs.gate(runId, 'first'))?.notifyAtMs !== null;
            waitedMs += 50
        ) {
            await sleep(50);
        }
        expect(posted).toEqual([
            expect.objectContaining({
                event: 'GATE_WAITING',
                runId,
                step: 'first',
                waiting: 25,
                reasons: ['25 records wait for approval.'],
                preview: [{ name: 'tell-0' }, { name: 'tell-1' }, { name: 'tell-2' }],
            }),
        ]);
        expect(mails).toHaveLength(1);
        expect(mails[0]).toContain('To: boss@example.com');
        expect(mails[0]).toContain('Subject: Gates: 25 records wait for approval');
        expect(mails[0]).toContain('tell-2');
        expect(mails[0]).not.toContain('tell-3');
        expect(events.map(({ gate }) => [String(gate.runId), gate.stepKey, gate.waiting])).toEqual([
            [runId, 'first', 25],
        ]);
        const { gate } = await owner.query<Gate>(one, { runId, stepKey: 'first' });
        expect(gate).toMatchObject({ webhookState: 'SENT', emailState: 'SENT' });
    });
});
