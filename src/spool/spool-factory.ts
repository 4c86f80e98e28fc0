import { Spool } from '../runtime/ports';

/** One place where the records of all runs wait: a directory, a table or a bucket. */
export interface SpoolFactory {
    /** Cheap: nothing is created before the first chunk. */
    open(runId: string): Spool;
    /** Every run that left something here. Each call looks anew. */
    runs(): AsyncIterable<string>;
    /** Everything of the run; nothing happens when there is nothing. */
    removeRun(runId: string): Promise<void>;
}
