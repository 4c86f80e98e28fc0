import {
    EventBus,
    Logger,
    type PriceCalculationResult,
    ProductVariant,
    ProductVariantEvent,
    type ProductVariantPriceCalculationStrategy,
    UuidIdStrategy,
} from '@vendure/core';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { DirectIndex } from '../src/catalog/follow-ups/direct-index';
import { installedIndex } from '../src/catalog/search-index/installed-index';
import { SearchIndexWriter } from '../src/catalog/search-index/search-index-writer';
import { PipelineRun } from '../src/entities';
import { seeded } from '../src/runtime/testing/crash-points';
import { TransientError } from '../src/sdk/errors';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { describeOnEachDatabase } from './support/each-database';
import { given, PipelineShop, until } from './support/pipeline-shop';
import { RandomCatalog } from './support/random-catalog';
import { hostOf } from './support/run-loader';
import { isFull, seed } from './support/scale';
import { SearchShop } from './support/search-shop';

type Arguments = Parameters<ProductVariantPriceCalculationStrategy['calculate']>[0];

/** Of a shop that asks another server for its prices, which is away at times. */
class PriceFromAfar implements ProductVariantPriceCalculationStrategy {
    isAway = false;

    async calculate({ inputPrice }: Arguments): Promise<PriceCalculationResult> {
        if (this.isAway) throw new Error('The price server is away.');
        return { price: inputPrice, priceIncludesTax: false };
    }
}

describeOnEachDatabase(
    'searchIndex DIRECT where something fails',
    database => {
        const strategy = new PriceFromAfar();
        let shop: SearchShop;
        beforeAll(async () => {
            shop = await SearchShop.boot({
                database,
                databaseName: 'e2e_search_index_faults',
                search: {},
                settings: { searchIndex: 'DIRECT' },
                config: { catalogOptions: { productVariantPriceCalculationStrategy: strategy } },
            });
        });
        afterEach(() => {
            vi.restoreAllMocks();
            strategy.isAway = false;
        });
        afterAll(() => shop?.close());

        const record = (sku: string, price: number) => [{ slug: sku, name: sku, variants: [{ sku, price }] }];
        const indexJobs = async () => {
            await wait(100);
            await shop.queued('apply-collection-filters');
            const jobs = await shop.queued('update-search-index');
            return jobs.map(({ type }) => type).filter(type => type !== 'update-variants-by-id');
        };
        const pricesOf = async (sku: string) => {
            const rows = await shop.rows();
            return [...new Set(rows.filter(row => row.sku === sku).map(({ price }) => price))];
        };

        it('is written again when the database refused it, without any job', async () => {
            await indexJobs();
            const write = vi.spyOn(SearchIndexWriter.prototype, 'write');
            write.mockRejectedValueOnce(new TransientError('deadlock', 'A deadlock.'));
            expect(await shop.load(record('again', 100))).toMatchObject({ status: 'COMPLETED', created: 1 });
            expect(write).toHaveBeenCalledTimes(2);
            expect(await pricesOf('again')).toEqual([100]);
            expect(await indexJobs()).toEqual([]);
        });

        it('leaves nothing half-written, and the rest to the events, when it cannot be written', async () => {
            await shop.load(record('half', 100));
            await indexJobs();
            const error = vi.spyOn(Logger, 'error');
            const write = vi.spyOn(SearchIndexWriter.prototype, 'write');
            write.mockImplementation(async (stale, scope) => {
                const { server } = shop;
                const written = new SearchIndexWriter(hostOf(server), installedIndex(server.injector)!);
                write.mockRestore();
                await written.write(stale, scope);
                throw new Error('Out of order.');
            });
            expect(await shop.load(record('half', 200))).toMatchObject({
                status: 'COMPLETED',
                updated: 1,
                rejected: 0,
            });
            expect(await pricesOf('half')).toEqual([100]);
            expect(await indexJobs()).toEqual(['update-variants']);
            expect(error.mock.calls.map(([message]) => message)).toContainEqual(
                expect.stringContaining('The search index could not be written; it follows the events instead: '),
            );
        });

        it('is left to the events when a strategy of the shop has no answer', async () => {
            strategy.isAway = true;
            expect(await shop.load(record('afar', 100))).toMatchObject({
                status: 'COMPLETED',
                created: 1,
                rejected: 0,
            });
            expect(await pricesOf('afar')).toEqual([]);
            expect(await indexJobs()).toEqual(['update-variants']);
            strategy.isAway = false;
            await shop.load(record('afar', 300));
            expect(await pricesOf('afar')).toEqual([300]);
        });

        it('is right although a worker was lost between the commits of its batches and their index', async () => {
            // What the tests before have left to the events.
            await shop.reindex();
            const records = new RandomCatalog(30, seeded(seed)).records;
            const letGo: (() => void)[] = [];
            const follow = vi.spyOn(DirectIndex.prototype, 'follow').mockImplementation(async () => {
                await new Promise<void>(resolve => letGo.push(resolve));
                return true;
            });
            const { app, connection } = shop.server;
            const runner = app.get(PipelineRunnerService);
            const runId = await shop.enqueue(records);
            const lost = runner.execute(runId);
            // All that are written at once have committed what the index knows nothing of; SQLite writes one by one.
            const atOnce = database.name === 'sqlite' ? 1 : 2;
            await until('batches are committed', () => letGo.length === atOnce);
            const committed = await connection.rawConnection.getRepository(ProductVariant).count();
            expect(committed).toBeGreaterThan(new Set((await shop.rows()).map(row => row.productVariantId)).size);

            follow.mockRestore();
            const runs = connection.rawConnection.getRepository(PipelineRun);
            await runs.update({ id: runId }, { leaseUntilMs: 0 });
            await runner.execute(runId);
            const ended = { status: 'COMPLETED', created: records.length, rejected: 0, leaseToken: 2 };
            expect(await runs.findOneByOrFail({ id: runId })).toMatchObject(ended);
            for (const go of letGo) go();
            await lost;
            const rows = await shop.rows();
            await shop.reindex();
            expect(rows).toEqual(await shop.rows());
        });
    },
    { sampleOn: 'sqlite' },
);

