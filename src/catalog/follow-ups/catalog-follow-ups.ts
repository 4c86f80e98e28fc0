import {
    Channel,
    CollectionEvent,
    CollectionService,
    EventBus,
    Facet,
    FacetEvent,
    FacetValueEvent,
    ID,
    JobQueueService,
    Logger,
    Product,
    ProductChannelEvent,
    ProductEvent,
    ProductVariant,
    ProductVariantEvent,
    RequestContext,
    SearchService,
    StockLocation,
    StockMovementEvent,
    TransactionalConnection,
    VendureEvent,
} from '@vendure/core';
import { DEFAULT_CHANNEL_CODE } from '@vendure/common/lib/shared-constants';
import { setImmediate } from 'node:timers/promises';
import type { ChangeSet, EntityChange } from '../../sdk/change-set';
import type { CatalogHost } from '../catalog-scope';
import { locationKey } from '../location-key';
import { BatchSummary, summarise } from './batch-summary';
import { CollectionFilterPause } from './collection-filters';
import { applyCollectionFilters } from './collection-membership';
import { DirectIndex } from './direct-index';
import { writtenBefore } from './earlier-owner';
import { collectionOf, facetOf, productOf, stockAdjustment, toId, variantOf } from './event-entities';
import type { FollowUpPolicy } from './follow-up-policy';
import { dropHeldBackJobs, withoutIndexJobs } from './held-back-jobs';

/** DefaultSearchPlugin indexes no more than this many variants per event. */
const VARIANTS_PER_EVENT = 50;
const IDS_PER_QUERY = 1_000;
const TYPES = ['created', 'updated', 'deleted'] as const;
const loggerCtx = 'DataHub';

/**
 * What happens outside of the catalog's tables after changes are committed: events, search index, collections.
 * Never a query or a job per record; missing it (a crash after the commit) leaves the catalog right and the index stale.
 *
 * Events carry the context of the run: search plugins index the languages of its channel. A channel with further
 * languages follows with `REINDEX` only.
 */
export class CatalogFollowUps {
    private readonly collections: CollectionFilterPause;
    private readonly connection: TransactionalConnection;
    private readonly touchedChannels = new Set<ID>();
    private readonly directIndex: DirectIndex | undefined;
    private concernsCollections = false;
    private readonly collectionsToFill = new Set<string>();
    private names: Promise<{ channels: Map<string, Channel>; locations: Map<string, StockLocation> }> | undefined;

    constructor(
        private readonly host: CatalogHost,
        private readonly policy: FollowUpPolicy,
    ) {
        this.collections = new CollectionFilterPause(host.injector.get(CollectionService));
        this.connection = host.injector.get(TransactionalConnection);
        const { searchIndex } = policy;
        if (!host.dryRun && (searchIndex === undefined || searchIndex === 'DIRECT')) {
            this.directIndex = DirectIndex.of(host, searchIndex === 'DIRECT');
        }
    }

    async batchCommitted(changeSets: readonly ChangeSet[]): Promise<void> {
        const summary = summarise(changeSets);
        if (summary.concernsCollections) this.concernsCollections = true;
        for (const id of summary.collectionsToFill) this.collectionsToFill.add(id);
        if (this.policy.searchIndex === 'REINDEX') await this.rememberChannels(summary);
        const isIndexed = (await this.directIndex?.follow(summary)) ?? false;
        if (!this.publishes) return;
        this.collections.begin();
        const events = await this.eventsFor(summary);
        if (!isIndexed) return this.publishAll(events);
        const jobs = this.host.injector.get(JobQueueService);
        await withoutIndexJobs(jobs, () => this.publishAll(events));
        await dropHeldBackJobs(jobs);
    }

    /** Must be called at the end of every run, whatever became of it. */
    async runEnded(): Promise<void> {
        const { injector, ctx } = this.host;
        try {
            await this.recall();
            await this.fillCollections();
            if (this.touchedChannels.size > 0) {
                const { channels } = await this.known();
                for (const channel of channels.values()) {
                    if (this.touchedChannels.has(channel.id))
                        await injector.get(SearchService).reindex(ctx.copy(channel));
                }
            }
        } finally {
            // Subscribers get events a turn later; the filters must still be off when they do.
            await setImmediate();
            this.collections.end();
            if (this.directIndex) await dropHeldBackJobs(injector.get(JobQueueService));
        }
    }

