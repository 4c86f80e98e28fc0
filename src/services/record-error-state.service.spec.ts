import { type ID, ListQueryBuilder } from '@vendure/core';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../e2e/support/each-database';
import { openPluginDatabase, type PluginDatabase } from '../../e2e/support/plugin-database';
import { pendingRun, pipelineRow } from '../../e2e/support/run-rows';
import { statementsOf } from '../../e2e/support/statements';
import { DataHubRecordError, DataHubRecordRetryAudit, PipelineRun, type RecordErrorState } from '../entities';
import { RecordErrorStateService } from './record-error-state.service';

describeOnEachDatabase('RecordErrorStateService', testDatabase => {
    let database: PluginDatabase;
    let service: RecordErrorStateService;
    let pipelineId: ID;
    let runId: ID;

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, 'dhn_record_errors');
        service = new RecordErrorStateService(database.connection, {} as ListQueryBuilder);
        pipelineId = await pipelineRow(database.dataSource);
    });
    afterAll(() => database.close());
    beforeEach(async () => {
        await rows(PipelineRun).createQueryBuilder().delete().execute();
        runId = await pendingRun(database.dataSource, pipelineId);
    });

    const rows = <T extends object>(entity: new () => T) => database.dataSource.getRepository(entity);
    const errorsOf = (cause: string, count: number, run = runId) =>
        insertErrors(database.dataSource, { cause, count, run, pipelineId });
    const audit = async () =>
        (await rows(DataHubRecordRetryAudit).find({ order: { id: 'ASC' } })).map(entry => [
            entry.recordErrorId,
            entry.action,
            entry.fromState,
            entry.toState,
        ]);
    const statesOf = async (ids: ID[]) => {
        const found = await rows(DataHubRecordError).find({ where: ids.map(id => ({ id })), order: { id: 'ASC' } });
        return found.map(({ state }) => state);
    };
    const setState = (state: RecordErrorState, selection: object) =>
        service.setState(database.ctx, { state, ...selection });

    it('begins with OPEN', async () => {
        expect(await statesOf(await errorsOf('bad', 2))).toEqual(['OPEN', 'OPEN']);
    });

    it('changes records by id and keeps who did it, from what and why', async () => {
        const [first, second, third] = await errorsOf('bad', 3);
        const ctx = Object.assign(database.ctx.copy(), { _session: { user: { id: 7 } } });
        expect(
            await service.setState(ctx, { state: 'RESOLVED', ids: [first!, third!], note: 'Fixed in the ERP' }),
        ).toBe(2);
        expect(await statesOf([first!, second!, third!])).toEqual(['RESOLVED', 'OPEN', 'RESOLVED']);
        expect(await rows(DataHubRecordRetryAudit).find({ order: { id: 'ASC' } })).toMatchObject(
            [first, third].map(recordErrorId => ({
                recordErrorId,
                action: 'RESOLVE',
                fromState: 'OPEN',
                toState: 'RESOLVED',
                note: 'Fixed in the ERP',
                userId: 7,
                createdAt: expect.any(Date) as Date,
            })),
        );
    });

    it('changes all records of a run and cause, and no others', async () => {
        const bad = await errorsOf('bad', 3);
        const worse = await errorsOf('worse', 2);
        const elsewhere = await errorsOf('bad', 2, await pendingRun(database.dataSource, pipelineId));
        expect(await setState('IGNORED', { runId, cause: 'bad' })).toBe(3);
        expect(await statesOf(bad)).toEqual(['IGNORED', 'IGNORED', 'IGNORED']);
        expect(await statesOf([...worse, ...elsewhere])).toEqual(['OPEN', 'OPEN', 'OPEN', 'OPEN']);
    });

    it('changes those of a cause that are in given states alone', async () => {
        const ids = await errorsOf('bad', 3);
        await setState('RESOLVED', { ids: ids.slice(0, 1) });
        expect(await setState('IGNORED', { runId, cause: 'bad', from: ['OPEN'] })).toBe(2);
        expect(await statesOf(ids)).toEqual(['RESOLVED', 'IGNORED', 'IGNORED']);
        expect(await setState('OPEN', { runId, cause: 'bad', from: [] })).toBe(0);
    });

    it('leaves records that are in the state already, and their trail, as they are', async () => {
        const ids = await errorsOf('bad', 3);
        await setState('IGNORED', { ids: ids.slice(0, 1) });
        expect(await setState('IGNORED', { runId, cause: 'bad' })).toBe(2);
        expect(await setState('IGNORED', { runId, cause: 'bad' })).toBe(0);
        expect(await setState('OPEN', { ids })).toBe(3);
        expect(await audit()).toEqual([
            ...ids.map(id => [id, 'IGNORE', 'OPEN', 'IGNORED']),
            ...ids.map(id => [id, 'REOPEN', 'IGNORED', 'OPEN']),
        ]);
    });

    it('needs as many statements for a thousand records as for one', async () => {
        const count = async (size: number) => {
            const cause = `cause-${size}`;
            await errorsOf(cause, size);
            const statements = await statementsOf(database.dataSource, async () => {
                expect(await setState('RESOLVED', { runId, cause })).toBe(size);
            });
            return statements.filter(({ sql }) => /data_hub_record/.test(sql)).length;
        };
        const forOne = await count(1);
        expect(forOne).toBeLessThanOrEqual(3);
        expect(await count(999)).toBe(forOne);
        expect(await count(2_500)).toBeLessThanOrEqual(3 * forOne + 3);
        expect(await rows(DataHubRecordRetryAudit).count()).toBe(3_500);
    });

    it('changes either the records with their trail, or nothing', async () => {
        const ids = await errorsOf('bad', 1_500);
        // In the second thousand, when the first has been written.
        const allow = await refuseAuditOf(database.dataSource, ids.at(-1)!);
        await expect(setState('RESOLVED', { ids })).rejects.toThrow();
        await allow();
        expect(await rows(DataHubRecordError).countBy({ state: 'OPEN' })).toBe(1_500);
        expect(await rows(DataHubRecordRetryAudit).count()).toBe(0);
        expect(await setState('RESOLVED', { ids })).toBe(1_500);
    });

    it('keeps an unbroken trail when several people decide at once', async () => {
        const ids = await errorsOf('bad', 200);
        const states = ['RESOLVED', 'IGNORED', 'OPEN', 'RESOLVED', 'IGNORED'] as const;
        await Promise.all(states.map(state => setState(state, { runId, cause: 'bad' })));
        const last = new Map<string, string>(ids.map(id => [String(id), 'OPEN']));
        for (const [id, , from, to] of await audit()) {
            expect(from).toBe(last.get(String(id)));
            last.set(String(id), String(to));
        }
        expect(await statesOf(ids)).toEqual([...last.values()]);
    });

    it('groups the records of a run by cause with one statement, largest first', async () => {
        await errorsOf('rare', 1);
        const bad = await errorsOf('bad', 4);
        await setState('RESOLVED', { ids: bad.slice(0, 1) });
        await setState('IGNORED', { ids: bad.slice(1, 3) });
        const statements = await statementsOf(database.dataSource, async () => {
            expect(await service.causesOf(database.ctx, { runId })).toEqual([
                { cause: 'bad', message: 'It is bad.', count: 4, open: 1, replayed: 0, resolved: 1, ignored: 2 },
                { cause: 'rare', message: 'It is rare.', count: 1, open: 1, replayed: 0, resolved: 0, ignored: 0 },
            ]);
        });
        expect(statements).toHaveLength(1);
    });

    it.each([
        [{}],
        [{ runId: 1 }],
        [{ cause: 'bad' }],
        [{ ids: [1], runId: 1, cause: 'bad' }],
        [{ ids: [1], cause: 'bad' }],
    ])('refuses %j, which does not say which records are meant', async selection => {
        await errorsOf('bad', 1);
        await expect(setState('RESOLVED', selection)).rejects.toMatchObject({
            code: 'record-error-selection-invalid',
            hint: 'Give either their ids, or a run or a pipeline together with a cause.',
        });
        expect(await audit()).toEqual([]);
    });

    it('takes an empty list and unknown ids for what they are', async () => {
        expect(await setState('RESOLVED', { ids: [] })).toBe(0);
        expect(await setState('RESOLVED', { ids: [-1] })).toBe(0);
    });

    it('refuses a note that would have to be cut', async () => {
        const ids = await errorsOf('bad', 1);
        await expect(setState('RESOLVED', { ids, note: 'x'.repeat(1_001) })).rejects.toThrow(
            'The note has 1001 characters',
        );
        expect(await setState('RESOLVED', { ids, note: 'ü'.repeat(1_000) })).toBe(1);
    });

    it('goes with the record', async () => {
        await setState('RESOLVED', { ids: await errorsOf('bad', 2) });
        await rows(PipelineRun).delete({ id: runId });
        expect(await audit()).toEqual([]);
    });
});

