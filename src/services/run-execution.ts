import { type EventBus, Logger, TransactionalConnection } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { TypeOrmUnitOfWork } from '../catalog/sql/unit-of-work';
import { PipelineRun } from '../entities';
import { type Checkpoint, LeaseLostError } from '../runtime/ports';
import { isPlanId } from '../runtime/run/plan-id';
import type { RunResult } from '../runtime/run/run-result';
import { DataHubError, Defect } from '../sdk/errors';
import type { AdapterRuntimeService } from './adapter-runtime.service';
import type { CheckpointService } from './checkpoint.service';
import { loggerCtx } from './data-hub-options';
import type { BatchDispatcher } from './distributed/batch-dispatcher';
import { DatabaseRemoteBatches } from './distributed/database-remote-batches';
import { DatabaseGateKeeper } from './gates/database-gate-keeper';
import type { RunHooksService } from './hooks/run-hooks.service';
import type { ObservabilityService } from './observability/observability.service';
import type { RunObservation } from './observability/run-observation';
import type { PipelineLogService } from './pipeline-log.service';
import type { RecordErrorService } from './record-error.service';
import type { RunContextFactory } from './run-context';
import { planCheckOf } from './plans/database-plan-check';
import { DatabaseRunJournal } from './run-journal';
import type { Lease, RunLeases, RunValues } from './run-lease';
import type { RunLogWriter } from './run-log-writer';
import { totalsOf } from './run-totals';
import type { RunWatch } from './run-watch';
import { fitOptionalText, fitText } from './stored-text';

export interface ExecutionServices {
    connection: TransactionalConnection;
    eventBus: EventBus;
    batchDispatcher: BatchDispatcher;
    leases: RunLeases;
    contexts: RunContextFactory;
    runtime: AdapterRuntimeService;
    checkpoints: CheckpointService;
    logs: PipelineLogService;
    recordErrors: RecordErrorService;
    hooks: RunHooksService;
    observability: ObservabilityService;
}

export interface ClaimedRun {
    run: PipelineRun;
    lease: Lease;
}

/** A run that was started this often without settling a single batch is given up: it probably kills its workers. */
const maxClaimsWithoutProgress = 20;
const attemptsToFinish = 5;
/** For calls that hooks have begun, before the run is told to have ended. */
const patienceWithHooksMs = 15_000;

/** From the claim of a run to its end, or to the loss of its lease. What goes wrong is written to the run. */
export class RunExecution {
    private readonly run: PipelineRun;
    private readonly lease: Lease;

    constructor(
        private readonly services: ExecutionServices,
        claimed: ClaimedRun,
        private readonly watch: RunWatch,
        private readonly onPercent?: (percent: number) => void,
    ) {
        this.run = claimed.run;
        this.lease = claimed.lease;
    }

    async execute(): Promise<void> {
        const observation = await this.services.observability.open(this.run);
        const log = await this.services.logs.openWriter(this.run.id);
        const journal = new DatabaseRunJournal(this.run, this.lease, {
            connection: this.services.connection,
            checkpoints: this.services.checkpoints,
            recordErrors: this.services.recordErrors,
            log,
            observation,
            onPercent: this.onPercent,
        });
        try {
            const gates = new DatabaseGateKeeper(this.run, this.services);
            const result = await this.result(journal, gates, log, observation);
            await journal.settleProgress();
            await this.end(result, log);
            if (result.status !== 'PAUSED' && !this.watch.goesOnElsewhere) observation.ended(result.status);
        } catch (thrown) {
            if (!(thrown instanceof LeaseLostError)) throw thrown;
            Logger.warn(`Run ${this.run.id} went to another worker; this one stopped.`, loggerCtx);
            log.write('WARN', 'The worker lost its lease and stopped; another worker goes on.');
        } finally {
            await log.close();
        }
    }

    private async result(
        journal: DatabaseRunJournal,
        gates: DatabaseGateKeeper,
        log: RunLogWriter,
        observation: RunObservation,
    ): Promise<RunResult> {
        const metrics = this.run.metrics ?? { steps: {} };
        if (this.run.claimsWithoutProgress > maxClaimsWithoutProgress) {
            return this.run.cancelRequested
                ? { status: 'CANCELLED', metrics }
                : { status: 'FAILED', metrics, error: givenUp() };
        }
        let hooks: Awaited<ReturnType<RunHooksService['open']>>;
        try {
            const checkpoint = await this.services.checkpoints.load(this.run.id);
            if (this.run.cancelRequested) {
                if (!this.mayOweDeliveries(checkpoint)) return { status: 'CANCELLED', metrics };
                // The engine does what is owed for committed batches first, and then stops at once.
                this.watch.stop('CANCELLED');
            }
            log.write('INFO', startOf(this.run, checkpoint && settledBatchesOf(checkpoint)));
            const ctx = await this.services.contexts.create(this.run);
            const { signal } = this.watch;
            hooks = await this.services.hooks.open({ run: this.run, ctx, journal, watch: this.watch });
            const setup = {
                run: this.run,
                ctx,
                units: new TypeOrmUnitOfWork(this.services.connection, ctx),
                journal,
                gates,
                remote: this.remoteBatches(),
                plan: await planCheckOf(this.run, this.services.checkpoints),
                hooks,
                observer: observation,
                resumeFrom: checkpoint,
                signal,
            };
            return await observation.execute(checkpoint?.metrics, () => this.services.runtime.run(setup));
        } catch (thrown) {
            if (thrown instanceof DataHubError) return { status: 'FAILED', metrics, error: thrown };
            // The engine tells its failures by its result, so this is the database or the lease: the next owner tries again.
            if (!(thrown instanceof LeaseLostError))
                log.write('WARN', `The run could not be prepared: ${String(thrown)}`);
            throw thrown;
        } finally {
            await hooks?.settle(this.watch.goesOnElsewhere ? 1_000 : patienceWithHooksMs);
        }
    }

