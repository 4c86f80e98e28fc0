import {
    Asset,
    Channel,
    ChannelService,
    Collection,
    CollectionService,
    ConfigService,
    CurrencyCode,
    DefaultSearchPlugin,
    FacetService,
    FacetValue,
    FacetValueService,
    ID,
    LanguageCode,
    GlobalSettingsService,
    InspectableJobQueueStrategy,
    StockLocationService,
    TaxCategoryService,
    TaxRateService,
    Translated,
    VendureConfig,
    ZoneService,
} from '@vendure/core';
import type { IndexerController } from '@vendure/core/dist/plugin/default-search-plugin/indexer/indexer.controller';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, Observable } from 'rxjs';
import type { JsonObject } from '../../shared/json';
import { DataHubPlugin } from '../../src';
import { Pipeline, PipelineRun } from '../../src/entities';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { UndoService } from '../../src/services/undo/undo.service';
import type { PipelineDefinitionInput } from '../../src/sdk/definition/definition';
import type { TestDatabase } from './databases';
import { ASSETS, FACET_VALUES } from './random-catalog';
import { runToEnd } from './run-to-end';
import { BootedVendure, bootVendure } from './vendure';

export type IndexedRow = Record<string, unknown>;

interface SearchShopOptions {
    database: TestDatabase;
    databaseName: string;
    search: Parameters<typeof DefaultSearchPlugin.init>[0];
    config?: Partial<VendureConfig>;
    /** Of the loaders. */
    settings?: JsonObject;
}

/**
 * A shop with DefaultSearchPlugin, three channels that differ in languages, currencies, tax zones and stock, and nested
 * collections. Nobody works on its jobs, so what is queued stays to be counted.
 */
export class SearchShop {
    private readonly seen = new Set<unknown>();

    private constructor(
        readonly server: BootedVendure,
        private readonly folder: string,
    ) {}

    static async boot({ search, settings, config, ...where }: SearchShopOptions): Promise<SearchShop> {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-search-'));
        for (const file of ASSETS) writeFileSync(join(folder, file), file);
        const pipeline = (code: string, adapterCode: string, more: JsonObject) => ({
            code,
            name: code,
            definition: {
                version: 1,
                steps: [
                    {
                        key: 'read',
                        type: 'EXTRACT',
                        config: { adapterCode: 'file', path: `${code}.json`, format: 'JSON' },
                    },
                    { key: 'load', type: 'LOAD', config: { adapterCode, ...more } },
                ],
                context: { throughput: { batchSize: 9, concurrency: 2 } },
            } satisfies PipelineDefinitionInput as never,
        });
        const server = await bootVendure({
            ...where,
            config: { ...config, importExportOptions: { importAssetsDir: folder } },
            plugins: [
                DefaultSearchPlugin.init(search),
                DataHubPlugin.init({
                    pipelines: [
                        pipeline('products', 'product', {
                            variantsMode: 'REPLACE_ALL',
                            facetValuesMode: 'REPLACE_ALL',
                            assetsMode: 'REPLACE_ALL',
                            channelsMode: 'REPLACE_ALL',
                            ...settings,
                        }),
                        pipeline('variants', 'productVariant', { strategy: 'UPDATE', ...settings }),
                        pipeline('collections', 'collection', {}),
                        pipeline('assets', 'asset', {}),
                    ],
                    files: { rootDir: folder },
                }),
            ],
        });
        const shop = new SearchShop(server, folder);
        await shop.setUp();
        return shop;
    }

    async close(): Promise<void> {
        await this.server.close();
        rmSync(this.folder, { recursive: true });
    }

    async load(
        records: JsonObject[],
        pipeline: 'products' | 'variants' | 'collections' | 'assets' = 'products',
    ): Promise<PipelineRun> {
        writeFileSync(join(this.folder, `${pipeline}.json`), JSON.stringify(records));
        return runToEnd(this.server, pipeline);
    }

    /** As {@link load}, for whoever executes the run. */
    async enqueue(records: JsonObject[]): Promise<ID> {
        writeFileSync(join(this.folder, 'products.json'), JSON.stringify(records));
        const { app, ctx, connection } = this.server;
        const pipeline = await connection.rawConnection.getRepository(Pipeline).findOneByOrFail({ code: 'products' });
        return (await app.get(PipelineRunnerService).enqueue(ctx, pipeline.id, { triggeredBy: 'test' })).id;
    }

    async undo(run: PipelineRun): Promise<PipelineRun> {
        const { app, ctx, connection } = this.server;
        const undo = await app.get(UndoService).undoRun(ctx, run.id, { triggeredBy: 'test' });
        await app.get(PipelineRunnerService).execute(undo.id);
        return connection.rawConnection.getRepository(PipelineRun).findOneByOrFail({ id: undo.id });
    }

    /** All rows of the index; lists in one order, as Vendure's indexer takes them as the database gives them. */
    async rows(): Promise<IndexedRow[]> {
        const rows = await this.server.connection.rawConnection.getRepository<IndexedRow>('SearchIndexItem').find();
        const plain = rows.map(row =>
            Object.fromEntries(
                Object.entries(row).map(([name, value]) => [
                    name,
                    Array.isArray(value) ? value.filter(entry => entry !== '').sort() : value,
                ]),
            ),
        );
        const key = (row: IndexedRow) =>
            ['productVariantId', 'languageCode', 'channelId', 'currencyCode'].map(name => String(row[name])).join('/');
        return plain.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    }

