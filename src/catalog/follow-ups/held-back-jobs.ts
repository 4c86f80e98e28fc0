import { Job, JobBuffer, JobQueueService } from '@vendure/core';
import { AsyncLocalStorage } from 'node:async_hooks';

const QUEUE = 'update-search-index';

/** Set while events are told of what already stands in the index, by what the events name. */
const told = new AsyncLocalStorage<true>();

/**
 * Keeps DefaultSearchPlugin from indexing once more what is indexed already, while everyone else hears of the events.
 * The plugin makes its jobs as it gets the event, so in the asynchronous context of whoever published it; jobs of
 * anyone else go through. A job of several events (collections) cannot be told apart and goes through, too.
 */
class HeldBackJobs implements JobBuffer {
    readonly id = 'data-hub-indexed-already';

    collect({ queueName, data }: Job): boolean {
        if (told.getStore() !== true || !queueName.endsWith(QUEUE)) return false;
        return (data as { type?: string }).type !== 'update-variants-by-id';
    }

    /** They are not wanted: none comes back. */
    reduce(): Job[] {
        return [];
    }
}

const buffers = new WeakMap<JobQueueService, HeldBackJobs>();

/** Publishes events about what the index holds already. */
export async function withoutIndexJobs(jobs: JobQueueService, publish: () => Promise<void>): Promise<void> {
    let buffer = buffers.get(jobs);
    if (!buffer) {
        buffers.set(jobs, (buffer = new HeldBackJobs()));
        jobs.addBuffer(buffer);
    }
    await told.run(true, publish);
}

/** Throws away what was held back; whatever comes later goes with the next call. */
export async function dropHeldBackJobs(jobs: JobQueueService): Promise<void> {
    const buffer = buffers.get(jobs);
    if (buffer) await jobs.flush(buffer);
}
