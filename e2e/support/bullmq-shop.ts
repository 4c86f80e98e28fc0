import { BullMQJobQueuePlugin } from '@vendure/job-queue-plugin/package/bullmq';
import { DataHubPlugin } from '../../src/data-hub.plugin';
import { redisConnection } from './redis';
import { namesExtractor, taxCategoryLoader } from './tax-category-loader';

/** What server and workers must agree on. */
export function bullMqPlugins(prefix: string, leaseTtlMs: number) {
    return [
        BullMQJobQueuePlugin.init({
            connection: redisConnection,
            queueOptions: { prefix },
            workerOptions: { prefix },
        }),
        DataHubPlugin.init({
            adapters: [namesExtractor, taxCategoryLoader],
            distributedLock: { defaultTtlMs: leaseTtlMs },
        }),
    ];
}
