import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { EventBus, type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { In, type Repository, type UpdateResult } from 'typeorm';
import { inOwnTransaction } from '../catalog/sql/single-connection';
import { TypeOrmUnitOfWork } from '../catalog/sql/unit-of-work';
import { Pipeline, PipelineRun, type RunKind } from '../entities';
import type { LockBackend } from '../locks/lock';
import type { PipelineDefinition } from '../sdk/definition/definition';
import { insertOrSkip, insertRun } from './add-run';
import { AdapterRuntimeService } from './adapter-runtime.service';
import { CheckpointService } from './checkpoint.service';
import { concurrencyOf, lockPipelineFirst } from './concurrent-runs';
import { BatchDispatcher } from './distributed/batch-dispatcher';
import { DATA_HUB_OPTIONS, type ResolvedDataHubOptions } from './data-hub-options';
import { RunHooksService } from './hooks/run-hooks.service';
import { ObservabilityService } from './observability/observability.service';
import { PipelineLogService } from './pipeline-log.service';
import { takeBack } from './quarantine/replay-ends';
import { RecordErrorService } from './record-error.service';
import { requeueRun } from './requeue-run';
import { checkEnabled, resumeRun } from './resume-run';
import { startedIn } from './run-channel';
import { RunContextFactory } from './run-context';
import { RunDispatcher } from './run-dispatcher';
import { RunEndedEvent } from './run-ended.event';
import { RunLeases } from './run-lease';
import { lockTtlMs, RUN_LOCKS } from './run-locks';
import { type ExecuteOptions, RunWorker } from './run-worker';
import { RunsWaitingEvent } from './runs-waiting.event';
import { fitText } from './stored-text';

export interface EnqueueOptions {
    /** Stop at the plan: nothing is written to the catalog. */
    dryRun?: boolean;
    /** What asked for the run, for people. */
    triggeredBy: string;
    /** For runs that are made from another one: what they do instead of the pipeline's own definition. */
    derived?: {
        kind: RunKind;
        definition: PipelineDefinition;
        ofRunId?: ID;
        /** That the definition is of, where it is not the present one. */
        revision?: number;
        /** Where and for whom it acts, instead of the channel, language and user of the request. */
        scope?: RunScope;
    };
}

export type RunScope = Pick<PipelineRun, 'channelId' | 'languageCode' | 'currencyCode' | 'userId'>;

/** Starts, executes, cancels and resumes runs. */
@Injectable()
export class PipelineRunnerService implements OnModuleDestroy, OnApplicationShutdown {
    private readonly worker: RunWorker;

    constructor(
        private readonly connection: TransactionalConnection,
        private readonly eventBus: EventBus,
        dispatcher: RunDispatcher,
        batchDispatcher: BatchDispatcher,
        private readonly logs: PipelineLogService,
        contexts: RunContextFactory,
        private readonly runtime: AdapterRuntimeService,
        checkpoints: CheckpointService,
        recordErrors: RecordErrorService,
        hooks: RunHooksService,
        observability: ObservabilityService,
        @Inject(DATA_HUB_OPTIONS) { distributedLock }: ResolvedDataHubOptions,
        @Inject(RUN_LOCKS) private readonly locks: LockBackend,
    ) {
        const { waitTimeoutMs } = distributedLock;
        const leases = new RunLeases(connection.rawConnection, lockTtlMs(distributedLock), locks, waitTimeoutMs);
        this.worker = new RunWorker(
            {
                connection,
                eventBus,
                batchDispatcher,
                leases,
                contexts,
                runtime,
                checkpoints,
                logs,
                recordErrors,
                hooks,
                observability,
            },
            dispatcher,
            async runId => eventBus.publish(new RunEndedEvent(RequestContext.empty(), runId)),
        );
        hooks.trigger.connect((ctx, pipelineId, options) => this.enqueue(ctx, pipelineId, options));
    }

    /**
     * Asks for a run of the pipeline as it stands now, in the channel and language and for the user of `ctx`. Its job is
     * queued once the transaction of `ctx` has committed and no earlier run of the pipeline is left: they take turns,
     * unless the definition's `context.onConcurrentRun` says SKIP, which may answer with a run that is CANCELLED already,
     * or PARALLEL.
     */
    async enqueue(
        ctx: RequestContext,
        pipelineId: ID,
        { dryRun = false, triggeredBy, derived }: EnqueueOptions,
    ): Promise<PipelineRun> {
        if (this.hasTransaction(ctx)) {
            await lockPipelineFirst(this.connection.getRepository(ctx, Pipeline).manager, pipelineId);
        }
        const pipeline = await this.connection.getEntityOrThrow(ctx, Pipeline, pipelineId);
        checkEnabled(pipeline);
        const run = new PipelineRun({
            pipelineId: pipeline.id,
            revision: derived?.revision ?? pipeline.revision,
            kind: derived?.kind ?? 'PIPELINE',
            ofRunId: derived?.ofRunId ?? null,
            status: 'PENDING',
            dryRun,
            triggeredBy: fitText(triggeredBy, 100),
            channelId: ctx.channelId,
            languageCode: ctx.languageCode,
            currencyCode: ctx.currencyCode,
            userId: ctx.activeUserId ?? null,
            ...derived?.scope,
        });
        run.definition = derived?.definition ?? this.runtime.definitionOfRun(pipeline.definition);
        run.concurrency = concurrencyOf(run.definition, derived !== undefined);
        if (run.concurrency === 'SKIP') return this.addOrSkip(ctx, run);
        const stored = await this.write(ctx, runs => insertRun(runs, run));
        await this.eventBus.publish(new RunsWaitingEvent(ctx, pipeline.id));
        return stored;
    }

    private async addOrSkip(ctx: RequestContext, run: PipelineRun): Promise<PipelineRun> {
        const stored = await this.inTransaction(ctx, async inner => {
            const added = await insertOrSkip(this.connection.getRepository(inner, PipelineRun).manager, run);
            if (added.error) await this.logs.append(inner, added.id, 'INFO', added.error);
            return added;
        });
        if (stored.status === 'PENDING') await this.eventBus.publish(new RunsWaitingEvent(ctx, run.pipelineId));
        return stored;
    }

    /**
     * A run that waits for its turn or at a gate ends at once, an executing one at its next batch; what it has written stays.
     * An ended run stays as it is.
     */
    async cancel(ctx: RequestContext, runId: ID): Promise<PipelineRun> {
        const run = await this.connection.getEntityOrThrow(ctx, PipelineRun, runId, { where: startedIn(ctx) });
        const stored = await this.write(ctx, async runs => {
            const end = { status: 'CANCELLED', cancelRequested: true, finishedAt: new Date() } as const;
            const endWaiting = () => runs.update({ id: run.id, status: In(['PENDING', 'PAUSED']) }, end);
            const isDone = async (update: Promise<UpdateResult>) => (await update).affected === 1;
            if (!(await isDone(endWaiting()))) {
                const told = isDone(runs.update({ id: run.id, status: 'RUNNING' }, { cancelRequested: true }));
                // It may have paused in between.
                if (!(await told)) await endWaiting();
            }
            return runs.findOneByOrFail({ id: run.id });
        });
        if (stored.status === 'CANCELLED') {
            await this.eventBus.publish(new RunsWaitingEvent(ctx, run.pipelineId));
            await this.eventBus.publish(new RunEndedEvent(ctx, run.id));
        }
        return stored;
    }

    /**
     * Lets a FAILED or CANCELLED run go on after its last settled batch. It waits for its turn like any other run; as it
     * was asked for earlier, its turn comes before those that wait already.
     */
    async resume(ctx: RequestContext, runId: ID, { resumedBy }: { resumedBy: string }): Promise<PipelineRun> {
        const run = await this.inTransaction(ctx, async inner => {
            await resumeRun(this.connection, inner, runId);
            await takeBack(this.connection, inner, runId);
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
     * For a run that waits at a gate that has been decided: it waits for its turn like a resumed one. In the transaction of
     * `ctx`, so that the decision and this happen together.
     */
    async requeue(ctx: RequestContext, runId: ID): Promise<void> {
        const { pipelineId } = await this.connection.getEntityOrThrow(ctx, PipelineRun, runId);
        await this.write(ctx, runs => requeueRun(runs, runId));
        await this.eventBus.publish(new RunsWaitingEvent(ctx, pipelineId));
    }

    /**
     * Executes the run, from its checkpoint if it has one, unless another run of its pipeline is ahead or another worker
     * has it. What goes wrong in the run is written to the run and not thrown.
     */
    async execute(runId: ID, options: ExecuteOptions = {}): Promise<void> {
        await this.worker.execute(runId, options);
    }

    async onModuleDestroy(): Promise<void> {
        await this.worker.shutDown();
    }

    /** After the last sweep of this process, which asks for locks too. */
    async onApplicationShutdown(): Promise<void> {
        await this.locks.close();
    }

    /** In the transaction of `ctx`, or else by itself: not as a part of a batch that is open on SQLite's only connection. */
    private write<T>(ctx: RequestContext, work: (runs: Repository<PipelineRun>) => Promise<T>): Promise<T> {
        const runs = this.connection.getRepository(ctx, PipelineRun);
        return this.hasTransaction(ctx)
            ? work(runs)
            : inOwnTransaction(this.connection.rawConnection, () => work(runs));
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
}