describeOnEachDatabase(
    'searchIndex DIRECT in a shop with uuids',
    database => {
        let shop: SearchShop;
        beforeAll(async () => {
            shop = await SearchShop.boot({
                database,
                databaseName: 'e2e_search_index_uuid',
                search: {},
                settings: { searchIndex: 'DIRECT' },
                config: { entityOptions: { entityIdStrategy: new UuidIdStrategy() } },
            });
        });
        afterAll(() => shop?.close());

        it('writes what Vendure’s reindex writes, without its jobs', async () => {
            const catalog = new RandomCatalog(isFull ? 24 : 8, seeded(seed));
            await shop.queued('update-search-index');
            for (const records of [catalog.records, catalog.change()]) {
                expect(await shop.load(records)).toMatchObject({ status: 'COMPLETED', rejected: 0 });
                const jobs = await shop.queued('update-search-index');
                expect(jobs.map(({ type }) => type).filter(type => type !== 'update-variants-by-id')).toEqual([]);
                const rows = await shop.rows();
                expect(rows.length).toBeGreaterThan(0);
                await shop.reindex();
                expect(rows).toEqual(await shop.rows());
            }
        });
    },
    { sampleOn: 'postgres' },
);

describeOnEachDatabase(
    'searchIndex DIRECT in a shop without DefaultSearchPlugin',
    database => {
        let shop: PipelineShop;
        beforeAll(async () => {
            shop = await PipelineShop.boot({ database, databaseName: 'e2e_search_index_absent' });
        });
        afterAll(() => shop?.close({ dropDatabase: true }));

        it('says so, and other search plugins hear of what changed', async () => {
            const warn = vi.spyOn(Logger, 'warn');
            const skus: string[] = [];
            const subscription = shop.server.app
                .get(EventBus)
                .ofType(ProductVariantEvent)
                .subscribe(({ variants }) => skus.push(...variants.map(({ sku }) => sku)));
            const records = [{ slug: 'a', name: 'A', variants: [{ sku: 'a', price: 1 }] }];
            const config = { adapterCode: 'product', searchIndex: 'DIRECT' };
            const run = await shop.runToEnd({
                steps: [given('read', records), { key: 'write', type: 'LOAD', config }],
            });
            subscription.unsubscribe();
            expect(run).toMatchObject({ status: 'COMPLETED', created: 1, rejected: 0 });
            expect(skus).toEqual(['a']);
            expect(warn.mock.calls.map(([message]) => message)).toContain(
                'searchIndex is DIRECT, but DefaultSearchPlugin is not installed: the search index follows the events.',
            );
        });
    },
    { sampleOn: 'sqlite' },
);
