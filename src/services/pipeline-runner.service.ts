import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { EventBus, type ID, Logger, RequestContext, TransactionalConnection } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Repository } from 'typeorm';
import { onFreeConnection } from '../catalog/sql/single-connection';
import { TypeOrmUnitOfWork } from '../catalog/sql/unit-of-work';
import { Pipeline, PipelineRun } from '../entities';
import { AdapterRuntimeService } from './adapter-runtime.service';
import { CheckpointService } from './checkpoint.service';
import { DATA_HUB_OPTIONS, loggerCtx, type ResolvedDataHubOptions } from './data-hub-options';
import { PipelineLogService } from './pipeline-log.service';
import { RecordErrorService } from './record-error.service';
import { checkEnabled, resumeRun } from './resume-run';
import { startedIn } from './run-channel';
import { RunContextFactory } from './run-context';
import { RunDispatcher } from './run-dispatcher';
import { type ExecutionServices, RunExecution } from './run-execution';
import { type ClaimResult, RunLeases } from './run-lease';
import { RunWatch } from './run-watch';
import { RunsWaitingEvent } from './runs-waiting.event';
import { fitText } from './stored-text';

export interface EnqueueOptions {
    /** Stop at the plan: nothing is written to the catalog. */
    dryRun?: boolean;
    /** What asked for the run, for people. */
    triggeredBy: string;
}

export interface ExecuteOptions {
    /** Whole per cent, at most once a second. */
    onPercent?: (percent: number) => void;
}

const attemptsToClaim = 3;

/** Starts, executes, cancels and resumes runs. */
@Injectable()
export class PipelineRunnerService implements OnModuleDestroy {
    private readonly leases: RunLeases;
    private readonly services: ExecutionServices;
    private readonly executing = new Set<RunWatch>();
    private readonly busy = new Set<Promise<void>>();
    private shuttingDown = false;

    constructor(
        private readonly connection: TransactionalConnection,
        private readonly eventBus: EventBus,
        private readonly dispatcher: RunDispatcher,
        private readonly logs: PipelineLogService,
        contexts: RunContextFactory,
        runtime: AdapterRuntimeService,
        checkpoints: CheckpointService,
        recordErrors: RecordErrorService,
        @Inject(DATA_HUB_OPTIONS) options: ResolvedDataHubOptions,
    ) {
        this.leases = new RunLeases(connection.rawConnection, options.distributedLock.defaultTtlMs);
        this.services = { connection, leases: this.leases, contexts, runtime, checkpoints, logs, recordErrors };
    }

    /**
     * Asks for a run of the pipeline as it stands now, in the channel and language and for the user of `ctx`. Its job is
     * queued once the transaction of `ctx` has committed and no earlier run of the pipeline is left: they take turns.
     */
    async enqueue(
        ctx: RequestContext,
        pipelineId: ID,
        { dryRun = false, triggeredBy }: EnqueueOptions,
    ): Promise<PipelineRun> {
        const pipeline = await this.connection.getEntityOrThrow(ctx, Pipeline, pipelineId);
        checkEnabled(pipeline);
        const run = new PipelineRun({
            pipelineId: pipeline.id,
            revision: pipeline.revision,
            status: 'PENDING',
            dryRun,
            triggeredBy: fitText(triggeredBy, 100),
            channelId: ctx.channelId,
            languageCode: ctx.languageCode,
            currencyCode: ctx.currencyCode,
            userId: ctx.activeUserId ?? null,
        });
        run.definition = pipeline.definition;
        const stored = await this.write(ctx, async runs => {
            // Widened: TypeORM's partial type does not end on the JSON of a definition.
            const row: object = run;
            await runs.insert(row);
            return runs.findOneByOrFail({ id: run.id });
        });
        await this.eventBus.publish(new RunsWaitingEvent(ctx, pipeline.id));
        return stored;
    }

    /** A waiting run ends at once, an executing one at its next batch; what it has written stays. An ended run stays as it is. */
    async cancel(ctx: RequestContext, runId: ID): Promise<PipelineRun> {
        const run = await this.connection.getEntityOrThrow(ctx, PipelineRun, runId, { where: startedIn(ctx) });
        const stored = await this.write(ctx, async runs => {
            const end = { status: 'CANCELLED', cancelRequested: true, finishedAt: new Date() } as const;
            const { affected } = await runs.update({ id: run.id, status: 'PENDING' }, end);
            if (affected !== 1) await runs.update({ id: run.id, status: 'RUNNING' }, { cancelRequested: true });
            return runs.findOneByOrFail({ id: run.id });
        });
        if (stored.status === 'CANCELLED') await this.eventBus.publish(new RunsWaitingEvent(ctx, run.pipelineId));
        return stored;
    }

