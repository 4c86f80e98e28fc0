import { StockMovement } from '@vendure/core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { JsonObject } from '../shared/json';
import { ChangeSetApplier } from '../src/catalog/apply/change-set-applier';
import { LedgerReader } from '../src/catalog/undo/ledger-reader';
import { asData, UndoRecord } from '../src/catalog/undo/undo-record';
import { undoLoader } from '../src/catalog/undo/undo.loader';
import { PipelineRun } from '../src/entities';
import { TransientError } from '../src/sdk/errors';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { UndoService } from '../src/services/undo/undo.service';
import { describeOnEachDatabase } from './support/each-database';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import { differences, UndoShop } from './support/undo-shop';

describeOnEachDatabase(
    'An undo',
    database => {
        let shop: UndoShop;

        beforeAll(async () => {
            shop = await UndoShop.boot(database, 'e2e_undo_limits', 10);
        });
        afterEach(() => {
            vi.restoreAllMocks();
        });
        afterAll(() => shop?.close());

        const products = (tag: string, count: number, more: JsonObject = {}): JsonObject[] =>
            Array.from({ length: count }, (_, i) => ({
                slug: `${tag}-${i}`,
                name: `Name ${tag} ${i}`,
                facetValues: [`${tag}:value ${i % 5}`],
                optionGroups: ['Size'],
                variants: ['S', 'M'].map(size => ({
                    sku: `${tag}-${i}-${size}`,
                    options: { Size: size },
                    price: 100 + i,
                    stockOnHand: 5,
                })),
                ...more,
            }));

        it('that fails again and again goes on where it stopped, and does nothing twice', async () => {
            await shop.load(products('old', 25));
            const before = await shop.snapshot();
            const run = await shop.load([
                ...products('old', 25).map(({ slug }) => ({
                    slug,
                    name: 'Other',
                    facetValues: ['added:one'],
                    variants: [{ sku: `${slug as string}-S`, options: { Size: 'S' }, stockOnHand: 8 }],
                })),
                ...products('new', 25),
            ] as JsonObject[]);
            expect(run).toMatchObject({ status: 'COMPLETED', created: 25, updated: 25 });
            const movements = () => shop.server.connection.rawConnection.getRepository(StockMovement).count();
            const movementsBefore = await movements();

            // Every third batch fails once when it is written already, and the worker breaks down after ever more pages.
            // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its object below
            const write = ChangeSetApplier.prototype.apply;
            let batches = 0;
            vi.spyOn(ChangeSetApplier.prototype, 'apply').mockImplementation(async function (
                this: ChangeSetApplier,
                ...args
            ) {
                await write.apply(this, args);
                if (++batches % 3 === 0) throw new TransientError('database-away', 'The database does not answer.');
            });
            // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its object below
            const read = LedgerReader.prototype.pages;
            let pagesLeft = 0;
            vi.spyOn(LedgerReader.prototype, 'pages').mockImplementation(async function* (this: LedgerReader) {
                let left = pagesLeft++;
                for await (const page of read.call(this)) {
                    if (left-- === 0) throw new Error('The worker broke down.');
                    yield page;
                }
            });
            const { app, ctx } = shop.server;
            const runner = app.get(PipelineRunnerService);
            const { id } = await app.get(UndoService).undoRun(ctx, run.id, { triggeredBy: 'test' });
            const undo = () => shop.server.connection.rawConnection.getRepository(PipelineRun).findOneByOrFail({ id });
            await runner.execute(id);
            let failures = 0;
            while ((await undo()).status === 'FAILED' && failures < 20) {
                failures++;
                await runner.resume(ctx, id, { resumedBy: 'test' });
                await runner.execute(id);
            }
            expect(failures).toBeGreaterThan(3);
            expect(batches).toBeGreaterThan(10);
            expect(await shop.messages(await undo())).toEqual([]);
            expect((await undo()).status).toBe('COMPLETED');
            expect(differences(before, await shop.snapshot())).toEqual([]);
            expect(await movements()).toBe(movementsBefore + 25);
            const written = (await shop.changeSets(await undo())).map(
                ({ entityType, entityId }) => `${entityType} ${entityId}`,
            );
            expect(new Set(written).size).toBe(written.length);
        }, 180_000);

        it('costs the same number of statements for 50 entities as for 500', async () => {
            const counts: Record<string, { resolve: number; apply: number }>[] = [];
            for (const count of [50, 500]) {
                const run = await shop.load(products(`many${count}`, count));
                const records = await recordsOf(run);
                const loader = await createLoader(undoLoader, hostOf(shop.server), {});
                const byType: Record<string, { resolve: number; apply: number }> = {};
                for (const entityType of ['Product', 'ProductOption', 'ProductOptionGroup']) {
                    const batch = records.filter(record => record.entityType === entityType).map(asData);
                    expect(batch.length).toBe(entityType === 'ProductOption' ? 2 * count : count);
                    const loaded = await loadRecords(loader, shop.server, batch, { batchSize: batch.length });
                    expect(loaded.changeSets.every(changeSet => changeSet.action === 'DELETE')).toBe(true);
                    byType[entityType] = loaded.statements;
                }
                counts.push(byType);
            }
            expect(counts[1]).toEqual(counts[0]);
            expect(counts[0]!.Product!.resolve).toBeLessThan(40);
        }, 300_000);

        const recordsOf = async (run: PipelineRun): Promise<UndoRecord[]> => {
            const records: UndoRecord[] = [];
            for await (const page of new LedgerReader(shop.server.connection.rawConnection, run.id).pages()) {
                for (const { record } of page) records.push(record);
            }
            return records;
        };
    },
    { sampleOn: 'postgres' },
);
