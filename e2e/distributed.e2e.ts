import { DefaultJobQueuePlugin, type ID, Product } from '@vendure/core';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeCatalogCsv } from '../bench/catalog/catalog-csv';
import { vendureCatalog } from '../demo/pipelines/vendure-catalog';
import { DataHubPlugin } from '../src/data-hub.plugin';
import { DataHubChangeSet, DataHubRecordError, DataHubRunBatch, Pipeline, PipelineRun } from '../src/entities';
import { ApplyPlanService } from '../src/services/plans/apply-plan.service';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { describeOnEachDatabase } from './support/each-database';
import { type BootedVendure, bootVendure } from './support/vendure';

const products = 300;

/** One process does it all here; what several do together is tested with workers of their own. */
describeOnEachDatabase('a distributed run', database => {
    const folder = mkdtempSync(join(tmpdir(), 'dh-distributed-'));
    const file = join(folder, 'catalog.csv');
    let vendure: BootedVendure;

    beforeAll(async () => {
        await writeCatalogCsv(file, { products, seed: 7 });
        const pipeline = vendureCatalog('catalog.csv');
        const context = { throughput: { batchSize: 40, concurrency: 4 }, execution: 'DISTRIBUTED' as const };
        vendure = await bootVendure({
            database,
            databaseName: 'dh_distributed',
            runJobs: true,
            plugins: [
                DefaultJobQueuePlugin.init({ pollInterval: 20 }),
                DataHubPlugin.init({
                    pipelines: [{ ...pipeline, definition: { ...pipeline.definition, context } }],
                    files: { rootDir: folder },
                    spool: { directory: join(folder, 'spool') },
                }),
            ],
        });
    }, 120_000);
    afterAll(async () => {
        await vendure.close();
        rmSync(folder, { recursive: true });
    });

    const rows = <T extends object>(entity: new () => T) => vendure.connection.rawConnection.getRepository<T>(entity);
    const run = async (): Promise<PipelineRun> => {
        const { id } = await rows(Pipeline).findOneByOrFail({});
        const { id: runId } = await vendure.app
            .get(PipelineRunnerService)
            .enqueue(vendure.ctx, id, { triggeredBy: 'test' });
        return ended(runId);
    };
    const ended = async (runId: ID): Promise<PipelineRun> => {
        for (;;) {
            const found = await rows(PipelineRun).findOneByOrFail({ id: runId });
            if (!['PENDING', 'RUNNING'].includes(found.status)) return found;
            await sleep(50);
        }
    };

    it('writes everything once, with its ledger and its counts, and leaves nothing behind', async () => {
        const first = await run();
        expect(first).toMatchObject({ status: 'COMPLETED', error: null, rejected: 0 });
        expect(await rows(Product).count()).toBe(products);
        expect(first.created).toBe(products);
        expect(await rows(DataHubChangeSet).countBy({ runId: first.id, entityType: 'Product' })).toBe(products);
        expect(await rows(DataHubRunBatch).count()).toBe(0);
        const again = await run();
        expect(again).toMatchObject({ status: 'COMPLETED', created: 0, updated: 0, unchanged: products });
    }, 120_000);

    it('that applies a plan holds its workers to it', async () => {
        const raisePrices = (from: number, to: number) => {
            const rows = readFileSync(file, 'utf8').split('\n');
            let product = 0;
            const raised = rows.map(row => {
                if (/^[^,]/.test(row)) product++;
                const cells = row.split(',');
                if (!/^[^,]/.test(row) || product <= from || product > to) return row;
                cells[8] = (Number(cells[8]) + 1).toFixed(2);
                return cells.join(',');
            });
            writeFileSync(file, raised.join('\n'));
        };
        raisePrices(1, 101);
        const { id } = await rows(Pipeline).findOneByOrFail({});
        const runner = vendure.app.get(PipelineRunnerService);
        const plan = await ended((await runner.enqueue(vendure.ctx, id, { triggeredBy: 'test', dryRun: true })).id);
        expect(plan).toMatchObject({ status: 'COMPLETED', updated: 100 });
        raisePrices(81, 121);
        const applying = await vendure.app.get(ApplyPlanService).apply(vendure.ctx, plan.id, { triggeredBy: 'test' });
        // Twenty are others than in the plan, twenty are new to it.
        expect(await ended(applying.id)).toMatchObject({
            status: 'COMPLETED_WITH_ERRORS',
            updated: 80,
            rejected: 40,
            unchanged: products - 120,
        });
        expect(await rows(DataHubRecordError).countBy({ runId: applying.id, cause: 'plan-outdated' })).toBe(40);
    }, 120_000);
});
