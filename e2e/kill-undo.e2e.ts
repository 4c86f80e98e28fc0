import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../bench/catalog/random';
import type { FileProduct } from './support/catalog-file';
import { creationDifferences, differencesFromFile } from './support/catalog-oracle';
import { describeOnEachDatabase } from './support/each-database';
import { isFull, killTimeoutMs, seed } from './support/scale';
import { KilledShop } from './support/killed-shop';
import { differencesOfRun, silenceAbout } from './support/run-oracle';

/*
 * An undo is a run, so it may be killed as one: what it has put back stays put back, once, and the next worker goes on.
 * The first undo takes back new prices and stocks, the second one the import itself.
 */
const killsPerUndo = isFull ? 6 : 1;
const rows = isFull ? 8_000 : 2_000;
const batchSize = isFull ? 50 : 100;

describeOnEachDatabase(
    `An undo whose workers are killed, seed ${seed}`,
    database => {
        const random = seededRandom(seed);
        let shop: KilledShop;
        let kills = 0;

        beforeAll(async () => {
            console.log(`Undo kill test on ${database.name}: DATA_HUB_TEST_SEED=${seed}`);
            const options = { databaseName: 'data_hub_kill_undo', rows, batchSize, seed, changedShare: 1 };
            shop = await KilledShop.create(database, options);
        });
        afterAll(() => shop?.close());

        const run = async (code: string): Promise<string> => {
            const [worker] = shop.workers;
            await shop.tell(worker!, { run: code });
            return (await shop.untilEnded()).id;
        };
        /** Resolves with the undo, which has ended. */
        const undo = async (runId: string, records: number): Promise<string> => {
            let [worker] = shop.workers;
            await shop.tell(worker!, { undo: runId });
            const batches = Math.floor(records / batchSize);
            let claims = 0;
            for (let kill = 0; kill < killsPerUndo; kill++) {
                const settled = 1 + Math.floor(((kill + random()) / (killsPerUndo + 1)) * batches);
                const justClaimed = kill > 0 && random() < 0.25;
                await shop.until(`${settled} batches of the undo have settled`, state => {
                    return state.leaseToken > claims && (justClaimed || state.settledBatches >= settled);
                });
                await sleep(Math.floor(random() * 60));
                const state = await shop.kill(worker!);
                expect(state, 'the undo was under way').toMatchObject({ status: 'RUNNING' });
                kills++;
                claims = state.leaseToken;
                worker = shop.startWorker();
            }
            return (await shop.untilEnded()).id;
        };
        const differences = (products: FileProduct[]) =>
            differencesFromFile(shop.tables, products, { withHistory: true });
        const undone = (id: string, totals: { updated: number; deleted: number }) => {
            const read = totals.updated + totals.deleted;
            const steps = { ledger: { in: read }, undo: { in: read, ...totals } };
            return differencesOfRun(shop.tables, shop.folder, { id, totals: { read, created: 0, ...totals }, steps });
        };

        it(
            'leaves the shop as it was before the run',
            async () => {
                const { products, changedProducts, tables, folder } = shop;
                shop.startWorker();
                const imported = await run('plain');
                expect(await creationDifferences(tables, imported)).toEqual([]);
                const changed = await run('changed');
                expect(await differences(changedProducts)).toEqual([]);

                const back = await undo(changed, products.length);
                expect(await differences(products)).toEqual([]);
                expect(await undone(back, { updated: products.length, deleted: 0 })).toEqual([]);
                expect(await silenceAbout(tables, folder, 'updated', 2)).toEqual([]);

                // Variants go with their products.
                const created = await tables.rows(
                    `SELECT "id" FROM "data_hub_change_set"
                 WHERE "runId" = ${Number(imported)} AND "entityType" <> 'ProductVariant'`,
                );
                const gone = await undo(imported, created.length);
                await shop.stopWorkers();
                expect(await differences([])).toEqual([]);
                expect(await livingRows()).toEqual({});
                expect(await undone(gone, { updated: 0, deleted: created.length })).toEqual([]);
                expect(await silenceAbout(tables, folder, 'deleted')).toEqual([]);
                console.log(`${kills} kills in undos on ${database.name}`);
                expect(kills).toBe(2 * killsPerUndo);
            },
            killTimeoutMs,
        );

        /** Tables in which anything of the catalog still lives, with the number of rows. */
        const livingRows = async (): Promise<Record<string, number>> => {
            const softDeleted = ['product', 'product_variant', 'product_option_group', 'product_option'];
            const living: Record<string, number> = {};
            for (const table of [...softDeleted, 'facet', 'facet_value']) {
                const where = softDeleted.includes(table) ? 'WHERE "deletedAt" IS NULL' : '';
                const [row] = await shop.tables.rows(`SELECT count(*) AS "n" FROM "${table}" ${where}`);
                if (Number(row!.n) > 0) living[table] = Number(row!.n);
            }
            return living;
        };
    },
    { sampleOn: 'sqlite' },
);
