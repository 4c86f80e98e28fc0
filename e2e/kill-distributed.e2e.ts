import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../bench/catalog/random';
import { creationDifferences, differencesFromFile } from './support/catalog-oracle';
import { describeOnEachDatabase } from './support/each-database';
import { isFull, killTimeoutMs, seed } from './support/scale';
import { KilledShop } from './support/killed-shop';
import { differencesOfRun, silenceAbout } from './support/run-oracle';

/*
 * Several processes share the batches of one run, which one of them owns. Any of them may be killed: batches of a dead
 * worker go to another, and a run without its owner to another owner, who counts what was written meanwhile.
 */
const kills = isFull ? 4 : 2;
const batchSize = 100;
const rowsOf: Record<string, number> = {
    postgres: isFull ? 20_000 : 5_000,
    mariadb: isFull ? 20_000 : 5_000,
    // Many processes are not what SQLite is for: they wait for each other's locks most of the time.
    sqlite: isFull ? 4_000 : 2_000,
};
/** Processes that wait for a lock of SQLite do nothing else meanwhile, and renew no lease. */
const leaseTtlMs = 4_000;

describeOnEachDatabase(
    `A distributed run whose workers are killed, seed ${seed}`,
    database => {
        const random = seededRandom(seed);
        let shop: KilledShop;

        beforeAll(async () => {
            console.log(`Distributed kill test on ${database.name}: DATA_HUB_TEST_SEED=${seed}`);
            shop = await KilledShop.create(database, {
                databaseName: 'data_hub_kill_spread',
                rows: rowsOf[database.name]!,
                batchSize,
                seed,
                leaseTtlMs,
            });
        });
        afterAll(() => shop?.close());

        it(
            'ends as if nothing had happened',
            async () => {
                const { products, variants, tables, folder } = shop;
                const first = shop.startWorker();
                await shop.ready(first);
                // All at once: new ones would be there only when the run has ended. Every kill leaves one less.
                for (const helper of Array.from({ length: kills }, () => shop.startWorker())) await shop.ready(helper);
                await shop.tell(first, { run: 'distributed' });
                const hits = { owner: 0, helper: 0 };
                let claims = 0;
                for (let kill = 0; kill < kills; kill++) {
                    const settled = 1 + Math.floor(((kill + random()) / (kills + 1)) * (variants / batchSize));
                    // Turn about, so that both happen in every run.
                    const isOwner = kill % 2 === 1;
                    const state = await shop.until(
                        `${settled} batches have settled`,
                        each =>
                            each.leaseToken > claims && each.settledBatches >= settled && !Number.isNaN(each.ownerPid),
                    );
                    await sleep(Math.floor(random() * 60));
                    const victim = shop.workers.find(({ pid }) => (pid === state.ownerPid) === isOwner);
                    expect(victim, `the ${isOwner ? 'owner' : 'helper'} is there`).toBeDefined();
                    const { status, leaseToken } = await shop.kill(victim!);
                    expect(status, 'the run was under way').toBe('RUNNING');
                    hits[isOwner ? 'owner' : 'helper']++;
                    // Without its helper the owner goes on; without its owner the run is claimed again.
                    if (isOwner) claims = leaseToken;
                }
                const { id } = await shop.untilEnded();
                await shop.stopWorkers();
                console.log(`Kills on ${database.name}: ${JSON.stringify(hits)}`);

                expect(await differencesFromFile(tables, products)).toEqual([]);
                expect(await creationDifferences(tables, id)).toEqual([]);
                const totals = { read: variants, created: products.length, updated: 0, deleted: 0 };
                const steps = { read: { in: variants }, write: { in: products.length, created: products.length } };
                expect(await differencesOfRun(tables, folder, { id, totals, steps })).toEqual([]);
                expect(await silenceAbout(tables, folder, 'created')).toEqual([]);
            },
            killTimeoutMs,
        );
    },
    { sampleOn: 'mariadb' },
);
