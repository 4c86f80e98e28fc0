import {
    ChannelService,
    CurrencyCode,
    GlobalSettingsService,
    type ID,
    LanguageCode,
    StockLocationService,
    ZoneService,
} from '@vendure/core';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { DataHubPlugin } from '../src';
import { productLoader } from '../src/loaders';
import type { EntityChange, FieldChange } from '../src/sdk/change-set';
import { CatalogThroughServices } from './support/catalog-through-services';
import { type DatabaseSnapshot, differencesBetween, snapshotOf } from './support/database-snapshot';
import type { TestDatabase } from './support/databases';
import { describeOnEachDatabase } from './support/each-database';
import { catalogRounds, CHANNELS, CUSTOM_FIELDS, LANGUAGES, ZONES } from './support/generated-catalog';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import { isFull, seed } from './support/scale';
import { type BootedVendure, bootVendure } from './support/vendure';

const catalogs = isFull ? 8 : 1;
const products = isFull ? 8 : 3;
const rounds = isFull ? 4 : 2;

describeOnEachDatabase(
    'A generated catalog',
    database => {
        let shop: BootedVendure | undefined;
        afterAll(() => shop?.close());

        it.each(Array.from({ length: catalogs }, (_, index) => seed + index))(
            'is the same through the product loader as through Vendure’s services, round by round (seed %i)',
            async drawn => {
                const [given] = fc.sample(catalogRounds(products, rounds), { seed: drawn, numRuns: 1 });
                const served = await after(given!, records => new CatalogThroughServices(shop!).load(records));
                const loaded = await after(given!, async records => {
                    const settings = { facetValuesMode: 'REPLACE_ALL', channelsMode: 'REPLACE_ALL' };
                    const loader = await createLoader(productLoader, hostOf(shop!), settings);
                    const { rejected } = await loadRecords(loader, shop!, records, { batchSize: 3 });
                    expect(rejected).toEqual([]);
                    const again = await loadRecords(loader, shop!, records, { write: false });
                    expect(again.changeSets.flatMap(({ entities }) => entities).filter(isMoreThanFreedSlugs)).toEqual(
                        [],
                    );
                });
                for (let round = 0; round < rounds; round++) {
                    const differences = differencesBetween(served[round]!, loaded[round]!);
                    const cause = () => JSON.stringify(given![round]!, null, 1);
                    expect(differences, differences.length > 0 ? `Round ${round}: ${cause()}` : '').toEqual([]);
                }
                expect(loaded[0]!.get('product')).toHaveLength(products);
                expect(loaded[0]!.get('product_variant_price')!.length).toBeGreaterThan(products);
            },
            600_000,
        );

        async function after(
            given: readonly JsonObject[][],
            load: (records: JsonObject[]) => Promise<void>,
        ): Promise<DatabaseSnapshot[]> {
            shop = await emptyShop(database);
            const snapshots: DatabaseSnapshot[] = [];
            for (const records of given) {
                await load(structuredClone(records));
                const isCatalog = (table: string) =>
                    !/^(data_hub_|session|authentication_method|job_record)/.test(table);
                snapshots.push(await snapshotOf(shop.connection.rawConnection, isCatalog));
            }
            await shop.close();
            shop = undefined;
            return snapshots;
        }
    },
    { sampleOn: 'postgres' },
);

/** A slug that a product of a later batch has given up is taken the next time, by Vendure too. */
function isMoreThanFreedSlugs({ entityType, fields }: EntityChange): boolean {
    const stemOf = (slug: unknown) => String(slug).replace(/-\d+$/, '');
    const isFreed = ({ path, before, after }: FieldChange) =>
        path.endsWith('.slug') && stemOf(before) === stemOf(after);
    return entityType !== 'Product' || !fields.every(isFreed);
}

async function emptyShop(database: TestDatabase): Promise<BootedVendure> {
    const shop = await bootVendure({
        database,
        databaseName: 'e2e_catalog_differential',
        config: { defaultChannelToken: 'differential' },
        customFields: { Product: CUSTOM_FIELDS, ProductVariant: CUSTOM_FIELDS },
        plugins: [DataHubPlugin.init({})],
    });
    const { app, ctx } = shop;
    const availableLanguages = LANGUAGES as LanguageCode[];
    await app.get(GlobalSettingsService).updateSettings(ctx, { availableLanguages });
    for (const name of ZONES.slice(1)) await app.get(ZoneService).create(ctx, { name });
    const main = await app.get(ChannelService).getDefaultChannel();
    const homes = new Map<string, ID>();
    for (const [code, { currencies, location }] of Object.entries(CHANNELS)) {
        const made = await app.get(ChannelService).create(ctx, {
            code,
            token: code,
            defaultLanguageCode: LanguageCode.en,
            availableLanguageCodes: availableLanguages,
            pricesIncludeTax: false,
            defaultCurrencyCode: currencies[0] as CurrencyCode,
            availableCurrencyCodes: currencies as CurrencyCode[],
            defaultTaxZoneId: main.defaultTaxZone.id,
            defaultShippingZoneId: main.defaultShippingZone.id,
        });
        if (!('id' in made)) throw new Error(made.message);
        homes.set(location, made.id);
    }
    // What a context may do is asked once, so all channels come first.
    const locations = app.get(StockLocationService);
    for (const [name, channelId] of homes) {
        const { id } = await locations.create(ctx, { name });
        await locations.assignStockLocationsToChannel(ctx, { stockLocationIds: [id], channelId });
    }
    return shop;
}
