import { Logger, TransactionalConnection } from '@vendure/core';
import type { CatalogScope } from '../catalog/catalog-scope';
import { hasSingleConnection, inOwnTransaction } from '../catalog/sql/single-connection';
import { DataHubChangeSet, PipelineRun } from '../entities';
import {
    type BatchSettlement,
    type Checkpoint,
    type JournaledChangeSet,
    LeaseLostError,
    type LogLevel,
    type RunJournal,
    type RunMetrics,
} from '../runtime/ports';
import type { CheckpointService } from './checkpoint.service';
import { loggerCtx } from './data-hub-options';
import type { RecordErrorService, RunOfRecords } from './record-error.service';
import type { RunObservation } from './observability/run-observation';
import { type Lease, lockRun, type RunValues, updateFenced } from './run-lease';
import { readLedger, writeLedger } from './run-ledger';
import type { RunLogWriter } from './run-log-writer';
import { percentDone, totalsOf } from './run-totals';

export interface JournalServices {
    connection: TransactionalConnection;
    checkpoints: CheckpointService;
    recordErrors: RecordErrorService;
    log: RunLogWriter;
    observation?: RunObservation;
    /** Whole per cent, at most once a second. */
    onPercent?: (percent: number) => void;
}

const progressEveryMs = 1_000;
/** Settlements that changed only counters are saved this often, so that a long run without changes can resume too. */
const savePositionEveryMs = 5_000;

/**
 * The run's memory in the database. A settlement costs at most four statements, whatever the batch's size (larger ones
 * only by the drivers' limits of parameters), and begins with the fence: a worker that lost its lease writes nothing.
 */
export class DatabaseRunJournal implements RunJournal<CatalogScope> {
    private readonly records: RunOfRecords;
    /** From the beginning: what a short run has done, its settlements tell. */
    private lastProgressAt = performance.now();
    private lastSavedAt = 0;
    private writingProgress: Promise<unknown> | undefined;

    constructor(
        private readonly run: PipelineRun,
        private readonly lease: Lease,
        private readonly services: JournalServices,
    ) {
        this.records = {
            runId: run.id,
            pipelineId: run.pipelineId,
            revision: run.revision,
            isReplay: run.kind === 'REPLAY',
        };
    }

    async settle(scope: CatalogScope, settlement: BatchSettlement): Promise<void> {
        const now = performance.now();
        if (!settlement.mustPersist && now - this.lastSavedAt < savePositionEveryMs) return;
        const manager = this.services.connection.getRepository(scope.ctx, PipelineRun).manager;
        const values = { ...this.valuesOf(settlement.checkpoint.metrics), claimsWithoutProgress: 0 };
        if (!(await updateFenced(manager, this.lease, values))) {
            throw new LeaseLostError(`Run ${this.run.id} belongs to another worker now.`);
        }
        await this.services.checkpoints.store(scope.ctx, this.run.id, settlement.checkpoint);
        await writeLedger(scope.sql, this.records, settlement, !this.run.dryRun);
        await this.services.recordErrors.store(scope.sql, this.records, settlement.rejects, settlement.stage);
        this.lastSavedAt = now;
    }

    /**
     * Asked for when the answer to a commit was lost. That transaction may still be under way, and on MySQL the snapshot of
     * this one may be older than its commit: the run's row, which every settlement writes, makes this wait for it.
     */
    async stored(scope: CatalogScope): Promise<Checkpoint | undefined> {
        const { manager } = this.services.connection.getRepository(scope.ctx, PipelineRun);
        if (!hasSingleConnection(manager.connection)) await lockRun(manager, this.lease);
        return this.services.checkpoints.load(this.run.id, scope.ctx);
    }

    async changeSetsOf(stage: string, batch: number): Promise<JournaledChangeSet[]> {
        const ledger = this.services.connection.rawConnection.getRepository(DataHubChangeSet);
        return readLedger(ledger, { runId: this.run.id, stage, batch });
    }

    progress(metrics: RunMetrics): void {
        const { observation } = this.services;
        observation?.progressed(metrics);
        const now = performance.now();
        if (this.writingProgress || now - this.lastProgressAt < progressEveryMs) return;
        this.lastProgressAt = now;
        const percent = percentDone(metrics);
        if (percent !== undefined) this.services.onPercent?.(percent);
        const database = this.services.connection.rawConnection;
        const values = { ...this.valuesOf(metrics), live: observation?.live(metrics) ?? null };
        this.writingProgress = inOwnTransaction(database, () => updateFenced(database.manager, this.lease, values))
            .catch((error: unknown) =>
                Logger.debug(`Progress of run ${this.run.id} was not saved: ${String(error)}`, loggerCtx),
            )
            .finally(() => (this.writingProgress = undefined));
    }

    log(level: LogLevel, message: string, place: { step?: string } = {}): void {
        this.services.log.write(level, message, place.step);
    }

    /** Resolves when no progress is being written any more; none is written afterwards. */
    async settleProgress(): Promise<void> {
        this.lastProgressAt = Number.POSITIVE_INFINITY;
        await this.writingProgress;
    }

    private valuesOf(metrics: RunMetrics): RunValues {
        return { metrics, ...totalsOf(metrics, this.run.definition) };
    }
}
