import type { ChangeSet } from '../../sdk/change-set';
import { isDirect } from '../../sdk/loader';
import { textOf } from '../batch/adapter-error';
import type { LoadExecutor } from '../executors/load-executor';
import type { JournaledChangeSet, RunJournal } from '../ports';
import type { RunTracker } from './run-tracker';
import type { Place } from './settlement-writer';

/** What loaders do once a batch is committed, and once the run is over. A batch stays committed whatever happens here. */
export class AfterCommit<Scope> {
    constructor(
        /** By step key. */
        private readonly loads: ReadonlyMap<string, LoadExecutor<Scope>>,
        private readonly journal: RunJournal<Scope>,
        private readonly tracker: RunTracker,
    ) {}

    /** Done at least once for every committed batch: a crash before the last line has it done again by the next owner. */
    async deliver(place: Place, changeSets: readonly JournaledChangeSet[]): Promise<void> {
        for (const { key, loader } of this.loads.values()) {
            if (isDirect(loader) || !loader.afterCommit) continue;
            const own: ChangeSet[] = changeSets
                .filter(({ step, changeSet }) => step === key && changeSet.action !== 'UNCHANGED')
                .map(entry => entry.changeSet);
            if (own.length === 0) continue;
            await this.guarded(key, 'A batch was written, but what follows its commit failed', () =>
                loader.afterCommit!(own),
            );
        }
        this.tracker.delivered(place);
    }

    /** For batches of an earlier owner of the run. */
    async deliverLeftOvers(): Promise<void> {
        for (const place of this.tracker.owed) {
            await this.deliver(place, await this.journal.changeSetsOf(place.stage, place.batch));
        }
    }

    /** Whatever became of the run: batches that did commit may have left work for the end. */
    async endOfRun(): Promise<void> {
        for (const { key, loader } of this.loads.values()) {
            if (isDirect(loader) || !loader.afterRun) continue;
            await this.guarded(key, 'What follows the end of the run failed', () => loader.afterRun!());
        }
    }

    /** Loaders that wait for the end of their step will not see it. */
    async abandon(): Promise<void> {
        for (const { key, loader } of this.loads.values()) {
            if (!isDirect(loader) || !loader.abandon) continue;
            await this.guarded(key, 'What the failed run has left behind could not be removed', () =>
                loader.abandon!(key),
            );
        }
    }

    private async guarded(step: string, failure: string, work: () => Promise<void>): Promise<void> {
        try {
            await work();
        } catch (thrown) {
            this.journal.log('ERROR', `${failure}: ${textOf(thrown)}`, { step });
        }
    }
}
