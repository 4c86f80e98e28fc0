import { Injectable } from '@nestjs/common';
import { ChannelService, type ID, Logger, RequestContext, TransactionalConnection } from '@vendure/core';
import { awaitedParts } from '../../catalog/awaited';
import type { SqlCondition, SqlSession } from '../../catalog/sql/sql-session';
import { TypeOrmUnitOfWork } from '../../catalog/sql/unit-of-work';
import { DataHubChangeSet, DataHubRecordError, Pipeline, PipelineRun } from '../../entities';
import { UserError } from '../../sdk/errors';
import { loggerCtx } from '../data-hub-options';
import { MAX_AUTO_REPLAYS } from '../record-error.service';
import { type ArrivedReference, existingAmong } from './known-references';
import { RecordReplayService } from './record-replay.service';
import { both } from './record-selection';

const referencesPerPage = 1_000;

/** Sends records again whose missing reference has arrived. */
@Injectable()
export class WaitingRecordsService {
    /** What was logged already, by pipeline: it would be said again at every look. */
    private readonly complaints = new Map<string, string>();

    constructor(
        private readonly connection: TransactionalConnection,
        private readonly channels: ChannelService,
        private readonly replays: RecordReplayService,
    ) {}

    /** Records that wait for what this run has created. */
    async wakeAfter(runId: ID): Promise<number> {
        const ctx = RequestContext.empty();
        const run = await this.connection.rawConnection.getRepository(PipelineRun).findOneBy({ id: runId });
        if (!run || run.dryRun || run.created === 0) return 0;
        // What is made in any channel is in the default channel as well.
        const home = await this.channels.getDefaultChannel(ctx);
        const channelIds = [...new Set([run.channelId, home.id])];
        return this.wake(async (sql, references) => {
            const created = await createdBy(sql, runId, references);
            return created.flatMap(waitsFor => channelIds.map(channelId => ({ waitsFor, channelId })));
        });
    }

    /** Records that wait for something that is there, whoever has created it. */
    async wakeAll(): Promise<number> {
        return this.wake(existingAmong);
    }

    private async wake(
        arrivedAmong: (sql: SqlSession, references: string[]) => Promise<ArrivedReference[]>,
    ): Promise<number> {
        const units = new TypeOrmUnitOfWork(this.connection, RequestContext.empty());
        let woken = 0;
        let after = '';
        for (;;) {
            // Not rolled back, although it only reads: on SQLite that would take along what others write meanwhile.
            const [references, arrived] = await units.transaction(async ({ sql }) => {
                const page = await waitedFor(sql, after);
                return [page, page.length > 0 ? await arrivedAmong(sql, page) : []] as const;
            });
            for (const [channelId, waitsFor] of byChannel(arrived)) woken += await this.send(channelId, waitsFor);
            if (references.length < referencesPerPage) return woken;
            after = references.at(-1)!;
        }
    }

    /** Pipeline by pipeline: one that cannot run keeps no other from going on. */
    private async send(channelId: ID, waitsFor: string[]): Promise<number> {
        const units = new TypeOrmUnitOfWork(this.connection, RequestContext.empty());
        const pipelines = await units.transaction(async ({ sql }) => {
            const errors = sql.table(DataHubRecordError);
            const pipelineId = errors.column('pipelineId');
            const waking = awake(sql, channelId, waitsFor);
            const rows = await sql.query(
                `SELECT DISTINCT ${pipelineId} FROM ${errors.path} WHERE ${waking.sql}`,
                waking.parameters,
            );
            return rows.map(([id]) => id as ID);
        });
        let woken = 0;
        for (const pipelineId of pipelines) {
            try {
                const { replayed } = await units.transaction(scope => {
                    const { sql } = scope;
                    const column = sql.table(DataHubRecordError).column('pipelineId');
                    const own = { sql: `${column} = ?`, parameters: [pipelineId] };
                    return this.replays.send(scope, both(awake(sql, channelId, waitsFor), own), {
                        triggeredBy: 'reference arrived',
                        automatic: true,
                    });
                });
                woken += replayed;
                this.complaints.delete(String(pipelineId));
            } catch (thrown) {
                if (!(thrown instanceof UserError)) throw thrown;
                this.complain(pipelineId, thrown);
            }
        }
        return woken;
    }

    private complain(pipelineId: ID, { message }: UserError): void {
        if (this.complaints.get(String(pipelineId)) === message) return;
        this.complaints.set(String(pipelineId), message);
        Logger.warn(`Records of pipeline ${pipelineId} wait on although they could go on: ${message}`, loggerCtx);
    }
}

/** What OPEN records wait for, in the order of its text. */
async function waitedFor(sql: SqlSession, after: string): Promise<string[]> {
    const errors = sql.table(DataHubRecordError);
    const column = errors.column('waitsFor');
    const rows = await sql.query(
        `SELECT DISTINCT ${column} FROM ${errors.path} WHERE ${column} > ? AND ${errors.column('state')} = ? ` +
            `AND ${errors.column('autoReplays')} < ? ORDER BY ${column} LIMIT ${referencesPerPage}`,
        [after, 'OPEN', MAX_AUTO_REPLAYS],
    );
    return rows.map(([waitsFor]) => waitsFor as string);
}

async function createdBy(sql: SqlSession, runId: ID, references: string[]): Promise<string[]> {
    const changes = sql.table(DataHubChangeSet);
    const [type, key] = [changes.column('entityType'), changes.column('entityKey')];
    const keys = sql.inList(
        key,
        references.map(reference => awaitedParts(reference).key),
    );
    const rows = await sql.query(
        `SELECT DISTINCT ${type}, ${key} FROM ${changes.path} WHERE ${changes.column('runId')} = ? ` +
            `AND ${changes.column('action')} = ? AND ${changes.column('applied')} AND ${keys.sql}`,
        [runId, 'CREATE', ...keys.parameters],
    );
    const created = new Set(rows.map(row => row.join(':')));
    return references.filter(reference => {
        const { entityType, key: wanted } = awaitedParts(reference);
        return created.has(`${entityType}:${wanted}`);
    });
}

/** OPEN records of real runs in the channel that wait for one of these and have not been sent too often. */
function awake(sql: SqlSession, channelId: ID, waitsFor: string[]): SqlCondition {
    const errors = sql.table(DataHubRecordError);
    const runs = sql.table(PipelineRun);
    const pipelines = sql.table(Pipeline);
    const arrived = sql.inList(errors.column('waitsFor'), waitsFor);
    return both(arrived, {
        sql:
            `${errors.column('state')} = ? AND ${errors.column('autoReplays')} < ? AND ` +
            `${errors.column('runId')} IN (SELECT ${runs.column('id')} FROM ${runs.path} ` +
            `WHERE ${runs.column('channelId')} = ? AND NOT ${runs.column('dryRun')}) AND ` +
            `${errors.column('pipelineId')} IN (SELECT ${pipelines.column('id')} FROM ${pipelines.path} ` +
            `WHERE ${pipelines.column('enabled')} AND NOT ${pipelines.column('disabledByCode')})`,
        parameters: ['OPEN', MAX_AUTO_REPLAYS, channelId],
    });
}

function byChannel(arrived: readonly ArrivedReference[]): Map<ID, string[]> {
    const channels = new Map<ID, Set<string>>();
    for (const { channelId, waitsFor } of arrived) {
        channels.set(channelId, (channels.get(channelId) ?? new Set()).add(waitsFor));
    }
    return new Map([...channels].map(([channelId, references]) => [channelId, [...references]]));
}
