import { Logger } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { In, LessThanOrEqual, Not, type DataSource, type Repository } from 'typeorm';
import type { CatalogScope } from '../../catalog/catalog-scope';
import { classifyIfDatabaseError } from '../../catalog/sql/classify-error';
import { inOwnTransaction } from '../../catalog/sql/single-connection';
import { DataHubRunBatch } from '../../entities';
import { LeaseLostError, type RemoteBatches, type RemoteSettlement } from '../../runtime/ports';
import { errorOfKind, TransientError } from '../../sdk/errors';
import { loggerCtx } from '../data-hub-options';
import { databaseNowMs } from '../database-clock';
import type { Lease } from '../run-lease';
import type { BatchDispatcher } from './batch-dispatcher';
import { type BatchSight, lookAtBatches, type Place } from './batch-sight';

interface Waiting extends Place {
    resolve: (settlement: RemoteSettlement) => void;
    reject: (reason: unknown) => void;
    signal: AbortSignal;
}

const pollMs = 50;
/** Workers of the queue come first. When all are busy (with runs, say) the owner of the run writes a batch himself. */
const helpAfterMs = 2_000;
/** A job may have been lost, or the queue is long; a second job for the same batch finds it taken. */
const jobLostAfterMs = 15_000;
/** Workers that took one batch and died, one after the other: the batch probably kills them. */
const maxTakes = 20;
/** So long the database may be away before the run gives up; its lease is lost by then anyway. */
const patienceMs = 30_000;

/**
 * Batches of one run, in the hands of whoever takes them; used by the process that owns the run. Rows carry the token of
 * its lease: a former owner who does not know yet touches nothing of a later one.
 */
export class DatabaseRemoteBatches implements RemoteBatches<CatalogScope> {
    private readonly waiting = new Map<string, Waiting>();
    private polling: Promise<void> | undefined;
    private helping = false;

    constructor(
        private readonly lease: Lease,
        private readonly database: DataSource,
        private readonly dispatcher: BatchDispatcher,
    ) {}

    async settle(place: Place, signal: AbortSignal): Promise<RemoteSettlement> {
        await this.enqueue(place).catch((thrown: unknown) => {
            // Found missing, it is asked for again.
            if (!isTransient(thrown)) throw thrown;
        });
        return new Promise((resolve, reject) => {
            this.waiting.set(nameOf(place), { ...place, resolve, reject, signal });
            this.polling ??= this.poll().finally(() => (this.polling = undefined));
        });
    }

    async settledBefore(): Promise<RemoteSettlement[]> {
        const { runId } = this.lease;
        const rows = await this.rows.find({ where: { runId, state: 'SETTLED' }, order: { id: 'ASC' } });
        return rows.flatMap(row => (row.settlement ? [row.settlement] : []));
    }

    async forget({ sql }: CatalogScope, places: readonly Place[]): Promise<void> {
        const table = sql.table(DataHubRunBatch);
        const [run, stage, batch] = [table.column('runId'), table.column('stage'), table.column('batch')];
        const byStage = new Map<string, number[]>();
        for (const place of places) byStage.set(place.stage, [...(byStage.get(place.stage) ?? []), place.batch]);
        for (const [name, numbers] of byStage) {
            const list = sql.inList(batch, numbers);
            const which = `${run} = ? AND ${stage} = ? AND ${list.sql}`;
            await sql.query(`DELETE FROM ${table.path} WHERE ${which}`, [this.lease.runId, name, ...list.parameters]);
        }
    }

    /**
     * What nobody has committed is taken back, so that nobody commits it later: the run has ended or is about to. Marks of
     * committed batches stay, for a resume.
     */
    async takeBack(): Promise<void> {
        await inOwnTransaction(this.database, () =>
            this.rows.delete({ runId: this.lease.runId, ...this.ours, state: Not('SETTLED') }),
        );
    }

    private async enqueue({ stage, batch }: Place): Promise<void> {
        const { runId, token: runToken } = this.lease;
        const now = databaseNowMs(this.database);
        const place = { runId, stage, batch };
        await inOwnTransaction(this.database, async () => {
            const present = await this.rows.findOneBy(place);
            // Left by an earlier owner of the run: settled ones are waited for like any other.
            if (present?.state === 'SETTLED') return;
            // In a new row, so that whoever still writes the old one cannot commit it.
            if (present) await this.rows.delete({ id: present.id, ...this.ours, state: Not('SETTLED') });
            await this.rows
                .createQueryBuilder()
                .insert()
                .values({ ...place, runToken, state: 'QUEUED', queuedAtMs: () => now })
                .updateEntity(false)
                .orIgnore()
                .execute();
        });
        this.dispatcher.dispatch(place);
    }

    private async poll(): Promise<void> {
        let failingSince: number | undefined;
        for (; this.waiting.size > 0; await sleep(pollMs)) {
            try {
                await this.look();
                failingSince = undefined;
            } catch (thrown) {
                failingSince ??= performance.now();
                if (isTransient(thrown) && performance.now() - failingSince < patienceMs) continue;
                for (const { reject } of this.waiting.values()) reject(classifyIfDatabaseError(thrown));
                this.waiting.clear();
            }
        }
    }

