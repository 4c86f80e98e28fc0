import {
    Product,
    ProductVariant,
    StockLevel,
    StockLocation,
    TaxCategory,
    TaxCategoryService,
    TaxRate,
} from '@vendure/core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Like } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { DataHubPlugin } from '../src';
import { DataHubChangeSet, DataHubRecordError, PipelineRun } from '../src/entities';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { UndoService } from '../src/services/undo/undo.service';
import { describeOnEachDatabase } from './support/each-database';
import { runToEnd } from './support/run-to-end';
import { ServiceCase, serviceCases } from './support/service-cases';
import { bootServiceShop } from './support/service-shop';
import { statementsOf } from './support/statements';
import type { BootedVendure } from './support/vendure';

describeOnEachDatabase(
    'A run through Vendure’s services',
    database => {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-services-'));
        let server: BootedVendure;

        beforeAll(async () => {
            const load = (code: string, adapterCode: string, settings: JsonObject = {}) => ({
                code,
                name: code,
                definition: {
                    version: 1,
                    steps: [
                        {
                            key: 'read',
                            type: 'EXTRACT',
                            config: { adapterCode: 'file', path: `${code}.json`, format: 'JSON' },
                        },
                        { key: 'load', type: 'LOAD', config: { adapterCode, ...settings } },
                    ],
                } as never,
            });
            server = await bootServiceShop(database, 'service_loader_runs', [
                DataHubPlugin.init({
                    pipelines: [
                        load('product', 'product'),
                        load('delete-product', 'entityDeletion', { entityType: 'Product' }),
                        load('delete-taxCategory', 'entityDeletion', { entityType: 'TaxCategory' }),
                        ...serviceCases.map(({ code, settings }) => load(code, code, settings)),
                    ],
                    files: { rootDir: folder },
                }),
            ]);
        });
        afterAll(async () => {
            await server?.close();
            rmSync(folder, { recursive: true, force: true });
        });

        const run = (code: string, records: JsonObject[], options = {}): Promise<PipelineRun> => {
            writeFileSync(join(folder, `${code}.json`), JSON.stringify(records));
            return runToEnd(server, code, options);
        };
        const undo = async ({ id: runId }: PipelineRun): Promise<{ run: PipelineRun; left: string[] }> => {
            const { app, ctx } = server;
            const { id } = await app.get(UndoService).undoRun(ctx, runId, { triggeredBy: 'test' });
            await app.get(PipelineRunnerService).execute(id);
            const undone = await rows(PipelineRun).findOneByOrFail({ id });
            return { run: undone, left: await refusals(undone) };
        };
        const rows = <T extends object>(entity: new () => T) => server.connection.rawConnection.getRepository(entity);
        const refusals = async ({ id: runId }: PipelineRun) =>
            (await rows(DataHubRecordError).find({ where: { runId }, order: { id: 'ASC' } })).map(
                ({ message }) => message,
            );

        it('loses nothing but the record that Vendure refuses', async () => {
            const actions = [{ code: 'order_percentage_discount', args: { discount: 10 } }];
            const promotions = Array.from({ length: 9 }, (_, i) => ({
                name: `Promotion ${i}`,
                ...(i === 4 ? {} : { couponCode: `CODE${i}` }),
                actions,
            }));
            const loaded = await run('promotion', promotions);
            expect(loaded).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 8, rejected: 1 });
            expect(await refusals(loaded)).toEqual([
                expect.stringMatching(
                    /^The Promotion "Promotion 4" is refused by Vendure: A Promotion must have either at least one condition or a coupon code set\.$/,
                ),
            ]);
            expect(await run('promotion', promotions)).toMatchObject({ created: 0, unchanged: 8, rejected: 1 });

            const rates = ['Standard Tax Europe', 'Reduced Tax Europe'].map(name => ({ name, value: 21 }));
            const refused = { name: 'Odd', value: 1.234 };
            expect(await run('taxRate', [rates[0]!, refused, rates[1]!])).toMatchObject({ updated: 2, rejected: 1 });
            expect((await undo(await run('taxRate', [{ name: rates[0]!.name, value: 20 }]))).left).toEqual([]);
            expect(await rows(TaxRate).findOneByOrFail({ name: rates[0]!.name })).toMatchObject({ value: 21 });
        });

        it('keeps no password of a record that is refused', async () => {
            const staff = { firstName: 'A', lastName: 'B', password: 'open-sesame' };
            const refused = await run('administrator', [{ ...staff, emailAddress: 'a@example.com', roles: ['none'] }]);
            const { id: runId } = refused;
            const kept = await rows(DataHubRecordError)
                .createQueryBuilder('error')
                .addSelect('error.record')
                .where({ runId })
                .getMany();
            expect(kept.map(({ cause, record }) => [cause, record])).toEqual([
                [
                    'unknown-reference',
                    { firstName: 'A', lastName: 'B', emailAddress: 'a@example.com', roles: ['none'] },
                ],
            ]);
        });

        it('tells from which tax category another one takes the default, and an undo gives it back', async () => {
            const defaults = async () => (await rows(TaxCategory).findBy({ isDefault: true })).map(({ name }) => name);
            const toBe = (name: string) => [{ name, isDefault: true }];
            await run('taxCategory', [{ name: 'Third' }, ...toBe('First')]);
            for (const dryRun of [true, false]) {
                const { id: runId } = await run('taxCategory', toBe('Second'), { dryRun });
                const changes = await rows(DataHubChangeSet).find({ where: { runId }, order: { id: 'ASC' } });
                expect(changes.map(({ action, entityKey, fields }) => [action, entityKey, fields])).toEqual([
                    [
                        'CREATE',
                        'Second',
                        [
                            { path: 'name', after: 'Second' },
                            { path: 'isDefault', after: true },
                        ],
                    ],
                    ['UPDATE', 'First', [{ path: 'isDefault', before: true, after: false }]],
                ]);
            }
            expect(await defaults()).toEqual(['Second']);
            const again = await run('taxCategory', toBe('Second'));
            expect(again).toMatchObject({ status: 'COMPLETED', unchanged: 1, updated: 0 });

            const back = await run('taxCategory', toBe('First'));
            expect((await undo(back)).left).toEqual([]);
            expect(await defaults()).toEqual(['Second']);
            const once = await run('taxCategory', [...toBe('First'), ...toBe('Third')]);
            expect(await refusals(once)).toEqual([
                'isDefault: "First" is to have it already, and only one TaxCategory can.',
            ]);

            await server.app.get(TaxCategoryService).update(server.ctx, {
                id: (await rows(TaxCategory).findOneByOrFail({ name: 'Third' })).id,
                isDefault: true,
            });
            expect((await undo(once)).left).toEqual([
                'TaxCategory "Second" had the isDefault true before the run, which belongs to the TaxCategory "Third" now; it is left as it is.',
            ]);
            expect(await defaults()).toEqual(['Third']);
        });

        it('can be taken back through the same services', async () => {
            const created: [ServiceCase, PipelineRun][] = [];
            for (const each of serviceCases) {
                const creation = await run(each.code, [each.create]);
                expect(creation, each.code).toMatchObject({ status: 'COMPLETED', created: 1 });
                created.push([each, creation]);
                if (Object.keys(each.changes).length === 0) continue;
                const update = await run(each.code, [each.update]);
                expect(update, each.code).toMatchObject({ status: 'COMPLETED', updated: 1 });
                const { left } = await undo(update);
                const isNewText = Object.keys(each.changes).filter(path => path.startsWith('translations.de.'));
                const isAdded = each.code === 'shippingMethod' ? isNewText : [];
                expect(left.length, `${each.code}: ${left.join()}`).toBe(isAdded.length > 0 ? 2 : 0);
                for (const message of left) expect(message).toContain('no way to take a translation away');
                const again = await run(each.code, [each.create]);
                expect(again, each.code).toMatchObject({ unchanged: 1, updated: 0 });
            }
            for (const [each, creation] of created.reverse()) {
                const { left } = await undo(creation);
                const why = {
                    channel: /deleting a channel would take along/,
                    shippingMethod: /was created by the run; translations\.de\.name was nothing then/,
                    // The channel that stays keeps them.
                    seller: /is used by the Channel/,
                }[each.code];
                expect(left.join(), each.code).toMatch(why ?? /^$/);
                const again = await run(each.code, [each.create], { dryRun: true });
                expect(again, each.code).toMatchObject(why ? { unchanged: 1 } : { created: 1 });
            }
        }, 180_000);

        it('reads one of those who use what would be taken back, however many there are', async () => {
            const products = Array.from({ length: 30 }, (_, i) => ({
                slug: `stocked-${i}`,
                name: `Stocked ${i}`,
                variants: [{ sku: `STOCKED-${i}`, price: 100 }],
            }));
            await run('product', products);
            const creation = await run('stockLocation', [{ name: 'Crowded' }]);
            const database = server.connection.rawConnection;
            const { id: stockLocationId } = await database
                .getRepository(StockLocation)
                .findOneByOrFail({ name: 'Crowded' });
            const variants = await database.getRepository(ProductVariant).findBy({ sku: Like('STOCKED-%') });
            await database.getRepository(StockLevel).insert(
                variants.map(({ id }) => ({
                    productVariantId: id,
                    stockLocationId,
                    stockOnHand: 1,
                    stockAllocated: 0,
                })),
            );
            let left: string[] = [];
            const sent = await statementsOf(database, async () => void ({ left } = await undo(creation)));
            expect(left).toEqual([
                expect.stringMatching(
                    /^StockLocation "Crowded" was created by the run and is used by the StockLevel with the id /,
                ),
            ]);
            const looks = sent.filter(({ sql }) => /^SELECT .*stock_level/.test(sql));
            expect(looks).not.toEqual([]);
            for (const { sql, parameters } of looks) {
                expect((await database.query<unknown[]>(sql, parameters)).length, sql).toBeLessThanOrEqual(1);
            }
        });

        it('deletes what Vendure lets go of, and brings back what was deleted softly', async () => {
            const variants = [{ sku: 'A-1', price: 100, taxCategory: 'Reduced Tax' }];
            await run('product', [
                { slug: 'a', name: 'A', variants },
                { slug: 'b', name: 'B' },
            ]);
            await run('taxCategory', [{ name: 'Unused' }]);
            const left = await run('delete-taxCategory', [
                { key: 'Standard Tax' },
                { key: 'Unused' },
                { key: 'Unheard-of' },
            ]);
            expect(left).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', rejected: 1, unchanged: 1 });
            expect(await refusals(left)).toEqual([
                expect.stringMatching(/"Standard Tax" is refused by Vendure: Cannot remove TaxCategory/),
            ]);
            expect(await rows(TaxCategory).countBy({ name: 'Unused' })).toBe(0);
            expect((await undo(left)).left).toEqual([expect.stringMatching(/was deleted for good/)]);

            const gone = await run('delete-product', [{ key: 'a' }, { key: 'missing' }]);
            expect(gone).toMatchObject({ status: 'COMPLETED', unchanged: 1, rejected: 0 });
            expect(await livingVariants()).toBe(0);
            expect(await run('delete-product', [{ key: 'a' }])).toMatchObject({ unchanged: 1, rejected: 0 });
            expect((await undo(gone)).left).toEqual([]);
            expect(await livingVariants()).toBe(1);
            const product = await rows(Product).find({ where: { translations: { slug: 'a' } } });
            expect(product.map(({ deletedAt }) => deletedAt)).toEqual([null]);
        });

        const livingVariants = async () =>
            (await rows(ProductVariant).findBy({ sku: 'A-1' })).filter(({ deletedAt }) => deletedAt === null).length;
    },
    { sampleOn: 'postgres' },
);
