import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FacetValue, Product, ProductVariant, ProductVariantPrice } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeCatalogCsv } from '../bench/catalog/catalog-csv';
import { vendureCatalog } from '../demo/pipelines/vendure-catalog';
import { DataHubPlugin } from '../src';
import { DataHubChangeSet, DataHubRecordError, PipelineLog, PipelineRun } from '../src/entities';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { ApplyPlanService } from '../src/services/plans/apply-plan.service';
import { UndoService } from '../src/services/undo/undo.service';
import { describeOnEachDatabase } from './support/each-database';
import { runToEnd } from './support/run-to-end';
import { statementsOf } from './support/statements';
import { BootedVendure, bootVendure } from './support/vendure';

describeOnEachDatabase(
    'Applying a plan',
    database => {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-apply-'));
        const file = join(folder, 'catalog.csv');
        let shop: BootedVendure;

        beforeAll(async () => {
            await writeCatalogCsv(file, { products: 60, seed: 7 });
            const catalog = vendureCatalog('catalog.csv');
            // Small batches side by side, so that what they share is created in another order than in the plan.
            const context = { throughput: { batchSize: 8, concurrency: 3 } };
            const definition = { ...catalog.definition, context };
            shop = await bootVendure({
                database,
                databaseName: 'e2e_apply_plan',
                plugins: [
                    DataHubPlugin.init({
                        pipelines: [
                            { ...catalog, definition },
                            { ...vendureCatalog('fresh.csv'), code: 'fresh' },
                        ],
                        files: { rootDir: folder },
                    }),
                ],
            });
        });
        afterAll(async () => {
            await shop?.close();
            rmSync(folder, { recursive: true });
        });

        const rows = <T extends object>(entity: new () => T) => shop.connection.rawConnection.getRepository(entity);
        const planOf = () => runToEnd(shop, 'vendure-catalog', { dryRun: true });
        const start = (plan: PipelineRun) =>
            shop.app.get(ApplyPlanService).apply(shop.ctx, plan.id, { triggeredBy: 'test' });
        const execute = async (run: PipelineRun) => {
            await shop.app.get(PipelineRunnerService).execute(run.id);
            return rows(PipelineRun).findOneByOrFail({ id: run.id });
        };
        const apply = async (plan: PipelineRun) => execute(await start(plan));
        const refusedBy = (run: PipelineRun) =>
            rows(DataHubRecordError).find({ where: { runId: run.id }, order: { recordKey: 'ASC' } });
        const lines = () => readFileSync(file, 'utf8').split('\n');
        /** Line of the product: further lines below it have no name, as they are its other variants. */
        const lineOf = (product: number) =>
            [...lines().entries()].filter(([, line]) => /^[^,]/.test(line))[product]![0];
        const skuOf = (product: number) => lines()[lineOf(product)]!.split(',')[7]!;
        /** Adds one to the price in the file. */
        const raise = (product: number) => {
            const all = lines();
            const cells = all[lineOf(product)]!.split(',');
            cells[8] = (Number(cells[8]) + 1).toFixed(2);
            all[lineOf(product)] = cells.join(',');
            writeFileSync(file, all.join('\n'));
        };

        it('writes all of it, in whatever order batches come', async () => {
            const plan = await planOf();
            expect(plan).toMatchObject({ status: 'COMPLETED', created: 60 });
            const run = await apply(plan);
            expect(await refusedBy(run)).toEqual([]);
            expect(run).toMatchObject({
                status: 'COMPLETED',
                kind: 'PIPELINE',
                dryRun: false,
                created: 60,
                rejected: 0,
            });
            expect(String(run.ofRunId)).toBe(String(plan.id));
            expect(run.revision).toBe(plan.revision);
            expect(await rows(Product).count()).toBe(60);
            const again = await apply(plan);
            expect(again).toMatchObject({ status: 'COMPLETED', created: 0, updated: 0, unchanged: 60, rejected: 0 });
            expect((await shop.app.get(ApplyPlanService).runsOf(shop.ctx, plan.id)).map(({ id }) => id)).toEqual([
                again.id,
                run.id,
            ]);
        });

        it('does not write what is another change by now, and says what has changed', async () => {
            raise(1);
            raise(2);
            const [inShop, inFile] = [skuOf(1), skuOf(2)];
            const plan = await planOf();
            expect(plan).toMatchObject({ updated: 2, created: 0 });
            // Somebody edits the one in the shop, the other one in the file, and a third changes in the file.
            const variant = await rows(ProductVariant).findOneOrFail({
                where: { sku: inShop },
                relations: { productVariantPrices: true },
            });
            const live = variant.productVariantPrices[0]!;
            await rows(ProductVariantPrice).update(live.id, { price: 12_345 });
            raise(2);
            raise(3);
            const run = await apply(plan);
            expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', updated: 0, unchanged: 57, rejected: 3 });
            const errors = await refusedBy(run);
            expect(errors.map(({ cause, state }) => [cause, state])).toEqual(Array(3).fill(['plan-outdated', 'OPEN']));
            const messages = errors.map(({ message }) => message).join('\n');
            expect(messages).toContain(`the shop had ${live.price}, and now the shop has 12345.`);
            expect(messages).toContain(`of ProductVariant "${inFile}": when the plan was made the source gave`);
            expect(messages).toContain('The plan does not change it, and by now it would be changed.');
            expect(await rows(DataHubChangeSet).countBy({ runId: run.id })).toBe(0);
            expect((await rows(ProductVariantPrice).findOneByOrFail({ id: live.id })).price).toBe(12_345);
            const log = await rows(PipelineLog).findBy({ runId: run.id, level: 'WARN' });
            expect(log.map(({ message }) => message)).toContainEqual(
                expect.stringContaining('What step "read" reads has changed since the plan was made.'),
            );
        });

        it('writes what is as it was and leaves the rest; it can be undone and asked for again', async () => {
            const plan = await planOf();
            expect(plan).toMatchObject({ updated: 3 });
            raise(4);
            const run = await apply(plan);
            expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', updated: 3, rejected: 1 });
            const undo = await shop.app.get(UndoService).undoRun(shop.ctx, run.id, { triggeredBy: 'test' });
            expect(await execute(undo)).toMatchObject({ status: 'COMPLETED', kind: 'UNDO', updated: 3, rejected: 0 });
            expect(await apply(plan)).toMatchObject({ updated: 3, rejected: 1 });
        });

        it('creates what several records share also when the one that brought it in the plan is refused', async () => {
            const header =
                'name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets';
            const row = (name: string, price: string) => `${name},${name},,,maker:fresh,,,${name}-1,${price},,,,,`;
            const write = (firstPrice: string) =>
                writeFileSync(
                    join(folder, 'fresh.csv'),
                    `${[header, row('one', firstPrice), row('two', '5'), row('three', '5')].join('\n')}\n`,
                );
            write('5');
            const plan = await runToEnd(shop, 'fresh', { dryRun: true });
            expect(plan).toMatchObject({ status: 'COMPLETED', created: 3 });
            write('6');
            const run = await apply(plan);
            expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 2, rejected: 1 });
            expect((await refusedBy(run)).map(({ recordKey, cause }) => [recordKey, cause])).toEqual([
                ['one', 'plan-outdated'],
            ]);
            expect(await rows(FacetValue).countBy({ code: 'fresh' })).toBe(1);
            const value = await rows(FacetValue).findOneByOrFail({ code: 'fresh' });
            expect(
                await rows(DataHubChangeSet).countBy({
                    runId: run.id,
                    entityType: 'FacetValue',
                    entityId: String(value.id),
                }),
            ).toBe(1);
        });

        it('writes a record without the asset that cannot be had, which no plan can know', async () => {
            const write = (name: string) =>
                writeFileSync(
                    join(folder, 'fresh.csv'),
                    `name,slug,assets,sku,price\npictured,pictured,gone.png,pictured-1,${name}\ndear,dear,,dear-1,much\n`,
                );
            write('5');
            const plan = await runToEnd(shop, 'fresh', { dryRun: true });
            expect(plan).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 1, rejected: 1 });
            const run = await apply(plan);
            expect(await rows(Product).findOne({ where: { translations: { slug: 'pictured' } } })).not.toBeNull();
            expect((await refusedBy(run)).map(({ cause }) => cause).sort()).toEqual([
                'asset-not-found',
                'price-not-a-number',
            ]);
            // What the plan refused is dealt with where it was refused again, once.
            expect((await refusedBy(plan)).map(({ state }) => state)).toEqual(['RESOLVED']);
        });

        it('is refused for what is no whole plan', async () => {
            const plans = shop.app.get(ApplyPlanService);
            const real = await runToEnd(shop, 'vendure-catalog');
            const empty = await planOf();
            raise(5);
            const plan = await planOf();
            const going = await start(plan);
            const problemOf = async (run: PipelineRun, change: Partial<PipelineRun> = {}) =>
                (await plans.problemOf(shop.ctx, Object.assign(run, change)))?.message;
            expect(await problemOf(real)).toContain('it is no dry run');
            expect(await problemOf(empty)).toContain('it would change nothing');
            expect(await problemOf(plan)).toContain(`run ${going.id} is applying it already`);
            await expect(start(plan)).rejects.toThrow('is applying it already');
            expect(await execute(going)).toMatchObject({ status: 'COMPLETED', updated: 1 });
            expect(await problemOf(plan)).toBeUndefined();
            expect(await problemOf({ ...plan }, { status: 'CANCELLED' })).toContain('the plan is not whole');
            expect(await problemOf({ ...plan }, { kind: 'UNDO' })).toContain('the preview of an undo');
            await rows(DataHubChangeSet).delete({ runId: plan.id });
            expect(await problemOf(plan)).toContain('its changes are not kept any more');
        });

        it('costs one statement for each batch that would write', async () => {
            for (const product of [6, 30, 31]) raise(product);
            const plan = await planOf();
            const run = await start(plan);
            let applied: PipelineRun | undefined;
            const statements = await statementsOf(shop.connection.rawConnection, async () => {
                applied = await execute(run);
            });
            expect(applied).toMatchObject({ status: 'COMPLETED', updated: 3, unchanged: 57 });
            const looks = statements.filter(
                ({ sql }) => /^SELECT/i.test(sql) && /recordKey/.test(sql) && /change_set/.test(sql),
            );
            expect(looks).toHaveLength(2);
        });
    },
    { sampleOn: 'sqlite' },
);
