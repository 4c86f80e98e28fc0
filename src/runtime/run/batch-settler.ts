import { TransientError } from '../../sdk/errors';
import { KeyGate } from '../batch/key-gate';
import { withRetry } from '../retry/transaction-retry';
import type { RunControl } from './run-control';
import type { RunParts } from './run-parts';
import { Writing } from './settlement-writer';
import type { PreparedBatch } from './stage-flow';
import type { Settler } from './stage-machine';
import type { StageWrites } from './stage-writes';
import { STORE_EVERY_MS, storeProgress } from './store-progress';

/** Writes prepared batches of one stage: loads, ledger, quarantine, what goes to other stages, and the checkpoint. */
export class BatchSettler<Scope> implements Settler {
    private readonly gate = new KeyGate();
    private storedAtMs: number;

    constructor(
        /** What the checkpoint calls the stage. */
        private readonly id: string,
        private readonly writes: StageWrites<Scope>,
        private readonly run: RunParts<Scope>,
        private readonly control: RunControl,
    ) {
        this.storedAtMs = run.ports.clock.now();
    }

    /** Reserves the batch's place among those that share its keys at once, in the order of the calls. */
    async settle(batch: PreparedBatch): Promise<void> {
        const { passed, leave } = this.gate.enter(batch.keys);
        let written: Writing;
        try {
            await passed;
            this.control.signal.throwIfAborted();
            written = await this.commit(batch);
        } finally {
            leave();
        }
        if (this.writes.isReal)
            await this.run.afterCommit.deliver({ stage: this.id, batch: batch.number }, written.changeSets);
        await this.writes.report(written);
        this.run.ports.journal.progress(this.run.tracker.metrics);
    }

    /** For a batch that has settled before a restart: what it put into channels must be there, whoever has the disk. */
    async restore(batch: PreparedBatch): Promise<void> {
        await this.writes.restoreOutputs(batch);
    }

    async close(): Promise<void> {}

    private async commit(batch: PreparedBatch): Promise<Writing> {
        const { units } = this.run.ports;
        const place = { stage: this.id, batch: batch.number };
        const base = await this.retried(batch.number, async () => {
            const writing = new Writing(this.writes.tallyOf(batch));
            writing.handedOn.sent = await this.writes.send(batch);
            await this.writes.export(batch, writing);
            return writing;
        });
        if (batch.loads.size === 0 && base.tally.rejects.length === 0) {
            await this.run.journal.settleInMemory(place, base.tally.metrics, base.handedOn);
            await this.storeNowAndThen();
            return base;
        }
        return this.retried(batch.number, async () => {
            const earlier = await this.run.journal.committedBefore(place, look => units.transaction(look));
            if (earlier) return earlier;
            const writing = base.again();
            return this.run.journal.commit(place, writing, async store => {
                if (this.writes.isReal) {
                    await units.transaction(async scope => {
                        await this.writes.load(batch, writing, scope);
                        await store(scope);
                        // Behind the fence: a former owner of the run must not replace what the present one wrote.
                        await this.writes.sendLoaded(batch.number, writing, scope);
                    });
                    return;
                }
                await units.readOnly(scope => this.writes.load(batch, writing, scope));
                await this.writes.sendLoaded(batch.number, writing);
                await units.transaction(store);
            });
        });
    }

    private async storeNowAndThen(): Promise<void> {
        const nowMs = this.run.ports.clock.now();
        if (!this.writes.isReal || nowMs - this.storedAtMs < STORE_EVERY_MS) return;
        this.storedAtMs = nowMs;
        await storeProgress(this.run, this.control);
    }

    private retried<T>(batch: number, attempt: () => Promise<T>): Promise<T> {
        return retryCommit(this.run, this.control, batch, attempt);
    }
}

/** Tries again what was rolled back, while the cause may go away; says so in the log and to hooks. */
export async function retryCommit<Scope, T>(
    run: RunParts<Scope>,
    control: RunControl,
    batch: number,
    attempt: () => Promise<T>,
): Promise<T> {
    const { clock, journal } = run.ports;
    return await withRetry(attempt, {
        budget: run.retry,
        clock,
        signal: control.signal,
        onRetry: (error, next) => {
            const pause = `Trying again in ${next.delayMs} ms (attempt ${next.attempt} of ${run.retry.attempts}).`;
            journal.log('WARN', `Batch ${batch} was rolled back: ${error.message} ${pause}`);
            run.events.retried({ batch, code: error.code, message: error.message, attempt: next.attempt });
        },
    }).catch((thrown: unknown) => {
        throw thrown instanceof TransientError ? gaveUp(batch, thrown) : thrown;
    });
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
