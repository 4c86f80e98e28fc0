import type { ID } from '@vendure/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import { openPluginDatabase, type PluginDatabase } from '../../../e2e/support/plugin-database';
import { pendingRun, pipelineRow } from '../../../e2e/support/run-rows';
import type { Checkpoint, StageProgress } from '../../../shared/run';
import { TypeOrmUnitOfWork } from '../../catalog/sql/unit-of-work';
import { DataHubRecordError, DataHubRecordRetryAudit, PipelineRun } from '../../entities';
import { definitionSchema, type PipelineDefinitionInput } from '../../sdk/definition/definition';
import { builtInRegistry } from '../../validation/built-in-registry';
import { replayDefinition } from './replay-definition';
import { progressOf, reopenUnsettled } from './replay-ends';

const registry = builtInRegistry();

const checkpoint = (stages: Record<string, StageProgress>, batchSize = 10): Checkpoint => ({
    version: 2,
    stages,
    batchSize,
    sourceFingerprints: {},
    metrics: { steps: {} },
});

function replayOf(steps: PipelineDefinitionInput['steps'], ...refusedAt: string[]) {
    return replayDefinition(definitionSchema.parse({ version: 1, steps }), 'replay-1', refusedAt);
}

const fused = replayOf(
    [
        { key: 'read', type: 'EXTRACT' },
        { key: 'check', type: 'VALIDATE', config: { rules: [{ field: 'a', required: true }] } },
        { key: 'load', type: 'LOAD', config: { adapterCode: 'product' } },
    ],
    'check',
    'load',
);
const gated = replayOf(
    [
        { key: 'read', type: 'EXTRACT' },
        { key: 'check', type: 'VALIDATE', config: { rules: [{ field: 'a', required: true }] } },
        { key: 'wait', type: 'GATE', config: { approvalType: 'MANUAL' } },
        { key: 'load', type: 'LOAD', config: { adapterCode: 'product' } },
    ],
    'check',
);

describe('progress of a replay', () => {
    it('is that of its only stage, whose sources are read in order', () => {
        const stage = 'quarantine-check';
        const progress = progressOf(fused, checkpoint({ [stage]: { settledBatches: 1, settledAhead: [3] } }), registry);
        expect(progress.sources).toEqual([{ refusedAt: 'check' }, { refusedAt: 'load' }]);
        expect([0, 1, 2, 3, 4].filter(batch => progress.isSettled(batch))).toEqual([0, 3]);
        expect(progress.batchSize).toBe(10);
    });

    it('is none before the first batch', () => {
        expect(progressOf(fused, undefined, registry).isSettled(0)).toBe(false);
    });

    it('is none while records may wait between stages', () => {
        const first = { settledBatches: 9, settledAhead: [], complete: true };
        const open = progressOf(gated, checkpoint({ 'quarantine-check': first }), registry);
        expect(open.isSettled(0)).toBe(false);
        const done = checkpoint({ 'quarantine-check': first, load: first });
        expect(progressOf(gated, done, registry).isSettled(0)).toBe(true);
    });
});

describeOnEachDatabase('After a replay that ended early', testDatabase => {
    let database: PluginDatabase;
    let units: TypeOrmUnitOfWork;
    let pipelineId: ID;
    let runId: ID;
    let replayRunId: ID;

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, 'q_replay_ends');
        units = new TypeOrmUnitOfWork(database.connection, database.ctx);
        pipelineId = await pipelineRow(database.dataSource);
    });
    afterAll(() => database.close());
    beforeEach(async () => {
        await rows(PipelineRun).createQueryBuilder().delete().execute();
        runId = await pendingRun(database.dataSource, pipelineId);
        replayRunId = await pendingRun(database.dataSource, pipelineId, { kind: 'REPLAY', status: 'FAILED' });
    });

    const rows = <T extends object>(entity: new () => T) => database.dataSource.getRepository(entity);
    const refused = (steps: string[], values: object = {}) => {
        const row = { pipelineId, revision: 1, sourceStep: 'read', cause: 'bad', kind: 'USER', message: 'It is bad.' };
        const replayed = { runId, state: 'REPLAYED', replayId: 'replay-1', replayRunId };
        return rows(DataHubRecordError).insert(
            steps.map((step, recordIndex) => ({ ...row, ...replayed, step, recordIndex, ...values })) as object[],
        );
    };
    const reopen = (progress: ReturnType<typeof progressOf>) =>
        units.transaction(scope => reopenUnsettled(scope, replayRunId, progress));
    const openOnes = async () =>
        (await rows(DataHubRecordError).find({ where: { runId, state: 'OPEN' }, order: { id: 'ASC' } })).map(
            ({ step, recordIndex }) => `${step}${recordIndex}`,
        );

    it('opens exactly the records of batches that have not settled, source by source', async () => {
        // Read: check0 check2 | check4, then load1 load3 | load5, in batches of two.
        await refused(['check', 'load', 'check', 'load', 'check', 'load']);
        const stage = { settledBatches: 1, settledAhead: [3] };
        const progress = progressOf(fused, checkpoint({ 'quarantine-check': stage }, 2), registry);
        expect(await reopen(progress)).toBe(3);
        expect(await openOnes()).toEqual(['load1', 'load3', 'check4']);
        expect(await reopen(progress)).toBe(0);
        const trail = await rows(DataHubRecordRetryAudit).find();
        expect(trail.map(({ action, fromState, toState }) => [action, fromState, toState])).toEqual([
            ['REOPEN', 'REPLAYED', 'OPEN'],
            ['REOPEN', 'REPLAYED', 'OPEN'],
            ['REOPEN', 'REPLAYED', 'OPEN'],
        ]);
    });

    it('leaves those alone that were refused again, ignored meanwhile, or sent by another replay', async () => {
        await refused(['load', 'load', 'load', 'load']);
        const [again, ignored, elsewhere] = await rows(DataHubRecordError).find({ order: { id: 'ASC' } });
        await refused(['load'], {
            runId: replayRunId,
            state: 'OPEN',
            replayId: null,
            replayRunId: null,
            replayOf: again!.id,
        });
        await rows(DataHubRecordError).update({ id: ignored!.id }, { state: 'IGNORED' });
        await rows(DataHubRecordError).update({ id: elsewhere!.id }, { replayRunId: runId });
        expect(await reopen(progressOf(fused, undefined, registry))).toBe(1);
        expect(await openOnes()).toEqual(['load3']);
    });

    it('opens many thousand in pages', async () => {
        for (let part = 0; part < 5; part++) await refused(Array.from({ length: 500 }, () => 'load'));
        const stage = { settledBatches: 100, settledAhead: [] };
        expect(await reopen(progressOf(fused, checkpoint({ 'quarantine-check': stage }), registry))).toBe(1_500);
    });
});
