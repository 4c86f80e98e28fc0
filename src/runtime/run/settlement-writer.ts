import { TransientError } from '../../sdk/errors';
import { Semaphore } from '../batch/semaphore';
import { isSettledIn, SettlementTracker } from '../batch/settlement-tracker';
import { Tally } from '../batch/tally';
import type { BatchSettlement, JournaledChangeSet, RunJournal, RunMetrics } from '../ports';
import type { RunControl } from './run-control';

/** What one attempt to write a batch has made so far; a new one for each attempt. */
export class Writing {
    readonly tally: Tally;
    readonly changeSets: JournaledChangeSet[] = [];
    wrote = false;

    constructor(prepared: Tally) {
        this.tally = new Tally(prepared);
    }

    get mustPersist(): boolean {
        return this.wrote || this.tally.rejects.length > 0;
    }
}

/** Stores settlements so that no stored checkpoint ever lacks a committed batch or claims one that is not. */
export class SettlementWriter<Scope> {
    /** Held from building a checkpoint to the end of its commit: a checkpoint built meanwhile would miss this batch. */
    private readonly lock = new Semaphore(1);
    /** Batches whose commit failed with its answer lost: it may have happened. */
    private readonly doubtful = new Map<number, Writing>();
    /** Doubtful batches that turned out to be committed, until they have been told. */
    private readonly confirmed = new Map<number, Writing>();

    constructor(
        private readonly journal: RunJournal<Scope>,
        private readonly tracker: SettlementTracker,
        private readonly control: RunControl,
    ) {}

    /**
     * `transact` writes the batch and calls `store` as the last act of its transaction. Resolves with what was
     * committed, which is an earlier attempt when only its answer had been lost.
     */
    async commit(
        batch: number,
        writing: Writing,
        transact: (store: (scope: Scope) => Promise<void>) => Promise<void>,
    ): Promise<Writing> {
        let release: (() => void) | undefined;
        let stored = false;
        const store = async (scope: Scope): Promise<void> => {
            release ??= await this.lock.acquire();
            this.control.throwIfLeaseLost();
            await this.resolveDoubts(scope);
            const earlier = this.confirmed.get(batch);
            if (earlier) throw new AlreadyCommitted(earlier);
            await this.journal.settle(scope, this.settlement(batch, writing));
            stored = true;
        };
        try {
            await transact(store);
            this.tracker.settle(batch, writing.tally.metrics);
            this.tracker.unsaved = !writing.mustPersist;
            return writing;
        } catch (thrown) {
            if (thrown instanceof AlreadyCommitted) {
                this.confirmed.delete(batch);
                return thrown.earlier;
            }
            if (stored && writing.mustPersist && thrown instanceof TransientError) this.doubtful.set(batch, writing);
            throw thrown;
        } finally {
            release?.();
        }
    }

    /** For a batch that leaves nothing behind but counters: no transaction, a later checkpoint carries it. */
    async settleInMemory(batch: number, metrics: RunMetrics): Promise<void> {
        const release = await this.lock.acquire();
        this.tracker.settle(batch, metrics);
        this.tracker.unsaved = true;
        release();
    }

    /** True while a batch has not been told what became of it; once none is in flight, none will come to ask. */
    get hasUntold(): boolean {
        return this.doubtful.size > 0 || this.confirmed.size > 0;
    }

    /** Batches that were committed although they failed. Only after {@link saveRest}. */
    get untold(): Iterable<Writing> {
        return this.confirmed.values();
    }

    /** Only when no batch is in flight any more. */
    async saveRest(scope: Scope): Promise<void> {
        await this.resolveDoubts(scope);
        await this.journal.settle(scope, {
            batch: this.tracker.lastSettled,
            changeSets: [],
            rejects: [],
            checkpoint: this.tracker.checkpoint(),
            mustPersist: true,
        });
    }

    /** The next checkpoint replaces the stored one, so what that one knows must be known here first. */
    private async resolveDoubts(scope: Scope): Promise<void> {
        if (this.doubtful.size === 0) return;
        const checkpoint = await this.journal.stored(scope);
        for (const [batch, writing] of this.doubtful) {
            this.doubtful.delete(batch);
            if (!checkpoint || !isSettledIn(checkpoint, batch)) continue;
            this.tracker.settle(batch, writing.tally.metrics);
            this.confirmed.set(batch, writing);
        }
    }

    private settlement(batch: number, writing: Writing): BatchSettlement {
        return {
            batch,
            changeSets: writing.changeSets,
            rejects: writing.tally.rejects,
            checkpoint: this.tracker.checkpointWith(batch, writing.tally.metrics),
            mustPersist: writing.mustPersist,
        };
    }
}

/** Rolls back the attempt that found an earlier one committed; never leaves this file. */
class AlreadyCommitted extends Error {
    constructor(readonly earlier: Writing) {
        super('The batch is committed already.');
    }
}
