import {
    EventBus,
    PriceCalculationResult,
    Product,
    ProductVariant,
    ProductVariantEvent,
    ProductVariantPriceCalculationStrategy,
    RequestContext,
    TaxZoneStrategy,
    Zone,
} from '@vendure/core';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installedIndex } from '../src/catalog/search-index/installed-index';
import { SearchIndexWriter } from '../src/catalog/search-index/search-index-writer';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import { seeded } from '../src/runtime/testing/crash-points';
import { describeOnEachDatabase } from './support/each-database';
import { ASSETS, RandomCatalog } from './support/random-catalog';
import { hostOf } from './support/run-loader';
import { isFull, seed } from './support/scale';
import { IndexedRow, SearchShop } from './support/search-shop';
import { statementsOf } from './support/statements';

const PRODUCTS = 24;
const seeds = Array.from({ length: isFull ? 15 : 1 }, (_, round) => seed + round);

/** Looks at what only a whole entity knows, as strategies of a shop may. */
class PriceByFacet implements ProductVariantPriceCalculationStrategy {
    async calculate({
        inputPrice,
        productVariant,
    }: Parameters<ProductVariantPriceCalculationStrategy['calculate']>[0]): Promise<PriceCalculationResult> {
        const extra = productVariant.product.facetValues.length * 1000 + productVariant.channels.length;
        return { price: inputPrice + extra, priceIncludesTax: false };
    }
}

class LastZone implements TaxZoneStrategy {
    determineTaxZone(_ctx: RequestContext, zones: Zone[]): Zone | undefined {
        return zones.at(-1);
    }
}

// Before the suite below: Vendure adds the columns of its options to the entity for the whole process.
describeOnEachDatabase(
    'searchIndex DIRECT in a shop with strategies of its own',
    database => {
        let shop: SearchShop;
        beforeAll(async () => {
            shop = await SearchShop.boot({
                database,
                databaseName: 'e2e_search_index_own',
                search: {},
                config: {
                    catalogOptions: { productVariantPriceCalculationStrategy: new PriceByFacet() },
                    taxOptions: { taxZoneStrategy: new LastZone() },
                },
            });
        });
        afterAll(() => shop?.close());

        it.each(seeds)(
            'asks them for each price (seed %i)',
            async seed => {
                const catalog = new RandomCatalog(PRODUCTS, seeded(seed));
                const rows = await sameAsReindex(shop, catalog.records);
                expect(rows.some(({ price }) => Number(price) > 11_000)).toBe(true);
                await sameAsReindex(shop, catalog.change());
            },
            120_000,
        );
    },
    { sampleOn: 'sqlite' },
);

