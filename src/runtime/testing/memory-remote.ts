import type { JsonObject } from '../../../shared/json';
import type { RemoteBatches, RemoteSettlement } from '../ports';
import { BatchWorker, WorkerSettlement } from '../run/batch-worker';
import { CrashError } from './crash-points';
import type { MemoryDatabase, MemoryScope } from './memory-database';
import type { MemoryJournal } from './memory-journal';

const WORKER_DEATH = 'A worker was killed.';

/** Workers that write batches in the same process, dying as often as `dies` says; marks are rows of the database. */
export class MemoryRemote implements RemoteBatches<MemoryScope> {
    deaths = 0;

    constructor(
        private readonly database: MemoryDatabase,
        private readonly journal: MemoryJournal,
        private readonly openWorker: (stage: string) => Promise<BatchWorker<MemoryScope>>,
        private readonly dies: () => boolean,
    ) {}

    async settle({ stage, batch }: { stage: string; batch: number }, signal: AbortSignal): Promise<RemoteSettlement> {
        for (;;) {
            signal.throwIfAborted();
            const done = this.mark(stage, batch);
            if (done) return done;
            const worker = await this.openWorker(stage);
            try {
                await worker.settle(batch, async (scope, settlement) => {
                    // Also when it was this worker, whose commit happened although its answer was lost.
                    if (scope.get('marks', `${stage}#${batch}`)) throw new CrashError(WORKER_DEATH);
                    if (this.dies()) throw new CrashError(WORKER_DEATH);
                    this.keep(scope, settlement);
                });
            } catch (thrown) {
                // The process of the coordinator dies by a CrashError of its own.
                if (!(thrown instanceof CrashError) || thrown.message !== WORKER_DEATH) throw thrown;
                this.deaths++;
            }
        }
    }

    async settledBefore(): Promise<RemoteSettlement[]> {
        return Object.values(this.database.rows('marks')) as unknown as RemoteSettlement[];
    }

    async forget(_scope: MemoryScope, places: readonly { stage: string; batch: number }[]): Promise<void> {
        // The fake has no deletes in a transaction; a mark that stays too long is harmless and must be.
        for (const { stage, batch } of places) this.forgotten.add(`${stage}#${batch}`);
    }

    readonly forgotten = new Set<string>();

    private mark(stage: string, batch: number): RemoteSettlement | undefined {
        return this.database.rows('marks')[`${stage}#${batch}`] as unknown as RemoteSettlement | undefined;
    }

    private keep(scope: MemoryScope, settlement: WorkerSettlement): void {
        const { stage, batch, metrics, sent, owesDelivery } = settlement;
        const mark = { stage, batch, metrics, sent, owesDelivery } as unknown as JsonObject;
        scope.set('marks', `${stage}#${batch}`, mark);
        this.journal.keep(scope, settlement);
    }
}
