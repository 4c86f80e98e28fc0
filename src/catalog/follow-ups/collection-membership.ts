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
import { inOwnTransaction } from '../sql/single-connection';

type ApplyFilters = (collection: Collection, applyToChangedVariantsOnly: boolean) => Promise<ID[]>;

/**
 * Applies the filters of all collections here and now, with Vendure's own code, so that the run ends when the collections
 * are right. Its job cannot be waited for: nobody may be there to do it, or this run itself may sit on the last free place.
 * Gives the events that the job would have published; false when this version of Vendure does not let us.
 */
export async function applyCollectionFilters(injector: Injector, ctx: RequestContext): Promise<boolean> {
    const service = injector.get(CollectionService);
    // Private in Vendure, whose only public way is the job.
    const apply = Reflect.get(service, 'applyCollectionFiltersInternal') as ApplyFilters | undefined;
    if (typeof apply !== 'function') return false;
    const { rawConnection } = injector.get(TransactionalConnection);
    const collections = await rawConnection
        .getRepository(Collection)
        .find({ where: { isRoot: false }, order: { id: 'ASC' } });
    const events: CollectionModificationEvent[] = [];
    for (const collection of collections) {
        try {
            const moved = await inOwnTransaction(rawConnection, () => apply.call(service, collection, true));
            if (moved.length > 0) events.push(new CollectionModificationEvent(ctx, collection, moved));
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
