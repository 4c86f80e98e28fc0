import { TransientError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { Semaphore } from '../batch/semaphore';
import { HandedOn, isSettledIn } from '../batch/stage-tracker';
import { Tally } from '../batch/tally';
import type { BatchSettlement, JournaledChangeSet, RunJournal, RunMetrics } from '../ports';
import type { RunControl } from './run-control';
import type { RunTracker } from './run-tracker';

/** Which batch of which stage. */
export interface Place {
    stage: string;
    batch: number;
}

/** Stands for the run as a whole, in settlements that hold nothing but a checkpoint. */
const NO_BATCH: Place = { stage: '', batch: -1 };

/** What one attempt to write a batch has made so far; a new one for each attempt. */
export class Writing {
    readonly tally: Tally;
    readonly changeSets: JournaledChangeSet[] = [];
    readonly handedOn: HandedOn = {};
    /** Records that have passed a LOAD, by the channel they go on through. */
    readonly behindLoads = new Map<string, PipelineRecord[]>();
    wrote = false;

    constructor(prepared: Tally) {
        this.tally = new Tally(prepared);
    }

    /** For the next attempt: what stands in the database is rolled back, the rest is not done twice. */
    again(): Writing {
        const writing = new Writing(this.tally);
        Object.assign(writing.handedOn, this.handedOn);
        return writing;
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
    private readonly doubtful = new Map<string, Doubt>();
    /** Doubtful batches that turned out to be committed, until they have been told. */
    private readonly confirmed = new Map<string, Doubt>();

    constructor(
        private readonly journal: RunJournal<Scope>,
        private readonly tracker: RunTracker,
        private readonly control: RunControl,
    ) {}

    /**
     * `transact` writes the batch and calls `store` as the last act of its transaction. Resolves with what was
     * committed, which is an earlier attempt when only its answer had been lost.
     */
    async commit(
        place: Place,
        writing: Writing,
        transact: (store: (scope: Scope) => Promise<void>) => Promise<void>,
    ): Promise<Writing> {
        let release: (() => void) | undefined;
        let stored = false;
        const store = async (scope: Scope): Promise<void> => {
            release ??= await this.lock.acquire();
            this.control.throwIfLeaseLost();
            await this.resolveDoubts(scope);
            const earlier = this.confirmed.get(nameOf(place));
            if (earlier) throw new AlreadyCommitted(earlier.writing);
            await this.journal.settle(scope, this.settlement(place, writing));
            stored = true;
        };
        try {
            await transact(store);
            this.tracker.settle(place.stage, place.batch, writing.tally.metrics, writing.handedOn);
            this.tracker.unsaved = !writing.mustPersist;
            return writing;
        } catch (thrown) {
            if (thrown instanceof AlreadyCommitted) {
                this.confirmed.delete(nameOf(place));
                return thrown.earlier;
            }
            const isDoubtful = stored && writing.mustPersist && thrown instanceof TransientError;
            if (isDoubtful) this.doubtful.set(nameOf(place), { place, writing });
            throw thrown;
        } finally {
            release?.();
        }
    }

    /**
     * What a lost answer said, when the batch was committed after all. To be asked before the batch is written again: a loader
     * may refuse what it finds done, and the spool would then forget records that are counted already.
     */
    async committedBefore(
        place: Place,
        transact: (look: (scope: Scope) => Promise<void>) => Promise<void>,
    ): Promise<Writing | undefined> {
        const name = nameOf(place);
        if (this.doubtful.has(name)) {
            let release: (() => void) | undefined;
            try {
                await transact(async scope => {
                    release ??= await this.lock.acquire();
                    await this.resolveDoubts(scope);
                });
            } finally {
                release?.();
            }
        }
        const earlier = this.confirmed.get(name);
        this.confirmed.delete(name);
        return earlier?.writing;
    }

    /** For a batch that leaves nothing in the database: no transaction, a later checkpoint carries it. */
    async settleInMemory({ stage, batch }: Place, metrics: RunMetrics, handedOn: HandedOn): Promise<void> {
        const release = await this.lock.acquire();
        this.tracker.settle(stage, batch, metrics, handedOn);
        this.tracker.unsaved = true;
        release();
    }

    /** Stores the checkpoint as it stands, in a transaction with what `work` writes. */
    async saveProgress(
        transact: (store: (scope: Scope) => Promise<void>) => Promise<void>,
        work?: (scope: Scope) => Promise<void>,
    ): Promise<void> {
        let release: (() => void) | undefined;
        try {
            await transact(async scope => {
                release ??= await this.lock.acquire();
                this.control.throwIfLeaseLost();
                await this.resolveDoubts(scope);
                await work?.(scope);
                const checkpoint = this.tracker.checkpoint();
                await this.journal.settle(scope, {
                    ...NO_BATCH,
                    changeSets: [],
                    rejects: [],
                    checkpoint,
                    mustPersist: true,
                });
            });
            this.tracker.unsaved = false;
        } finally {
            release?.();
        }
    }

    /** True while a batch has not been told what became of it; once none is in flight, none will come to ask. */
    get hasUntold(): boolean {
        return this.doubtful.size > 0 || this.confirmed.size > 0;
    }

    /** Batches of the stage that were committed although they failed. Only once none of it is in flight and progress is saved. */
    *takeUntold(stage: string): Generator<{ place: Place; writing: Writing }> {
        for (const [name, doubt] of this.confirmed) {
            if (doubt.place.stage !== stage) continue;
            this.confirmed.delete(name);
            yield doubt;
        }
    }

    /** The next checkpoint replaces the stored one, so what that one knows must be known here first. */
    private async resolveDoubts(scope: Scope): Promise<void> {
        if (this.doubtful.size === 0) return;
        const checkpoint = await this.journal.stored(scope);
        for (const [name, doubt] of this.doubtful) {
            const { place, writing } = doubt;
            this.doubtful.delete(name);
            if (!isSettledIn(checkpoint?.stages[place.stage], place.batch)) continue;
            this.tracker.settle(place.stage, place.batch, writing.tally.metrics, writing.handedOn);
            this.confirmed.set(name, doubt);
        }
    }

    private settlement({ stage, batch }: Place, writing: Writing): BatchSettlement {
        return {
            stage,
            batch,
            changeSets: writing.changeSets,
            rejects: writing.tally.rejects,
            checkpoint: this.tracker.checkpointWith(stage, batch, writing.tally.metrics, writing.handedOn),
            mustPersist: writing.mustPersist,
        };
    }
}

interface Doubt {
    place: Place;
    writing: Writing;
}

function nameOf({ stage, batch }: Place): string {
    return `${stage}#${batch}`;
}

/** Rolls back the attempt that found an earlier one committed; never leaves this file. */
class AlreadyCommitted extends Error {
    constructor(readonly earlier: Writing) {
        super('The batch is committed already.');
    }
}
