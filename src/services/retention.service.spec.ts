import type { ID } from '@vendure/core';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { describeOnEachDatabase } from '../../e2e/support/each-database';
import { openPluginDatabase, type PluginDatabase } from '../../e2e/support/plugin-database';
import { pendingRun, pipelineRow } from '../../e2e/support/run-rows';
import { statementsOf } from '../../e2e/support/statements';
import {
    DataHubChangeSet,
    DataHubCheckpoint,
    DataHubRecordError,
    DataHubRecordRetryAudit,
    PipelineLog,
    PipelineRun,
    type RunStatus,
} from '../entities';
import { DataHubReference } from '../entities/data-hub-reference.entity';
import { resumeRun } from './resume-run';
import { RetentionService } from './retention.service';
import { SettingsService } from './settings/settings.service';

const dayMs = 24 * 60 * 60 * 1000;
const signal = new AbortController().signal;

describeOnEachDatabase('RetentionService', testDatabase => {
    let database: PluginDatabase;
    let settings: SettingsService;
    let retention: RetentionService;
    let pipelineId: ID;

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, 'dhn_retention');
        settings = new SettingsService(database.connection);
        retention = new RetentionService(database.connection, settings);
        pipelineId = await pipelineRow(database.dataSource);
    });
    afterAll(() => database.close());
    beforeEach(async () => {
        await rows(PipelineRun).createQueryBuilder().delete().execute();
        await settings.update(database.ctx, {
            runRetentionDays: 90,
            planRetentionDays: 14,
            logRetentionDays: 30,
            ledgerRetentionDays: null,
        });
    });

    const rows = <T extends object>(entity: new () => T) => database.dataSource.getRepository(entity);
    const endedRun = (daysAgo: number, values: { status?: RunStatus; dryRun?: boolean; rejected?: number } = {}) => {
        const finishedAt = new Date(Date.now() - daysAgo * dayMs);
        return pendingRun(database.dataSource, pipelineId, { status: 'COMPLETED', finishedAt, ...values });
    };
    /** `count` rows of each kind, and a checkpoint. */
    const fill = async (runId: ID, count: number) => {
        const numbers = Array.from({ length: count }, (_, index) => index);
        const common = { runId, pipelineId, step: 'load', recordIndex: 0, fields: [] };
        const change = { ...common, recordKey: 'a', action: 'CREATE', entityType: 'Product', entityKey: 'a' };
        const error = { ...common, revision: 1, sourceStep: 'read', cause: 'bad', kind: 'USER', message: 'Bad.' };
        const insert = (entity: new () => object, values: object[]) =>
            database.dataSource.createQueryBuilder().insert().into(entity).values(values).updateEntity(false).execute();
        for (let from = 0; from < count; from += 500) {
            const some = numbers.slice(from, from + 500);
            await insert(
                DataHubChangeSet,
                some.map(() => change),
            );
            await insert(
                DataHubRecordError,
                some.map(() => error),
            );
            await insert(
                PipelineLog,
                some.map(index => ({ runId, index, level: 'INFO', message: 'Line' })),
            );
        }
        const errors = await rows(DataHubRecordError).find({ where: { runId }, select: { id: true } });
        const entry = { action: 'IGNORE', fromState: 'OPEN', toState: 'IGNORED' };
        for (let from = 0; from < errors.length; from += 500) {
            const some = errors.slice(from, from + 500);
            await insert(
                DataHubRecordRetryAudit,
                some.flatMap(({ id: recordErrorId }) => [1, 2].map(() => ({ ...entry, recordErrorId }))),
            );
        }
        if (!(await rows(DataHubCheckpoint).countBy({ runId }))) {
            await insert(DataHubCheckpoint, [{ runId, data: { version: 2 } }]);
        }
    };
    const kept = async (runId: ID) => ({
        run: await rows(PipelineRun).countBy({ id: runId }),
        changes: await rows(DataHubChangeSet).countBy({ runId }),
        errors: await rows(DataHubRecordError).countBy({ runId }),
        logs: await rows(PipelineLog).countBy({ runId }),
        checkpoint: await rows(DataHubCheckpoint).countBy({ runId }),
    });
    const nothing = { run: 0, changes: 0, errors: 0, logs: 0, checkpoint: 0 };
    const everything = { run: 1, changes: 3, errors: 3, logs: 3, checkpoint: 1 };

    it('deletes what is older than the settings say, and nothing else', async () => {
        const ages = [91, 89, 29];
        const [old, middle, young] = await Promise.all(ages.map(days => endedRun(days)));
        const [oldPlan, youngPlan] = await Promise.all([15, 13].map(days => endedRun(days, { dryRun: true })));
        for (const runId of [old, middle, young, oldPlan, youngPlan]) await fill(runId!, 3);

        expect(await retention.deleteExpired(signal)).toEqual({ runs: 2, rows: 2 * (3 * 3 + 6) + 3 });
        expect(await kept(old!)).toEqual(nothing);
        expect(await kept(oldPlan!)).toEqual(nothing);
        expect(await kept(middle!)).toEqual({ ...everything, logs: 0 });
        expect(await kept(young!)).toEqual(everything);
        expect(await kept(youngPlan!)).toEqual(everything);
        expect(await rows(DataHubRecordRetryAudit).count()).toBe(3 * 6);
        expect(await retention.deleteExpired(signal)).toEqual({ runs: 0, rows: 0 });
    });

    it('deletes natural keys that were claimed yesterday, and no other references', async () => {
        const of = (source: string, externalId: string, updatedAt: Date) => ({
            source,
            entityType: 'key',
            externalId,
            entityId: '1',
            updatedAt,
        });
        const [old, now] = [new Date(Date.now() - 2 * dayMs), new Date()];
        const values = [of('claim', 'old', old), of('claim', 'new', now), of('erp', 'old', old)];
        await rows(DataHubReference).createQueryBuilder().insert().values(values).execute();
        await retention.deleteExpired(signal);
        const left = await rows(DataHubReference).find({ order: { id: 'ASC' } });
        expect(left.map(({ source, externalId }) => `${source} ${externalId}`)).toEqual(['claim new', 'erp old']);
        await rows(DataHubReference).createQueryBuilder().delete().execute();
    });

    it('deletes what was planned at a gate as soon as other plans, and keeps what was written', async () => {
        const [old, young] = [await endedRun(15), await endedRun(13)];
        for (const runId of [old, young]) {
            await fill(runId, 2);
            await rows(DataHubChangeSet).update({ runId }, { planned: true, applied: false });
            await fill(runId, 3);
        }
        await retention.deleteExpired(signal);
        expect(await rows(DataHubChangeSet).countBy({ runId: old, planned: true })).toBe(0);
        expect(await rows(DataHubChangeSet).countBy({ runId: old, planned: false })).toBe(3);
        expect(await rows(DataHubChangeSet).countBy({ runId: young, planned: true })).toBe(2);
    });

    it('deletes change sets before their run when it is told to', async () => {
        const [old, young] = [await endedRun(61), await endedRun(59)];
        const plan = await endedRun(13, { dryRun: true });
        for (const runId of [old, young, plan]) await fill(runId, 3);
        await settings.update(database.ctx, { ledgerRetentionDays: 60, logRetentionDays: 100 });
        await retention.deleteExpired(signal);
        expect(await kept(old)).toEqual({ ...everything, changes: 0 });
        expect(await kept(young)).toEqual(everything);
        expect(await kept(plan)).toEqual(everything);
    });

    it.each(['PENDING', 'RUNNING', 'PAUSED'] as const)('leaves a run that is %s alone, however old', async status => {
        const runId = await endedRun(1_000, { status });
        await fill(runId, 3);
        expect(await retention.deleteExpired(signal)).toEqual({ runs: 0, rows: 0 });
        expect(await kept(runId)).toEqual(everything);
    });

    it.each(['COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'TIMEOUT'] as const)(
        'deletes runs that are %s',
        async status => {
            const runId = await endedRun(91, { status });
            await retention.deleteExpired(signal);
            expect((await kept(runId)).run).toBe(0);
        },
    );

    it('deletes at most a thousand rows with one statement, and leaves nothing to cascades', async () => {
        const runId = await endedRun(91);
        await fill(runId, 2_100);
        const perStatement: number[] = [];
        const statements = await statementsOf(database.dataSource, async () => {
            expect(await retention.deleteExpired(signal)).toEqual({ runs: 1, rows: 2_100 * 5 });
        });
        for (const { sql } of statements) {
            if (/^\s*DELETE FROM \S*(change_set|record_error|record_retry_audit|pipeline_log)/i.test(sql)) {
                perStatement.push(/ IN \(([^)]*)\)/.exec(sql)![1]!.split(',').length);
            }
        }
        expect(Math.max(...perStatement)).toBe(1_000);
        expect(perStatement.reduce((sum, count) => sum + count, 0)).toBe(2_100 * 5);
        expect(await kept(runId)).toEqual(nothing);
    });

    it('comes through more runs than it looks at together', async () => {
        for (let index = 0; index < 205; index++) await endedRun(91);
        expect((await retention.deleteExpired(signal)).runs).toBe(205);
    });

    it('stops between statements and goes on the next time', async () => {
        const runId = await endedRun(91);
        await fill(runId, 3);
        const stopping = new AbortController();
        const pass = retention.deleteExpired(stopping.signal);
        stopping.abort();
        await pass;
        expect((await kept(runId)).run).toBe(1);
        await retention.deleteExpired(signal);
        expect(await kept(runId)).toEqual(nothing);
    });

    it('does no harm when several do it at once', async () => {
        const runIds: ID[] = [];
        for (let index = 0; index < 5; index++) runIds.push(await endedRun(91));
        for (const runId of runIds) await fill(runId, 1_200);
        const young = await endedRun(10);
        await fill(young, 3);
        const passes = await Promise.allSettled([1, 2, 3].map(() => retention.deleteExpired(signal)));
        expect(passes.map(({ status }) => status)).toContain('fulfilled');
        await retention.deleteExpired(signal);
        for (const runId of runIds) expect(await kept(runId)).toEqual(nothing);
        expect(await kept(young)).toEqual(everything);
    });

    it('loses against a user who resumes the run, or the user loses against it', async () => {
        const resume = (runId: ID) =>
            database.connection.withTransaction(database.ctx, ctx => resumeRun(database.connection, ctx, runId));
        for (let round = 0; round < 10; round++) {
            const runId = await endedRun(91, { status: 'FAILED', rejected: 3 });
            await fill(runId, 3);
            const resumed = await Promise.allSettled([
                testDatabase.name === 'sqlite' ? Promise.reject(new Error('one connection')) : resume(runId),
                retention.deleteExpired(signal),
            ]);
            const { status } = resumed[0];
            expect(await kept(runId)).toEqual(status === 'fulfilled' ? everything : nothing);
        }
    });

    it('keeps the log of a run that goes on again after it was found', async () => {
        const [first, second] = [await endedRun(40), await endedRun(31, { status: 'CANCELLED' })];
        for (const runId of [first, second]) await fill(runId, 3);
        const logs = rows(PipelineLog);
        const original = logs.delete.bind(logs);
        const spy = vi.spyOn(logs, 'delete').mockImplementation(async criteria => {
            await rows(PipelineRun).update({ id: second }, { status: 'RUNNING' });
            return original(criteria);
        });
        expect(await retention.deleteExpired(signal)).toEqual({ runs: 0, rows: 3 });
        spy.mockRestore();
        expect((await kept(first)).logs).toBe(0);
        expect(await kept(second)).toEqual(everything);
    });

    it('deletes nothing while a stored setting cannot be understood', async () => {
        await database.dataSource.query(
            `UPDATE data_hub_settings SET value = '"long"' WHERE ${database.dataSource.driver.escape('key')} = 'runRetentionDays'`,
        );
        const runId = await endedRun(1_000);
        await expect(retention.deleteExpired(signal)).rejects.toThrow('"runRetentionDays" must be a number, and it is');
        expect((await kept(runId)).run).toBe(1);
    });
});
