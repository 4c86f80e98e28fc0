import { type ID, Logger } from '@vendure/core';
import type { CatalogScope } from '../../catalog/catalog-scope';
import type { Checkpoint, JournaledChangeSet, LogLevel, RunJournal } from '../../runtime/ports';
import { Defect } from '../../sdk/errors';
import { loggerCtx } from '../data-hub-options';

/** For a worker that writes single batches: the run's own journal belongs to the owner of the run. */
export class WorkerJournal implements RunJournal<CatalogScope> {
    constructor(private readonly runId: ID) {}

    settle(): Promise<void> {
        return Promise.reject(notOurs());
    }

    stored(): Promise<Checkpoint | undefined> {
        return Promise.reject(notOurs());
    }

    changeSetsOf(): Promise<JournaledChangeSet[]> {
        return Promise.reject(notOurs());
    }

    progress(): void {}

    /** Lines of a run are numbered by its owner; what a worker has to say stands in the log of its server. */
    log(level: LogLevel, message: string): void {
        const line = `Run ${this.runId}: ${message}`;
        if (level === 'ERROR') Logger.error(line, loggerCtx);
        else if (level === 'WARN') Logger.warn(line, loggerCtx);
        else Logger.debug(line, loggerCtx);
    }
}

function notOurs(): Defect {
    return new Defect('journal-of-a-worker', 'Only the owner of a run writes its checkpoint.');
}
