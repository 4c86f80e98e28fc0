import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import type { CatalogScope } from '../../catalog/catalog-scope';
import type { EntityId, SqlCondition, SqlSession } from '../../catalog/sql/sql-session';
import { TypeOrmUnitOfWork } from '../../catalog/sql/unit-of-work';
import { DataHubRecordError, Pipeline, PipelineRun } from '../../entities';
import { UserError } from '../../sdk/errors';
import { DataHubRegistryService } from '../data-hub-registry.service';
import { DefinitionService } from '../definition.service';
import { PipelineRunnerService, type RunScope } from '../pipeline-runner.service';
import { authorOf, writeAudit } from './audit';
import { lockedRows } from './locked-rows';
import { quarantineExtractor } from './quarantine.extractor';
import { both, type RecordErrorSelection, selectionOf } from './record-selection';
import { replayDefinition } from './replay-definition';

export interface RecordReplayInput extends RecordErrorSelection {
    note?: string | null;
}

export interface Replayed {
    /** Records that were OPEN and could be read. */
    replayed: number;
    /** One for each pipeline, channel and language that the records were refused in. */
    runIds: ID[];
}

interface Sending {
    triggeredBy: string;
    note?: string | null;
    /** Nobody asked for it: the attempt counts, and the run acts for the user of the run that refused the records. */
    automatic?: boolean;
}

/** Records that one run can take: of one pipeline, refused in one channel and language, all planned or all for real. */
interface Group extends RunScope {
    pipelineId: EntityId;
    dryRun: boolean;
    steps: string[];
}

/** Sends refused records into their pipeline again. */
@Injectable()
export class RecordReplayService implements OnModuleInit {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly runner: PipelineRunnerService,
        private readonly definitions: DefinitionService,
        private readonly adapters: DataHubRegistryService,
    ) {}

    onModuleInit(): void {
        this.adapters.registerExtractor(quarantineExtractor);
    }

    /**
     * The selected records that are OPEN become REPLAYED and a run is asked for that reads them, in one transaction: both
     * or neither. Three statements for each thousand records. `ctx` must be outside of any transaction.
     */
    async replay(ctx: RequestContext, input: RecordReplayInput): Promise<Replayed> {
        const triggeredBy = ctx.session?.user?.identifier ?? 'api';
        return new TypeOrmUnitOfWork(this.connection, ctx).transaction(scope => {
            const selected = selectionOf(scope.sql, ctx, input, { allCauses: true });
            return this.send(scope, selected, { triggeredBy, note: input.note });
        });
    }

    /** In the transaction of the scope. */
    async send(scope: CatalogScope, selected: SqlCondition, sending: Sending): Promise<Replayed> {
        const result: Replayed = { replayed: 0, runIds: [] };
        const ready = both(selected, readyToGo(scope.sql));
        for (const group of await groupsOf(scope.sql, ready, sending.automatic ?? false)) {
            const replayId = randomUUID();
            const definition = await this.definitionOf(scope.ctx, group, replayId);
            const ofGroup = both(ready, conditionOf(scope.sql, group, sending.automatic ?? false));
            const marked = await mark(scope, ofGroup, replayId, sending);
            // Somebody else was faster.
            if (marked === 0) continue;
            const { channelId, languageCode, currencyCode, userId } = group;
            const asker = sending.automatic ? userId : (scope.ctx.activeUserId ?? null);
            const run = await this.runner.enqueue(scope.ctx, group.pipelineId, {
                triggeredBy: sending.triggeredBy,
                dryRun: group.dryRun,
                derived: {
                    kind: 'REPLAY',
                    definition,
                    scope: { channelId, languageCode, currencyCode, userId: asker },
                },
            });
            await this.connection
                .getRepository(scope.ctx, DataHubRecordError)
                .createQueryBuilder()
                .update()
                .set({ replayRunId: run.id })
                .where('replayId = :replayId', { replayId })
                .execute();
            result.replayed += marked;
            result.runIds.push(run.id);
        }
        return result;
    }

    private async definitionOf(ctx: RequestContext, { pipelineId, steps }: Group, replayId: string) {
        const pipeline = await this.connection.getEntityOrThrow(ctx, Pipeline, pipelineId);
        const { definition, problems } = this.definitions.check(pipeline.definition);
        if (definition) return replayDefinition(definition, replayId, steps);
        const problem = problems.find(({ severity }) => severity === 'ERROR');
        throw new UserError(
            'pipeline-invalid',
            `The pipeline "${pipeline.code}" cannot run: ${problem?.message ?? 'its definition has problems.'}`,
            problem?.hint ?? 'Correct the pipeline first.',
        );
    }
}

