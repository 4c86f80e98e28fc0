import { type ID, ListQueryBuilder } from '@vendure/core';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import { openPluginDatabase, type PluginDatabase } from '../../../e2e/support/plugin-database';
import { pendingRun, pipelineRow } from '../../../e2e/support/run-rows';
import { DataHubGate, PipelineLog } from '../../entities';
import { UndiciOutboundHttp } from '../../outbound/undici-outbound-http';
import { type NotificationOptions, resolveOptions } from '../data-hub-options';
import { PipelineLogService } from '../pipeline-log.service';
import type { SecretService } from '../secret.service';
import { GateNotifier } from './gate-notifier';

interface Call {
    headers: IncomingHttpHeaders;
    body: string;
}

describeOnEachDatabase('telling people of gates', testDatabase => {
    let database: PluginDatabase;
    let hookServer: Server;
    let mailServer: SMTPServer;
    let http: UndiciOutboundHttp;
    const calls: Call[] = [];
    const mails: string[] = [];
    const logins: string[] = [];
    let answers: number[] = [];

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, 'dh_gate_notifier');
        hookServer = createServer((request, response) => {
            const chunks: Buffer[] = [];
            request.on('data', (chunk: Buffer) => chunks.push(chunk));
            request.on('end', () => {
                calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
                response.writeHead(answers.shift() ?? 200).end();
            });
        });
        await new Promise<void>(resolve => hookServer.listen(0, '127.0.0.1', resolve));
        mailServer = new SMTPServer({
            disabledCommands: ['STARTTLS'],
            authOptional: true,
            onAuth({ username, password }, _session, callback) {
                logins.push(`${username}:${password}`);
                callback(null, { user: username });
            },
            onData(stream, { envelope }, callback) {
                const chunks: Buffer[] = [];
                stream.on('data', (chunk: Buffer) => chunks.push(chunk));
                stream.on('end', () => {
                    const to = envelope.rcptTo.map(({ address }) => address).join();
                    mails.push(`envelope ${to}\n${Buffer.concat(chunks).toString()}`);
                    callback();
                });
            },
        });
        await new Promise<void>(resolve => mailServer.listen(0, '127.0.0.1', resolve));
        http = new UndiciOutboundHttp({ allowPrivateHosts: ['127.0.0.1'] });
    });
    afterAll(async () => {
        await http?.close();
        hookServer?.close();
        await new Promise<void>(resolve => mailServer.close(resolve));
        await database?.close();
    });
    beforeEach(async () => {
        await rows(DataHubGate).clear();
        [calls, mails, logins].forEach(list => (list.length = 0));
        answers = [];
    });

    const rows = <T extends object>(entity: new () => T) => database.dataSource.getRepository(entity);
    const hookUrl = () => `http://127.0.0.1:${(hookServer.address() as AddressInfo).port}/hook?token=t`;
    const mailOptions = (auth?: { user: string; passwordSecretCode: string }): NotificationOptions['email'] => ({
        from: 'shop@example.com',
        transport: { host: '127.0.0.1', port: (mailServer.server.address() as AddressInfo).port, auth },
    });
    const notifierWith = (notifications: NotificationOptions = {}) =>
        new GateNotifier(
            database.connection,
            { entityOptions: { entityIdStrategy: { encodeId: (id: ID) => `T_${id}` } } } as never,
            new PipelineLogService(database.connection, {} as ListQueryBuilder),
            { resolve: (code: string) => Promise.resolve(`value of ${code}`) } as SecretService,
            http,
            { ...resolveOptions({}), notifications },
        );
    const gateWith = async (more: Partial<DataHubGate>): Promise<ID> => {
        const pipelineId = await pipelineRow(database.dataSource);
        const runId = await pendingRun(database.dataSource, pipelineId, { status: 'PAUSED' });
        const gate = Object.assign(new DataHubGate(), {
            runId,
            pipelineId,
            stepKey: 'check',
            kind: 'GATE',
            state: 'WAITING',
            waiting: 312,
            preview: [{ name: '<b>Mug</b> & "co"', price: 850 }],
            reasons: ['5 <entities> would be disabled; the limit is 1.'],
            openedAt: new Date('2026-11-20T10:00:00.000Z'),
            deadlineMs: Date.UTC(2026, 10, 21),
            onTimeout: 'REJECT',
            webhookState: more.notifyWebhook ? 'DUE' : null,
            emailState: more.notifyEmail ? 'DUE' : null,
            notifyAtMs: 1,
            ...more,
        });
        return (await rows(DataHubGate).save(gate)).runId;
    };
    const gateOf = (runId: ID) => rows(DataHubGate).findOneByOrFail({ runId });
    const linesOf = async (runId: ID) =>
        (await rows(PipelineLog).find({ where: { runId }, order: { index: 'ASC' } })).map(
            ({ level, message }) => `${level} ${message}`,
        );

    it('calls a webhook with what waits, why, and until when', async () => {
        const runId = await gateWith({ notifyWebhook: hookUrl() });
        await notifierWith().notifyDue();
        expect(calls).toHaveLength(1);
        expect(JSON.parse(calls[0]!.body)).toEqual({
            event: 'GATE_WAITING',
            runId: `T_${runId}`,
            pipeline: { code: expect.any(String) as string, name: 'Test' },
            step: 'check',
            kind: 'GATE',
            reasons: ['5 <entities> would be disabled; the limit is 1.'],
            waiting: 312,
            preview: [{ name: '<b>Mug</b> & "co"', price: 850 }],
            openedAt: '2026-11-20T10:00:00.000Z',
            deadlineAt: '2026-11-21T00:00:00.000Z',
            onTimeout: 'REJECT',
        });
        expect(calls[0]!.headers).toMatchObject({
            'content-type': 'application/json',
            'idempotency-key': `gate:T_${runId}:check`,
        });
        expect(calls[0]!.headers).not.toHaveProperty('x-datahub-signature');
        expect(await gateOf(runId)).toMatchObject({ webhookState: 'SENT', emailState: null, notifyAtMs: null });
        expect(await linesOf(runId)).toEqual(['INFO The webhook about the gate "check" was sent.']);
    });

    it('signs webhooks when there is a secret for it', async () => {
        await gateWith({ notifyWebhook: hookUrl() });
        await notifierWith({ webhookSecretCode: 'signing' }).notifyDue();
        const { headers, body } = calls[0]!;
        const timestamp = String(headers['x-datahub-timestamp']);
        expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
        const expected = createHmac('sha256', 'value of signing').update(`${timestamp}.${body}`).digest('hex');
        expect(headers['x-datahub-signature']).toBe(`sha256=${expected}`);
    });

    it('writes an e-mail in which nothing of a record is markup', async () => {
        const runId = await gateWith({ notifyEmail: 'boss@example.com' });
        await notifierWith({ email: mailOptions() }).notifyDue();
        const mail = decodeQuotedPrintable(mails[0]!);
        expect(mail).toContain('envelope boss@example.com');
        expect(mail).toContain('From: shop@example.com');
        expect(mail).toContain('Subject: Test: 312 records wait for approval');
        expect(mail).toContain('rejected at 2026-11-21T00:00:00.000Z');
        const html = mail.slice(mail.indexOf('<p>'));
        expect(html).toContain('&#60;b&#62;Mug&#60;/b&#62; &#38;');
        expect(html).toContain('5 &#60;entities&#62; would be disabled');
        expect(html).not.toContain('<b>');
        expect(html).not.toMatch(/https?:/);
        expect(logins).toEqual([]);
        expect(await gateOf(runId)).toMatchObject({ emailState: 'SENT', webhookState: null, notifyAtMs: null });
    });

    it('logs in at the mail server with the password of a secret', async () => {
        await gateWith({ notifyEmail: 'boss@example.com' });
        await notifierWith({ email: mailOptions({ user: 'shop', passwordSecretCode: 'smtp' }) }).notifyDue();
        expect(logins).toEqual(['shop:value of smtp']);
        expect(mails).toHaveLength(1);
    });

    it('says clearly that an e-mail cannot be written without a mail server', async () => {
        const runId = await gateWith({ notifyEmail: 'boss@example.com' });
        await notifierWith().notifyDue();
        expect(await linesOf(runId)).toEqual([
            'ERROR The e-mail about the gate "check" was not sent. The step "check" asks for an e-mail to ' +
                'boss@example.com, but DataHub has no mail server. Set the option notifications.email of DataHubPlugin. ' +
                'It is not tried again.',
        ]);
        expect(await gateOf(runId)).toMatchObject({ emailState: 'FAILED', notifyAtMs: null, state: 'WAITING' });
    });

    it('tries again later what failed, and only that', async () => {
        const runId = await gateWith({ notifyWebhook: hookUrl(), notifyEmail: 'boss@example.com' });
        answers = [503];
        const notifier = notifierWith({ email: mailOptions() });
        await notifier.notifyDue();
        await notifier.notifyDue();
        expect([calls.length, mails.length]).toEqual([1, 1]);
        const failed = await gateOf(runId);
        expect(failed).toMatchObject({ webhookState: 'DUE', emailState: 'SENT', notifyAttempts: 1 });
        expect(failed.notifyAtMs! - Date.now()).toBeGreaterThan(30_000);
        await rows(DataHubGate).update({ runId }, { notifyAtMs: 1 });
        await notifier.notifyDue();
        expect([calls.length, mails.length]).toEqual([2, 1]);
        expect(await gateOf(runId)).toMatchObject({ webhookState: 'SENT', emailState: 'SENT', notifyAtMs: null });
        const lines = await linesOf(runId);
        expect(lines[0]).toMatch(
            /^WARN The webhook about the gate "check" was not sent\. .* It is tried again later\.$/,
        );
        expect(lines.join()).not.toContain('token');
    });

    it('gives up after eight attempts', async () => {
        const runId = await gateWith({ notifyWebhook: hookUrl(), notifyAttempts: 7 });
        answers = [503];
        await notifierWith().notifyDue();
        expect(await gateOf(runId)).toMatchObject({ webhookState: 'FAILED', notifyAttempts: 8, notifyAtMs: null });
        expect((await linesOf(runId))[0]).toMatch(/^ERROR .* It is not tried again\.$/);
    });

    it('does not repeat what cannot succeed', async () => {
        const runId = await gateWith({ notifyWebhook: hookUrl() });
        answers = [404];
        await notifierWith().notifyDue();
        expect(await gateOf(runId)).toMatchObject({ webhookState: 'FAILED', notifyAtMs: null });
        const inner = await gateWith({ notifyWebhook: 'http://10.0.0.1/hook' });
        await notifierWith().notifyDue();
        expect(await gateOf(inner)).toMatchObject({ webhookState: 'FAILED', notifyAtMs: null });
    });

    it('is done once by many processes, and never for what is decided or has ended', async () => {
        await gateWith({ notifyWebhook: hookUrl() });
        await gateWith({ notifyWebhook: hookUrl(), state: 'APPROVED' });
        const runId = await gateWith({ notifyWebhook: hookUrl() });
        await database.dataSource.query(
            `UPDATE data_hub_pipeline_run SET status = 'CANCELLED' WHERE id = ${String(runId)}`,
        );
        await Promise.all([notifierWith().notifyDue(), notifierWith().notifyDue(), notifierWith().notifyDue()]);
        expect(calls).toHaveLength(1);
    });
});

function decodeQuotedPrintable(text: string): string {
    return text
        .replace(/=\r?\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
