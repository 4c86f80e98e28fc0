import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeCatalogCsv } from '../../bench/catalog/catalog-csv';
import type { Checkpoint } from '../../shared/run';
import { type FileProduct, readCatalogFile } from './catalog-file';
import type { TestDatabase } from './databases';
import { ForeignConnection } from './foreign-connection';
import { type ImportWorkerCommand, type ImportWorkerInput } from './import-worker-messages';
import { WorkerProcess } from './worker-process';

interface KilledShopOptions {
    databaseName: string;
    /** Rows of the catalog, which is variants. */
    rows: number;
    batchSize: number;
    seed: number;
    leaseTtlMs?: number;
    /** Also writes a catalog in which this share of the variants has another price and stock. */
    changedShare?: number;
}

/** The latest run, as a connection that knows nothing of its workers sees it. */
export interface RunState {
    id: string;
    status: string;
    leaseToken: number;
    /** Process id of the owner; NaN when there is none. */
    ownerPid: number;
    checkpoint: Checkpoint | undefined;
    /** Of all stages, plans at gates included. */
    settledBatches: number;
    /** By step key. */
    gates: Record<string, string>;
}

const patienceMs = 180_000;
const lookEveryMs = 15;

/** A shop in a database of its own whose workers are killed, and the catalog that they import. */
export class KilledShop {
    readonly products: FileProduct[];
    readonly changedProducts: FileProduct[];
    /** Those that are running now. */
    workers: WorkerProcess[] = [];
    private isFirst = true;

    private constructor(
        private readonly database: TestDatabase,
        readonly folder: string,
        readonly tables: ForeignConnection,
        private readonly options: KilledShopOptions,
    ) {
        this.products = readCatalogFile(join(folder, file));
        this.changedProducts = options.changedShare === undefined ? [] : readCatalogFile(join(folder, changedFile));
    }

    static async create(database: TestDatabase, options: KilledShopOptions): Promise<KilledShop> {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-kill-'));
        // 2.5 variants a product.
        const catalog = { products: options.rows / 2.5, seed: options.seed };
        await writeCatalogCsv(join(folder, file), catalog);
        const { changedShare } = options;
        if (changedShare !== undefined) await writeCatalogCsv(join(folder, changedFile), { ...catalog, changedShare });
        await database.create(options.databaseName);
        const tables = await ForeignConnection.to(database, options.databaseName);
        return new KilledShop(database, folder, tables, options);
    }

    get variants(): number {
        return this.products.reduce((sum, product) => sum + product.variants.length, 0);
    }

    /** The first one of all makes the shop. */
    startWorker(): WorkerProcess {
        const { databaseName, batchSize, leaseTtlMs = 2_500, changedShare } = this.options;
        const input: ImportWorkerInput = {
            ...{ database: this.database.name, databaseName, batchSize, leaseTtlMs, file, folder: this.folder },
            ...(changedShare === undefined ? {} : { changedFile }),
            first: this.isFirst,
        };
        this.isFirst = false;
        const worker = new WorkerProcess('import-worker', input);
        this.workers.push(worker);
        return worker;
    }

    /** Its shop is there and it takes jobs. */
    async ready(worker: WorkerProcess, messages = 1): Promise<void> {
        await this.waitFor('the worker is ready', () => Promise.resolve(worker.sent.length >= messages));
    }

    /** Resolves when the command has been carried out. */
    async tell(worker: WorkerProcess, command: ImportWorkerCommand): Promise<void> {
        await this.ready(worker);
        const { length } = worker.sent;
        worker.send(command);
        await this.ready(worker, length + 1);
    }

    /** SIGKILL. What the run then is stays so until another worker looks. */
    async kill(worker: WorkerProcess): Promise<RunState> {
        worker.assertRunning();
        await worker.kill();
        this.workers = this.workers.filter(each => each !== worker);
        let state: RunState | undefined;
        await this.waitFor('the database can be read', async () => (state = await this.runState()) !== undefined);
        return state!;
    }

    async stopWorkers(): Promise<void> {
        for (const worker of this.workers.splice(0)) await worker.stop();
    }

    async until(what: string, isReached: (state: RunState) => boolean): Promise<RunState> {
        let state: RunState | undefined;
        await this.waitFor(what, async () => {
            state = await this.runState();
            return state !== undefined && isReached(state);
        });
        return state!;
    }

    /** Resolves with the run, which must have come to a good end. */
    async untilEnded(): Promise<RunState> {
        const isEnded = ({ status }: RunState): boolean => !['PENDING', 'RUNNING', 'PAUSED'].includes(status);
        const state = await this.until('the run has ended', isEnded);
        if (state.status === 'COMPLETED') return state;
        const lines = await this.tables.rows(
            `SELECT "message" FROM "data_hub_pipeline_log" WHERE "runId" = ${state.id} AND "level" = 'ERROR'`,
        );
        throw new Error(`The run has ended as ${state.status}: ${lines.map(each => each.message).join(' ')}`);
    }

    async runState(): Promise<RunState | undefined> {
        const [run] = await this.tables.rows(
            `SELECT run."id", run."status", run."leaseToken", run."leaseOwner", checkpoint."data"
             FROM "data_hub_pipeline_run" run LEFT JOIN "data_hub_checkpoint" checkpoint ON checkpoint."runId" = run."id"
             ORDER BY run."id" DESC LIMIT 1`,
        );
        if (!run) return undefined;
        const gates = await this.tables.rows(`SELECT "stepKey", "state" FROM "data_hub_gate_queue"`);
        const checkpoint = typeof run.data === 'string' ? (JSON.parse(run.data) as Checkpoint) : undefined;
        const stages = Object.values(checkpoint?.stages ?? {});
        return {
            id: String(run.id),
            status: String(run.status),
            leaseToken: Number(run.leaseToken),
            ownerPid: Number(String(run.leaseOwner).split(':')[1]),
            checkpoint,
            settledBatches: stages.reduce((sum, stage) => sum + stage.settledBatches + stage.settledAhead.length, 0),
            gates: Object.fromEntries(gates.map(({ stepKey, state }) => [String(stepKey), String(state)])),
        };
    }

    async close(): Promise<void> {
        for (const worker of this.workers) await worker.kill();
        await this.tables.close();
        await this.database.drop(this.options.databaseName);
        rmSync(this.folder, { recursive: true, force: true });
    }

    private async waitFor(what: string, isReached: () => Promise<boolean>): Promise<void> {
        const giveUpAt = Date.now() + patienceMs;
        for (let failure: unknown; ; await sleep(lookEveryMs)) {
            for (const worker of this.workers) worker.assertRunning();
            try {
                if (await isReached()) return;
            } catch (error) {
                // The first worker is still making the tables, or SQLite is being written.
                failure = error;
            }
            if (Date.now() < giveUpAt) continue;
            const seen = JSON.stringify(await this.runState().catch(String));
            const output = this.workers.map(worker => worker.lastOutput).join('\n');
            throw new Error(`Waited in vain until ${what}. ${seen}, ${String(failure)}\n${output}`);
        }
    }
}

const file = 'catalog.csv';
const changedFile = 'changed.csv';
