import {
    Collection,
    CollectionEvent,
    ID,
    ConfigService,
    Injector,
    isInspectableJobQueueStrategy,
    JobQueueService,
    Logger,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import { JobState } from '@vendure/common/lib/generated-types';
import { setTimeout as pause } from 'node:timers/promises';
import type { BatchSummary } from './batch-summary';
import { toId } from './event-entities';

const QUEUE = 'apply-collection-filters';
const LOOK_EVERY_MS = 100;
/** A job that waits although nothing else is worked on waits for a worker that is not there. */
const IDLE_MS = 15_000;
const LONGEST_MS = 30 * 60_000;
const IDS_PER_QUERY = 1_000;
const loggerCtx = 'DataHub';

/** The collections with all that stand below them. */
export async function withDescendants(ids: readonly ID[], connection: TransactionalConnection): Promise<ID[]> {
    const repository = connection.rawConnection.getRepository(Collection);
    const { metadata, manager } = repository;
    const closure = metadata.closureJunctionTable;
    const [ancestor, descendant] = [closure.ancestorColumns[0]!, closure.descendantColumns[0]!];
    const found = new Set<ID>(ids);
    for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
        const rows = await manager
            .createQueryBuilder()
            .select(`closure.${descendant.databaseName}`, 'id')
            .from(closure.tableName, 'closure')
            .where(`closure.${ancestor.databaseName} IN (:...ids)`, { ids: ids.slice(start, start + IDS_PER_QUERY) })
            .getRawMany<{ id: ID }>();
        for (const { id } of rows) found.add(id);
    }
    return [...found];
}

/**
 * Returns when no filters wait to be applied any more, so that a run that has ended has filled its collections. Where this
 * process does no jobs, or they cannot be looked at, it does not wait: the collections fill up later.
 */
export async function filtersApplied(injector: Injector): Promise<void> {
    const { jobQueueStrategy: strategy } = injector.get(ConfigService).jobQueueOptions;
    if (!injector.get(JobQueueService).started || !isInspectableJobQueueStrategy(strategy)) return;
    const started = Date.now();
    let moved = started;
    let last = '';
    for (;;) {
        const filter = { queueName: { eq: QUEUE }, isSettled: { eq: false } };
        const { items } = await strategy.findMany({ filter, take: 100 });
        const open = items.filter(job => !job.isSettled);
        if (open.length === 0) return;
        const now = Date.now();
        const state = open.map(job => `${job.id} ${job.state} ${job.progress}`).join('\n');
        if (state !== last || open.some(job => job.state === JobState.RUNNING)) [last, moved] = [state, now];
        if (now - moved > IDLE_MS || now - started > LONGEST_MS) {
            Logger.warn(
                `The run ends before the filters of its collections are applied: ${open.length} jobs of the queue ` +
                    `"${QUEUE}" still wait. Check that a worker is running.`,
                loggerCtx,
            );
            return;
        }
        await pause(LOOK_EVERY_MS);
    }
}

export function collectionEvents(ctx: RequestContext, { collections }: BatchSummary): CollectionEvent[] {
    return (['created', 'updated', 'deleted'] as const).flatMap(type =>
        collections[type].map(({ entityId }) => {
            const collection = new Collection({ id: toId(entityId!) });
            return new CollectionEvent(ctx, collection, type);
        }),
    );
}
