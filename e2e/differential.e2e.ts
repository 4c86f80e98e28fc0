import { Importer } from '@vendure/core';
import { cpSync, createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { vendureCatalog } from '../demo/pipelines/vendure-catalog';
import { DataHubPlugin } from '../src';
import type { PipelineRun } from '../src/entities';
import { DatabaseSnapshot, differencesBetween, snapshotOf } from './support/database-snapshot';
import type { TestDatabase } from './support/databases';
import { describeOnEachDatabase } from './support/each-database';
import { runToEnd } from './support/run-to-end';
import { BootedVendure, bootVendure } from './support/vendure';

const shipped = dirname(require.resolve('@vendure/create/assets/products.csv'));

describeOnEachDatabase('The catalog that Vendure ships', database => {
    const folder = mkdtempSync(join(tmpdir(), 'data-hub-differential-'));
    let imported: DatabaseSnapshot;
    let piped: DatabaseSnapshot;
    let again: PipelineRun;

    beforeAll(async () => {
        cpSync(join(shipped, 'products.csv'), join(folder, 'products.csv'));
        imported = await catalogAfter(database, folder, async ({ app, ctx }) => {
            const csv = createReadStream(join(folder, 'products.csv'));
            const result = await lastValueFrom(app.get(Importer).parseAndImport(csv, ctx, true));
            expect(result.errors ?? []).toEqual([]);
        });
        piped = await catalogAfter(database, folder, async shop => {
            const run = await runToEnd(shop, 'vendure-catalog');
            expect(run).toMatchObject({ status: 'COMPLETED', created: 54, rejected: 0 });
            again = await runToEnd(shop, 'vendure-catalog');
        });
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('is the same through DataHub as through Vendure’s importer, in every table', () => {
        expect(differencesBetween(imported, piped)).toEqual([]);
    });

    it('is unchanged by a second run', () => {
        expect(again).toMatchObject({ status: 'COMPLETED', created: 0, updated: 0, unchanged: 54, rejected: 0 });
    });

    it('was really compared', () => {
        expect(imported.get('product')).toHaveLength(54);
        expect(imported.get('product_variant')).toHaveLength(88);
        expect(imported.get('facet_value')!.length).toBeGreaterThan(20);
        expect(imported.get('stock_movement')!.length).toBeGreaterThan(0);
    });
});

async function catalogAfter(
    database: TestDatabase,
    folder: string,
    load: (shop: BootedVendure) => Promise<void>,
): Promise<DatabaseSnapshot> {
    const shop = await bootVendure({
        database,
        databaseName: 'e2e_differential',
        config: {
            defaultChannelToken: 'differential',
            importExportOptions: { importAssetsDir: join(shipped, 'images') },
        },
        plugins: [DataHubPlugin.init({ pipelines: [vendureCatalog('products.csv')], files: { rootDir: folder } })],
    });
    try {
        await load(shop);
        // DataHub's own tables are not part of the catalog; a password's hash is salted anew by each server.
        return await snapshotOf(
            shop.connection.rawConnection,
            table => !/^(data_hub_|session|authentication_method)/.test(table),
        );
    } finally {
        await shop.close();
    }
}
