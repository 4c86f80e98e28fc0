import {
    ChannelService,
    CollectionService,
    DefaultSearchPlugin,
    EventBus,
    ID,
    LanguageCode,
    Product,
    ProductEvent,
    ProductVariant,
    ProductVariantEvent,
    SearchService,
    StockLocationService,
    StockMovementEvent,
    TaxCategoryService,
    VendureEvent,
} from '@vendure/core';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { JsonValue } from '../shared/json';
import { ChangeSetApplier } from '../src/catalog/apply/change-set-applier';
import type { CatalogHost } from '../src/catalog/catalog-scope';
import { CatalogFollowUps } from '../src/catalog/follow-ups/catalog-follow-ups';
import type { FollowUpPolicy } from '../src/catalog/follow-ups/follow-up-policy';
import { References } from '../src/catalog/references';
import { openSqlSession } from '../src/catalog/sql/open-sql-session';
import { ChangeSet, EntityChange, FieldChange } from '../src/sdk/change-set';
import { describeOnEachDatabase } from './support/each-database';
import { createChannel } from './support/further-channel';
import { ReferencePlugin } from './support/reference-plugin';
import { BootedVendure, bootVendure } from './support/vendure';

const CHANNEL = '__default_channel__';
const VARIANTS = 120;

describeOnEachDatabase(
    'what follows a committed batch',
    database => {
        let server: BootedVendure;
        let host: CatalogHost;
        let events: VendureEvent[] = [];
        let product: { id: string; variantIds: string[] };

        beforeAll(async () => {
            server = await bootVendure({
                database,
                databaseName: 'follow_ups_e2e',
                plugins: [ReferencePlugin, DefaultSearchPlugin.init({})],
                runJobs: true,
            });
            host = {
                injector: server.injector,
                ctx: server.ctx,
                dryRun: false,
                files: { open: () => Promise.reject(new Error('not used')) },
                http: {
                    download: () => Promise.reject(new Error('not used')),
                    request: () => Promise.reject(new Error('not used')),
                },
            };
            for (const type of [ProductEvent, ProductVariantEvent, StockMovementEvent]) {
                server.app
                    .get(EventBus)
                    .ofType<VendureEvent>(type)
                    .subscribe(event => events.push(event));
            }
        });

        afterAll(() => server?.close());
        beforeEach(() => void (events = []));
        afterEach(() => vi.restoreAllMocks());

        it('indexes every variant of a new product, in chunks that the search plugin takes', async () => {
            const set = productWithVariants('rack', VARIANTS);
            await run([set]);
            const [created, ...variants] = set.entities;
            product = { id: created!.entityId!, variantIds: variants.map(({ entityId }) => entityId!) };
            expect(named(events)).toEqual([
                'ProductVariantEvent created 50',
                'ProductVariantEvent created 50',
                'ProductVariantEvent created 20',
            ]);
            expect((events[0] as ProductVariantEvent).entity[0]).toMatchObject({
                id: Number(product.variantIds[0]),
                sku: 'rack-0',
            });
            await vi.waitFor(async () => expect(await indexed('productName', 'rack')).toBe(VARIANTS), 30_000);
        });

        it('indexes all variants again when only the product changes', async () => {
            await run([
                changed('rack', [
                    change('Product', 'rack', 'UPDATE', product.id, [
                        { path: 'translations.en.name', before: 'rack', after: 'shelf' },
                    ]),
                ]),
            ]);
            expect(named(events)).toEqual([
                'ProductVariantEvent updated 50',
                'ProductVariantEvent updated 50',
                'ProductVariantEvent updated 20',
            ]);
            await vi.waitFor(async () => expect(await indexed('productName', 'shelf')).toBe(VARIANTS), 30_000);
        });

        it('tells stock that moves as stock movements, and leaves collections alone', async () => {
            const fillings = spyOnFillings();
            await collection();
            await vi.waitFor(() => expect(fillings, 'by the job of the new one').toHaveBeenCalled(), 10_000);
            fillings.mockClear();
            await run([
                changed(
                    'rack',
                    product.variantIds
                        .slice(0, 60)
                        .map((id, i) =>
                            change('ProductVariant', `rack-${i}`, 'UPDATE', id, [
                                { path: 'stock.Default Stock Location', before: 0, after: 5 },
                            ]),
                        ),
                ),
            ]);
            expect(named(events)).toEqual(['StockMovementEvent ADJUSTMENT 50', 'StockMovementEvent ADJUSTMENT 10']);
            expect((events[0] as StockMovementEvent).stockMovements[0]).toMatchObject({
                quantity: 5,
                productVariant: { id: Number(product.variantIds[0]) },
                stockLocation: { name: 'Default Stock Location' },
            });
            expect(fillings).not.toHaveBeenCalled();
        });

        it('applies the filters of collections once, at the end, however many batches and runs there were', async () => {
            const trigger = vi.spyOn(server.app.get(CollectionService), 'triggerApplyFiltersJob');
            const fillings = spyOnFillings();
            const [first, second] = [followUps(), followUps()];
            for (const [i, run] of [first, second, first].entries()) {
                const set = productWithVariants(`many-${i}`, 1);
                await apply([set]);
                await run.batchCommitted([set]);
                await wait(100);
            }
            expect(fillings).not.toHaveBeenCalled();
            await first.runEnded();
            expect(fillings).toHaveBeenCalledTimes(1);
            await server.app.get(EventBus).publish(events[0]!);
            await wait(100);
            expect(trigger, 'the second run still holds them back').not.toHaveBeenCalled();
            await second.runEnded();
            expect(fillings).toHaveBeenCalledTimes(2);
            expect(trigger).not.toHaveBeenCalled();
            await server.app.get(EventBus).publish(events[0]!);
            await wait(100);
            expect(trigger, 'Vendure applies them again by itself').toHaveBeenCalledTimes(1);
        });

        it('leaves the filters off in a shop that has turned them off itself', async () => {
            const service = server.app.get(CollectionService);
            const trigger = vi.spyOn(service, 'triggerApplyFiltersJob');
            service.setApplyAllFiltersOnProductUpdates(false);
            await run([productWithVariants('quiet', 1)]);
            await server.app.get(EventBus).publish(events[0]!);
            await wait(100);
            expect(trigger).not.toHaveBeenCalled();
            service.setApplyAllFiltersOnProductUpdates(true);
        });

        it.each([
            [{ events: 'BATCH', searchIndex: 'EVENTS' }, ['ProductVariantEvent created 2', 'ProductEvent created'], 0],
            [
                { events: 'ALL', searchIndex: 'EVENTS' },
                [
                    'ProductVariantEvent created 2',
                    'ProductEvent created',
                    'ProductEvent created',
                    'StockMovementEvent ADJUSTMENT 2',
                ],
                0,
            ],
            [{ events: 'NONE', searchIndex: 'EVENTS' }, [], 0],
            [{ events: 'BATCH', searchIndex: 'DIRECT' }, ['ProductVariantEvent created 2', 'ProductEvent created'], 0],
            [{ events: 'NONE', searchIndex: 'DIRECT' }, [], 0],
            [{ events: 'BATCH', searchIndex: 'REINDEX' }, [], 1],
            [{ events: 'BATCH', searchIndex: 'NONE' }, [], 0],
        ] as [FollowUpPolicy, string[], number][])('with %o publishes %o', async (policy, expected, reindexes) => {
            const reindex = vi.spyOn(server.app.get(SearchService), 'reindex').mockResolvedValue({ id: 1 } as never);
            const name = `policy-${policy.events}-${policy.searchIndex}`.toLowerCase();
            await run([productWithVariants(name, 2, 3), productWithVariants(`${name}-bare`, 0)], policy);
            expect(named(events)).toEqual(expected);
            expect(reindex).toHaveBeenCalledTimes(reindexes);
        });

        it('tells what is not in the channel of the run in the default channel', async () => {
            const outlet = await createChannel(server, 'outlet');
            const set = productWithVariants('elsewhere', 2);
            await apply([set]);
            const variantId = Number(set.entities[1]!.entityId);
            await server.connection.rawConnection
                .createQueryBuilder()
                .relation(ProductVariant, 'channels')
                .of(variantId)
                .add(outlet.id);
            const ctx = server.ctx.copy(outlet);
            await new CatalogFollowUps({ ...host, ctx }, { events: 'BATCH', searchIndex: 'EVENTS' }).batchCommitted([
                set,
            ]);
            const told = (events as ProductVariantEvent[]).map(event => [
                event.ctx.channel.code,
                event.entity.map(variant => variant.sku),
            ]);
            expect(told).toEqual([
                ['outlet', ['elsewhere-0']],
                [CHANNEL, ['elsewhere-1']],
            ]);
        });

        it('empties the index of a deleted product', async () => {
            await run([
                changed('rack', [
                    change('Product', 'rack', 'DELETE', product.id, [
                        { path: 'deletedAt', before: null, after: new Date().toISOString() },
                    ]),
                ]),
            ]);
            expect(named(events)).toEqual([
                'ProductVariantEvent deleted 50',
                'ProductVariantEvent deleted 50',
                'ProductVariantEvent deleted 20',
            ]);
            await vi.waitFor(async () => expect(await indexed('productName', 'shelf')).toBe(0), 30_000);
        });

        function followUps(policy: FollowUpPolicy = { events: 'BATCH', searchIndex: 'EVENTS' }): CatalogFollowUps {
            return new CatalogFollowUps(host, policy);
        }

        async function run(changeSets: ChangeSet[], policy?: FollowUpPolicy): Promise<void> {
            const after = followUps(policy);
            await apply(changeSets);
            await after.batchCommitted(changeSets);
            await after.runEnded();
        }

        async function apply(changeSets: ChangeSet[]): Promise<void> {
            const references = new References();
            references.set('Channel', CHANNEL, (await server.app.get(ChannelService).getDefaultChannel()).id);
            const [tax] = (await server.app.get(TaxCategoryService).findAll(server.ctx)).items;
            references.set('TaxCategory', 'Standard Tax', tax!.id);
            const location = await server.app.get(StockLocationService).defaultStockLocation(server.ctx);
            references.set('StockLocation', location.name, location.id);
            await server.connection.withTransaction(server.ctx, async ctx => {
                const { queryRunner } = server.connection.getRepository(ctx, Product).manager;
                const scope = { ctx, sql: await openSqlSession(queryRunner!) };
                await new ChangeSetApplier(host).apply(changeSets, references, scope);
            });
        }

        /** Variants that the search index holds with this value. */
        async function indexed(column: 'productName', value: string): Promise<number> {
            const items = await server.connection.rawConnection
                .getRepository<{ productVariantId: ID; languageCode: LanguageCode; productName: string }>(
                    'SearchIndexItem',
                )
                .find({ where: { [column]: value, languageCode: LanguageCode.en } });
            return items.length;
        }

        /** A call for each collection. */
        function spyOnFillings() {
            const service: unknown = server.app.get(CollectionService);
            return vi.spyOn(service as { applyCollectionFiltersInternal(): void }, 'applyCollectionFiltersInternal');
        }

        async function collection(): Promise<void> {
            await server.app.get(CollectionService).create(server.ctx, {
                filters: [],
                translations: [{ languageCode: LanguageCode.en, name: 'All', slug: 'all', description: '' }],
            });
        }
    },
    { sampleOn: 'mariadb' },
);

