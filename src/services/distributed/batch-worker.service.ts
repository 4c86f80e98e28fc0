import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Logger, TransactionalConnection } from '@vendure/core';
import { randomUUID } from 'node:crypto';
import type { Repository } from 'typeorm';
import { inOwnTransaction } from '../../catalog/sql/single-connection';
import { TypeOrmUnitOfWork } from '../../catalog/sql/unit-of-work';
import { DataHubRunBatch, PipelineRun } from '../../entities';
import { LeaseLostError, type RemoteSettlement } from '../../runtime/ports';
import type { WorkerSettlement } from '../../runtime/run/batch-worker';
import { asDataHubError } from '../../sdk/errors';
import type { CatalogScope } from '../../catalog/catalog-scope';
import { AdapterRuntimeService } from '../adapter-runtime.service';
import { DATA_HUB_OPTIONS, loggerCtx, type ResolvedDataHubOptions } from '../data-hub-options';
import { databaseNowMs } from '../database-clock';
import { RunHooksService } from '../hooks/run-hooks.service';
import { planCheckOf } from '../plans/database-plan-check';
import { RecordErrorService, type RunOfRecords } from '../record-error.service';
import { RunContextFactory } from '../run-context';
import { writeLedger } from '../run-ledger';
import type { BatchJobData } from './batch-dispatcher';
import { OpenWorkers } from './open-workers';
import { stillOwned, stillOwnedBy } from './still-owned';
import { WorkerJournal } from './worker-journal';

/** A batch comes to its end whatever becomes of the run. */
const notWatched = { signal: new AbortController().signal, goesOnElsewhere: false };

/** Writes batches of distributed runs that the owner of the run has prepared. */
@Injectable()
export class BatchWorkerService implements OnModuleDestroy {
    private readonly workers = new OpenWorkers();
    private readonly ttlMs: number;

    constructor(
        private readonly connection: TransactionalConnection,
        private readonly runtime: AdapterRuntimeService,
        private readonly contexts: RunContextFactory,
        private readonly recordErrors: RecordErrorService,
        private readonly hooks: RunHooksService,
        @Inject(DATA_HUB_OPTIONS) { distributedLock }: ResolvedDataHubOptions,
    ) {
        this.ttlMs = distributedLock.defaultTtlMs;
    }

    onModuleDestroy(): void {
        this.workers.close();
    }

    /** Nothing happens when the batch is not there to be taken any more: jobs may come late and twice. */
    async work({ runId, stage, batch }: BatchJobData): Promise<void> {
        const taken = await this.take({ runId, stage, batch });
        if (!taken) return;
        const heartbeat = setInterval(() => void this.renew(taken), this.ttlMs / 3).unref();
        try {
            await this.write(taken);
        } catch (thrown) {
            if (thrown instanceof LeaseLostError) {
                Logger.warn(`Batch ${batch} of run ${runId} went to another worker; this one stopped.`, loggerCtx);
                return;
            }
            await this.giveUp(taken, thrown);
        } finally {
            clearInterval(heartbeat);
        }
    }

    private async write(taken: DataHubRunBatch): Promise<void> {
        const { runId, stage, batch } = taken;
        const worker = await this.workers.get(`${runId}:${stage}`, async () => {
            const run = await this.runs
                .createQueryBuilder('run')
                .addSelect('run.definition')
                .where('run.id = :runId', { runId })
                .getOneOrFail();
            const ctx = await this.contexts.create(run);
            const units = new TypeOrmUnitOfWork(this.connection, ctx);
            const journal = new WorkerJournal(runId);
            const hooks = await this.hooks.open({ run, ctx, journal, watch: notWatched, attempt: randomUUID() });
            const plan = await planCheckOf(run);
            const settle = await this.runtime.openBatchWorker({ run, ctx, units, journal, hooks, plan }, stage);
            const { pipelineId, revision, kind } = run;
            return { settle, records: { runId, pipelineId, revision, isReplay: kind === 'REPLAY' } };
        });
        await worker.settle(batch, (scope, settlement) => this.store(scope, taken, worker.records, settlement));
    }

    /** The last act of the batch's transaction: the mark that it happened, which only the one who has the batch can make. */
    private async store(
        scope: CatalogScope,
        taken: DataHubRunBatch,
        run: RunOfRecords,
        settlement: WorkerSettlement,
    ): Promise<void> {
        const { stage, batch, metrics, sent, owesDelivery } = settlement;
        const mark: RemoteSettlement = { stage, batch, metrics, sent, owesDelivery };
        const { affected } = await this.connection
            .getRepository(scope.ctx, DataHubRunBatch)
            .createQueryBuilder()
            .update()
            // Widened: TypeORM's partial type does not end on JSON.
            .set({ state: 'SETTLED', settlement: mark, takenUntilMs: null } as object)
            .where({ id: taken.id, token: taken.token, state: 'TAKEN' })
            .andWhere(stillOwned(this.connection.rawConnection), stillOwnedBy(taken))
            .execute();
        if (affected !== 1) throw new LeaseLostError('Another worker has the batch now, or the run is over.');
        await writeLedger(scope.sql, run, settlement, true);
        await this.recordErrors.store(scope.sql, run, settlement.rejects, stage);
    }

    private async take(place: BatchJobData): Promise<DataHubRunBatch | undefined> {
        const database = this.connection.rawConnection;
        const now = databaseNowMs(database);
        return inOwnTransaction(database, async () => {
            const seen = await this.batches.findOneBy(place);
            if (seen?.state !== 'QUEUED') return undefined;
            const token = seen.token + 1;
            const { affected } = await this.batches
                .createQueryBuilder()
                .update()
                .set({ state: 'TAKEN', token, takenUntilMs: () => `${now} + ${this.ttlMs}` })
                .where({ id: seen.id, token: seen.token, state: 'QUEUED' })
                .andWhere(stillOwned(database), stillOwnedBy(seen))
                .execute();
            return affected === 1 ? Object.assign(seen, { state: 'TAKEN', token }) : undefined;
        });
    }

    private async renew({ id, token }: DataHubRunBatch): Promise<void> {
        const database = this.connection.rawConnection;
        const update = this.batches
            .createQueryBuilder()
            .update()
            .set({ takenUntilMs: () => `${databaseNowMs(database)} + ${this.ttlMs}` })
            .where({ id, token, state: 'TAKEN' });
        await inOwnTransaction(database, () => update.execute()).catch((error: unknown) =>
            Logger.warn(`A batch could not be renewed: ${String(error)}`, loggerCtx),
        );
    }

    /** The owner of the run is told; he decides what becomes of the run. */
    private async giveUp({ id, token, runId, batch }: DataHubRunBatch, thrown: unknown): Promise<void> {
        const { kind, code, message, hint, place } = asDataHubError(thrown);
        Logger.warn(`Batch ${batch} of run ${runId} could not be written: ${message}`, loggerCtx);
        const failure = { kind, code, message, ...(hint === undefined ? {} : { hint }), place };
        const update = this.batches
            .createQueryBuilder()
            .update()
            .set({ state: 'FAILED', failure, takenUntilMs: null } as object)
            .where({ id, token, state: 'TAKEN' });
        await inOwnTransaction(this.connection.rawConnection, () => update.execute());
    }

    private get batches(): Repository<DataHubRunBatch> {
        return this.connection.rawConnection.getRepository(DataHubRunBatch);
    }

    private get runs(): Repository<PipelineRun> {
        return this.connection.rawConnection.getRepository(PipelineRun);
    }
}
