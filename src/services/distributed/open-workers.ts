import type { CatalogScope } from '../../catalog/catalog-scope';
import type { BatchWorker } from '../../runtime/run/batch-worker';
import type { RunOfRecords } from '../record-error.service';

export interface OpenWorker {
    settle: BatchWorker<CatalogScope>['settle'];
    records: RunOfRecords;
}

/** Loaders remember what they have looked up, so the batches of one run share them while they keep coming. */
export class OpenWorkers {
    private readonly open = new Map<string, { worker: Promise<OpenWorker>; timer: NodeJS.Timeout }>();

    constructor(private readonly keepMs = 60_000) {}

    get(name: string, create: () => Promise<OpenWorker>): Promise<OpenWorker> {
        const present = this.open.get(name);
        if (present) {
            present.timer.refresh();
            return present.worker;
        }
        const worker = create();
        const timer = setTimeout(() => this.open.delete(name), this.keepMs).unref();
        this.open.set(name, { worker, timer });
        // The next batch tries again.
        worker.catch(() => this.drop(name));
        return worker;
    }

    close(): void {
        for (const name of [...this.open.keys()]) this.drop(name);
    }

    private drop(name: string): void {
        clearTimeout(this.open.get(name)?.timer);
        this.open.delete(name);
    }
}