    /** What Vendure's own indexer makes of the catalog, channel by channel. */
    async reindex(): Promise<void> {
        const { app, ctx, connection } = this.server;
        const indexer = app.get<IndexerController>(indexerClass(), { strict: false });
        for (const channel of await connection.rawConnection
            .getRepository(Channel)
            .find({ relations: { defaultTaxZone: true }, order: { id: 'ASC' } })) {
            const job = { data: { ctx: ctx.copy(channel).serialize() }, state: 'RUNNING' };
            await lastValueFrom(indexer.reindex(job as never) as unknown as Observable<unknown>);
        }
    }

    /** Jobs of a queue that came since this was last asked. */
    async queued(queueName: string): Promise<JsonObject[]> {
        const strategy = this.server.app.get(ConfigService).jobQueueOptions.jobQueueStrategy;
        const { items } = await (strategy as InspectableJobQueueStrategy).findMany({
            filter: { queueName: { eq: queueName } },
            take: 10_000,
        });
        const fresh = items.filter(({ id }) => !this.seen.has(id));
        for (const { id } of fresh) this.seen.add(id);
        return fresh.map(({ data }) => data as JsonObject);
    }

    facetValue(code: string): Promise<FacetValue> {
        return this.server.connection.rawConnection
            .getRepository(FacetValue)
            .findOneByOrFail({ code: code.split(':')[1]! });
    }

    async collection(slug: string, value: string, parent?: Collection): Promise<Translated<Collection>> {
        const { id } = await this.facetValue(value);
        return this.server.app.get(CollectionService).create(this.server.ctx, {
            ...(parent ? { parentId: parent.id } : {}),
            filters: [
                {
                    code: 'facet-value-filter',
                    arguments: [
                        { name: 'facetValueIds', value: JSON.stringify([String(id)]) },
                        { name: 'containsAny', value: 'true' },
                    ],
                },
            ],
            translations: [
                { languageCode: LanguageCode.en, name: slug, slug, description: '' },
                { languageCode: LanguageCode.de, name: `${slug} de`, slug: `${slug}-de`, description: '' },
            ],
        });
    }

    private async setUp(): Promise<void> {
        const { app, ctx, connection } = this.server;
        const languages = [LanguageCode.en, LanguageCode.de, LanguageCode.fr];
        await app
            .get(GlobalSettingsService)
            .updateSettings(ctx, { availableLanguages: languages, trackInventory: true, outOfStockThreshold: 1 });
        const abroad = await app.get(ZoneService).create(ctx, { name: 'Abroad' });
        const { items: categories } = await app.get(TaxCategoryService).findAll(ctx);
        await app.get(TaxRateService).create(ctx, {
            name: 'Abroad',
            enabled: true,
            value: 7,
            categoryId: categories[0]!.id,
            zoneId: abroad.id,
        });
        const main = await app.get(ChannelService).getDefaultChannel();
        const b2b = await this.channel('b2b', main, abroad.id, [LanguageCode.en], [CurrencyCode.EUR]);
        const outletLanguages = [LanguageCode.de, LanguageCode.fr];
        const outletCurrencies = [CurrencyCode.USD, CurrencyCode.EUR];
        const outlet = await this.channel('outlet', main, main.defaultTaxZone.id, outletLanguages, outletCurrencies);
        const locations = app.get(StockLocationService);
        const store = await locations.create(ctx, { name: 'Outlet store' });
        await locations.assignStockLocationsToChannel(ctx, { stockLocationIds: [store.id], channelId: outlet.id });
        const defaultLocation = await locations.defaultStockLocation(ctx);
        await locations.assignStockLocationsToChannel(ctx, {
            stockLocationIds: [defaultLocation.id],
            channelId: b2b.id,
        });
        for (const facet of ['colour', 'season', 'secret']) {
            const made = await app.get(FacetService).create(ctx, {
                code: facet,
                isPrivate: facet === 'secret',
                translations: [{ languageCode: LanguageCode.en, name: facet }],
            });
            for (const value of FACET_VALUES.filter(code => code.startsWith(facet))) {
                const code = value.split(':')[1]!;
                const translations = [{ languageCode: LanguageCode.en, name: code }];
                await app.get(FacetValueService).create(ctx, made, { facetId: made.id, code, translations });
            }
        }
        const red = await this.collection('red-things', 'colour:red');
        await this.collection('red-summer', 'season:summer', red);
        await this.collection('bargains', 'secret:bargain');
        await this.load([{ slug: 'album', name: 'Album', enabled: false, assets: ASSETS }]);
        const assets = connection.rawConnection.getRepository(Asset);
        const [first, second] = await assets.find({ order: { id: 'ASC' } });
        await assets.update(first!.id, { focalPoint: { x: 0.25, y: 0.5 } });
        await assets.update(second!.id, { focalPoint: { x: 0, y: 1 } });
        await this.queued('update-search-index');
        await this.queued('apply-collection-filters');
    }

    private async channel(
        code: string,
        main: Channel,
        defaultTaxZoneId: string | number,
        availableLanguageCodes: LanguageCode[],
        availableCurrencyCodes: CurrencyCode[],
    ): Promise<Channel> {
        const made = await this.server.app.get(ChannelService).create(this.server.ctx, {
            code,
            token: code,
            availableLanguageCodes,
            defaultLanguageCode: availableLanguageCodes[0]!,
            availableCurrencyCodes,
            defaultCurrencyCode: availableCurrencyCodes[0]!,
            pricesIncludeTax: true,
            defaultTaxZoneId,
            defaultShippingZoneId: main.defaultShippingZone.id,
        });
        return made as Channel;
    }
}

/** Not a part of Vendure's public interface. */
function indexerClass(): new (...args: never[]) => IndexerController {
    const path = '@vendure/core/dist/plugin/default-search-plugin/indexer/indexer.controller';
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return (require(path) as { IndexerController: new (...args: never[]) => IndexerController }).IndexerController;
}
