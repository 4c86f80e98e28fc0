import type { ID } from '@vendure/core';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { UserError } from '../src/sdk/errors';
import { describeOnEachDatabase } from './support/each-database';
import type { ExportWorkerInput } from './support/export-worker';
import { ForeignConnection } from './support/foreign-connection';
import { type Definition, PipelineShop, until } from './support/pipeline-shop';
import { load, transform } from './support/stage-pipelines';
import { namesExtractor, onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { trouble, troublesomeOperator } from './support/troublesome-operator';
import { WorkerProcess } from './support/worker-process';
import { isFull } from './support/scale';

describeOnEachDatabase('Exports of runs that stop early', database => {
    let shop: PipelineShop;
    const throughput = { batchSize: 10, concurrency: 2 };

    beforeAll(async () => {
        const adapters = [namesExtractor, taxCategoryLoader, troublesomeOperator];
        shop = await PipelineShop.boot({ database, databaseName: 'dhs_exports', dataHub: { adapters } });
    });
    afterEach(() => {
        delete trouble.on;
        delete onTheWay.beforePage;
    });
    afterAll(() => shop?.close());

    const steps = (path: string, prefix: string, count: number): Definition['steps'] => [
        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'testNames', prefix, count, bad: [] } },
        { ...transform('shape', [{ op: 'testTrouble' }]), onError: 'STOP' },
        { key: 'file', type: 'EXPORT', config: { adapterCode: 'file', path } },
    ];
    const namesIn = (path: string) => linesOf(readFileSync(join(shop.outputDir, path), 'utf8'));
    const exists = (path: string) => existsSync(join(shop.outputDir, path));
    const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
    const failAt = (name: string) => {
        trouble.on = record => {
            if (record['name'] === name) throw new UserError('no', 'No.');
        };
    };

    it('write each record once, in order, and nothing else', async () => {
        const run = await shop.runToEnd({
            steps: [...steps('plain.ndjson', 'plain-', 95), load('write', 'testTaxCategory')],
            context: { throughput },
        });
        expect(run).toMatchObject({ status: 'COMPLETED', created: 95 });
        expect(namesIn('plain.ndjson')).toEqual(names('plain-', 95));
        expect(readdirSync(shop.outputDir)).toEqual(['plain.ndjson']);
    });

    it('leave no file when they fail, and the whole one when they are resumed', async () => {
        failAt('fail-55');
        const run = await shop.runToEnd({ steps: steps('fail.ndjson', 'fail-', 95), context: { throughput } });
        expect(run).toMatchObject({ status: 'FAILED' });
        expect(exists('fail.ndjson')).toBe(false);
        delete trouble.on;
        expect(await shop.resume(run.id)).toMatchObject({ status: 'COMPLETED', read: 95 });
        expect(namesIn('fail.ndjson')).toEqual(names('fail-', 95));
    });

    it('leave the file of the run before when they fail', async () => {
        const definition = { steps: steps('again.ndjson', 'again-', 45), context: { throughput } };
        await shop.runToEnd(definition);
        failAt('again-25');
        const longer = { ...definition, steps: steps('again.ndjson', 'again-', 65) };
        expect(await shop.runToEnd(longer)).toMatchObject({ status: 'FAILED' });
        expect(namesIn('again.ndjson')).toEqual(names('again-', 45));
    });

    it('leave none when they are cancelled or out of time', async () => {
        onTheWay.beforePage = () => sleep(40);
        const slow = steps('slow.ndjson', 'slow-', 600);
        const timedOut = await shop.runToEnd({ steps: slow, context: { throughput, timeoutMs: 500 } });
        expect(timedOut).toMatchObject({ status: 'TIMEOUT' });
        const { app, ctx } = shop.server;
        const runId: ID = await shop.enqueue(await shop.pipeline({ steps: slow, context: { throughput } }));
        const executing = shop.execute(runId);
        await until('it reads', async () => (await shop.run(runId)).status === 'RUNNING');
        await app.get(PipelineRunnerService).cancel(ctx, runId);
        expect(await executing).toMatchObject({ status: 'CANCELLED' });
        expect(exists('slow.ndjson')).toBe(false);
        delete onTheWay.beforePage;
        expect(await shop.resume(runId)).toMatchObject({ status: 'COMPLETED', read: 600 });
        expect(namesIn('slow.ndjson')).toEqual(names('slow-', 600));
    });

    it('write nothing in a dry run', async () => {
        const run = await shop.runToEnd(
            { steps: steps('dry.ndjson', 'dry-', 25), context: { throughput } },
            { dryRun: true },
        );
        expect(run).toMatchObject({ status: 'COMPLETED', read: 25 });
        expect(readdirSync(shop.outputDir).filter(name => name.includes('dry'))).toEqual([]);
    });
});

