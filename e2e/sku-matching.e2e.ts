import { Product, ProductVariant, ProductVariantPrice, TaxCategory } from '@vendure/core';
import { TableIndex } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { skuIndex } from '../src';
import type { JsonObject } from '../shared/json';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import { variantPriceLoader } from '../src/loaders';
import { describeOnEachDatabase } from './support/each-database';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import { isFull } from './support/scale';
import { type SentStatement, statementsOf } from './support/statements';
import { type BootedVendure, bootVendure } from './support/vendure';

const variants = isFull ? 250_000 : 10_000;
const prices = isFull ? 5_000 : 500;
const batchSize = 250;
const batches = prices / batchSize;
const PRICE = 1_000;
const INDEX = 'IDX_product_variant_sku';

/** A price list against a large shop: what a batch costs the database, with the index on SKUs and without. */
describeOnEachDatabase(
    `A price list in a shop of ${variants} variants`,
    database => {
        let shop: BootedVendure;
        beforeAll(async () => {
            shop = await bootVendure({
                database,
                databaseName: 'e2e_sku_matching',
                plugins: [ReferencePlugin],
                config: { entityOptions: { metadataModifiers: [skuIndex] } },
            });
            await fill();
        }, 600_000);
        afterAll(() => shop?.close());

        it.each([
            ['reads the variants through once a batch without the index', false],
            ['looks each SKU up with it, and reads them through never', true],
        ])(
            '%s',
            async (_, hasIndex) => {
                await setIndex(hasIndex);
                const price = hasIndex ? 3_000 : 2_000;
                // Spread over the whole shop; one that nobody has.
                const step = variants / prices;
                const skus = Array.from({ length: prices - 1 }, (_each, n) => `sku-${Math.floor(n * step)}`);
                const records: JsonObject[] = [...skus, 'nobody-has-it'].map(sku => ({ sku, price }));
                const loader = await createLoader(variantPriceLoader, hostOf(shop));
                const begin = performance.now();
                let loaded!: Awaited<ReturnType<typeof loadRecords>>;
                const sent = await statementsOf(shop.connection.rawConnection, async () => {
                    loaded = await loadRecords(loader, shop, records, { batchSize });
                });
                const seconds = (performance.now() - begin) / 1_000;
                const how = hasIndex ? 'with' : 'without';
                console.log(
                    `${database.name}: ${prices} prices among ${variants} variants ${how} the index on SKUs: ${seconds.toFixed(2)} s`,
                );
                expect(loaded.rejected).toHaveLength(1);
                expect(loaded.changeSets.map(({ action }) => action)).toEqual(skus.map(() => 'UPDATE'));
                expect(await skusWith(price)).toEqual([...skus].sort());

                const bySku = sent.filter(({ sql }) => isLookUp(sql));
                expect(bySku).toHaveLength(batches);
                expect(sent.length / batches).toBeLessThanOrEqual(12);
                const scans: number[] = [];
                for (const statement of bySku) scans.push(await scansOf(statement));
                expect(scans).toEqual(bySku.map(() => (hasIndex ? 0 : 1)));
            },
            600_000,
        );

        const isLookUp = (sql: string): boolean =>
            /^SELECT/i.test(sql) && /product_variant\W/.test(sql) && /\Wsku\W/.test(sql);

        /** How often the plan of a statement reads the table of variants from its beginning to its end. */
        async function scansOf({ sql, parameters }: SentStatement): Promise<number> {
            const { rawConnection } = shop.connection;
            const explain = { postgres: 'EXPLAIN', sqlite: 'EXPLAIN QUERY PLAN' }[database.name as string] ?? 'EXPLAIN';
            const rows = await rawConnection.query<Record<string, unknown>[]>(`${explain} ${sql}`, parameters);
            if (database.name === 'postgres') {
                return rows.filter(row => /Seq Scan on product_variant\b/.test(String(row['QUERY PLAN']))).length;
            }
            if (database.name === 'sqlite') {
                const plan = rows.map(row => String(row.detail));
                const tables = [...sql.matchAll(/"product_variant"\s+(?:AS\s+)?"?(\w+)"?/gi)].map(match => match[1]);
                return plan.filter(line => ['product_variant', ...tables].some(name => line.startsWith(`SCAN ${name}`)))
                    .length;
            }
            return rows.filter(row => row.type === 'ALL' && Number(row.rows) > variants / 2).length;
        }

        async function setIndex(isThere: boolean): Promise<void> {
            const queryRunner = shop.connection.rawConnection.createQueryRunner();
            try {
                const table = (await queryRunner.getTable('product_variant'))!;
                const present = table.indices.find(({ name }) => name === INDEX);
                if (present && !isThere) await queryRunner.dropIndex(table, present);
                if (!present && isThere) {
                    await queryRunner.createIndex(table, new TableIndex({ name: INDEX, columnNames: ['sku'] }));
                }
                const analyse = database.name === 'mariadb' ? 'ANALYZE TABLE product_variant' : 'ANALYZE';
                await queryRunner.query(analyse);
            } finally {
                await queryRunner.release();
            }
        }

        async function skusWith(price: number): Promise<string[]> {
            const rows = await shop.connection.rawConnection
                .getRepository(ProductVariantPrice)
                .find({ where: { price }, relations: { variant: true } });
            return rows.map(({ variant }) => variant.sku).sort();
        }

        /** One product with all of them: no part of Vendure is asked to show it. */
        async function fill(): Promise<void> {
            const { connection, ctx } = shop;
            const taxCategory = await connection.rawConnection
                .getRepository(TaxCategory)
                .findOneByOrFail({ isDefault: false });
            await new TypeOrmUnitOfWork(connection, ctx).transaction(async ({ sql }) => {
                const channel = ctx.channelId;
                const [product] = await sql.insertReturningIds(sql.table(Product), ['enabled'], [[true]]);
                await sql.link(sql.joinTable(Product, 'channels'), [[product!, channel]]);
                for (let from = 0; from < variants; from += 5_000) {
                    const rows = Array.from({ length: 5_000 }, (_, n) => [
                        `sku-${from + n}`,
                        true,
                        product,
                        taxCategory.id,
                    ]);
                    const columns = ['sku', 'enabled', 'productId', 'taxCategoryId'];
                    const ids = await sql.insertReturningIds(sql.table(ProductVariant), columns, rows);
                    await sql.link(
                        sql.joinTable(ProductVariant, 'channels'),
                        ids.map(id => [id, channel]),
                    );
                    const own = ids.map(id => [id, channel, 'USD', PRICE]);
                    await sql.insert(
                        sql.table(ProductVariantPrice),
                        ['variant', 'channelId', 'currencyCode', 'price'],
                        own,
                    );
                }
            });
        }
    },
    { sampleOn: 'sqlite' },
);
