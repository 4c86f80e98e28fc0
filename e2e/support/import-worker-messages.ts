import type { TestDatabase } from './databases';

export interface ImportWorkerInput {
    database: TestDatabase['name'];
    databaseName: string;
    /** Catalogs, the spool and the record of events lie here. */
    folder: string;
    file: string;
    /** For the pipeline `changed`. */
    changedFile?: string;
    batchSize: number;
    leaseTtlMs: number;
    /** Makes the shop in the empty database. */
    first: boolean;
}

/** What the parent may ask for besides `stop`. */
export type ImportWorkerCommand =
    | { run: string; dryRun?: boolean }
    | { approve: { runId: string; step: string } }
    | { undo: string }
    | { applyPlan: string };

/** Sent once the shop is there and jobs are taken, and after each command. */
export const WORKER_READY = 'ready';

/** Lines of `<type> <id>`: what other plugins in any of the processes have heard of. */
export const EVENTS_FILE = 'events.txt';
