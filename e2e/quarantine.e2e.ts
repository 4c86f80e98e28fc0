import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ID, LanguageCode, ProductService, TaxCategory } from '@vendure/core';
import { Like } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../shared/json';
import { DataHubChangeSet, DataHubRecordError, DataHubRecordRetryAudit, Pipeline, PipelineRun } from '../src/entities';
import { DataHubPlugin } from '../src/data-hub.plugin';
import { UserError } from '../src/sdk/errors';
import type { PipelineDefinitionInput } from '../src/sdk/definition/definition';
import { config } from '../src/sdk/field';
import { defineLoader } from '../src/sdk/loader';
import { reject } from '../src/sdk/outcome';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { PipelineService } from '../src/services/pipeline.service';
import { RecordEditService } from '../src/services/quarantine/record-edit.service';
import { RecordReplayService } from '../src/services/quarantine/record-replay.service';
import { ReplayReopeningService } from '../src/services/quarantine/replay-reopening.service';
import { WaitingRecordsService } from '../src/services/quarantine/waiting-records.service';
import { RecordErrorStateService } from '../src/services/record-error-state.service';
import { UploadService } from '../src/services/upload.service';
import { describeOnEachDatabase } from './support/each-database';
import { statementsOf } from './support/statements';
import { onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { type BootedVendure, bootVendure } from './support/vendure';

describeOnEachDatabase(
    'Quarantine',
    database => {
        let vendure: BootedVendure;
        let codes = 0;

        beforeAll(async () => {
            vendure = await bootVendure({
                database,
                databaseName: 'q_quarantine',
                plugins: [DataHubPlugin.init({ adapters: [taxCategoryLoader, stubbornLoader] })],
            });
        });
        afterAll(() => vendure?.close());

        const rows = <T extends object>(entity: new () => T) => vendure.connection.rawConnection.getRepository(entity);
        const edits = () => vendure.app.get(RecordEditService);
        const replays = () => vendure.app.get(RecordReplayService);
        const runner = () => vendure.app.get(PipelineRunnerService);

        const pipelineOf = async (definition: PipelineDefinitionInput): Promise<Pipeline> => {
            const code = `quarantine-${++codes}`;
            return (await vendure.app
                .get(PipelineService)
                .create(vendure.ctx, { code, name: code, definition })) as Pipeline;
        };
        const names = (records: JsonObject[], batchSize = 100) =>
            pipelineOf({
                version: 1,
                steps: [
                    { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records } },
                    {
                        key: 'check',
                        type: 'VALIDATE',
                        config: { rules: [{ field: 'name', required: true }] },
                    },
                    { key: 'load', type: 'LOAD', config: { adapterCode: 'testTaxCategory' } },
                ],
                context: { throughput: { batchSize, concurrency: 1 } },
            });
        const execute = async (runId: ID): Promise<PipelineRun> => {
            await runner().execute(runId);
            return rows(PipelineRun).findOneByOrFail({ id: runId });
        };
        const run = async (pipeline: Pipeline, options: { dryRun?: boolean } = {}): Promise<PipelineRun> =>
            execute((await runner().enqueue(vendure.ctx, pipeline.id, { triggeredBy: 'test', ...options })).id);
        // Widened: TypeORM's partial type does not end on the JSON of a definition.
        const change = ({ id }: Pipeline, values: object) => rows<object>(Pipeline).update({ id }, values);
        const refusedIn = (runId: ID) =>
            rows(DataHubRecordError)
                .createQueryBuilder('error')
                .addSelect('error.record')
                .where({ runId })
                .orderBy('error.id')
                .getMany();

        it('keeps the one bad record in a thousand, and takes it when it is corrected', async () => {
            const records = Array.from({ length: 1_000 }, (_, i) => ({
                name: `${i === 500 ? 'bad-' : ''}one-in-1000-${i}`,
            }));
            const first = await run(await names(records));
            expect(first).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 999, rejected: 1 });
            const [refused] = await refusedIn(first.id);
            expect(refused).toMatchObject({
                state: 'OPEN',
                step: 'load',
                sourceStep: 'read',
                recordIndex: 500,
                record: { name: 'bad-one-in-1000-500' },
                replayId: null,
            });
            expect(refused!.stage).toEqual(expect.any(String));

            const patch = [{ path: 'name', op: 'SET' as const, value: 'one-in-1000-500' }];
            expect(await edits().edit(vendure.ctx, { ids: [refused!.id], patch })).toBe(1);
            const { replayed, runIds } = await replays().replay(vendure.ctx, { runId: first.id, cause: 'bad-name' });
            expect([replayed, runIds.length]).toEqual([1, 1]);
            const replay = await execute(runIds[0]!);
            expect(replay).toMatchObject({ status: 'COMPLETED', kind: 'REPLAY', read: 1, created: 1, rejected: 0 });
            expect(await rows(DataHubChangeSet).findOneByOrFail({ runId: replay.id })).toMatchObject({
                recordIndex: 500,
                recordKey: 'one-in-1000-500',
            });
            const trail = await rows(DataHubRecordRetryAudit).find({
                where: { recordErrorId: refused!.id },
                order: { id: 'ASC' },
            });
            expect(trail.map(({ action, fromState, toState, edits }) => [action, fromState, toState, edits])).toEqual([
                ['EDIT', 'OPEN', 'OPEN', [{ path: 'name', before: 'bad-one-in-1000-500', after: 'one-in-1000-500' }]],
                ['REPLAY', 'OPEN', 'REPLAYED', null],
            ]);
            expect((await refusedIn(first.id))[0]).toMatchObject({ state: 'REPLAYED', replayRunId: replay.id });
        });

        it('edits and replays two thousand records with a handful of statements', async () => {
            const countFor = async (size: number) => {
                const pipeline = await names(
                    Array.from({ length: size }, (_, i) => ({ name: `bad-many-${size}-${i}` })),
                );
                const first = await run(pipeline);
                // What follows the end of a run is over by then.
                await sleep(500);
                const cause = { pipelineId: pipeline.id, cause: 'bad-name' };
                const patch = [{ path: 'checked.by', op: 'SET' as const, value: 'me' }];
                const editing = await statementsOf(vendure.connection.rawConnection, async () => {
                    expect(await edits().edit(vendure.ctx, { ...cause, patch })).toBe(size);
                });
                const replaying = await statementsOf(vendure.connection.rawConnection, async () => {
                    expect(await replays().replay(vendure.ctx, cause)).toMatchObject({ replayed: size });
                });
                expect(
                    (await refusedIn(first.id)).every(({ state, record }) => state === 'REPLAYED' && record!.checked),
                ).toBe(true);
                const ours = (statements: typeof editing) =>
                    statements.filter(({ sql }) => /data_hub_/.test(sql)).length;
                return [ours(editing), ours(replaying)];
            };
            const few = await countFor(10);
            const many = await countFor(2_000);
            // Four and three statements for each thousand, and one that finds no more.
            expect(few[0]).toBe(4);
            expect(few[1]).toBeLessThanOrEqual(10);
            expect(many).toEqual([few[0]! + 4 + 1, few[1]! + 3 + 1]);
        });

        it('keeps what is refused again as a record of its own', async () => {
            const pipeline = await names([{ name: 'bad-a' }, { name: 'bad-b' }, {}]);
            const first = await run(pipeline);
            const [a] = (await refusedIn(first.id)).filter(({ record }) => record!.name === 'bad-a');
            await edits().edit(vendure.ctx, { ids: [a!.id], patch: [{ path: 'name', op: 'SET', value: 'again-a' }] });
            const { replayed, runIds } = await replays().replay(vendure.ctx, { pipelineId: pipeline.id });
            expect([replayed, runIds.length]).toEqual([3, 1]);
            expect(await execute(runIds[0]!)).toMatchObject({
                status: 'COMPLETED_WITH_ERRORS',
                read: 3,
                created: 1,
                rejected: 2,
            });
            const before = await refusedIn(first.id);
            expect(before.map(({ state }) => state)).toEqual(['REPLAYED', 'REPLAYED', 'REPLAYED']);
            const after = await refusedIn(runIds[0]!);
            const placeOf = ({ step, sourceStep, recordIndex, state }: DataHubRecordError) => [
                step,
                sourceStep,
                recordIndex,
                state,
            ];
            expect(after.map(placeOf).sort()).toEqual([
                ['check', 'read', 2, 'OPEN'],
                ['load', 'read', 1, 'OPEN'],
            ]);
            for (const row of after) {
                expect(row.replayOf).toBe(before.find(({ recordIndex }) => recordIndex === row.recordIndex)!.id);
            }
        });

        it('takes a line that could not be read once somebody has written it', async () => {
            const text = '{"name":"readable-1"}\n{"name":\n{"name":"readable-3"}\n';
            const { uploadId } = await vendure.app
                .get(UploadService)
                .store(Readable.from([Buffer.from(text)]), 'names.ndjson');
            const pipeline = await pipelineOf({
                version: 1,
                steps: [
                    { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file', uploadId } },
                    { key: 'load', type: 'LOAD', config: { adapterCode: 'testTaxCategory' } },
                ],
            });
            const first = await run(pipeline);
            const [line] = await refusedIn(first.id);
            expect(line).toMatchObject({ step: 'read', line: 2, record: null, raw: '{"name":' });
            expect(await replays().replay(vendure.ctx, { ids: [line!.id] })).toEqual({ replayed: 0, runIds: [] });
            await edits().edit(vendure.ctx, {
                ids: [line!.id],
                patch: [{ path: 'name', op: 'SET', value: 'readable-2' }],
            });
            const { runIds } = await replays().replay(vendure.ctx, { ids: [line!.id] });
            expect(await execute(runIds[0]!)).toMatchObject({ status: 'COMPLETED', created: 1 });
            expect(await rows(DataHubChangeSet).findOneByOrFail({ runId: runIds[0]! })).toMatchObject({
                file: 'names.ndjson',
                line: 2,
                recordKey: 'readable-2',
            });
        });

        it('replays what a plan has refused as a plan', async () => {
            const plan = await run(await names([{ name: 'bad-plan' }]), { dryRun: true });
            const { runIds } = await replays().replay(vendure.ctx, { runId: plan.id });
            expect(await execute(runIds[0]!)).toMatchObject({ dryRun: true, rejected: 1 });
        });

        it('opens again what a cancelled replay did not come to, and takes it back when the replay is resumed', async () => {
            const count = 25;
            const pipeline = await names(
                Array.from({ length: count }, (_, i) => ({ name: `bad-stop-${i}` })),
                10,
            );
            const first = await run(pipeline);
            for (const { id, record } of await refusedIn(first.id)) {
                const value = (record!.name as string).slice(4);
                await edits().edit(vendure.ctx, { ids: [id], patch: [{ path: 'name', op: 'SET', value }] });
            }
            const statesOf = async () => {
                const states = (await refusedIn(first.id)).map(({ state }) => state);
                return [
                    states.filter(state => state === 'REPLAYED').length,
                    states.filter(state => state === 'OPEN').length,
                ];
            };
            const loaded = () => rows(TaxCategory).countBy({ name: Like('stop-%') });
            const { runIds } = await replays().replay(vendure.ctx, { runId: first.id });
            const replayId = runIds[0]!;
            expect(await statesOf()).toEqual([count, 0]);
            const states = vendure.app.get(RecordErrorStateService);
            expect(await states.setState(vendure.ctx, { state: 'IGNORED', runId: first.id, cause: 'bad-name' })).toBe(
                0,
            );

            await runner().cancel(vendure.ctx, replayId);
            await until(async () => (await statesOf())[1] === count);
            await runner().resume(vendure.ctx, replayId, { resumedBy: 'test' });
            expect(await statesOf()).toEqual([count, 0]);

            let batches = 0;
            onTheWay.beforeApply = async () => {
                if (++batches === 2)
                    await rows(PipelineRun)
                        .update({ id: replayId }, { cancelRequested: true })
                        .then(() => sleep(1_200));
            };
            const stopped = await execute(replayId);
            delete onTheWay.beforeApply;
            expect(stopped).toMatchObject({ status: 'CANCELLED', created: 20 });
            await until(async () => (await statesOf())[1] === count - 20);
            expect(await loaded()).toBe(20);
            expect(await vendure.app.get(ReplayReopeningService).reopenAll()).toBe(0);

            await runner().resume(vendure.ctx, replayId, { resumedBy: 'test' });
            expect(await execute(replayId)).toMatchObject({ status: 'COMPLETED', created: count });
            expect([await statesOf(), await loaded()]).toEqual([[count, 0], count]);
        });

        it('does not resume a replay whose records went on in another one', async () => {
            const first = await run(
                await names(
                    Array.from({ length: 3 }, (_, i) => ({ name: `bad-taken-${i}` })),
                    1,
                ),
            );
            for (const { id, recordIndex } of await refusedIn(first.id)) {
                const value = `taken-${recordIndex}`;
                await edits().edit(vendure.ctx, { ids: [id], patch: [{ path: 'name', op: 'SET', value }] });
            }
            const { runIds } = await replays().replay(vendure.ctx, { runId: first.id });
            const replayId = runIds[0]!;
            onTheWay.beforeApply = async () => {
                await rows(PipelineRun).update({ id: replayId }, { cancelRequested: true });
                await sleep(1_200);
            };
            expect(await execute(replayId)).toMatchObject({ status: 'CANCELLED' });
            delete onTheWay.beforeApply;
            await until(async () => (await refusedIn(first.id)).some(({ state }) => state === 'OPEN'));
            const second = await replays().replay(vendure.ctx, { runId: first.id });
            expect(second.replayed).toBeLessThan(3);
            await execute(second.runIds[0]!);
            await runner().resume(vendure.ctx, replayId, { resumedBy: 'test' });
            const resumed = await execute(replayId);
            expect(resumed).toMatchObject({
                status: 'FAILED',
                error: expect.stringContaining('changed since') as string,
            });
            expect((await refusedIn(first.id)).map(({ state }) => state)).toEqual(['REPLAYED', 'REPLAYED', 'REPLAYED']);
            expect(await rows(TaxCategory).countBy({ name: Like('taken-%') })).toBe(3);
        });

        it('names what keeps records from being sent again', async () => {
            const pipeline = await names([{ name: 'bad-gone' }]);
            const first = await run(pipeline);
            const replay = () => replays().replay(vendure.ctx, { runId: first.id });
            const stored = await rows(Pipeline).findOneByOrFail({ id: pipeline.id });
            const definition = structuredClone(stored.definition);
            definition.steps[2]!.key = 'write';
            await change(pipeline, { definition });
            await expect(replay()).rejects.toThrow('The pipeline has no step "load" any more');
            await change(pipeline, { definition: stored.definition, enabled: false });
            await expect(replay()).rejects.toThrow('is disabled');
            expect((await refusedIn(first.id))[0]).toMatchObject({ state: 'OPEN', replayId: null });
            expect(await rows(PipelineRun).countBy({ pipelineId: pipeline.id })).toBe(1);
        });

        it('sends each record once when two people ask at the same time', async () => {
            const first = await run(await names(Array.from({ length: 50 }, (_, i) => ({ name: `bad-race-${i}` }))));
            const both = await Promise.all([1, 2].map(() => replays().replay(vendure.ctx, { runId: first.id })));
            expect(both.map(({ replayed }) => replayed).sort()).toEqual([0, 50]);
            expect(both.flatMap(({ runIds }) => runIds)).toHaveLength(1);
        });

        describe('records that wait for a reference', () => {
            const variants = (records: JsonObject[]) =>
                pipelineOf({
                    version: 1,
                    steps: [
                        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records } },
                        { key: 'load', type: 'LOAD', config: { adapterCode: 'productVariant' } },
                    ],
                });
            const products = (records: JsonObject[]) =>
                pipelineOf({
                    version: 1,
                    steps: [
                        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records } },
                        { key: 'load', type: 'LOAD', config: { adapterCode: 'product' } },
                    ],
                });
            const replayOf = async (pipeline: Pipeline) => {
                const where = { pipelineId: pipeline.id, kind: 'REPLAY' as const, status: 'PENDING' as const };
                await until(async () => (await rows(PipelineRun).countBy(where)) > 0);
                return rows(PipelineRun).findOneByOrFail(where);
            };

            it('go on at the end of the run that has created it', async () => {
                const waiting = await variants([
                    { sku: 'W-1', product: 'late-product', price: 100 },
                    { sku: 'W-2', product: 'never-product', price: 100 },
                ]);
                const first = await run(waiting);
                expect((await refusedIn(first.id)).map(({ waitsFor }) => waitsFor)).toEqual([
                    'Product:late-product',
                    'Product:never-product',
                ]);
                await run(await products([{ slug: 'late-product', name: 'Late', variants: [] }]));
                const replay = await replayOf(waiting);
                expect(replay).toMatchObject({ triggeredBy: 'reference arrived', channelId: first.channelId });
                expect(await execute(replay.id)).toMatchObject({ status: 'COMPLETED', created: 1, read: 1 });
                expect((await refusedIn(first.id)).map(({ state, autoReplays }) => [state, autoReplays])).toEqual([
                    ['REPLAYED', 1],
                    ['OPEN', 0],
                ]);
            });

            it('go on when somebody creates it in the Admin UI', async () => {
                const waiting = await variants([{ sku: 'W-3', product: 'made-by-hand', price: 100 }]);
                await run(waiting);
                await vendure.app.get(ProductService).create(vendure.ctx, {
                    translations: [
                        { languageCode: LanguageCode.en, name: 'By hand', slug: 'made-by-hand', description: '' },
                    ],
                });
                expect(await execute((await replayOf(waiting)).id)).toMatchObject({ created: 1 });
            });

            it('wait for a person once somebody has edited them: an automatic replay has the rights of the first run', async () => {
                const waiting = await variants([
                    { sku: 'W-7', product: 'edited-product', price: 100 },
                    { sku: 'W-8', product: 'edited-product', price: 100 },
                ]);
                const first = await run(waiting);
                const [edited] = await refusedIn(first.id);
                const patch = [{ path: 'price', op: 'SET' as const, value: 1 }];
                expect(await edits().edit(vendure.ctx, { ids: [edited!.id], patch })).toBe(1);
                await run(await products([{ slug: 'edited-product', name: 'Edited', variants: [] }]));
                expect(await execute((await replayOf(waiting)).id)).toMatchObject({ created: 1, read: 1 });
                expect(await vendure.app.get(WaitingRecordsService).wakeAll()).toBe(0);
                expect((await refusedIn(first.id)).map(({ state, waitsFor }) => [state, waitsFor])).toEqual([
                    ['OPEN', null],
                    ['REPLAYED', 'Product:edited-product'],
                ]);
                expect(await replays().replay(vendure.ctx, { ids: [edited!.id] })).toMatchObject({ replayed: 1 });
            });

            it('wait for a person after three attempts', async () => {
                const service = vendure.app.get(WaitingRecordsService);
                const stubborn = await pipelineOf({
                    version: 1,
                    steps: [
                        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records: [{ name: 'x' }] } },
                        { key: 'load', type: 'LOAD', config: { adapterCode: 'testStubborn' } },
                    ],
                });
                await run(stubborn);
                for (let attempt = 1; attempt <= 3; attempt++) {
                    expect(await service.wakeAll()).toBe(1);
                    await execute((await replayOf(stubborn)).id);
                }
                expect(await service.wakeAll()).toBe(0);
                const open = await rows(DataHubRecordError).find({ where: { pipelineId: stubborn.id, state: 'OPEN' } });
                expect(open).toMatchObject([
                    {
                        autoReplays: 3,
                        hint: 'Wait. It was sent again 3 times because "Product:late-product" was there, and waits for somebody now.',
                    },
                ]);
            });

            it('do not keep others waiting when their pipeline cannot run', async () => {
                const broken = await variants([{ sku: 'W-5', product: 'shared-product', price: 100 }]);
                const fine = await variants([{ sku: 'W-6', product: 'shared-product', price: 100 }]);
                await run(broken);
                await run(fine);
                const stored = await rows(Pipeline).findOneByOrFail({ id: broken.id });
                const definition = structuredClone(stored.definition);
                definition.steps[1]!.key = 'write';
                await change(broken, { definition });
                await run(await products([{ slug: 'shared-product', name: 'Shared', variants: [] }]));
                expect(await execute((await replayOf(fine)).id)).toMatchObject({ created: 1 });
            });
        });
    },
    { sampleOn: 'mariadb' },
);

/** Refuses everything, although what it asks for is there. */
const stubbornLoader = defineLoader({
    code: 'testStubborn',
    name: 'Stubborn (test)',
    description: 'Refuses.',
    category: 'test',
    guarantees: 'None.',
    entityType: 'Nothing',
    schema: config({}),
    record: z.looseObject({}),
    examples: [{ title: 'One', config: {}, record: {} }],
    create: async () => ({
        keysOf: () => [],
        nameOf: () => 'x',
        resolve: async () => undefined,
        compare: () => reject(new UserError('stubborn', 'No.', 'Wait.', { waitsFor: 'Product:late-product' })),
        apply: async () => undefined,
    }),
});

async function until(condition: () => Promise<boolean>): Promise<void> {
    for (let waited = 0; waited < 20_000; waited += 50) {
        if (await condition()) return;
        await sleep(50);
    }
    throw new Error('It did not happen within 20 seconds.');
}
