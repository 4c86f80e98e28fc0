import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../bench/catalog/random';
import { unequal } from './support/catalog-oracle';
import { describeOnEachDatabase } from './support/each-database';
import { EVENTS_FILE } from './support/import-worker-messages';
import { FEWER_FILE } from './support/kill-pipelines';
import { KilledShop, type RunState } from './support/killed-shop';
import { differencesOfRun, planDifferences } from './support/run-oracle';
import { isFull, killTimeoutMs, seed } from './support/scale';
import type { WorkerProcess } from './support/worker-process';

/*
 * Every second product comes no more. Workers are killed while these are disabled, while their deletion is planned for a
 * guard, while that waits for a person, and while they are deleted. The limit of the load allows exactly as many as are
 * missing, so a worker that counted anew what is left of them would leave the rest alone.
 */
const kills = isFull ? 8 : 1;
const rows = isFull ? 8_000 : 1_000;
const batchSize = isFull ? 50 : 10;

const DISABLES = 'missing-in-write';
const PLANS = 'plan:write-missing#0';

describeOnEachDatabase(
    `Records that come no more, while workers are killed, seed ${seed}`,
    database => {
        const random = seededRandom(seed);
        let shop: KilledShop;
        let worker: WorkerProcess;
        let claims = 0;

        beforeAll(async () => {
            console.log(`Missing records kill test on ${database.name}: DATA_HUB_TEST_SEED=${seed}`);
            shop = await KilledShop.create(database, { databaseName: 'data_hub_kill_missing', rows, batchSize, seed });
            writeFileSync(join(shop.folder, FEWER_FILE), everySecondProduct(join(shop.folder, 'catalog.csv')));
        });
        afterAll(() => shop?.close());

        const run = async (code: string): Promise<RunState> => {
            await shop.tell(worker, { run: code });
            return shop.untilEnded();
        };

        /** Kills some times while the stage goes on, the last time early enough for it to be going on still. */
        const killDuring = async (stage: string, runId: () => string | undefined): Promise<void> => {
            const batches = Math.floor(missing().length / batchSize);
            const settledOf = ({ checkpoint }: RunState): number => {
                const progress = checkpoint?.stages[stage];
                return progress ? progress.settledBatches + progress.settledAhead.length : 0;
            };
            for (let kill = 0; kill < kills; kill++) {
                const settled = 1 + Math.floor(((kill + random() / 2) / (kills + 1)) * batches);
                await shop.until(
                    `${settled} batches of ${stage} have settled`,
                    state => state.id !== runId() && state.leaseToken > claims && settledOf(state) >= settled,
                );
                await sleep(Math.floor(random() * 20));
                expect(await restart(), 'the run was under way').toMatchObject({ status: 'RUNNING' });
            }
        };
        const restart = async (): Promise<RunState> => {
            const state = await shop.kill(worker);
            claims = state.leaseToken;
            worker = shop.startWorker();
            return state;
        };
        const slugs = (): string[] => shop.products.map(({ slug }) => slug);
        const missing = (): string[] => slugs().filter((_, index) => index % 2 === 1);
        /** Slugs of products, and SKUs of variants, of which a condition holds. */
        const productsWhere = (condition: string): Promise<string[]> =>
            shop.tables.lines(
                ['t.slug'],
                `"product" p JOIN "product_translation" t ON t."baseId" = p."id" WHERE ${condition}`,
            );

        it(
            'disables or deletes each of them once',
            async () => {
                const { tables, folder, products } = shop;
                worker = shop.startWorker();
                const imported = await run('sourced');
                const still = products.filter((_, index) => index % 2 === 0);
                const readRows = still.reduce((sum, { variants }) => sum + variants.length, 0);

                claims = 0;
                await shop.tell(worker, { run: 'disable-missing' });
                await killDuring(DISABLES, () => imported.id);
                const disabled = await shop.untilEnded();
                expect(
                    unequal('disabled', missing(), await productsWhere(`p."enabled" = ${no(database.name)}`)),
                ).toEqual([]);
                const counts = { read: readRows, created: 0 };
                const totals = { ...counts, updated: missing().length, deleted: 0 };
                const steps = { 'write-missing': { in: missing().length, updated: missing().length } };
                expect(await differencesOfRun(tables, folder, { id: disabled.id, totals, steps })).toEqual([]);
                expect(await forgotten(disabled.id)).toEqual([]);
                await expectTold('updated');

                const back = await run('sourced');
                expect(await productsWhere(`p."enabled" = ${no(database.name)}`)).toEqual([]);
                claims = 0;
                await shop.tell(worker, { run: 'delete-missing' });
                if (isFull) await killDuring(PLANS, () => back.id);
                const { id } = await shop.until('the guard holds the run', ({ status }) => status === 'PAUSED');
                expect(await planned(id)).toEqual([]);
                expect(await productsWhere('p."deletedAt" IS NOT NULL')).toEqual([]);
                if (isFull) {
                    expect(await restart()).toMatchObject({ status: 'PAUSED' });
                    await shop.ready(worker);
                    expect(await productsWhere('p."deletedAt" IS NOT NULL')).toEqual([]);
                }

                await shop.tell(worker, { approve: { runId: id, step: 'write-missing' } });
                await killDuring('write-missing', () => back.id);
                await shop.untilEnded();
                await shop.stopWorkers();
                expect(unequal('deleted', missing(), await productsWhere('p."deletedAt" IS NOT NULL'))).toEqual([]);
                const orphans = `"product_variant" v JOIN "product" p ON p."id" = v."productId"
                    WHERE (v."deletedAt" IS NULL) <> (p."deletedAt" IS NULL)`;
                expect(await tables.lines(['v.sku'], orphans)).toEqual([]);
                const gone = { ...counts, updated: 0, deleted: missing().length };
                const deletes = { 'write-missing': { in: missing().length, deleted: missing().length } };
                expect(await differencesOfRun(tables, folder, { id, totals: gone, steps: deletes })).toEqual([]);
                expect(await forgotten(id)).toEqual([]);
                await expectTold('deleted');
            },
            killTimeoutMs,
        );

        /** The run remembers what it has dealt with, so that the next one leaves it alone. */
        const forgotten = async (runId: string): Promise<string[]> => {
            const where = `"data_hub_reference" r WHERE r."lastSeenRun" = 'gone:${runId}'`;
            const ids = await shop.tables.lines(['r.entityId'], where);
            const of = `"product" p JOIN "product_translation" t ON t."baseId" = p."id"`;
            const all = await shop.tables.rows(`SELECT p."id", t."slug" FROM ${of}`);
            const expected = all.filter(({ slug }) => missing().includes(String(slug))).map(({ id }) => String(id));
            return unequal('references', expected, ids);
        };
        const planned = (runId: string): Promise<string[]> =>
            planDifferences(shop.tables, { runId, step: 'write-missing', slugs: missing(), action: 'DELETE' });
        /** A changed product is told of by its variants. */
        const expectTold = async (type: string): Promise<void> => {
            const heard = new Set(readFileSync(join(shop.folder, EVENTS_FILE), 'utf8').split('\n'));
            const variants = await shop.tables.rows(
                `SELECT v."id", t."slug" FROM "product_variant" v JOIN "product_translation" t ON t."baseId" = v."productId"`,
            );
            const ids = variants.filter(({ slug }) => missing().includes(String(slug))).map(({ id }) => String(id));
            expect(ids.length).toBeGreaterThan(missing().length);
            expect(ids.filter(id => !heard.has(`ProductVariant ${type} ${id}`))).toEqual([]);
        };
    },
    { sampleOn: 'mariadb' },
);

/** A row with an empty name is one more variant of the product above. */
function everySecondProduct(path: string): string {
    let product = -1;
    const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
    const kept = lines.filter(line => {
        if (!line.startsWith(',')) product++;
        return product % 2 === 0;
    });
    return [header, ...kept, ''].join('\n');
}

function no(database: string): string {
    return database === 'postgres' ? 'false' : '0';
}