    private async look(): Promise<void> {
        const entries = [...this.waiting.values()];
        const sights = await lookAtBatches(
            this.rows,
            this.lease.runId,
            entries.map(({ batch }) => batch),
        );
        const byName = new Map(sights.map(sight => [nameOf(sight), sight]));
        const ended = new Map<BatchSight['id'], Waiting>();
        for (const entry of entries) {
            const sight = byName.get(nameOf(entry));
            if (sight?.state === 'SETTLED') ended.set(sight.id, entry);
            else if (!sight || sight.runToken < this.lease.token) await this.askAgain(entry);
            else if (sight.runToken > this.lease.token) this.refuse(entry, leaseLost(this.lease));
            else if (sight.state === 'FAILED') ended.set(sight.id, entry);
            else if (entry.signal.aborted) await this.withdraw(entry);
            else await this.lookAfter(entry, sight);
        }
        if (ended.size > 0) await this.tellEnds(ended);
    }

    private async tellEnds(ended: ReadonlyMap<BatchSight['id'], Waiting>): Promise<void> {
        for (const { id, settlement, failure } of await this.rows.findBy({ id: In([...ended.keys()]) })) {
            const entry = ended.get(id)!;
            this.waiting.delete(nameOf(entry));
            if (settlement) entry.resolve(settlement);
            else if (failure) {
                const { kind, code, message, hint, place } = failure;
                entry.reject(errorOfKind(kind, code, message, hint, place));
            }
        }
    }

    /** Its row was never written, or a former owner of the run has taken it back. */
    private async askAgain(entry: Waiting): Promise<void> {
        if (entry.signal.aborted) this.refuse(entry, entry.signal.reason);
        else await this.enqueue(entry);
    }

    /** Workers die, queues lose jobs, and all workers may be busy. */
    private async lookAfter(entry: Waiting, sight: BatchSight): Promise<void> {
        const isLost = sight.state === 'TAKEN' && sight.overdueMs > 0;
        const isLate = sight.state === 'QUEUED' && sight.queuedForMs > jobLostAfterMs;
        if (isLost && sight.token >= maxTakes) this.refuse(entry, givenUp(entry));
        else if (isLost || isLate) await this.requeue(entry, sight);
        else if (sight.state === 'QUEUED' && sight.queuedForMs > helpAfterMs) this.help(entry);
    }

    private async requeue({ stage, batch }: Place, { id, token, state }: BatchSight): Promise<void> {
        const now = databaseNowMs(this.database);
        const values = { state: 'QUEUED' as const, takenUntilMs: null, queuedAtMs: () => now };
        const update = this.rows.createQueryBuilder().update().set(values).where({ id, token, state });
        const { affected } = await inOwnTransaction(this.database, () => update.execute());
        if (affected === 1) this.dispatcher.dispatch({ runId: this.lease.runId, stage, batch });
    }

    private help({ stage, batch }: Place): void {
        if (this.helping) return;
        this.helping = true;
        this.dispatcher
            .workHere({ runId: this.lease.runId, stage, batch })
            .catch((error: unknown) => Logger.warn(`Batch ${batch} was not written here: ${String(error)}`, loggerCtx))
            .finally(() => (this.helping = false));
    }

    /** A batch that nobody has begun is taken back; one that is being written is waited for, or lost with its worker. */
    private async withdraw(entry: Waiting): Promise<void> {
        const now = databaseNowMs(this.database);
        const quote = (name: string) => this.database.driver.escape(name);
        const removal = this.rows
            .createQueryBuilder()
            .delete()
            .where({ runId: this.lease.runId, stage: entry.stage, batch: entry.batch, ...this.ours })
            .andWhere(
                `(${quote('state')} = 'QUEUED' OR (${quote('state')} = 'TAKEN' AND ${quote('takenUntilMs')} < ${now}))`,
            );
        const { affected } = await inOwnTransaction(this.database, () => removal.execute());
        if (affected === 1) this.refuse(entry, entry.signal.reason);
    }

    private refuse(entry: Waiting, reason: unknown): void {
        this.waiting.delete(nameOf(entry));
        entry.reject(reason);
    }

    /** Rows of this owner and of those before. */
    private get ours() {
        return { runToken: LessThanOrEqual(this.lease.token) };
    }

    private get rows(): Repository<DataHubRunBatch> {
        return this.database.getRepository(DataHubRunBatch);
    }
}

function nameOf({ stage, batch }: Place): string {
    return `${stage}#${batch}`;
}

function isTransient(thrown: unknown): boolean {
    return classifyIfDatabaseError(thrown) instanceof TransientError;
}

function leaseLost({ runId }: Lease): LeaseLostError {
    return new LeaseLostError(`Run ${runId} belongs to another worker now.`);
}

function givenUp({ stage, batch }: Place): TransientError {
    return new TransientError(
        'batch-makes-no-progress',
        `Batch ${batch} of the stage "${stage}" was taken by ${maxTakes} workers, and none of them came back.`,
        'Look for the cause in the logs of the workers (memory is the usual one), then resume the run.',
    );
}
