import {
    DefaultAssetImportStrategy,
    Importer,
    ImportParser,
    LanguageCode,
    ParsedProductWithVariants,
    PluginCommonModule,
    VendurePlugin,
} from '@vendure/core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { JsonObject } from '../shared/json';
import { DataHubReference } from '../src/entities/data-hub-reference.entity';
import { productLoader } from '../src/loaders';
import { DatabaseSnapshot, differencesBetween, snapshotOf } from './support/database-snapshot';
import { describeOnEachDatabase } from './support/each-database';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import { BootedVendure, bootVendure } from './support/vendure';

@VendurePlugin({ imports: [PluginCommonModule], entities: [DataHubReference], compatibility: '^3.7.0' })
class ReferencePlugin {}

const createPackage = join(__dirname, '..', 'node_modules', '@vendure', 'create', 'assets');
const catalog = readFileSync(join(createPackage, 'products.csv'), 'utf8');

describeOnEachDatabase('the catalog that Vendure ships', database => {
    let server: BootedVendure;
    let byImporter: DatabaseSnapshot;
    let records: JsonObject[];

    const boot = (databaseName: string) =>
        bootVendure({
            database,
            databaseName,
            plugins: [ReferencePlugin],
            config: {
                defaultChannelToken: 'shipped',
                importExportOptions: {
                    importAssetsDir: join(createPackage, 'images'),
                    assetImportStrategy: new DefaultAssetImportStrategy(),
                },
            },
        });
    const snapshot = () =>
        snapshotOf(
            server.connection.rawConnection,
            table =>
                !/^(data_hub_|job_record|session|user|administrator|authentication_method|role|settings_store)/.test(
                    table,
                ),
        );

    beforeAll(async () => {
        server = await boot('shipped_by_importer');
        const progress = server.app.get(Importer).parseAndImport(catalog, LanguageCode.en);
        expect((await lastValueFrom(progress)).errors).toEqual([]);
        byImporter = await snapshot();
        await server.close();
        server = await boot('shipped_by_loader');
        const parsed = await server.app.get(ImportParser).parseProducts(catalog, LanguageCode.en);
        records = parsed.results.map(asRecord);
    });
    afterAll(() => server?.close());

    it('gives the same rows as Vendure’s own importer', async () => {
        const loader = await createLoader(productLoader, hostOf(server));
        const { rejected } = await loadRecords(loader, server, records);
        expect(rejected).toEqual([]);
        expect(differencesBetween(byImporter, await snapshot())).toEqual([]);
    });

    it('changes nothing when it is loaded again', async () => {
        const before = await snapshot();
        const loader = await createLoader(productLoader, hostOf(server));
        const { changeSets, rejected, statements } = await loadRecords(loader, server, records, { batchSize: 1000 });
        expect(rejected).toEqual([]);
        expect(changeSets.filter(changeSet => changeSet.action !== 'UNCHANGED')).toEqual([]);
        expect(statements.resolve).toBeLessThanOrEqual(16);
        expect(differencesBetween(before, await snapshot())).toEqual([]);
    });
});

function asRecord({ product, variants }: ParsedProductWithVariants): JsonObject {
    const [texts] = product.translations;
    const facets = (list: typeof product.facets) =>
        list.map(({ translations: [names] }) => `${names!.facet}:${names!.value}`);
    return {
        name: texts!.name,
        slug: texts!.slug,
        description: texts!.description,
        assets: product.assetPaths,
        facetValues: facets(product.facets),
        optionGroups: product.optionGroups.map(({ code, translations: [texts] }) =>
            code ? { code, name: texts!.name } : texts!.name,
        ),
        variants: variants.map(variant => ({
            sku: variant.sku,
            price: Math.round(variant.price * 100),
            taxCategory: variant.taxCategory,
            stockOnHand: variant.stockOnHand,
            trackInventory: variant.trackInventory,
            assets: variant.assetPaths,
            facetValues: facets(variant.facets),
            options: variant.translations[0]!.optionValues,
        })),
    };
}
