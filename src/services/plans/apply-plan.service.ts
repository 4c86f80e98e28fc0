import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { In } from 'typeorm';
import { textOf } from '../../../shared/json';
import { DataHubChangeSet, PipelineRun } from '../../entities';
import { UserError } from '../../sdk/errors';
import type { SpokenError } from '../../sdk/spoken-error';
import { DataHubRegistryService } from '../data-hub-registry.service';
import { PipelineRunnerService } from '../pipeline-runner.service';
import { RecordErrorStateService } from '../record-error-state.service';
import { startedIn } from '../run-channel';
import { planRefused } from './plan-problems';

/** Makes what a dry run has shown happen, and nothing else. The result is a run like any other, with the plan as `ofRunId`. */
@Injectable()
export class ApplyPlanService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly runner: PipelineRunnerService,
        private readonly adapters: DataHubRegistryService,
        private readonly recordErrors: RecordErrorStateService,
    ) {}

    /** Asks for the run; it acts in the channel and language of the plan, for the user of `ctx`. */
    async apply(ctx: RequestContext, planId: ID, { triggeredBy }: { triggeredBy: string }): Promise<PipelineRun> {
        const plan = await this.planWithDefinition(ctx, planId);
        const problem = await this.problemOf(ctx, plan);
        if (problem) throw problem;
        const { channelId, languageCode, currencyCode, definition, revision } = plan;
        const run = await this.runner.enqueue(ctx, plan.pipelineId, {
            triggeredBy,
            derived: {
                kind: 'PIPELINE',
                ofRunId: plan.id,
                definition,
                revision,
                scope: { channelId, languageCode, currencyCode, userId: ctx.activeUserId ?? null },
            },
        });
        await this.recordErrors.handOver(ctx, plan.id, `Run ${run.id} applies this plan.`);
        return run;
    }

    /** Runs that applied the plan, newest first. */
    async runsOf(ctx: RequestContext, planId: ID): Promise<PipelineRun[]> {
        return this.connection.getRepository(ctx, PipelineRun).find({
            where: { ofRunId: planId, kind: 'PIPELINE' },
            relations: { pipeline: true },
            order: { createdAt: 'DESC', id: 'DESC' },
        });
    }

    /** Why the run cannot be applied; undefined when it can. */
    async problemOf(ctx: RequestContext, plan: PipelineRun): Promise<SpokenError | undefined> {
        const { id, kind, status } = plan;
        if (!plan.dryRun) return planRefused('noDryRun', { id });
        if (kind !== 'PIPELINE') return planRefused(kind === 'UNDO' ? 'undo' : 'replay', { id });
        if (status !== 'COMPLETED' && status !== 'COMPLETED_WITH_ERRORS') return planRefused('broken', { id });
        if (plan.created + plan.updated + plan.deleted === 0) return planRefused('unchanged', { id });
        return (
            (await this.applicationUnderWay(ctx, plan)) ??
            (await this.rowsGone(ctx, plan)) ??
            this.writesUnseen(ctx, plan)
        );
    }

    private async applicationUnderWay(ctx: RequestContext, plan: PipelineRun): Promise<SpokenError | undefined> {
        const going = await this.connection.getRepository(ctx, PipelineRun).findOneBy({
            ofRunId: plan.id,
            kind: 'PIPELINE',
            status: In(['PENDING', 'RUNNING', 'PAUSED']),
        });
        return going ? planRefused('underWay', { id: plan.id, application: going.id }) : undefined;
    }

    private async rowsGone(ctx: RequestContext, plan: PipelineRun): Promise<SpokenError | undefined> {
        if (await this.connection.getRepository(ctx, DataHubChangeSet).existsBy({ runId: plan.id })) return undefined;
        return planRefused('gone', { id: plan.id });
    }

    /** What a plan cannot show cannot be held to it. */
    private async writesUnseen(ctx: RequestContext, plan: PipelineRun): Promise<SpokenError | undefined> {
        const { steps } = (await this.planWithDefinition(ctx, plan.id)).definition;
        const unseen = steps.find(({ type, disabled, config }) => {
            if (disabled) return false;
            if (type === 'EXPORT') return true;
            const loader = this.adapters.registry.find('LOADER', textOf(config.adapterCode));
            return type === 'LOAD' && loader?.type === 'LOADER' && loader.withoutPlan === true;
        });
        return unseen ? planRefused('unseen', { id: plan.id, step: unseen.key }) : undefined;
    }

    private async planWithDefinition(ctx: RequestContext, id: ID): Promise<PipelineRun> {
        const plan = await this.connection
            .getRepository(ctx, PipelineRun)
            .createQueryBuilder('run')
            .addSelect('run.definition')
            .where({ id, ...startedIn(ctx) })
            .getOne();
        if (plan) return plan;
        throw new UserError('run-unknown', 'There is no such run.', 'It may have been deleted meanwhile.');
    }
}