    /** What an earlier owner of the run left for its end was in its memory. More than it need be, never less. */
    private async recall(): Promise<void> {
        const { injector, dryRun, run } = this.host;
        if (dryRun || !run?.isResumed) return;
        const { products, collections } = await writtenBefore(injector, run.id);
        for (const id of collections) this.collectionsToFill.add(id);
        if (!products) return;
        this.concernsCollections = true;
        if (this.policy.searchIndex !== 'REINDEX') return;
        for (const { id } of (await this.known()).channels.values()) this.touchedChannels.add(id);
    }

    private async fillCollections(): Promise<void> {
        const { injector, ctx } = this.host;
        const apply = (changed?: Iterable<string>) => applyCollectionFilters(injector, ctx.copy(), changed);
        const all = this.concernsCollections && this.collections.isWanted && (await apply());
        const changed = this.collectionsToFill.size > 0 && (await apply(this.collectionsToFill));
        if (all || changed) await this.directIndex?.followCollections();
    }

    private get publishes(): boolean {
        const { events, searchIndex } = this.policy;
        return events === 'ALL' || (events === 'BATCH' && searchIndex !== 'REINDEX' && searchIndex !== 'NONE');
    }

    private async eventsFor(summary: BatchSummary): Promise<VendureEvent[]> {
        const { ctx } = this.host;
        const all = this.policy.events === 'ALL';
        const { products, variants } = summary;
        const ofProducts = await this.variantsOf([...products.updated, ...products.deleted].map(idOf));
        const told = new Set([...variants.created, ...variants.updated, ...variants.deleted].map(idOf));
        const untold = (changes: EntityChange[], deleted: boolean) =>
            changes
                .flatMap(change => ofProducts.get(idOf(change)) ?? [])
                .filter(variant => !told.has(String(variant.id)) && (deleted || variant.deletedAt === null));
        const events: VendureEvent[] = [];
        const tell = async (type: 'created' | 'updated' | 'deleted', list: ProductVariant[]) => {
            for (const [visibleIn, visible] of await this.byContext(list, type)) {
                for (const chunk of chunks(visible, VARIANTS_PER_EVENT)) {
                    const ids = type === 'deleted' ? chunk.map(variant => variant.id) : undefined;
                    events.push(new ProductVariantEvent(visibleIn, chunk, type, ids));
                }
            }
        };
        await tell('created', variants.created.map(variantOf));
        await tell('updated', [...variants.updated.map(variantOf), ...untold(products.updated, false)]);
        await tell('deleted', [...variants.deleted.map(variantOf), ...untold(products.deleted, true)]);
        for (const type of TYPES) {
            for (const change of products[type]) {
                const known = ofProducts.get(idOf(change)) ?? [];
                const hasVariants =
                    summary.createdWithVariants.has(idOf(change)) ||
                    known.some(variant => type === 'deleted' || variant.deletedAt === null);
                if (!all && hasVariants) continue;
                const product = productOf(change);
                events.push(new ProductEvent(ctx, product, type, type === 'deleted' ? product.id : undefined));
            }
        }
        if (all) {
            for (const { change, type } of summary.facets) {
                const entity = facetOf(change);
                const input = type === 'deleted' ? entity.id : undefined;
                events.push(
                    entity instanceof Facet
                        ? new FacetEvent(ctx, entity, type, input)
                        : new FacetValueEvent(ctx, entity, type, input),
                );
            }
        }
        for (const type of TYPES)
            events.push(
                ...summary.collections[type].map(change => new CollectionEvent(ctx, collectionOf(change), type)),
            );
        return [...events, ...(await this.stockEvents(summary, all)), ...(await this.channelEvents(summary))];
    }

    /** Search plugins find a variant only in a channel it is in: the run's, else the default one, which has them all. */
    private async byContext(variants: ProductVariant[], type: string): Promise<[RequestContext, ProductVariant[]][]> {
        const { ctx } = this.host;
        if (ctx.channel.code === DEFAULT_CHANNEL_CODE || type === 'deleted') return [[ctx, variants]];
        const present = new Set<string>();
        for (const chunk of chunks(variants, IDS_PER_QUERY)) {
            const rows = await this.connection
                .getRepository(ctx, ProductVariant)
                .createQueryBuilder('variant')
                .innerJoin('variant.channels', 'channel', 'channel.id = :channelId', { channelId: ctx.channelId })
                .select('variant.id', 'id')
                .where('variant.id IN (:...ids)', { ids: chunk.map(({ id }) => id) })
                .getRawMany<{ id: ID }>();
            for (const { id } of rows) present.add(String(id));
        }
        const { channels } = await this.known();
        const isPresent = ({ id }: ProductVariant) => present.has(String(id));
        const elsewhere = variants.filter(variant => !isPresent(variant));
        return [
            [ctx, variants.filter(isPresent)],
            [ctx.copy(channels.get(DEFAULT_CHANNEL_CODE)), elsewhere],
        ];
    }