    /**
     * Lets a FAILED or CANCELLED run go on after its last settled batch. It waits for its turn like any other run; as it
     * was asked for earlier, its turn comes before those that wait already.
     */
    async resume(ctx: RequestContext, runId: ID, { resumedBy }: { resumedBy: string }): Promise<PipelineRun> {
        const run = await this.inTransaction(ctx, async inner => {
            await resumeRun(this.connection, inner, runId);
            const resumed = await this.connection.getEntityOrThrow(inner, PipelineRun, runId, {
                where: startedIn(ctx),
            });
            checkEnabled(await this.connection.getEntityOrThrow(inner, Pipeline, resumed.pipelineId));
            await this.logs.append(inner, runId, 'INFO', `Resumed by ${resumedBy}.`);
            return resumed;
        });
        await this.eventBus.publish(new RunsWaitingEvent(ctx, run.pipelineId));
        return run;
    }

    /**
     * Executes the run, from its checkpoint if it has one, unless another run of its pipeline is ahead or another worker
     * has it. What goes wrong in the run is written to the run and not thrown.
     */
    async execute(runId: ID, options: ExecuteOptions = {}): Promise<void> {
        if (this.shuttingDown) return this.dispatcher.forgetJob(runId);
        const work = this.claimAndExecute(runId, options);
        this.busy.add(work);
        await work.finally(() => this.busy.delete(work));
    }

    private async claimAndExecute(runId: ID, { onPercent }: ExecuteOptions): Promise<void> {
        const claim = await this.claim(runId);
        if (!claim.claimed) {
            if (claim.because === 'WAITING') await this.dispatcher.forgetJob(runId);
            return;
        }
        if (this.shuttingDown) {
            await this.leases.release(claim.lease);
            return;
        }
        const watch = new RunWatch(this.connection.rawConnection, this.leases, claim.lease);
        this.executing.add(watch);
        try {
            await new RunExecution(this.services, claim, watch, onPercent).execute();
        } finally {
            this.executing.delete(watch);
            await watch.end();
        }
        if (this.shuttingDown) return;
        await this.dispatcher.dispatchNext(claim.run.pipelineId).catch((error: unknown) => {
            Logger.warn(
                `The next run of pipeline ${claim.run.pipelineId} starts a little later: ${String(error)}`,
                loggerCtx,
            );
        });
    }

    /** Gives executing runs back, so that another process goes on with them at once. */
    async onModuleDestroy(): Promise<void> {
        this.shuttingDown = true;
        for (const watch of this.executing) watch.stop('SHUTDOWN');
        await Promise.allSettled(this.busy);
    }

    /** In the transaction of `ctx`, or else by itself: not as a part of a batch that is open on SQLite's only connection. */
    private write<T>(ctx: RequestContext, work: (runs: Repository<PipelineRun>) => Promise<T>): Promise<T> {
        const runs = this.connection.getRepository(ctx, PipelineRun);
        return this.hasTransaction(ctx)
            ? work(runs)
            : onFreeConnection(this.connection.rawConnection, () => work(runs));
    }

    /** In the transaction of `ctx`, or else in one of its own. */
    private inTransaction<T>(ctx: RequestContext, work: (ctx: RequestContext) => Promise<T>): Promise<T> {
        if (this.hasTransaction(ctx)) return work(ctx);
        return new TypeOrmUnitOfWork(this.connection, ctx).transaction(scope => work(scope.ctx));
    }

    private hasTransaction(ctx: RequestContext): boolean {
        const { queryRunner } = this.connection.getRepository(ctx, PipelineRun).manager;
        return queryRunner?.isTransactionActive ?? false;
    }

    /** A claim may lose against another one by deadlock or timeout; the database then undoes it as a whole. */
    private async claim(runId: ID): Promise<ClaimResult> {
        for (let attempt = 1; ; attempt++) {
            try {
                return await this.leases.claim(runId);
            } catch (error) {
                if (attempt === attemptsToClaim) throw error;
                await sleep(100 * attempt);
            }
        }
    }
}
