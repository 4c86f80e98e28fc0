import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeCatalogCsv } from '../bench/catalog/catalog-csv';
import { seededRandom } from '../bench/catalog/random';
import { type FileProduct, readCatalogFile } from './support/catalog-file';
import { differencesFromFile } from './support/catalog-oracle';
import { describeOnEachDatabase } from './support/each-database';
import { ForeignConnection } from './support/foreign-connection';
import type { ImportWorkerInput } from './support/import-worker';
import { WorkerProcess } from './support/worker-process';

/*
 * Workers are killed with SIGKILL in the middle of an import, and each time a new process has to find the run and go
 * on. Whatever moment the kills hit, the shop must be the same as after an import that nobody disturbed.
 *
 * The seed gives the catalog and the moments; a moment's last milliseconds depend on the machine all the same.
 */
const full = process.env.DATA_HUB_TEST_FULL === 'true';
const seed = Number(process.env.DATA_HUB_TEST_SEED ?? Date.now() % 1_000_000);
const kills = full ? 10 : 2;
const rows = full ? 20_000 : 6_000;
const batchSize = 200;
const leaseTtlMs = 1_500;
const databaseName = 'data_hub_kill';
const patienceMs = 180_000;

/** When a worker dies: some time after it has claimed the run, or after the given number of batches has settled. */
type Moment = { delayMs: number } & ({ after: 'CLAIM' } | { after: 'BATCHES'; batches: number });

interface RunState {
    status: string;
    leaseToken: number;
    settledBatches: number;
}

describeOnEachDatabase(`An import whose workers are killed, seed ${seed}`, database => {
    let folder: string;
    let csvPath: string;
    let shop: ForeignConnection;
    let worker: WorkerProcess | undefined;
    let products: FileProduct[];

    beforeAll(async () => {
        console.log(`Kill test on ${database.name}: DATA_HUB_TEST_SEED=${seed}`);
        folder = mkdtempSync(join(tmpdir(), 'data-hub-kill-'));
        csvPath = join(folder, 'catalog.csv');
        await writeCatalogCsv(csvPath, { products: rows / 2.5, seed });
        products = readCatalogFile(csvPath);
        await database.create(databaseName);
        shop = await ForeignConnection.to(database, databaseName);
    });
    afterAll(async () => {
        await worker?.kill();
        await shop?.close();
        await database.drop(databaseName);
        rmSync(folder, { recursive: true, force: true });
    });

    const startWorker = (first: boolean): WorkerProcess => {
        const shared = { databaseName, csvPath, batchSize, leaseTtlMs };
        const input: ImportWorkerInput = { database: database.name, ...shared, first };
        return new WorkerProcess('import-worker', input);
    };

    const until = async (what: string, isReached: (state: RunState) => boolean): Promise<RunState> => {
        const giveUpAt = Date.now() + patienceMs;
        let seen: unknown;
        for (;;) {
            worker!.assertRunning();
            try {
                const state = await runState(shop);
                if (state && isReached(state)) return state;
                seen = JSON.stringify(state);
            } catch (error) {
                // The first worker is still making the tables, or SQLite is being written.
                seen = error;
            }
            if (Date.now() > giveUpAt) {
                throw new Error(`Waited in vain until ${what}. Last seen: ${String(seen)}\n${worker!.lastOutput}`);
            }
            await sleep(20);
        }
    };
    const untilMoment = async (moment: Moment, claims: number): Promise<void> => {
        if (moment.after === 'CLAIM') {
            await until('the run is claimed', ({ leaseToken }) => leaseToken > claims);
        } else {
            const { batches } = moment;
            await until(
                `${batches} batches have settled`,
                run => run.leaseToken > claims && run.settledBatches >= batches,
            );
        }
        await sleep(moment.delayMs);
    };

    it(
        'ends as if nothing had happened',
        async () => {
            const variants = products.flatMap(product => product.variants).length;
            let claims = 0;
            worker = startWorker(true);
            for (const moment of momentsOf(seededRandom(seed), Math.floor(variants / batchSize))) {
                await untilMoment(moment, claims);
                await worker.kill();
                const state = await runState(shop);
                console.log(`Killed on ${database.name}: ${JSON.stringify({ ...moment, ...state })}`);
                expect(state, 'the run was under way').toMatchObject({ status: 'RUNNING' });
                claims = state!.leaseToken;
                worker = startWorker(false);
            }
            await until('the run has ended', ({ status }) => status !== 'RUNNING');
            await worker.stop();
            worker = undefined;

            const runs = await shop.rows('SELECT * FROM "data_hub_pipeline_run"');
            expect(runs).toMatchObject([{ status: 'COMPLETED', error: null, leaseOwner: null, read: variants }]);
            const totals = { created: products.length, updated: 0, unchanged: 0, deleted: 0, rejected: 0 };
            expect(runs[0]).toMatchObject(totals);
            expect(await differencesFromFile(shop, products)).toEqual([]);
        },
        full ? 3_600_000 : 600_000,
    );
});

/** One in each of as many equal parts of the run, the last of which is left in peace, so that it can end. */
function momentsOf(random: () => number, batches: number): Moment[] {
    return Array.from({ length: kills }, (_, index): Moment => {
        const part = (index + random()) / (kills + 1);
        const delayMs = Math.floor(random() * 300);
        if (index > 0 && random() < 0.25) return { after: 'CLAIM', delayMs };
        return { after: 'BATCHES', batches: 1 + Math.floor(part * batches), delayMs };
    });
}

async function runState(shop: ForeignConnection): Promise<RunState | undefined> {
    const [row] = await shop.rows(
        `SELECT run."status", run."leaseToken", checkpoint."data" FROM "data_hub_pipeline_run" run
         LEFT JOIN "data_hub_checkpoint" checkpoint ON checkpoint."runId" = run."id"`,
    );
    if (!row) return undefined;
    const data = typeof row.data === 'string' ? (JSON.parse(row.data) as { settledBatches: number }) : undefined;
    return {
        status: String(row.status),
        leaseToken: Number(row.leaseToken),
        settledBatches: data?.settledBatches ?? 0,
    };
}