    private async stockEvents({ stock }: BatchSummary, all: boolean): Promise<VendureEvent[]> {
        const told = stock.filter(movement => all || !movement.isNew);
        if (told.length === 0) return [];
        const { locations } = await this.known();
        const movements = told.map(({ variantId, location, quantity }) =>
            stockAdjustment(variantId, locations.get(location), quantity),
        );
        return chunks(movements, VARIANTS_PER_EVENT).map(chunk => new StockMovementEvent(this.host.ctx, chunk));
    }

    /** Tells search plugins to fill or empty another channel's index; there is no such event for many products. */
    private async channelEvents(summary: BatchSummary): Promise<VendureEvent[]> {
        if (summary.channels.length === 0) return [];
        const { channels } = await this.known();
        return summary.channels.flatMap(({ productId, channel, type }) => {
            const id = channels.get(channel)?.id;
            if (id === undefined) return [];
            return new ProductChannelEvent(this.host.ctx, new Product({ id: toId(productId) }), id, type);
        });
    }

    /** A subscriber that throws must not fail a batch that is committed already. */
    private async publishAll(events: readonly VendureEvent[]): Promise<void> {
        const bus = this.host.injector.get(EventBus);
        for (const event of events) {
            await bus.publish(event).catch((error: unknown) => {
                Logger.error(`A handler of ${event.constructor.name} failed: ${String(error)}`, loggerCtx);
            });
        }
    }

    /** Deleted ones included, by product. */
    private async variantsOf(productIds: readonly string[]): Promise<Map<string, ProductVariant[]>> {
        const found = new Map<string, ProductVariant[]>();
        for (const ids of chunks([...new Set(productIds)], IDS_PER_QUERY)) {
            const variants = await this.connection
                .getRepository(this.host.ctx, ProductVariant)
                .createQueryBuilder('variant')
                .select(['variant.id', 'variant.productId', 'variant.deletedAt'])
                .where('variant.productId IN (:...ids)', { ids: ids.map(toId) })
                .getMany();
            for (const variant of variants) {
                const key = String(variant.productId);
                found.set(key, [...(found.get(key) ?? []), variant]);
            }
        }
        return found;
    }

    private async rememberChannels({ products, variants, channels }: BatchSummary): Promise<void> {
        const { ctx } = this.host;
        if (channels.length > 0) {
            const names = await this.known();
            for (const { channel } of channels) {
                const id = names.channels.get(channel)?.id;
                if (id !== undefined) this.touchedChannels.add(id);
            }
        }
        const ids = (lists: typeof products) => Object.values(lists).flatMap(changes => changes.map(idOf));
        for (const [entity, list] of [
            [Product, ids(products)],
            [ProductVariant, ids(variants)],
        ] as const) {
            for (const chunk of chunks(list, IDS_PER_QUERY)) {
                const rows = await this.connection
                    .getRepository<Product | ProductVariant>(ctx, entity)
                    .createQueryBuilder('entity')
                    .innerJoin('entity.channels', 'channel')
                    .select('channel.id', 'id')
                    .distinct(true)
                    .where('entity.id IN (:...ids)', { ids: chunk.map(toId) })
                    .getRawMany<{ id: ID }>();
                for (const { id } of rows) this.touchedChannels.add(id);
            }
        }
    }

    /** Channels and stock locations by what change sets call them, read once per run. */
    private known() {
        this.names ??= this.readNames();
        return this.names;
    }

    private async readNames() {
        const { ctx } = this.host;
        const channels = await this.connection.getRepository(ctx, Channel).find({ order: { id: 'ASC' } });
        const locations = await this.connection.getRepository(ctx, StockLocation).find();
        return {
            channels: new Map(channels.map(channel => [channel.code, channel])),
            locations: new Map(locations.map(location => [locationKey(location, locations), location])),
        };
    }
}

function idOf(change: EntityChange): string {
    return change.entityId!;
}

function chunks<T>(list: readonly T[], size: number): T[][] {
    return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