describeOnEachDatabase(
    'Exports of servers that are killed',
    database => {
        const databaseName = 'dhs_exports_killed';
        const count = isFull ? 3_000 : 800;
        const kills = isFull ? 8 : 2;
        const workers: WorkerProcess[] = [];
        let outputDir: string;
        let shop: ForeignConnection;

        beforeAll(async () => {
            outputDir = mkdtempSync(join(tmpdir(), 'data-hub-exports-'));
            await database.create(databaseName);
            shop = await ForeignConnection.to(database, databaseName);
        });
        afterAll(async () => {
            await Promise.all(workers.map(worker => worker.kill()));
            await shop?.close();
            await database.drop(databaseName);
            rmSync(outputDir, { recursive: true, force: true });
        });

        const start = async (first: boolean): Promise<WorkerProcess> => {
            const input: ExportWorkerInput = {
                database: database.name,
                databaseName,
                outputDir,
                count,
                msPerPage: 40,
                leaseTtlMs: 1_500,
                first,
            };
            const worker = new WorkerProcess('export-worker', input);
            workers.push(worker);
            await reach('it is ready', worker, () => worker.sent.includes('READY'));
            return worker;
        };
        const reach = async (what: string, worker: WorkerProcess, isReached: () => Promise<boolean> | boolean) => {
            for (const giveUpAt = Date.now() + 60_000; !(await isReached()); await sleep(15)) {
                worker.assertRunning();
                if (Date.now() > giveUpAt) throw new Error(`Waited in vain until ${what}.\n${worker.lastOutput}`);
            }
        };
        const run = async () => {
            const [row] = await shop.rows(`SELECT "status", "leaseToken" FROM "data_hub_pipeline_run"`);
            return row;
        };
        /** The unfinished file of lines; the killed process may leave more in it than its checkpoint knows. */
        const writtenLines = () =>
            readdirSync(outputDir)
                .filter(name => name !== 'names.ndjson' && name.includes('names.ndjson'))
                .map(name => readFileSync(join(outputDir, name), 'utf8').split('\n').length - 1)
                .reduce((sum, lines) => sum + lines, 0);
        const finished = () => readdirSync(outputDir).filter(name => /^names\./.test(name));

        it('go on in the next one, with each record once, and appear at the end', { timeout: 300_000 }, async () => {
            let worker = await start(true);
            worker.send({});
            for (let kill = 1; kill <= kills; kill++) {
                const enough = Math.floor((count * kill) / (kills + 1));
                await reach(`${enough} lines are written`, worker, () => writtenLines() >= enough);
                await worker.kill();
                expect(finished()).toEqual([]);
                expect(await run()).toMatchObject({ status: 'RUNNING', leaseToken: kill });
                worker = await start(false);
            }
            await reach('the run has ended', worker, async () => {
                const { status } = (await run())!;
                if (status === 'RUNNING' || status === 'PENDING') return false;
                return true;
            });
            expect(await run()).toMatchObject({ status: 'COMPLETED', leaseToken: kills + 1 });
            const names = Array.from({ length: count }, (_, n) => `name-${n}`);
            expect(linesOf(readFileSync(join(outputDir, 'names.ndjson'), 'utf8'))).toEqual(names);
            const table = gunzipSync(readFileSync(join(outputDir, 'names.csv.gz'))).toString();
            expect(table).toBe(['name', ...names, ''].join('\n'));
            // Nothing of what was in the making is left.
            expect(readdirSync(outputDir).sort()).toEqual(['names.csv.gz', 'names.ndjson']);
        });
    },
    { sampleOn: 'postgres' },
);

function linesOf(text: string): string[] {
    const lines = text.split('\n');
    expect(lines.pop()).toBe('');
    return lines.map(line => (JSON.parse(line) as { name: string }).name);
}
