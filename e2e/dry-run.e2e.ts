import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeCatalogCsv } from '../bench/catalog/catalog-csv';
import { vendureCatalog } from '../demo/pipelines/vendure-catalog';
import { DataHubPlugin } from '../src';
import { DataHubChangeSet } from '../src/entities';
import { describeOnEachDatabase } from './support/each-database';
import { runToEnd } from './support/run-to-end';
import { BootedVendure, bootVendure } from './support/vendure';

describeOnEachDatabase(
    'A dry run',
    database => {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-dry-run-'));
        const file = join(folder, 'catalog.csv');
        let shop: BootedVendure;

        beforeAll(async () => {
            await writeCatalogCsv(file, { products: 60, seed: 7 });
            shop = await bootVendure({
                database,
                databaseName: 'e2e_dry_run',
                plugins: [
                    DataHubPlugin.init({ pipelines: [vendureCatalog('catalog.csv')], files: { rootDir: folder } }),
                ],
            });
        });
        afterAll(async () => {
            await shop.close();
            rmSync(folder, { recursive: true });
        });

        it('of a new catalog plans every product and leaves every table of the shop as it was', async () => {
            const before = await hashesOf(shop.connection.rawConnection);
            const plan = await runToEnd(shop, 'vendure-catalog', { dryRun: true });
            expect(plan).toMatchObject({ status: 'COMPLETED', created: 60, rejected: 0 });
            expect(await hashesOf(shop.connection.rawConnection)).toEqual(before);
            const planned = await changeSetsOf(plan.id);
            expect(planned.filter(change => change.entityType === 'Product')).toHaveLength(60);
            expect(
                planned.every(change => !change.applied && change.entityId === null && change.action === 'CREATE'),
            ).toBe(true);
            // A facet that many records want is planned once.
            expect(
                planned
                    .filter(change => change.entityType === 'Facet')
                    .map(change => change.entityKey)
                    .sort(),
            ).toEqual(['brand', 'category']);
        });

        it('of a changed file shows each field before and after, and writes nothing', async () => {
            expect(await runToEnd(shop, 'vendure-catalog')).toMatchObject({ status: 'COMPLETED', created: 60 });
            const lines = readFileSync(file, 'utf8').split('\n');
            const cells = lines[1]!.split(',');
            const price = Math.round(Number(cells[8]) * 100);
            writeFileSync(
                file,
                [
                    lines[0],
                    lines[1]!.replace(`,${cells[8]},`, `,${((price + 50) / 100).toFixed(2)},`),
                    ...lines.slice(2),
                ].join('\n'),
            );

            const before = await hashesOf(shop.connection.rawConnection);
            const plan = await runToEnd(shop, 'vendure-catalog', { dryRun: true });
            expect(plan).toMatchObject({ status: 'COMPLETED', created: 0, updated: 1, unchanged: 59 });
            expect(await hashesOf(shop.connection.rawConnection)).toEqual(before);
            const [change, ...others] = await changeSetsOf(plan.id);
            expect(others).toEqual([]);
            expect(change).toMatchObject({
                applied: false,
                action: 'UPDATE',
                entityType: 'ProductVariant',
                entityKey: cells[7],
                fields: [{ path: 'prices.__default_channel__.USD', before: price, after: price + 50 }],
            });
        });

        const changeSetsOf = (runId: unknown): Promise<DataHubChangeSet[]> =>
            shop.connection.rawConnection.getRepository(DataHubChangeSet).find({ where: { runId: runId as never } });
    },
    { sampleOn: 'postgres' },
);

/** One hash for each table that is not DataHub's own, over all its rows with ids and timestamps. */
async function hashesOf(dataSource: DataSource): Promise<Record<string, string>> {
    const tables = new Set(dataSource.entityMetadatas.map(metadata => metadata.tableName));
    const hashes: Record<string, string> = {};
    for (const table of [...tables].filter(name => !name.startsWith('data_hub_')).sort()) {
        const rows = await dataSource.query<unknown[]>(`SELECT * FROM ${dataSource.driver.escape(table)}`);
        const texts = rows.map(row => JSON.stringify(row)).sort();
        hashes[table] = `${rows.length}:${createHash('sha256').update(texts.join('\n')).digest('hex')}`;
    }
    return hashes;
}
