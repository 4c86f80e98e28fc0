import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../bench/catalog/random';
import { line, unequal } from './support/catalog-oracle';
import { describeOnEachDatabase } from './support/each-database';
import { KilledShop } from './support/killed-shop';
import { isFull, killTimeoutMs, seed } from './support/scale';

/*
 * Differences of stock are the one thing that must not be repeated: a batch that happened twice would show. Workers are
 * killed in the middle of them, and the next ones go on.
 */
const kills = isFull ? 10 : 2;
const rows = isFull ? 8_000 : 2_000;
const batchSize = 50;

describeOnEachDatabase(
    `Stock adjustments whose workers are killed, seed ${seed}`,
    database => {
        let shop: KilledShop;

        beforeAll(async () => {
            shop = await KilledShop.create(database, { databaseName: 'data_hub_kill_stock', rows, batchSize, seed });
        });
        afterAll(() => shop?.close());

        it(
            'are added exactly once',
            async () => {
                const random = seededRandom(seed);
                let worker = shop.startWorker();
                await shop.tell(worker, { run: 'plain' });
                const imported = (await shop.untilEnded()).id;
                await shop.tell(worker, { run: 'deliveries' });
                let claims = 0;
                for (let kill = 0; kill < kills; kill++) {
                    const settled = 1 + Math.floor(((kill + random()) / (kills + 1)) * (shop.variants / batchSize));
                    await shop.until(`${settled} batches have settled`, state => {
                        return state.id !== imported && state.leaseToken > claims && state.settledBatches >= settled;
                    });
                    const state = await shop.kill(worker);
                    expect(state, 'the run was under way').toMatchObject({ status: 'RUNNING' });
                    claims = state.leaseToken;
                    worker = shop.startWorker();
                }
                await shop.untilEnded();
                await shop.stopWorkers();

                const variants = shop.products.flatMap(product => product.variants);
                const expected = variants.map(({ sku, stockOnHand }) =>
                    line(sku, 2 * stockOnHand, stockOnHand > 0 ? 2 : 0),
                );
                const stock = await shop.tables.rows(
                    `SELECT v."sku", level."stockOnHand" AS "onHand", count(m."id") AS "movements"
                     FROM "product_variant" v
                     JOIN "stock_level" level ON level."productVariantId" = v."id"
                     LEFT JOIN "stock_movement" m ON m."productVariantId" = v."id"
                     GROUP BY v."id", v."sku", level."stockOnHand"`,
                );
                const actual = stock.map(row => line(row.sku, Number(row.onHand), Number(row.movements)));
                expect(unequal('stock', expected, actual)).toEqual([]);
            },
            killTimeoutMs,
        );
    },
    { sampleOn: 'postgres' },
);
