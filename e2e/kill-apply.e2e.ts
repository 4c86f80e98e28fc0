import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../bench/catalog/random';
import { creationDifferences, differencesFromFile } from './support/catalog-oracle';
import { describeOnEachDatabase } from './support/each-database';
import { KilledShop } from './support/killed-shop';
import { differencesOfRun } from './support/run-oracle';
import { isFull, killTimeoutMs, seed } from './support/scale';

const kills = isFull ? 10 : 1;
const rows = isFull ? 10_000 : 2_000;
const batchSize = 100;

/** What a batch finds of the plan must not depend on how often its workers died before it. */
describeOnEachDatabase(
    `Applying a plan while workers are killed, seed ${seed}`,
    database => {
        let shop: KilledShop;

        beforeAll(async () => {
            shop = await KilledShop.create(database, { databaseName: 'data_hub_kill_apply', rows, batchSize, seed });
        });
        afterAll(() => shop?.close());

        it(
            'writes all of it once',
            async () => {
                const { products, variants, tables, folder } = shop;
                const random = seededRandom(seed);
                let worker = shop.startWorker();
                await shop.tell(worker, { run: 'plain', dryRun: true });
                const plan = await shop.untilEnded();
                await shop.tell(worker, { applyPlan: plan.id });
                let claims = 0;
                for (let kill = 0; kill < kills; kill++) {
                    const batches = 1 + Math.floor(((kill + random()) / (kills + 1)) * (variants / batchSize));
                    await shop.until(
                        `${batches} batches have settled`,
                        ({ id, leaseToken, settledBatches }) =>
                            id !== plan.id && leaseToken > claims && settledBatches >= batches,
                    );
                    await sleep(Math.floor(random() * 100));
                    const state = await shop.kill(worker);
                    expect(state, 'the run was under way').toMatchObject({ status: 'RUNNING' });
                    claims = state.leaseToken;
                    worker = shop.startWorker();
                }
                const { id } = await shop.untilEnded();
                await shop.stopWorkers();
                expect(id).not.toBe(plan.id);
                expect(await differencesFromFile(tables, products)).toEqual([]);
                expect(await creationDifferences(tables, id)).toEqual([]);
                const totals = { read: variants, created: products.length, updated: 0, deleted: 0 };
                const steps = { read: { in: variants }, write: { in: products.length, created: products.length } };
                expect(await differencesOfRun(tables, folder, { id, totals, steps })).toEqual([]);
            },
            killTimeoutMs,
        );
    },
    { sampleOn: 'postgres' },
);