/** OPEN records that are there, of runs whose steps are those of the pipeline. */
function readyToGo(sql: SqlSession): SqlCondition {
    const errors = sql.table(DataHubRecordError);
    const runs = sql.table(PipelineRun);
    return {
        sql:
            `${errors.column('state')} = ? AND ${errors.column('record')} IS NOT NULL AND ${errors.column('runId')} NOT IN ` +
            `(SELECT ${runs.column('id')} FROM ${runs.path} WHERE ${runs.column('kind')} = ?)`,
        parameters: ['OPEN', 'UNDO'],
    };
}

const groupColumns = ['channelId', 'languageCode', 'currencyCode', 'dryRun', 'userId'] as const;

async function groupsOf(sql: SqlSession, ready: SqlCondition, byUser: boolean): Promise<Group[]> {
    const errors = sql.table(DataHubRecordError);
    const runs = sql.table(PipelineRun);
    const owned = ['runId', 'pipelineId', 'step'].map(path => errors.column(path));
    const [runId, pipelineId, step] = owned.map(column => `e.${column}`);
    const scope = groupColumns
        .filter(path => byUser || path !== 'userId')
        .map(path => `r.${runs.column(path)}`)
        .join(', ');
    const rows = await sql.query(
        `SELECT DISTINCT ${pipelineId}, ${step}, ${scope} FROM ` +
            `(SELECT DISTINCT ${owned.join(', ')} FROM ${errors.path} WHERE ${ready.sql}) e ` +
            `INNER JOIN ${runs.path} r ON r.${runs.column('id')} = ${runId} ORDER BY ${pipelineId}, ${step}`,
        ready.parameters,
    );
    const groups = new Map<string, Group>();
    for (const [pipeline, refusedAt, channelId, languageCode, currencyCode, dryRun, userId = null] of rows) {
        const key = JSON.stringify([pipeline, channelId, languageCode, currencyCode, Boolean(dryRun), userId]);
        const group = groups.get(key) ?? {
            pipelineId: pipeline as EntityId,
            channelId: channelId as ID,
            languageCode: languageCode as RunScope['languageCode'],
            currencyCode: currencyCode as RunScope['currencyCode'],
            dryRun: Boolean(dryRun),
            userId: userId as ID | null,
            steps: [],
        };
        group.steps.push(refusedAt as string);
        groups.set(key, group);
    }
    return [...groups.values()];
}

function conditionOf(sql: SqlSession, group: Group, byUser: boolean): SqlCondition {
    const errors = sql.table(DataHubRecordError);
    const runs = sql.table(PipelineRun);
    const dryRun = `${group.dryRun ? '' : 'NOT '}${runs.column('dryRun')}`;
    const user = group.userId === null ? `${runs.column('userId')} IS NULL` : `${runs.column('userId')} = ?`;
    const steps = sql.inList(errors.column('step'), group.steps);
    return both(steps, {
        sql:
            `${errors.column('pipelineId')} = ? AND ${errors.column('runId')} IN (SELECT ${runs.column('id')} FROM ` +
            `${runs.path} WHERE ${runs.column('channelId')} = ? AND ${runs.column('languageCode')} = ? AND ` +
            `${runs.column('currencyCode')} = ? AND ${dryRun}${byUser ? ` AND ${user}` : ''})`,
        parameters: [
            group.pipelineId,
            group.channelId,
            group.languageCode,
            group.currencyCode,
            ...(byUser && group.userId !== null ? [group.userId] : []),
        ],
    });
}

async function mark(
    { sql, ctx }: CatalogScope,
    condition: SqlCondition,
    replayId: string,
    { automatic, note }: Sending,
): Promise<number> {
    const errors = sql.table(DataHubRecordError);
    const entry = { action: 'REPLAY', toState: 'REPLAYED', ...authorOf(ctx, note) } as const;
    let marked = 0;
    for await (const rows of lockedRows(sql, condition, [errors.column('autoReplays')])) {
        await writeAudit(
            sql,
            entry,
            rows.map(([id]) => ({ id, fromState: 'OPEN' as const })),
        );
        const updates = rows.map(([id, attempts]) => [
            id,
            'REPLAYED',
            replayId,
            Number(attempts) + (automatic ? 1 : 0),
        ]);
        await sql.update(errors, ['id'], ['state', 'replayId', 'autoReplays'], updates);
        marked += rows.length;
    }
    return marked;
}
