import { type ID, ListQueryBuilder } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger as TypeOrmLogger } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../e2e/support/each-database';
import { openPluginDatabase, type PluginDatabase } from '../../e2e/support/plugin-database';
import { pendingRun, pipelineRow } from '../../e2e/support/run-rows';
import type { RunMetrics } from '../../shared/run';
import { TypeOrmUnitOfWork } from '../catalog/sql/unit-of-work';
import { DataHubChangeSet, DataHubCheckpoint, DataHubRecordError, PipelineLog, PipelineRun } from '../entities';
import { type BatchSettlement, type JournaledChangeSet, LeaseLostError, type RejectedRecord } from '../runtime/ports';
import { UserError } from '../sdk/errors';
import { CheckpointService } from './checkpoint.service';
import { RecordErrorService } from './record-error.service';
import { DatabaseRunJournal } from './run-journal';
import { RunLeases } from './run-lease';
import { RunLogWriter } from './run-log-writer';

describeOnEachDatabase('DatabaseRunJournal', testDatabase => {
    let database: PluginDatabase;
    let units: TypeOrmUnitOfWork;
    let checkpoints: CheckpointService;

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, 'dhg_journal');
        units = new TypeOrmUnitOfWork(database.connection, database.ctx);
        checkpoints = new CheckpointService(database.connection);
    });
    afterAll(() => database.close());

    const rows = <T extends object>(entity: new () => T) => database.dataSource.getRepository(entity);
    /** With their records, which are not selected unless asked for. */
    const refusedIn = (runId: ID) =>
        rows(DataHubRecordError)
            .createQueryBuilder('error')
            .addSelect('error.record')
            .where({ runId })
            .orderBy('error.id')
            .getMany();
    const open = async (values: object = {}) => {
        const runId = await pendingRun(database.dataSource, await pipelineRow(database.dataSource), values);
        const leases = new RunLeases(database.dataSource, 50);
        const claim = await leases.claim(runId);
        if (!claim.claimed) throw new Error(claim.because);
        const percents: number[] = [];
        const journal = new DatabaseRunJournal(claim.run, claim.lease, {
            connection: database.connection,
            checkpoints,
            recordErrors: new RecordErrorService({} as ListQueryBuilder, database.connection),
            log: new RunLogWriter(0, () => Promise.resolve()),
            onPercent: percent => percents.push(percent),
        });
        return { runId, journal, leases, percents };
    };
    const settle = (journal: DatabaseRunJournal, settlement: BatchSettlement) =>
        units.transaction(scope => journal.settle(scope, settlement));

    it('writes ledger, quarantine, checkpoint and totals of a batch', async () => {
        const { runId, journal } = await open();
        await settle(journal, settlement({ changeSets: [changeSet(0)], rejects: [reject(1)] }));
        expect(await rows(DataHubChangeSet).findOneByOrFail({ runId })).toMatchObject({
            step: 'load',
            file: 'products.csv',
            line: 2,
            recordIndex: 0,
            recordKey: 'product-0',
            action: 'UPDATE',
            entityType: 'Product',
            entityId: '1000',
            entityKey: 'product-0',
            fields: [
                { path: 'translations.en.name', before: 'A', after: 'Ä \u0000 "quoted" 😀' },
                { path: 'enabled', after: null },
            ],
            applied: true,
        });
        expect((await refusedIn(runId))[0]).toMatchObject({
            step: 'check',
            sourceStep: 'source',
            line: 3,
            recordIndex: 1,
            recordKey: 'SKU-1',
            cause: 'price-not-a-number',
            kind: 'USER',
            message: 'The price "12,9O" is not a number.',
            hint: 'Use digits only.',
            field: 'price',
            record: { sku: 'SKU-1', price: '12,9O' },
            revision: 1,
        });
        expect(await checkpoints.load(runId)).toEqual(settlement({}).checkpoint);
        expect(await rows(PipelineRun).findOneByOrFail({ id: runId })).toMatchObject({
            read: 12,
            created: 1,
            updated: 2,
            unchanged: 3,
            rejected: 4,
            claimsWithoutProgress: 0,
        });
    });

    it('writes no ledger row for what turned out to be there already', async () => {
        const { runId, journal } = await open();
        const shared = { entityType: 'Facet', entityId: '7', key: 'colour', action: 'UNCHANGED', fields: [] } as const;
        const entry = changeSet(0);
        entry.changeSet.entities.push({ ...shared, fields: [] });
        await settle(journal, settlement({ changeSets: [entry] }));
        expect(await rows(DataHubChangeSet).findBy({ runId })).toMatchObject([{ entityType: 'Product' }]);
    });

    it('marks what a dry run would do as not applied', async () => {
        const { runId, journal } = await open({ dryRun: true });
        await settle(journal, settlement({ changeSets: [changeSet(0)] }));
        expect((await rows(DataHubChangeSet).findOneByOrFail({ runId })).applied).toBe(false);
    });

    it('writes nothing once another worker has taken the run over', async () => {
        const { runId, journal, leases } = await open();
        await settle(journal, settlement({ changeSets: [changeSet(0)] }));
        await sleep(80);
        expect((await leases.claim(runId)).claimed).toBe(true);
        const late = settlement({ changeSets: [changeSet(1)], rejects: [reject(2)], settledBatches: 2 });
        await expect(settle(journal, late)).rejects.toThrow(LeaseLostError);
        expect(await rows(DataHubChangeSet).countBy({ runId })).toBe(1);
        expect(await rows(DataHubRecordError).countBy({ runId })).toBe(0);
        expect((await checkpoints.load(runId))?.stages.source?.settledBatches).toBe(1);
    });

    it('leaves nothing behind when the batch is rolled back', async () => {
        const { runId, journal } = await open();
        const failing = units.transaction(async scope => {
            await journal.settle(scope, settlement({ changeSets: [changeSet(0)], rejects: [reject(1)] }));
            throw new UserError('no', 'No.');
        });
        await expect(failing).rejects.toThrow('No.');
        expect(await rows(DataHubChangeSet).countBy({ runId })).toBe(0);
        expect(await rows(DataHubCheckpoint).countBy({ runId })).toBe(0);
        expect((await rows(PipelineRun).findOneByOrFail({ id: runId })).read).toBe(0);
    });

    it('tells what is stored, as the open transaction sees it', async () => {
        const { journal } = await open();
        await units.transaction(async scope => {
            expect(await journal.stored(scope)).toBeUndefined();
            const { checkpoint } = settlement({ settledBatches: 3 });
            await journal.settle(scope, settlement({ settledBatches: 3 }));
            expect(await journal.stored(scope)).toEqual(checkpoint);
        });
    });

    it.skipIf(testDatabase.name === 'sqlite')(
        'waits for a commit that is under way before it tells what is stored, however old its own snapshot is',
        async () => {
            const { journal } = await open();
            await settle(journal, settlement({ settledBatches: 1 }));
            let first: Promise<void> | undefined;
            const stored = await units.transaction(async scope => {
                await scope.sql.query(`SELECT COUNT(*) FROM ${scope.sql.table(DataHubCheckpoint).path}`);
                await new Promise<void>(written => {
                    first = units.transaction(async other => {
                        await journal.settle(other, settlement({ settledBatches: 2 }));
                        written();
                        await sleep(200);
                    });
                });
                return journal.stored(scope);
            });
            expect(stored?.stages.source?.settledBatches).toBe(2);
            await first;
        },
    );

    it('needs four statements for a batch of a thousand records', async () => {
        const { runId, journal } = await open();
        const numbers = Array.from({ length: 500 }, (_, index) => index);
        const statements = await statementsOf(async () => {
            await settle(journal, settlement({ changeSets: numbers.map(changeSet), rejects: numbers.map(reject) }));
        });
        expect(await rows(DataHubChangeSet).countBy({ runId })).toBe(500);
        expect(
            statements.filter(sql => /^\s*(INSERT|UPDATE|SELECT|DELETE)/i.test(sql) && /data_hub/.test(sql)),
        ).toHaveLength(4);
    });

    it('keeps one checkpoint per run, the latest', async () => {
        const { runId, journal } = await open();
        for (const settledBatches of [1, 2, 3]) await settle(journal, settlement({ settledBatches }));
        expect(await rows(DataHubCheckpoint).countBy({ runId })).toBe(1);
        expect((await checkpoints.load(runId))?.stages.source?.settledBatches).toBe(3);
    });

    it('skips settlements that changed only counters, but saves the position now and then', async () => {
        const { runId, journal } = await open();
        await settle(journal, settlement({ settledBatches: 1 }));
        await settle(journal, settlement({ settledBatches: 2, mustPersist: false }));
        expect((await checkpoints.load(runId))?.stages.source?.settledBatches).toBe(1);
        await settle(journal, settlement({ settledBatches: 3 }));
        expect((await checkpoints.load(runId))?.stages.source?.settledBatches).toBe(3);
    });

    it('keeps checkpoints, changes and records of more than 64 KB whole', async () => {
        const { runId, journal } = await open();
        const long = 'ü'.repeat(150_000);
        const large = changeSet(0);
        large.changeSet.entities[0]!.fields = [{ path: 'translations.en.description', before: null, after: long }];
        const settledAhead = Array.from({ length: 40_000 }, (_, index) => index + 2);
        await settle(
            journal,
            settlement({ changeSets: [large], rejects: [{ ...reject(1), record: { text: long } }], settledAhead }),
        );
        const [ledger] = await rows(DataHubChangeSet).findBy({ runId });
        expect(ledger!.fields[0]!.after).toBe(long);
        expect((await refusedIn(runId))[0]!.record).toEqual({ text: long });
        expect((await checkpoints.load(runId))?.stages.source?.settledAhead).toEqual(settledAhead);
    });

    it('names a record that is too large to be kept, and cuts raw text and keys', async () => {
        const { runId, journal } = await open();
        const huge = { ...reject(1), record: { text: 'x'.repeat(1_100_000) } };
        const unreadable = { ...reject(2), record: null, raw: `a\0b${'€'.repeat(20_000)}`, key: '😀'.repeat(600) };
        await settle(journal, settlement({ rejects: [huge, unreadable] }));
        const [first, second] = await refusedIn(runId);
        expect(first!.record).toBeNull();
        expect(first!.raw).toMatch(
            /^The record has 1100011 bytes and is too large to be kept; it begins with: \{"text":"xxx/,
        );
        expect(second!.raw).toHaveLength(10_000);
        expect(second!.raw).toMatch(/^ab€+…$/);
        expect(second!.recordKey!.length).toBeLessThanOrEqual(500);
        expect(second!.recordKey).toMatch(/^(😀)+…$/u);
    });

    it('shows progress in whole numbers, at most once a second and not in the first', async () => {
        const { runId, journal, percents } = await open();
        journal.progress({ ...metrics, bytesRead: 111, bytesTotal: 1_000 });
        expect(percents).toEqual([]);
        await sleep(1_010);
        journal.progress({ ...metrics, bytesRead: 333, bytesTotal: 1_000 });
        journal.progress({ ...metrics, bytesRead: 999, bytesTotal: 1_000 });
        await journal.settleProgress();
        expect(percents).toEqual([33]);
        expect((await rows(PipelineRun).findOneByOrFail({ id: runId })).metrics?.bytesRead).toBe(333);
    });

    it('survives progress that cannot be written', async () => {
        const { runId, journal } = await open();
        await rows(PipelineRun).delete({ id: runId });
        await sleep(1_010);
        journal.progress(metrics);
        await journal.settleProgress();
    });

    it('goes with its run, but for the ledger, which whoever deletes the run takes along', async () => {
        const { runId, journal } = await open();
        await settle(journal, settlement({ changeSets: [changeSet(0)], rejects: [reject(1)] }));
        await rows(PipelineRun).delete({ id: runId });
        for (const entity of [DataHubRecordError, DataHubCheckpoint, PipelineLog]) {
            expect(await rows(entity as new () => { runId: ID }).countBy({ runId })).toBe(0);
        }
    });

    async function statementsOf(work: () => Promise<void>): Promise<string[]> {
        const statements: string[] = [];
        const { logger } = database.dataSource;
        const spy = { ...silent, logQuery: (query: string) => void statements.push(query) };
        database.dataSource.setOptions({ logging: ['query'] });
        database.dataSource.logger = spy;
        await work();
        database.dataSource.logger = logger;
        database.dataSource.setOptions({ logging: false });
        return statements;
    }
});

