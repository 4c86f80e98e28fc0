import { Inject, Injectable } from '@nestjs/common';
import { ConfigService, type ID, Logger, RequestContext, TransactionalConnection } from '@vendure/core';
import type { Repository } from 'typeorm';
import { inOwnTransaction } from '../../catalog/sql/single-connection';
import { DataHubGate, type NotificationState } from '../../entities';
import type { OutboundHttp } from '../../outbound/outbound-http';
import { asDataHubError } from '../../sdk/errors';
import type { LogLevel } from '../../../shared/run';
import { OUTBOUND_HTTP } from '../adapter-runtime.service';
import { DATA_HUB_OPTIONS, loggerCtx, type ResolvedDataHubOptions } from '../data-hub-options';
import { databaseNowMs } from '../database-clock';
import { DECIDABLE } from '../gates/gate.service';
import { PipelineLogService } from '../pipeline-log.service';
import { SecretService } from '../secret.service';
import { GateMailer } from './gate-mailer';
import { type GateMessage, messageOf } from './gate-message';
import { GateWebhook } from './gate-webhook';

interface Channel {
    state: 'webhookState' | 'emailState';
    name: string;
    send(gate: DataHubGate, message: GateMessage, signal?: AbortSignal): Promise<void>;
}

const maxAttempts = 8;
/** Pauses of 1, 2, 4 … minutes. Longer than any attempt may take, so that nobody else sends meanwhile. */
const firstPauseMs = 60_000;
const gatesPerSweep = 20;

/**
 * Tells people of gates that wait: at least once, since whoever dies after sending has not said so. What goes wrong is
 * written to the log of the run and never fails it.
 */
@Injectable()
export class GateNotifier {
    private readonly channels: readonly Channel[];

    constructor(
        private readonly connection: TransactionalConnection,
        private readonly config: ConfigService,
        private readonly logs: PipelineLogService,
        secrets: SecretService,
        @Inject(OUTBOUND_HTTP) http: OutboundHttp,
        @Inject(DATA_HUB_OPTIONS) { notifications }: ResolvedDataHubOptions,
    ) {
        const webhook = new GateWebhook(http, secrets, notifications.webhookSecretCode);
        const mailer = new GateMailer(notifications.email, secrets);
        this.channels = [
            {
                state: 'webhookState',
                name: 'webhook',
                send: (gate, message, signal) => webhook.send(gate.notifyWebhook ?? '', message, signal),
            },
            {
                state: 'emailState',
                name: 'e-mail',
                send: (gate, message) => mailer.send(gate.notifyEmail ?? '', message),
            },
        ];
    }

    /** Sends what is due. Any number of processes may do so at once; what `signal` interrupts is sent again later. */
    async notifyDue(signal?: AbortSignal): Promise<void> {
        const due = await this.gates
            .createQueryBuilder('gate')
            .innerJoin('gate.run', 'run')
            .where(`gate.notifyAtMs <= ${databaseNowMs(this.connection.rawConnection)}`)
            .andWhere(`gate.state = 'WAITING'`)
            .andWhere('run.status IN (:...statuses)', { statuses: DECIDABLE })
            .orderBy('gate.notifyAtMs')
            .limit(gatesPerSweep)
            .getMany();
        await Promise.all(due.map(async gate => (await this.claim(gate)) && this.notify(gate.id, signal)));
    }

    /** Of several processes that see the same gate, one sends; if it dies, another tries after the pause. */
    private async claim({ id, notifyAttempts }: DataHubGate): Promise<boolean> {
        const pauseMs = firstPauseMs * 2 ** Math.min(notifyAttempts, 6);
        const update = this.gates
            .createQueryBuilder()
            .update()
            .set({
                notifyAttempts: notifyAttempts + 1,
                notifyAtMs: () => `${databaseNowMs(this.connection.rawConnection)} + ${pauseMs}`,
            })
            .where(`id = :id AND notifyAttempts = :notifyAttempts AND state = 'WAITING'`, { id, notifyAttempts })
            .andWhere('notifyAtMs IS NOT NULL');
        const { affected } = await this.alone(() => update.execute());
        return affected === 1;
    }

    private async notify(gateId: ID, signal: AbortSignal | undefined): Promise<void> {
        const gate = await this.gates.findOne({ where: { id: gateId }, relations: { run: { pipeline: true } } });
        if (!gate) return;
        const runId = this.config.entityOptions.entityIdStrategy?.encodeId(gate.runId) ?? gate.runId;
        const message = messageOf(gate, gate.run.pipeline, String(runId));
        const states: Partial<Record<Channel['state'], NotificationState>> = {};
        for (const channel of this.channels.filter(({ state }) => gate[state] === 'DUE')) {
            states[channel.state] = await this.attempt(channel, gate, message, signal);
        }
        const isDone = !Object.values(states).includes('DUE');
        await this.alone(() =>
            this.gates.update({ id: gateId }, { ...states, ...(isDone ? { notifyAtMs: null } : {}) }),
        );
    }

    private async attempt(
        channel: Channel,
        gate: DataHubGate,
        message: GateMessage,
        signal: AbortSignal | undefined,
    ): Promise<NotificationState> {
        const subject = `The ${channel.name} about the gate "${gate.stepKey}"`;
        try {
            await channel.send(gate, message, signal);
            await this.log(gate.runId, 'INFO', `${subject} was sent.`);
            return 'SENT';
        } catch (thrown) {
            const { kind, message: why, hint } = asDataHubError(thrown);
            const triesAgain = kind === 'TRANSIENT' && gate.notifyAttempts < maxAttempts;
            const next = triesAgain ? 'It is tried again later.' : 'It is not tried again.';
            const sentences = [`${subject} was not sent. ${why}`, hint, next].filter(Boolean).join(' ');
            await this.log(gate.runId, triesAgain ? 'WARN' : 'ERROR', sentences);
            Logger.warn(`Run ${gate.runId}: ${sentences}`, loggerCtx);
            return triesAgain ? 'DUE' : 'FAILED';
        }
    }

    private async log(runId: ID, level: LogLevel, message: string): Promise<void> {
        await this.alone(() => this.logs.append(RequestContext.empty(), runId, level, message));
    }

    private alone<T>(statement: () => Promise<T>): Promise<T> {
        return inOwnTransaction(this.connection.rawConnection, statement);
    }

    private get gates(): Repository<DataHubGate> {
        return this.connection.rawConnection.getRepository(DataHubGate);
    }
}
