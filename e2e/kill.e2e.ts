import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../bench/catalog/random';
import { creationDifferences, differencesFromFile } from './support/catalog-oracle';
import { describeOnEachDatabase } from './support/each-database';
import { KilledShop, type RunState } from './support/killed-shop';
import { isFull, killTimeoutMs, seed } from './support/scale';
import { differencesOfRun, silenceAbout } from './support/run-oracle';

/*
 * Workers are killed with SIGKILL in the middle of an import, and each time a new process has to find the run and go
 * on. Whatever moment the kills hit, the shop must be the same as after an import that nobody disturbed.
 */
const kills = isFull ? 26 : 2;
const rows = isFull ? 20_000 : 3_000;
const batchSize = 100;

/** When a worker dies: some time after it has claimed the run, or after the given number of batches has settled. */
type Moment = { delayMs: number } & ({ after: 'CLAIM' } | { after: 'BATCHES'; batches: number });

describeOnEachDatabase(
    `An import whose workers are killed, seed ${seed}`,
    database => {
        let shop: KilledShop;

        beforeAll(async () => {
            console.log(`Kill test on ${database.name}: DATA_HUB_TEST_SEED=${seed}`);
            shop = await KilledShop.create(database, { databaseName: 'data_hub_kill', rows, batchSize, seed });
        });
        afterAll(() => shop?.close());

        const untilMoment = async (moment: Moment, claims: number): Promise<void> => {
            const isReached = ({ leaseToken, settledBatches }: RunState): boolean =>
                leaseToken > claims && (moment.after === 'CLAIM' || settledBatches >= moment.batches);
            await shop.until(`the moment ${JSON.stringify(moment)}`, isReached);
            await sleep(moment.delayMs);
        };

        it(
            'ends as if nothing had happened',
            async () => {
                const { products, variants, tables, folder } = shop;
                let worker = shop.startWorker();
                await shop.tell(worker, { run: 'plain' });
                let claims = 0;
                const settledAtKills: number[] = [];
                for (const moment of momentsOf(seededRandom(seed), Math.floor(variants / batchSize))) {
                    await untilMoment(moment, claims);
                    const state = await shop.kill(worker);
                    expect(state, 'the run was under way').toMatchObject({ status: 'RUNNING' });
                    settledAtKills.push(state.settledBatches);
                    claims = state.leaseToken;
                    worker = shop.startWorker();
                }
                const { id } = await shop.untilEnded();
                await shop.stopWorkers();
                console.log(`${kills} kills on ${database.name}, after batches ${settledAtKills.join(', ')}`);

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

/** One in each of as many equal parts of the run, the last of which is left in peace, so that it can end. */
function momentsOf(random: () => number, batches: number): Moment[] {
    return Array.from({ length: kills }, (_, index): Moment => {
        const part = (index + random()) / (kills + 1);
        const delayMs = Math.floor(random() * 200);
        if (index > 0 && random() < 0.25) return { after: 'CLAIM', delayMs };
        return { after: 'BATCHES', batches: 1 + Math.floor(part * batches), delayMs };
    });
}