describeOnEachDatabase(
    'searchIndex DIRECT',
    database => {
        let shop: SearchShop;
        beforeAll(async () => {
            console.log(`Search index on ${database.name}: DATA_HUB_TEST_SEED=${seed}`);
            shop = await SearchShop.boot({
                database,
                databaseName: 'e2e_search_index',
                search: { indexStockStatus: true, indexCurrencyCode: true },
            });
        });
        afterAll(() => shop?.close());

        it.each(seeds)(
            'writes what Vendure’s reindex writes (seed %i)',
            async seed => {
                const catalog = new RandomCatalog(PRODUCTS, seeded(seed));
                const rows = await sameAsReindex(shop, catalog.records);
                expect(rows.length).toBeGreaterThan(PRODUCTS * 4);
                for (const [column, values] of Object.entries({ enabled: [true, false], inStock: [true, false] })) {
                    expect(new Set(rows.map(row => row[column])), column).toEqual(new Set(values));
                }
                expect(rows.some(({ collectionIds }) => (collectionIds as string[]).length > 1)).toBe(true);
                expect(rows.some(({ productPreviewFocalPoint }) => productPreviewFocalPoint !== null)).toBe(true);
                expect(rows.some(({ price, priceWithTax }) => price !== priceWithTax)).toBe(true);

                const changed = await sameAsReindex(shop, catalog.change());
                expect(changed).not.toEqual(rows);
                const run = await shop.load(catalog.change());
                const after = await shop.rows();
                await shop.undo(run);
                expect(await shop.rows(), 'undo').toEqual(changed);
                expect(after).not.toEqual(changed);
            },
            120_000,
        );

        it('follows single variants: price and stock alone', async () => {
            const sku = 'alone';
            await shop.load([{ slug: sku, name: sku, variants: [{ sku, price: 100, stockOnHand: 0 }] }]);
            await shop.load([{ sku, price: 250 }], 'variants');
            await shop.load([{ sku, stockOnHand: 50 }], 'variants');
            const rows = await shop.rows();
            const { price, inStock } = rows.find(row => row.sku === sku && row.currencyCode === 'USD')!;
            expect([price, inStock]).toEqual([250, true]);
            await shop.reindex();
            expect(await shop.rows()).toEqual(rows);
        });

        it('tells other plugins but not the indexer, and the collections are right when the run is over', async () => {
            const events: ProductVariantEvent[] = [];
            const subscription = shop.server.app
                .get(EventBus)
                .ofType(ProductVariantEvent)
                .subscribe(event => events.push(event));
            await jobs();
            const told = (facetValues: string[]) => [
                { slug: 'told', name: 'Told', facetValues, variants: [{ sku: 'told', price: 100 }] },
            ];
            expect(await shop.load(told(['colour:red']))).toMatchObject({ status: 'COMPLETED', created: 1 });
            subscription.unsubscribe();
            expect(events.map(event => event.entity.map(variant => variant.sku))).toEqual([['told']]);
            expect(await slugs()).toEqual(['de red-things-de', 'en red-things']);
            // The one of the collections; Vendure makes it for all of them together.
            await wait(100);
            expect(await jobs()).toEqual(['update-variants-by-id']);

            await shop.load(told(['season:summer']));
            expect(await slugs()).toEqual(['de ', 'en ']);
        });

        it('follows the filters of collections by the end of the run that changes them', async () => {
            await shop.load([
                {
                    slug: 'called',
                    name: 'Called',
                    facetValues: ['colour:red'],
                    variants: [{ sku: 'called', price: 1 }],
                },
            ]);
            const filters = (value: string) => [
                {
                    code: 'facet-value-filter',
                    args: { facetValueIds: [value], containsAny: false, combineWithAnd: true },
                },
            ];
            const called = async () => (await shop.rows()).find(({ sku }) => sku === 'called')!.collectionSlugs;
            await shop.load([{ slug: 'flame', name: 'Flame', filters: filters('colour:red') }], 'collections');
            expect(await called()).toContain('flame');
            await shop.load([{ slug: 'flame', name: 'Flame', filters: filters('season:summer') }], 'collections');
            expect(await called()).not.toContain('flame');
        });

        it('follows the focal points of assets, and the undo of their run', async () => {
            const [source] = ASSETS;
            const variants = [{ sku: 'focused', price: 1, featuredAsset: source! }];
            await shop.load([{ slug: 'focused', name: 'Focused', featuredAsset: source!, variants }]);
            const before = await shop.rows();
            const run = await shop.load([{ source: source!, focalPoint: { x: 0.125, y: 0.75 } }], 'assets');
            expect(run).toMatchObject({ status: 'COMPLETED', updated: 1 });
            const rows = await shop.rows();
            const focused = rows.filter(({ sku }) => sku === 'focused');
            expect(focused.length).toBeGreaterThan(1);
            for (const row of focused) {
                expect(row.productPreviewFocalPoint).toEqual({ x: 0.125, y: 0.75 });
                expect(row.productVariantPreviewFocalPoint).toEqual({ x: 0.125, y: 0.75 });
            }
            await shop.reindex();
            expect(await shop.rows()).toEqual(rows);
            await shop.undo(run);
            expect(await shop.rows()).toEqual(before);
        });

        it('lets the jobs of everybody else through', async () => {
            await wait(100);
            await jobs();
            await shop.load([{ slug: 'other', name: 'Other', variants: [{ sku: 'other', price: 1 }] }]);
            const variant = await shop.server.connection.rawConnection
                .getRepository(ProductVariant)
                .findOneByOrFail({ sku: 'other' });
            await shop.server.app.get(EventBus).publish(new ProductVariantEvent(shop.server.ctx, [variant], 'updated'));
            await wait(100);
            expect((await shop.queued('update-search-index')).map(({ type }) => type)).toEqual(['update-variants']);
            await shop.queued('apply-collection-filters');
        });

        it('needs as many statements for 20 products as for 2', async () => {
            const { server } = shop;
            const products = await server.connection.rawConnection
                .getRepository(Product)
                .find({ order: { id: 'ASC' }, take: 20, where: { enabled: true } });
            const writer = new SearchIndexWriter(hostOf(server), installedIndex(server.injector)!);
            const units = new TypeOrmUnitOfWork(server.connection, server.ctx);
            const sent = async (count: number) => {
                const productIds = products.slice(0, count).map(({ id }) => id);
                const write = () => units.transaction(scope => writer.write({ productIds, variantIds: [] }, scope));
                const statements = await statementsOf(server.connection.rawConnection, write);
                return statements.filter(({ sql }) => !/pg_attribute/.test(sql)).length;
            };
            await sent(3);
            expect(await sent(20)).toBe(await sent(2));
        });

        async function slugs(): Promise<string[]> {
            const rows = (await shop.rows()).filter(
                ({ sku, currencyCode }) => sku === 'told' && currencyCode === 'USD',
            );
            const lists = rows.map(row => `${String(row.languageCode)} ${(row.collectionSlugs as string[]).join()}`);
            return [...new Set(lists)].sort();
        }

        async function jobs(): Promise<unknown[]> {
            expect(await shop.queued('apply-collection-filters')).toEqual([]);
            return (await shop.queued('update-search-index')).map(({ type }) => type);
        }
    },
    { sampleOn: 'postgres' },
);

async function sameAsReindex(shop: SearchShop, records: RandomCatalog['records']): Promise<IndexedRow[]> {
    expect(await shop.load(records)).toMatchObject({ status: 'COMPLETED', rejected: 0 });
    const rows = await shop.rows();
    await shop.reindex();
    expect(rows).toEqual(await shop.rows());
    return rows;
}
