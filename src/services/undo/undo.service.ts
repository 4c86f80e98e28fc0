import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { In } from 'typeorm';
import { DataHubChangeSet, ENDED_RUN_STATUSES, PipelineRun } from '../../entities';
import { UserError } from '../../sdk/errors';
import type { SpokenError } from '../../sdk/spoken-error';
import { PipelineRunnerService } from '../pipeline-runner.service';
import { startedIn } from '../run-channel';
import { SettingsService } from '../settings/settings.service';
import { undoDefinition } from './undo-definition';
import { undoRefused } from './undo-problems';

const dayMs = 24 * 60 * 60 * 1000;
const ended: readonly string[] = ENDED_RUN_STATUSES;

export interface UndoOptions {
    /** Stop at the plan: its change sets and refused records are the preview. */
    dryRun?: boolean;
    triggeredBy: string;
}

/** Takes back what a run did. An undo is a run of its own, so it can be watched, resumed and undone like any other. */
@Injectable()
export class UndoService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly runner: PipelineRunnerService,
        private readonly settings: SettingsService,
    ) {}

    /** Asks for the undo; it waits for its turn like any run of the pipeline. */
    async undoRun(ctx: RequestContext, runId: ID, { dryRun, triggeredBy }: UndoOptions): Promise<PipelineRun> {
        const run = await this.connection
            .getRepository(ctx, PipelineRun)
            .createQueryBuilder('run')
            .addSelect('run.definition')
            .where({ id: runId, ...startedIn(ctx) })
            .getOne();
        if (!run) throw new UserError('run-unknown', 'There is no such run.', 'It may have been deleted meanwhile.');
        const problem = await this.problemOf(ctx, run);
        if (problem) throw problem;
        return this.runner.enqueue(ctx, run.pipelineId, {
            dryRun,
            triggeredBy,
            derived: { kind: 'UNDO', ofRunId: run.id, definition: undoDefinition(String(run.id), run.definition) },
        });
    }

    /** Undos of the run that wrote, newest first. */
    async undosOf(ctx: RequestContext, runId: ID): Promise<PipelineRun[]> {
        return this.connection.getRepository(ctx, PipelineRun).find({
            where: { ofRunId: runId, kind: 'UNDO', dryRun: false },
            relations: { pipeline: true },
            order: { createdAt: 'DESC', id: 'DESC' },
        });
    }

    /** Why the run cannot be undone; undefined when it can. */
    async problemOf(ctx: RequestContext, run: PipelineRun): Promise<SpokenError | undefined> {
        const { id } = run;
        if (!ended.includes(run.status)) return undoRefused('going', { id });
        if (run.dryRun) return undoRefused('dryRun', { id });
        if (run.created + run.updated + run.deleted === 0) return undoRefused('unchanged', { id });
        return (await this.undoUnderWay(ctx, run)) ?? (await this.ledgerGone(ctx, run));
    }

    /** Taking the same run back twice at once would find half of the values as conflicts. */
    private async undoUnderWay(ctx: RequestContext, run: PipelineRun): Promise<SpokenError | undefined> {
        const going = await this.connection.getRepository(ctx, PipelineRun).findOne({
            where: {
                ofRunId: run.id,
                kind: 'UNDO',
                dryRun: false,
                status: In(['PENDING', 'RUNNING', 'PAUSED']),
            },
        });
        return going ? undoRefused('underWay', { id: run.id, undo: going.id }) : undefined;
    }

    private async ledgerGone(ctx: RequestContext, run: PipelineRun): Promise<SpokenError | undefined> {
        const { ledgerRetentionDays } = await this.settings.get(ctx);
        const endedAt = run.finishedAt?.getTime() ?? Date.now();
        const isExpired = ledgerRetentionDays !== null && endedAt < Date.now() - ledgerRetentionDays * dayMs;
        const where = { runId: run.id, applied: true };
        if (!isExpired && (await this.connection.getRepository(ctx, DataHubChangeSet).existsBy(where)))
            return undefined;
        return undoRefused('gone', { id: run.id });
    }
}