    /** The worker before may have died between a commit and what follows it, and nobody else would ever do that. */
    private mayOweDeliveries(checkpoint: Checkpoint | undefined): boolean {
        return (checkpoint?.outbox ?? []).length > 0 || this.remoteBatches() !== undefined;
    }

    /** Only what writes to the shop is worth more hands; the plan of a dry run is made by one process. */
    private remoteBatches(): DatabaseRemoteBatches | undefined {
        const { definition, dryRun } = this.run;
        if (definition.context.execution !== 'DISTRIBUTED' || dryRun) return undefined;
        const { connection, batchDispatcher } = this.services;
        return new DatabaseRemoteBatches(this.lease, connection.rawConnection, batchDispatcher);
    }

    private async end(result: RunResult, log: RunLogWriter): Promise<void> {
        if (this.watch.reason === 'LEASE_LOST')
            throw new LeaseLostError(`Run ${this.run.id} belongs to another worker now.`);
        if (this.watch.reason === 'SHUTDOWN' && result.status === 'CANCELLED') {
            log.write('INFO', 'The server is shutting down; the run goes on from here when a worker is free.');
            await log.flush();
            await this.services.leases.release(this.lease);
            return;
        }
        // A worker that still has one of its batches must not commit it after the end.
        await this.remoteBatches()?.takeBack();
        const { status, metrics, error } = result;
        const totals = totalsOf(metrics, this.run.definition);
        if (status === 'PAUSED') {
            log.write('INFO', `Paused: somebody has to decide at ${(result.waitsAt ?? []).join(', ')}.`);
            await log.flush();
            await this.finish({ status, metrics, ...totals });
            return;
        }
        if (error) this.report(error, log);
        log.write(error ? 'ERROR' : 'INFO', endOf(status, totals, this.run.dryRun));
        // Before the status, so that whoever sees the run ended finds its whole log.
        await log.flush();
        await this.finish({
            status,
            metrics,
            ...totals,
            error: error ? fitText(error.message, 10_000) : null,
            hint: fitOptionalText(error?.hint, 10_000),
            finishedAt: new Date(),
        });
    }

    /** When the database stays away, the lease runs out and the next owner finds nothing left to do but this. */
    private async finish(end: RunValues): Promise<void> {
        for (let attempt = 1; ; attempt++) {
            try {
                if (await this.services.leases.finish(this.lease, { ...end, live: null })) return;
                throw new LeaseLostError(`Run ${this.run.id} belongs to another worker now.`);
            } catch (thrown) {
                if (thrown instanceof LeaseLostError || attempt === attemptsToFinish) throw thrown;
                await sleep(200 * 2 ** attempt);
            }
        }
    }

    private report(error: DataHubError, log: RunLogWriter): void {
        log.write('ERROR', [error.message, error.hint].filter(Boolean).join(' '), error.place.step);
        if (error.kind !== 'DEFECT') return;
        const cause = error.cause instanceof Error ? error.cause : error;
        Logger.error(`Run ${this.run.id} failed: ${error.message}`, loggerCtx, cause.stack);
    }
}

/** Of all stages, plans of what waits at gates not counted. */
function settledBatchesOf({ stages }: Checkpoint): number {
    const real = Object.entries(stages).filter(([id]) => !isPlanId(id));
    return real.reduce((sum, [, stage]) => sum + stage.settledBatches + stage.settledAhead.length, 0);
}

function startOf(run: PipelineRun, settledBatches: number | undefined): string {
    if (run.leaseToken > 1) {
        return settledBatches === undefined
            ? 'Started again: the worker before stopped before anything was settled.'
            : `Goes on where it stopped: ${settledBatches} ${settledBatches === 1 ? 'batch is' : 'batches are'} settled.`;
    }
    return `Started ${run.dryRun ? 'as a dry run ' : ''}with revision ${run.revision}, asked for by ${run.triggeredBy}.`;
}

function endOf(status: RunResult['status'], totals: ReturnType<typeof totalsOf>, dryRun: boolean): string {
    const word: Record<RunResult['status'], string> = {
        PAUSED: 'Paused',
        TIMEOUT: 'Timed out',
        COMPLETED: 'Completed',
        COMPLETED_WITH_ERRORS: 'Completed with errors',
        FAILED: 'Failed',
        CANCELLED: 'Cancelled',
    };
    const to = dryRun ? 'to be ' : '';
    const { read, created, updated, unchanged, deleted, rejected } = totals;
    return (
        `${word[status]}: ${read} read, ${created} ${to}created, ${updated} ${to}updated, ${deleted} ${to}deleted, ` +
        `${unchanged} unchanged, ${rejected} rejected.`
    );
}

function givenUp(): Defect {
    return new Defect(
        'run-makes-no-progress',
        `The run was started ${maxClaimsWithoutProgress} times without settling a single batch; its workers stopped each time.`,
        'Look for the cause in the server log (memory is the usual one), use a smaller batch size, and start a new run.',
    );
}