async function insertErrors(
    dataSource: DataSource,
    { cause, count, run, pipelineId }: { cause: string; count: number; run: ID; pipelineId: ID },
): Promise<ID[]> {
    const row = {
        runId: run,
        pipelineId,
        revision: 1,
        step: 'load',
        sourceStep: 'read',
        recordIndex: 0,
        cause,
        kind: 'USER',
        message: `It is ${cause}.`,
    };
    for (let from = 0; from < count; from += 500) {
        const values = Array.from({ length: Math.min(500, count - from) }, () => row);
        await dataSource
            .createQueryBuilder()
            .insert()
            .into(DataHubRecordError)
            .values(values as object[])
            .updateEntity(false)
            .execute();
    }
    const stored = dataSource.getRepository(DataHubRecordError);
    const found = await stored.find({ where: { runId: run, cause }, select: { id: true }, order: { id: 'ASC' } });
    return found.map(({ id }) => id);
}

/** Makes the database itself refuse one audit row; gives back what ends that. */
async function refuseAuditOf(dataSource: DataSource, recordErrorId: ID): Promise<() => Promise<void>> {
    const table = 'data_hub_record_retry_audit';
    const send = async (...statements: string[]) => {
        for (const sql of statements) await dataSource.query(sql);
    };
    switch (dataSource.options.type) {
        case 'postgres':
            await send(
                `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$`,
                `CREATE TRIGGER refuse BEFORE INSERT ON ${table} FOR EACH ROW
                    WHEN (NEW."recordErrorId" = ${recordErrorId}) EXECUTE FUNCTION refuse()`,
            );
            return () => send(`DROP TRIGGER refuse ON ${table}`, 'DROP FUNCTION refuse()');
        case 'better-sqlite3':
            await send(`CREATE TRIGGER refuse BEFORE INSERT ON ${table} WHEN NEW.recordErrorId = ${recordErrorId}
                BEGIN SELECT RAISE(ABORT, 'refused'); END`);
            break;
        default:
            await send(`CREATE TRIGGER refuse BEFORE INSERT ON ${table} FOR EACH ROW
                IF NEW.recordErrorId = ${recordErrorId} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF`);
    }
    return () => send('DROP TRIGGER refuse');
}