const silent: TypeOrmLogger = {
    logQuery: () => undefined,
    logQueryError: () => undefined,
    logQuerySlow: () => undefined,
    logSchemaBuild: () => undefined,
    logMigration: () => undefined,
    log: (_level: 'log' | 'info' | 'warn', _message: unknown) => undefined,
};

const counts = { in: 12, out: 8, dropped: 0, rejected: 0, created: 0, updated: 0, unchanged: 0, deleted: 0 };
const metrics: RunMetrics = {
    steps: { source: counts, load: { ...counts, in: 8, created: 1, updated: 2, unchanged: 3, rejected: 4 } },
};

function settlement({
    settledBatches = 1,
    settledAhead = [],
    mustPersist = true,
    changeSets = [],
    rejects = [],
}: Partial<BatchSettlement> & { settledBatches?: number; settledAhead?: number[] }): BatchSettlement {
    return {
        stage: 'source',
        batch: settledBatches - 1,
        changeSets,
        rejects,
        mustPersist,
        checkpoint: {
            version: 2,
            stages: { source: { settledBatches, settledAhead } },
            batchSize: 10,
            sourceFingerprints: { source: 'f' },
            metrics,
        },
    };
}

function changeSet(index: number): JournaledChangeSet {
    const key = `product-${index}`;
    const fields = [
        { path: 'translations.en.name', before: 'A', after: 'Ä \u0000 "quoted" 😀' },
        { path: 'enabled', after: null },
    ];
    return {
        step: 'load',
        origin: { step: 'source', index, file: 'products.csv', line: index + 2 },
        changeSet: {
            action: 'UPDATE',
            key,
            entities: [{ entityType: 'Product', entityId: String(1000 + index), key, action: 'UPDATE', fields }],
        },
    };
}

function reject(index: number): RejectedRecord {
    const key = `SKU-${index}`;
    return {
        step: 'check',
        origin: { step: 'source', index, file: 'products.csv', line: index + 2 },
        record: { sku: key, price: '12,9O' },
        key,
        error: new UserError('price-not-a-number', 'The price "12,9O" is not a number.', 'Use digits only.', {
            field: 'price',
        }),
    };
}