function named(events: VendureEvent[]): string[] {
    return events.map(event => {
        if (event instanceof ProductVariantEvent) return `ProductVariantEvent ${event.type} ${event.entity.length}`;
        if (event instanceof StockMovementEvent)
            return `StockMovementEvent ${event.type} ${event.stockMovements.length}`;
        return `ProductEvent ${(event as ProductEvent).type}`;
    });
}

function changed(key: string, entities: EntityChange[]): ChangeSet {
    return { key, action: entities[0]!.action, entities };
}

function change(
    entityType: string,
    key: string,
    action: EntityChange['action'],
    entityId: string | null,
    fields: FieldChange[],
): EntityChange {
    return { entityType, key, action, entityId, fields };
}

function productWithVariants(key: string, count: number, stock = 0): ChangeSet {
    const created = (entityType: string, name: string, fields: Record<string, JsonValue>) =>
        change(
            entityType,
            name,
            'CREATE',
            null,
            Object.entries(fields).map(([path, after]) => ({ path, after })),
        );
    return changed(key, [
        created('Product', key, {
            'translations.en.name': key,
            'translations.en.slug': key,
            channels: [CHANNEL],
        }),
        ...Array.from({ length: count }, (_, i) =>
            created('ProductVariant', `${key}-${i}`, {
                product: key,
                sku: `${key}-${i}`,
                taxCategory: 'Standard Tax',
                'translations.en.name': `${key} ${i}`,
                channels: [CHANNEL],
                [`prices.${CHANNEL}.USD`]: 100,
                'stock.Default Stock Location': stock,
            }),
        ),
    ]);
}
