import {
    Collection,
    CollectionModificationEvent,
    CollectionService,
    EventBus,
    ID,
    Injector,
    Logger,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import type { DataSource } from 'typeorm';
import { inOwnTransaction } from '../sql/single-connection';
import { toId } from './event-entities';

type ApplyFilters = (collection: Collection, applyToChangedVariantsOnly: boolean) => Promise<ID[]>;

const IDS_PER_QUERY = 1_000;
/** As in Vendure's own job: listeners look them up. */
const VARIANTS_PER_EVENT = 50_000;

/**
 * Applies the filters of all collections, or of those that were `changed` and all below them, here and now and with
 * Vendure's own code, so that the run ends when the collections are right. Its job cannot be waited for: nobody may be there
 * to do it, or this run itself may sit on the last free place. A version of Vendure that does not let us gets the job.
 * Resolves with whether there are any.
 */
export async function applyCollectionFilters(
    injector: Injector,
    ctx: RequestContext,
    changed?: Iterable<string>,
): Promise<boolean> {
    const { rawConnection } = injector.get(TransactionalConnection);
    const collections = changed
        ? await withDescendants([...changed].map(toId), rawConnection)
        : await rawConnection.getRepository(Collection).find({ where: { isRoot: false }, order: { id: 'ASC' } });
    if (collections.length === 0) return false;
    const service = injector.get(CollectionService);
    // A collection that is called otherwise is so for all of its variants.
    const movedOnly = changed === undefined;
    // Private in Vendure, whose only public way is the job.
    const apply = Reflect.get(service, 'applyCollectionFiltersInternal') as ApplyFilters | undefined;
    if (typeof apply !== 'function') {
        const collectionIds = collections.map(({ id }) => id);
        await service.triggerApplyFiltersJob(ctx, { collectionIds, applyToChangedVariantsOnly: movedOnly });
        return true;
    }
    const events: CollectionModificationEvent[] = [];
    for (const collection of collections) {
        try {
            const variantIds = await inOwnTransaction(rawConnection, () => apply.call(service, collection, movedOnly));
            for (let start = 0; start < variantIds.length; start += VARIANTS_PER_EVENT) {
                const chunk = variantIds.slice(start, start + VARIANTS_PER_EVENT);
                events.push(new CollectionModificationEvent(ctx, collection, chunk));
            }
        } catch (thrown) {
            Logger.error(
                `The filters of collection ${collection.id} could not be applied: ${String(thrown)}`,
                'DataHub',
            );
        }
    }
    for (const event of events) await injector.get(EventBus).publish(event);
    return true;
}

/** The collections with all that stand below them, which inherit their filters. */
async function withDescendants(ids: readonly ID[], dataSource: DataSource): Promise<Collection[]> {
    const { metadata } = dataSource.getRepository(Collection);
    const closure = metadata.closureJunctionTable;
    const [ancestor, descendant] = [closure.ancestorColumns[0]!, closure.descendantColumns[0]!];
    const found = new Map<ID, Collection>();
    for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
        const below = dataSource
            .createQueryBuilder()
            .select(`closure.${descendant.databaseName}`)
            .from(closure.tableName, 'closure')
            .where(`closure.${ancestor.databaseName} IN (:...ids)`);
        const collections = await dataSource
            .getRepository(Collection)
            .createQueryBuilder('collection')
            .where(`collection.id IN (${below.getQuery()})`, { ids: ids.slice(start, start + IDS_PER_QUERY) })
            .getMany();
        for (const collection of collections) found.set(collection.id, collection);
    }
    return [...found.values()];
}
