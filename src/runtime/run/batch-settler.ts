import type { ChangeSet } from '../../sdk/change-set';
import { TransientError } from '../../sdk/errors';
import { isDirect } from '../../sdk/loader';
import { textOf } from '../batch/adapter-error';
import { KeyGate } from '../batch/key-gate';
import { addMetrics, emptyMetrics } from '../batch/metrics';
import type { SettlementTracker } from '../batch/settlement-tracker';
import type { LoadExecutor } from '../executors/load-executor';
import { nameOf } from '../executors/record-name';
import type { EnginePorts, JournaledChangeSet } from '../ports';
import { RetryBudget, withRetry } from '../retry/transaction-retry';
import type { RunControl } from './run-control';
import { SettlementWriter, Writing } from './settlement-writer';
import type { LoadInput, PreparedBatch } from './stage-flow';

/** Writes prepared batches: all loads, ledger, quarantine and checkpoint of a batch in one transaction. */
export class BatchSettler<Scope> {
    private readonly gate = new KeyGate();
    private readonly journal: SettlementWriter<Scope>;

    constructor(
        private readonly ports: EnginePorts<Scope>,
        /** In topological order. */
        private readonly loads: readonly LoadExecutor<Scope>[],
        private readonly tracker: SettlementTracker,
        private readonly control: RunControl,
        private readonly options: { dryRun: boolean; retry: RetryBudget },
    ) {
        this.journal = new SettlementWriter(ports.journal, tracker, control);
    }

    /** Reserves the batch's place among those that share its keys at once, in the order of the calls. */
    async settle(batch: PreparedBatch): Promise<void> {
        const { passed, leave } = this.gate.enter(batch.keys);
        let changeSets: JournaledChangeSet[];
        try {
            await passed;
            this.control.signal.throwIfAborted();
            changeSets = await this.commit(batch);
        } finally {
            leave();
        }
        if (!this.options.dryRun) await this.afterCommit(changeSets);
        this.ports.journal.progress(addMetrics(this.tracker.metrics, emptyMetrics()));
    }

    /**
     * Once no batch is in flight: stores what has only been counted in memory so far, so that the last stored checkpoint is
     * complete, and finds out what became of batches that gave up on a commit whose answer was lost.
     */
    async saveRest(): Promise<void> {
        if (!(this.tracker.unsaved || this.journal.hasUntold) || this.control.leaseLost) return;
        await this.retried(this.tracker.lastSettled, () =>
            this.ports.units.transaction(scope => this.journal.saveRest(scope)),
        );
        this.tracker.unsaved = false;
        if (this.options.dryRun) return;
        for (const { changeSets } of this.journal.untold) await this.afterCommit(changeSets);
    }

    private async commit(batch: PreparedBatch): Promise<JournaledChangeSet[]> {
        if (batch.loads.size === 0 && batch.tally.rejects.length === 0) {
            await this.journal.settleInMemory(batch.number, batch.tally.metrics);
            return [];
        }
        const { units } = this.ports;
        const written = await this.retried(batch.number, () => {
            const writing = new Writing(batch.tally);
            return this.journal.commit(batch.number, writing, async store => {
                if (this.options.dryRun) {
                    await units.readOnly(scope => this.load(batch, writing, scope));
                    await units.transaction(store);
                    return;
                }
                await units.transaction(async scope => {
                    await this.load(batch, writing, scope);
                    await store(scope);
                });
            });
        });
        return written.changeSets;
    }

    private async load(batch: PreparedBatch, writing: Writing, scope: Scope): Promise<void> {
        const refused = new Set<LoadInput>();
        for (const executor of this.loads) {
            const inputs = (batch.loads.get(executor.key) ?? []).filter(input => !hasFailed(input, refused));
            if (inputs.length === 0) continue;
            this.control.throwIfLeaseLost();
            writing.tally.of(executor.key).in += inputs.length;
            for (const { record, refusal } of inputs) {
                if (refusal) writing.tally.reject(executor.key, record, refusal, nameOf(executor.loader, record.data));
            }
            const accepted = inputs.filter(input => !input.refusal);
            const loaded = await executor.load(
                accepted.map(input => input.record),
                scope,
                writing.tally,
            );
            for (const input of accepted) if (loaded.refused.has(input.record)) refused.add(input);
            for (const changeSet of loaded.changeSets) writing.changeSets.push(changeSet);
            writing.wrote ||= loaded.mustPersist;
        }
    }

    private async retried<T>(batch: number, attempt: () => Promise<T>): Promise<T> {
        const { clock, journal } = this.ports;
        const { attempts } = this.options.retry;
        return await withRetry(attempt, {
            budget: this.options.retry,
            clock,
            signal: this.control.signal,
            onRetry: (error, next) =>
                journal.log(
                    'WARN',
                    `Batch ${batch} was rolled back: ${error.message} ` +
                        `Trying again in ${next.delayMs} ms (attempt ${next.attempt} of ${attempts}).`,
                ),
        }).catch((thrown: unknown) => {
            throw thrown instanceof TransientError ? gaveUp(batch, thrown) : thrown;
        });
    }

    /** The batch is committed whatever happens here. */
    private async afterCommit(changeSets: readonly JournaledChangeSet[]): Promise<void> {
        for (const { key, loader } of this.loads) {
            if (isDirect(loader) || !loader.afterCommit) continue;
            const own: ChangeSet[] = changeSets.filter(({ step }) => step === key).map(entry => entry.changeSet);
            if (own.length === 0) continue;
            try {
                await loader.afterCommit(own);
            } catch (thrown) {
                const message = `A batch was written, but what follows its commit failed: ${textOf(thrown)}`;
                this.ports.journal.log('ERROR', message, { step: key });
            }
        }
    }
}

function hasFailed(input: LoadInput, refused: ReadonlySet<LoadInput>): boolean {
    return input.through !== undefined && refused.has(input.through);
}

function gaveUp(batch: number, last: TransientError): TransientError {
    return new TransientError(
        last.code,
        `Batch ${batch} could not be written, although it was tried again: ${last.message}`,
        'Resume the run when the cause is gone; nothing is lost, and nothing will be written twice.',
        last.place,
        { cause: last },
    );
}
