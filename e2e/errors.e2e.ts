import { type ID, Product, TaxCategory } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Like } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { DataHubChangeSet, DataHubCheckpoint, DataHubRecordError } from '../src/entities';
import { TransientError, UserError } from '../src/sdk/errors';
import { RecordReplayService } from '../src/services/quarantine/record-replay.service';
import { UndoService } from '../src/services/undo/undo.service';
import { describeOnEachDatabase } from './support/each-database';
import { type Definition, given, PipelineShop } from './support/pipeline-shop';
import { load, transform } from './support/stage-pipelines';
import { namesExtractor, onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { trouble, troublesomeOperator } from './support/troublesome-operator';

type StepOptions = Partial<Omit<Definition['steps'][number], 'key' | 'type' | 'config'>>;

const throughput = { batchSize: 10, concurrency: 1 };

describeOnEachDatabase(
    'What goes wrong in a run',
    database => {
        let shop: PipelineShop;

        beforeAll(async () => {
            const adapters = [namesExtractor, taxCategoryLoader, troublesomeOperator];
            shop = await PipelineShop.boot({ database, databaseName: 'dhs_errors', dataHub: { adapters } });
        });
        afterEach(() => {
            delete trouble.on;
            delete onTheWay.beforePage;
            delete onTheWay.beforeApply;
        });
        afterAll(() => shop?.close());

        const read = (prefix: string, count: number, bad: number[] = []) =>
            ({ key: 'read', type: 'EXTRACT', config: { adapterCode: 'testNames', prefix, count, bad } }) as const;
        const shape = (options: StepOptions = {}) => ({ ...transform('shape', [{ op: 'testTrouble' }]), ...options });
        const write = (options: StepOptions = {}) => ({ ...load('write', 'testTaxCategory'), ...options });
        const written = (prefix: string) => shop.rows(TaxCategory).countBy({ name: Like(`${prefix}%`) });
        const errorsOf = (runId: ID) =>
            shop
                .rows(DataHubRecordError)
                .createQueryBuilder('error')
                .addSelect('error.record')
                .where({ runId })
                .orderBy('error.recordIndex')
                .getMany();
        const causes = async (runId: ID) =>
            (await errorsOf(runId)).map(({ record, cause }) => `${nameOf(record)} ${cause}`);
        /** Trouble with some records, each so many times. */
        const failing = (names: string[], times: number, error: () => Error) => {
            const left = new Map<unknown, number>(names.map(name => [name, times]));
            trouble.on = ({ name }) => {
                const times = left.get(name) ?? 0;
                left.set(name, times - 1);
                if (times > 0) throw error();
            };
        };
        const busy = () => new TransientError('service-busy', 'The service is busy.');

        describe('with one bad record in a thousand', () => {
            const context = { throughput: { batchSize: 250, concurrency: 2 } };

            it('loads the other 999 when the loader refuses it', async () => {
                const run = await shop.runToEnd({ steps: [read('one-', 1_000, [637]), write()], context });
                expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', read: 1_000, created: 999, rejected: 1 });
                expect(await written('one-')).toBe(999);
                expect(await errorsOf(run.id)).toMatchObject([
                    {
                        recordIndex: 637,
                        cause: 'bad-name',
                        state: 'OPEN',
                        record: { name: 'bad-one-637' },
                        step: 'write',
                    },
                ]);
            });

            it('loads the other 999 when the batch cannot be written with it', async () => {
                onTheWay.beforeApply = names =>
                    names.includes('poison-637') ? Promise.reject(new UserError('poison', 'No.')) : Promise.resolve();
                const run = await shop.runToEnd({ steps: [read('poison-', 1_000), write()], context });
                expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 999, rejected: 1 });
                expect(await written('poison-')).toBe(999);
                expect(await causes(run.id)).toEqual(['poison-637 poison']);
            });

            // SQLite takes any text, PostgreSQL none with a zero byte, MariaDB none that is longer than the column.
            it.skipIf(database.name === 'sqlite')(
                'loads the other 999 when the database does not take it',
                async () => {
                    trouble.on = record => {
                        if (record['name'] === 'long-637') record['name'] = `long-\u0000${'x'.repeat(300)}`;
                    };
                    const run = await shop.runToEnd({ steps: [read('long-', 1_000), shape(), write()], context });
                    expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 999, rejected: 1 });
                    expect(await written('long-')).toBe(999);
                    const [error] = await errorsOf(run.id);
                    expect(error).toMatchObject({ recordIndex: 637, state: 'OPEN', step: 'write' });
                },
            );
        });

        it('fails when every record did', async () => {
            const run = await shop.runToEnd({
                steps: [read('all-', 25, [...Array(25).keys()]), write()],
                context: { throughput },
            });
            expect(run).toMatchObject({ status: 'FAILED', created: 0, rejected: 25 });
            expect(run.error).toContain('All 25 records were rejected');
            expect(await errorsOf(run.id)).toHaveLength(25);
        });

        describe('as onError says', () => {
            const no = () => new UserError('service-said-no', 'The service said no.');

            it('REJECT: waits in the quarantine', async () => {
                failing(['reject-3', 'reject-14'], 9, no);
                const run = await shop.runToEnd({
                    steps: [read('reject-', 25), shape({ onError: 'REJECT' }), write()],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 23, rejected: 2 });
                expect(await causes(run.id)).toEqual(['reject-3 service-said-no', 'reject-14 service-said-no']);
            });

            it('SKIP: is left out, at operators and at loaders', async () => {
                failing(['skip-3', 'skip-14'], 9, no);
                const run = await shop.runToEnd({
                    steps: [read('skip-', 25, [7]), shape({ onError: 'SKIP' }), write({ onError: 'SKIP' })],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'COMPLETED', created: 22, rejected: 0 });
                expect(run.metrics?.steps).toMatchObject({ shape: { dropped: 2 }, write: { dropped: 1 } });
                expect(await errorsOf(run.id)).toEqual([]);
                const lines = await shop.linesOf(run.id);
                expect(lines.filter(line => line === '1 record of the batch failed and was left out.')).toHaveLength(3);
            });

            it('STOP: ends the run there, which goes on when the cause is gone', async () => {
                failing(['stop-14'], 1, no);
                const run = await shop.runToEnd({
                    steps: [read('stop-', 25), shape({ onError: 'STOP' }), write()],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'FAILED', created: 10, rejected: 0 });
                expect(run.error).toContain('The service said no.');
                expect(await written('stop-')).toBe(10);
                expect(await errorsOf(run.id)).toEqual([]);
                expect(await shop.resume(run.id)).toMatchObject({ status: 'COMPLETED', read: 25, created: 25 });
                expect(await written('stop-')).toBe(25);
            });

            it('STOP at a loader: rolls the batch of the record back', async () => {
                const run = await shop.runToEnd({
                    steps: [read('halt-', 25, [14]), write({ onError: 'STOP' })],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'FAILED', created: 10 });
                expect(run.error).toContain('"bad-halt-14" is bad.');
                expect(await written('halt-')).toBe(10);
                expect(await shop.rows(DataHubChangeSet).countBy({ runId: run.id })).toBe(10);
            });

            it('RETRY: goes on in its old place when another attempt helps', async () => {
                failing(['retry-3', 'retry-14'], 2, busy);
                const retryPerRecord = { maxRetries: 2, retryDelayMs: 5 };
                const run = await shop.runToEnd({
                    steps: [read('retry-', 25), shape({ onError: 'RETRY', retryPerRecord }), write()],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'COMPLETED', created: 25, rejected: 0 });
                const names = await shop
                    .rows(TaxCategory)
                    .find({ where: { name: Like('retry-%') }, order: { id: 'ASC' } });
                expect(names.map(({ name }) => name)).toEqual(Array.from({ length: 25 }, (_, n) => `retry-${n}`));
            });

            it('RETRY: waits in the quarantine when no attempt helps', async () => {
                failing(['tired-3', 'tired-14'], 3, busy);
                const retryPerRecord = { maxRetries: 2, retryDelayMs: 5 };
                const run = await shop.runToEnd({
                    steps: [read('tired-', 25), shape({ onError: 'RETRY', retryPerRecord }), write()],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 23, rejected: 2 });
                expect(await causes(run.id)).toEqual(['tired-3 service-busy', 'tired-14 service-busy']);
            });

            it('RETRY at a loader: is written with the others of its batch', async () => {
                let alone = 0;
                onTheWay.beforeApply = names => {
                    if (!names.includes('late-14')) return Promise.resolve();
                    // The batch, its halves, and the record by itself.
                    if (names.length > 1 || alone++ === 0) return Promise.reject(new Error('torn'));
                    return Promise.resolve();
                };
                const run = await shop.runToEnd({
                    steps: [read('late-', 25), write({ onError: 'RETRY', retryPerRecord: { maxRetries: 2 } })],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'COMPLETED', created: 25, rejected: 0 });
                expect(alone).toBe(2);
                expect(await written('late-')).toBe(25);
            });
        });

        describe('beyond what is tolerated', () => {
            const bad = Array.from({ length: 30 }, (_, n) => n * 3);

            it('at a step ends the run and keeps what was committed', async () => {
                const run = await shop.runToEnd({
                    steps: [read('tol-', 300, bad), write({ tolerance: { maxRejected: 5 } })],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'FAILED', rejected: 7, created: 13 });
                expect(run.error).toContain('"write"');
                expect(await written('tol-')).toBe(13);
                expect(await errorsOf(run.id)).toHaveLength(7);
            });

            it('of the whole run counts the rejects of all steps', async () => {
                failing(
                    Array.from({ length: 20 }, (_, n) => `sum-${n * 3 + 1}`),
                    9,
                    () => new UserError('no', 'No.'),
                );
                const tolerance = { maxRejectedPercent: 40, minRecords: 30 };
                const run = await shop.runToEnd({
                    steps: [read('sum-', 300, bad), shape(), write()],
                    context: { throughput, errorHandling: { tolerance } },
                });
                expect(run).toMatchObject({ status: 'FAILED' });
                // Two thirds of the first thirty; neither step alone refuses more than a third.
                expect(run.created + run.rejected).toBe(30);
                expect(await written('sum-')).toBe(run.created);
            });

            it('and not before', async () => {
                const run = await shop.runToEnd({
                    steps: [read('few-', 300, bad), write({ tolerance: { maxRejected: 30 } })],
                    context: { throughput, errorHandling: { tolerance: { maxRejectedPercent: 10, minRecords: 300 } } },
                });
                expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', rejected: 30, created: 270 });
            });
        });

        describe('when its time is up', () => {
            /** Everything that a run which still went on would change. */
            const everything = async (prefix: string, runId: ID) => ({
                written: await written(prefix),
                ledger: await shop.rows(DataHubChangeSet).countBy({ runId }),
                checkpoint: (await shop.rows(DataHubCheckpoint).findOneBy({ runId }))?.data,
                run: await shop.run(runId),
            });
            const staysSo = async (prefix: string, runId: ID) => {
                const before = await everything(prefix, runId);
                await sleep(400);
                expect(await everything(prefix, runId)).toEqual(before);
                return before;
            };

            it('at an operator, stops at once', async () => {
                trouble.on = async ({ name }) => void (name === 'slow-14' && (await sleep(700)));
                const run = await shop.runToEnd({
                    steps: [read('slow-', 45), shape({ timeoutMs: 250 }), write()],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'TIMEOUT', created: 10 });
                expect(run.error).toContain('"shape"');
                expect((await staysSo('slow-', run.id)).written).toBe(10);
                await expect(shop.resume(run.id)).rejects.toThrow('is TIMEOUT and cannot be resumed: its time was up');
            });

            it('at a source, stops at once', async () => {
                onTheWay.beforePage = async names => void (names.includes('page-20') && (await sleep(700)));
                const run = await shop.runToEnd({
                    steps: [{ ...read('page-', 45), timeoutMs: 250 }, write()],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'TIMEOUT' });
                expect(run.error).toContain('"read"');
                expect((await staysSo('page-', run.id)).written).toBe(run.created);
            });

            it('at a loader, rolls its batch back', async () => {
                onTheWay.beforeApply = async names => void (names.includes('hold-14') && (await sleep(500)));
                const run = await shop.runToEnd({
                    steps: [read('hold-', 45), write({ timeoutMs: 300 })],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'TIMEOUT', created: 10 });
                expect((await staysSo('hold-', run.id)).written).toBe(10);
            });

            it('as a whole, stops wherever it is', async () => {
                onTheWay.beforePage = () => sleep(60);
                const run = await shop.runToEnd({
                    steps: [read('whole-', 600), write()],
                    context: { throughput, timeoutMs: 1_000 },
                });
                expect(run).toMatchObject({ status: 'TIMEOUT' });
                expect(run.error).toContain('1000 ms');
                const { written, ledger } = await staysSo('whole-', run.id);
                expect([written, ledger]).toEqual([run.created, run.created]);
                expect(written).toBeGreaterThan(0);
                expect(written).toBeLessThan(600);
            });

            it('in a loader that hangs, gives it up, and what it still sends comes to nothing', async () => {
                let go = (): void => undefined;
                const released = new Promise<void>(resolve => (go = resolve));
                onTheWay.beforeApply = names => (names.includes('hang-14') ? released : Promise.resolve());
                const run = await shop.runToEnd({
                    steps: [read('hang-', 45), write({ timeoutMs: 200 })],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'TIMEOUT', created: 10 });
                go();
                expect((await staysSo('hang-', run.id)).written).toBe(10);
            });
        });

        describe('once it has been undone', () => {
            const products = (prefix: string, count: number) =>
                Array.from({ length: count }, (_, n) => ({ slug: `${prefix}${n}`, name: `${prefix}${n}` }));
            const undo = async (runId: ID, options: { dryRun?: boolean } = {}) => {
                const { app, ctx } = shop.server;
                const { id } = await app.get(UndoService).undoRun(ctx, runId, { triggeredBy: 'test', ...options });
                return id;
            };
            /** Stops after two of three batches. */
            const failed = async (prefix: string) => {
                failing([`${prefix}25`], 1, () => new UserError('no', 'No.'));
                const run = await shop.runToEnd({
                    steps: [given('read', products(prefix, 30)), shape({ onError: 'STOP' }), load('write')],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'FAILED', created: 20 });
                return run.id;
            };
            const living = async (prefix: string) =>
                (await shop.rows(Product).find({ relations: { translations: true } })).filter(
                    ({ deletedAt, slug, translations }) =>
                        deletedAt === null && (slug ?? translations[0]!.slug).startsWith(prefix),
                ).length;

            it('cannot be resumed, but started anew', async () => {
                const runId = await failed('gone-');
                expect(await shop.execute(await undo(runId))).toMatchObject({ status: 'COMPLETED', deleted: 20 });
                await expect(shop.resume(runId)).rejects.toThrow(/has undone it/);
                expect(await shop.run(runId)).toMatchObject({ status: 'FAILED' });
                expect(await living('gone-')).toBe(0);
            });

            it('or is about to be', async () => {
                const runId = await failed('soon-');
                const undoing = await undo(runId);
                await expect(shop.resume(runId)).rejects.toThrow(`run ${undoing} has undone it, or is about to`);
                await shop.execute(undoing);
            });

            it('in a dry run only, can', async () => {
                const runId = await failed('dry-');
                expect(await shop.execute(await undo(runId, { dryRun: true }))).toMatchObject({ status: 'COMPLETED' });
                expect(await shop.resume(runId)).toMatchObject({ status: 'COMPLETED', created: 30 });
                expect(await living('dry-')).toBe(30);
            });

            it('sends what the undo left alone nowhere', async () => {
                const steps = [given('read', products('edit-', 3)), load('write')];
                const run = await shop.runToEnd({ steps, context: { throughput } });
                const edited = (await shop.rows(DataHubChangeSet).findBy({ runId: run.id }))[1]!;
                await shop.rows(Product).update({ id: edited.entityId! as ID }, { enabled: false });
                const undone = await shop.execute(await undo(run.id));
                expect(undone).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', deleted: 2 });
                const kept = await errorsOf(undone.id);
                expect(kept).not.toEqual([]);
                const { app, ctx } = shop.server;
                const replays = app.get(RecordReplayService);
                const nothing = { replayed: 0, runIds: [] };
                expect(await replays.replay(ctx, { runId: undone.id })).toEqual(nothing);
                expect(await replays.replay(ctx, { ids: kept.map(({ id }) => id) })).toEqual(nothing);
                expect((await errorsOf(undone.id)).map(({ state }) => state)).toEqual(kept.map(() => 'OPEN'));
            });
        });
    },
    { sampleOn: 'postgres' },
);

function nameOf(record: JsonObject | null): string {
    return typeof record?.['name'] === 'string' ? record['name'] : 'unknown';
}
