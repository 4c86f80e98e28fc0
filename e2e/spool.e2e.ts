import type { ID } from '@vendure/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onFreeConnection } from '../src/catalog/sql/single-connection';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import { DataHubCheckpoint, DataHubSpoolChunk, PipelineRun, type RunStatus } from '../src/entities';
import { resolveOptions } from '../src/services/data-hub-options';
import { DatabaseSpoolFactory } from '../src/services/spool/database-spool';
import { SpoolRetentionService } from '../src/services/spool/spool-retention.service';
import { describeSpoolConformance } from '../src/spool/spool-conformance.fixture';
import { describeOnEachDatabase } from './support/each-database';
import { openPluginDatabase, type PluginDatabase } from './support/plugin-database';
import { pendingRun, pipelineRow } from './support/run-rows';
import { statementsOf } from './support/statements';

const records = [{ data: { sku: '00123' }, origin: { step: 'read', index: 0 } }];
const hourMs = 60 * 60 * 1000;

describeOnEachDatabase('Spool in the database', testDatabase => {
    let database: PluginDatabase;
    let factory: DatabaseSpoolFactory;
    let pipelineId: ID;

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, 'dhn_spool');
        factory = new DatabaseSpoolFactory(database.dataSource);
        pipelineId = await pipelineRow(database.dataSource);
    });
    afterAll(() => database?.close());

    const rows = <T extends object>(entity: new () => T) => database.dataSource.getRepository(entity);

    describeSpoolConformance(() => factory);

    it('writes a chunk in one statement, whatever it holds', async () => {
        const many = Array.from({ length: 1_000 }, (_, i) => ({ ...records[0]!, data: { i } }));
        const statements = await statementsOf(database.dataSource, () => factory.open('50').put('a', 0, many));
        expect(statements.filter(({ sql }) => /^(INSERT|UPDATE|DELETE)/i.test(sql))).toHaveLength(1);
    });

    it('takes no part in a transaction that rolls back', async () => {
        const units = new TypeOrmUnitOfWork(database.connection, database.ctx);
        let writing: Promise<void> | undefined;
        const rolledBack = units.transaction(async () => {
            writing = factory.open('51').put('a', 0, records);
            await new Promise(resolve => setTimeout(resolve, 50));
            throw new Error('rolled back');
        });
        await expect(rolledBack).rejects.toThrow('rolled back');
        await writing;
        expect(await factory.open('51').read('a', 0)).toEqual(records);
    });

    it('does not wait for itself when units of work queue up', async () => {
        await Promise.all(
            Array.from({ length: 5 }, (_, chunk) =>
                onFreeConnection(database.dataSource, async () => undefined).then(() =>
                    factory.open('52').put('a', chunk, records),
                ),
            ),
        );
        expect(await factory.open('52').chunks('a')).toEqual([0, 1, 2, 3, 4]);
    });

    describe('is cleared away', () => {
        const options = resolveOptions({ spool: { backend: 'database', keepFailedHours: 10 } });
        const signal = new AbortController().signal;
        let retention: SpoolRetentionService;

        beforeEach(async () => {
            await rows(DataHubSpoolChunk).createQueryBuilder().delete().execute();
            await rows(PipelineRun).createQueryBuilder().delete().execute();
            retention = new SpoolRetentionService(database.connection, factory, options);
        });

        const endedRun = async (status: RunStatus, hoursAgo: number | null): Promise<string> => {
            const finishedAt = hoursAgo === null ? null : new Date(Date.now() - hoursAgo * hourMs);
            const id = await pendingRun(database.dataSource, pipelineId, { status, finishedAt });
            await factory.open(String(id)).put('a', 0, records);
            await rows(DataHubCheckpoint).save(new DataHubCheckpoint({ runId: id, data: {} }));
            return String(id);
        };
        const left = async (): Promise<string[]> => {
            const found: string[] = [];
            for await (const runId of factory.runs()) found.push(runId);
            return found.sort();
        };
        const hasCheckpoint = (runId: string) => rows(DataHubCheckpoint).existsBy({ runId });

        it('when its run came to its end, failed long ago, or is deleted', async () => {
            const kept = [
                await endedRun('PENDING', null),
                await endedRun('RUNNING', null),
                await endedRun('PAUSED', null),
                await endedRun('FAILED', 9),
                await endedRun('CANCELLED', 9),
            ];
            const failed = await endedRun('FAILED', 11);
            const unneeded = [
                await endedRun('COMPLETED', 0),
                await endedRun('COMPLETED_WITH_ERRORS', 0),
                await endedRun('TIMEOUT', 0),
                failed,
                await endedRun('CANCELLED', 11),
            ];
            await factory.open('999999').put('a', 0, records);
            expect(await retention.removeUnneeded(signal)).toBe(unneeded.length + 1);
            expect(await left()).toEqual(kept.sort());
            // Such a run would otherwise be resumed without the records that waited.
            expect(await hasCheckpoint(failed)).toBe(false);
            for (const runId of kept) expect(await hasCheckpoint(runId)).toBe(true);
            expect(await retention.removeUnneeded(signal)).toBe(0);
        });

        it('but not when the run is resumed at that moment', async () => {
            const runId = await endedRun('FAILED', 11);
            const resuming: typeof factory = Object.create(factory) as typeof factory;
            resuming.runs = async function* () {
                yield '999999';
                yield runId;
            };
            // Both are found at once; the second is resumed while the first is being removed.
            resuming.removeRun = async () => {
                await rows(PipelineRun).update({ id: runId }, { status: 'PENDING', finishedAt: null });
            };
            const late = new SpoolRetentionService(database.connection, resuming, options);
            expect(await late.removeUnneeded(signal)).toBe(1);
            expect(await left()).toEqual([runId]);
            expect(await hasCheckpoint(runId)).toBe(true);
        });

        it('and leaves alone what cannot be a run of this shop', async () => {
            await factory.open('6f1c2f0e-8f5c-4b1e-9c55-0d2f3b6a7e11').put('a', 0, records);
            expect(await retention.removeUnneeded(signal)).toBe(0);
            expect(await left()).toHaveLength(1);
        });

        it('in bits, and stops when it is told to', async () => {
            const stopped = new AbortController();
            stopped.abort();
            await endedRun('COMPLETED', 0);
            expect(await retention.removeUnneeded(stopped.signal)).toBe(0);
            expect(await left()).toHaveLength(1);
        });
    });
});
