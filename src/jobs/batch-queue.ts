import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobQueueService } from '@vendure/core';
import { BatchDispatcher, type BatchJobData } from '../services/distributed/batch-dispatcher';
import { BatchWorkerService } from '../services/distributed/batch-worker.service';

const BATCH_QUEUE = 'data-hub-batch';

/**
 * The job queue `data-hub-batch`: one job is one batch of a run with `execution: 'DISTRIBUTED'`. Whoever starts job queues
 * works on them, the owner of the run too.
 */
@Injectable()
export class BatchQueue implements OnModuleInit {
    constructor(
        private readonly jobQueues: JobQueueService,
        private readonly dispatcher: BatchDispatcher,
        private readonly worker: BatchWorkerService,
    ) {}

    async onModuleInit(): Promise<void> {
        const queue = await this.jobQueues.createQueue<BatchJobData>({
            name: BATCH_QUEUE,
            process: job => this.worker.work(job.data),
        });
        this.dispatcher.connect({
            addJob: async data => {
                // The owner of the run repeats what must be repeated; a retry of the queue would only get in its way.
                await queue.add(data, { retries: 0 });
            },
            workHere: data => this.worker.work(data),
        });
    }
}
