import { Injectable } from '@nestjs/common';
import { type ID, Logger } from '@vendure/core';
import { Defect } from '../../sdk/errors';
import { loggerCtx } from '../data-hub-options';

/** What a `data-hub-batch` job carries: names only; the records wait on the spool. */
export interface BatchJobData {
    runId: ID;
    stage: string;
    batch: number;
}

export interface BatchHands {
    addJob: (data: BatchJobData) => Promise<void>;
    /** Does what the job would do, in this process. */
    workHere: (data: BatchJobData) => Promise<void>;
}

/** Puts jobs for batches on the queue. The table is the truth and the queue only a bell, as with runs. */
@Injectable()
export class BatchDispatcher {
    private hands: BatchHands | undefined;

    /** The job queue lives above this service; it connects itself when the application starts. */
    connect(hands: BatchHands): void {
        this.hands = hands;
    }

    /**
     * Nobody waits for it, as a queue whose server is away may take as long as that is: a batch without a job is late, and
     * what is late is looked after by the owner of its run.
     */
    dispatch(data: BatchJobData): void {
        const { addJob } = this.connected();
        addJob(data).catch((error: unknown) => {
            Logger.warn(`Batch ${data.batch} of run ${data.runId} has no job yet: ${String(error)}`, loggerCtx);
        });
    }

    workHere(data: BatchJobData): Promise<void> {
        return this.connected().workHere(data);
    }

    private connected(): BatchHands {
        if (!this.hands) throw new Defect('no-batch-queue', 'The job queue for batches is not there.');
        return this.hands;
    }
}
