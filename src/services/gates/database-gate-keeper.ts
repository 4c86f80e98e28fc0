import type { EventBus, TransactionalConnection } from '@vendure/core';
import type { Repository } from 'typeorm';
import type { CatalogScope } from '../../catalog/catalog-scope';
import { DataHubGate, PipelineRun } from '../../entities';
import { type GateDecision, type GateKeeper, MAX_RECORDS_KEPT_AT_GATE, type OpenedGate } from '../../runtime/ports';
import type { PipelineRecord } from '../../sdk/record';
import { databaseNowMs } from '../database-clock';
import { GateWaitingEvent } from './gate-waiting.event';

export interface GateKeeperServices {
    connection: TransactionalConnection;
    eventBus: EventBus;
}

const maxKeptBytes = 256 * 1024;
/** Back to the last one with records. */
const runsToLookAt = 20;

/** The gates of one run, in the database. */
export class DatabaseGateKeeper implements GateKeeper<CatalogScope> {
    constructor(
        private readonly run: Pick<PipelineRun, 'id' | 'pipelineId'>,
        private readonly services: GateKeeperServices,
    ) {}

    async decision(step: string): Promise<GateDecision | undefined> {
        const gate = await this.gates.findOne({
            where: { runId: this.run.id, stepKey: step },
            select: { id: true, state: true },
        });
        return gate?.state;
    }

    async open({ ctx }: CatalogScope, gate: OpenedGate): Promise<void> {
        const gates = this.services.connection.getRepository(ctx, DataHubGate);
        const place = { runId: this.run.id, stepKey: gate.step };
        // Only the owner of the run opens its gates, so nobody else can come between these two.
        if (await gates.existsBy(place)) return;
        // Widened: TypeORM's partial type does not end on the JSON of records.
        const row: object = { ...place, pipelineId: this.run.pipelineId, ...this.valuesOf(gate) };
        await gates.createQueryBuilder().insert().values(row).updateEntity(false).execute();
        const opened = await gates.findOneByOrFail(place);
        await this.services.eventBus.publish(new GateWaitingEvent(ctx, opened.runId, opened.pipelineId, opened));
    }

    async records(step: string): Promise<PipelineRecord[] | undefined> {
        const gate = await this.gates.findOne({
            where: { runId: this.run.id, stepKey: step },
            select: { id: true, records: true },
        });
        return gate?.records ?? undefined;
    }

    /**
     * Runs in which a gate was rejected do not count, nor those in which nothing reached the step: what was too little must
     * not become the measure of what is enough.
     */
    async previousCounts(step: string): Promise<{ records: number } | undefined> {
        const runs = this.services.connection.rawConnection.getRepository(PipelineRun);
        const query = runs.createQueryBuilder('run');
        const rejected = query
            .subQuery()
            .select('1')
            .from(DataHubGate, 'gate')
            .where('gate.runId = run.id')
            .andWhere(`gate.state = 'REJECTED'`);
        const previous = await query
            .select(['run.id', 'run.metrics'])
            .where('run.pipelineId = :pipelineId AND run.id <> :runId', {
                pipelineId: this.run.pipelineId,
                runId: this.run.id,
            })
            .andWhere(`run.status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS')`)
            .andWhere(`run.kind = 'PIPELINE' AND run.dryRun = :dryRun`, { dryRun: false })
            .andWhere(`NOT EXISTS ${rejected.getQuery()}`)
            .orderBy('run.finishedAt', 'DESC')
            .addOrderBy('run.id', 'DESC')
            .limit(runsToLookAt)
            .getMany();
        const records = previous
            .map(({ metrics }) => metrics?.guards?.[step]?.records ?? metrics?.steps[step]?.in ?? 0)
            .find(count => count > 0);
        return records === undefined ? undefined : { records };
    }

    private valuesOf(gate: OpenedGate) {
        const now = databaseNowMs(this.services.connection.rawConnection);
        const { timeoutSeconds, onTimeout } = gate;
        const hasDeadline = timeoutSeconds !== undefined && onTimeout !== undefined;
        const notifies = Boolean(gate.notifyWebhook ?? gate.notifyEmail);
        return {
            kind: gate.kind,
            state: 'WAITING' as const,
            waiting: gate.waiting,
            preview: gate.preview,
            records: keepable(gate.records),
            spoolChannels: gate.channels ?? null,
            reasons: gate.reasons,
            openedAt: new Date(),
            deadlineMs: hasDeadline ? () => `${now} + ${Math.round(timeoutSeconds * 1000)}` : null,
            onTimeout: hasDeadline ? onTimeout : null,
            notifyWebhook: gate.notifyWebhook ?? null,
            notifyEmail: gate.notifyEmail ?? null,
            webhookState: gate.notifyWebhook ? ('DUE' as const) : null,
            emailState: gate.notifyEmail ? ('DUE' as const) : null,
            notifyAtMs: notifies ? () => now : null,
        };
    }

    private get gates(): Repository<DataHubGate> {
        return this.services.connection.rawConnection.getRepository(DataHubGate);
    }
}

function keepable(records: OpenedGate['records']): PipelineRecord[] | null {
    if (!records || records.length > MAX_RECORDS_KEPT_AT_GATE) return null;
    return Buffer.byteLength(JSON.stringify(records)) <= maxKeptBytes ? [...records] : null;
}
