import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../../../e2e/support/each-database';
import { connectPluginDatabase, openPluginDatabase, type PluginDatabase } from '../../../e2e/support/plugin-database';
import { DataHubSettings } from '../../entities';
import { SettingsService } from './settings.service';

const name = 'dhn_settings';
const defaults = { runRetentionDays: 90, planRetentionDays: 14, logRetentionDays: 30, ledgerRetentionDays: null };

describeOnEachDatabase('SettingsService', testDatabase => {
    let database: PluginDatabase;
    let settings: SettingsService;

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, name);
        settings = new SettingsService(database.connection);
    });
    afterAll(() => database.close());
    beforeEach(() => stored().createQueryBuilder().delete().execute());

    const stored = () => database.dataSource.getRepository(DataHubSettings);
    const update = (input: object) => settings.update(database.ctx, input);

    it('gives defaults until somebody changes something', async () => {
        expect(await settings.get()).toEqual(defaults);
        expect(await stored().count()).toBe(0);
    });

    it('changes what is given and keeps the rest', async () => {
        expect(await update({ ledgerRetentionDays: 7, runRetentionDays: undefined })).toEqual({
            ...defaults,
            ledgerRetentionDays: 7,
        });
        expect(await update({ runRetentionDays: 365 })).toMatchObject({
            runRetentionDays: 365,
            ledgerRetentionDays: 7,
        });
        expect(await update({ ledgerRetentionDays: null })).toMatchObject({ ledgerRetentionDays: null });
        expect(await update({})).toMatchObject({ runRetentionDays: 365, planRetentionDays: 14 });
        expect(await stored().count()).toBe(2);
    });

    it('knows when a setting was changed', async () => {
        await update({ runRetentionDays: 5 });
        const before = await stored().findOneByOrFail({ key: 'runRetentionDays' });
        await sleep(1_100);
        await update({ runRetentionDays: 6 });
        const after = await stored().findOneByOrFail({ key: 'runRetentionDays' });
        expect(after.createdAt).toEqual(before.createdAt);
        expect(after.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
    });

    it.each([
        [{ runRetentionDays: 0 }, '"runRetentionDays"'],
        [{ planRetentionDays: 1.5 }, '"planRetentionDays" must be a whole number'],
        [{ logRetentionDays: null }, '"logRetentionDays" must be a number, and it is null.'],
        [{ ledgerRetentionDays: 100_000 }, '"ledgerRetentionDays"'],
        [{ runRetention: 5 }, '"runRetention" is not known here.'],
    ])('refuses %j with a sentence and changes nothing', async (input, sentence) => {
        await expect(update({ planRetentionDays: 20, ...input })).rejects.toMatchObject({
            code: 'settings-invalid',
            message: expect.stringContaining(sentence) as string,
            hint: expect.stringContaining('whole number of days') as string,
        });
        expect(await stored().count()).toBe(0);
    });

    it('names every problem at once', async () => {
        await expect(update({ runRetentionDays: 0, planRetentionDays: 'a' })).rejects.toThrow(
            /"runRetentionDays".*"planRetentionDays"/,
        );
    });

    it('tells of a stored value that cannot be used, and leaves rows of later versions alone', async () => {
        await stored().insert({ key: 'somethingNew', value: { of: 'later' } });
        expect(await settings.get()).toEqual(defaults);
        await stored().insert({ key: 'runRetentionDays', value: 'long' });
        await expect(settings.get()).rejects.toThrow('The stored settings of DataHub cannot be used:');
        expect(await update({ runRetentionDays: 30 })).toMatchObject({ runRetentionDays: 30 });
    });

    it('holds for all processes', async test => {
        test.skip(testDatabase.name === 'sqlite', 'There is one process on SQLite.');
        const other = await connectPluginDatabase(testDatabase, name, { synchronize: false });
        const elsewhere = new SettingsService({ rawConnection: other } as typeof database.connection);
        await Promise.all([update({ runRetentionDays: 7 }), update({ runRetentionDays: 8 })]);
        const { runRetentionDays } = await elsewhere.get();
        expect([7, 8]).toContain(runRetentionDays);
        await other.destroy();
    });

    it('describes each setting for forms', () => {
        expect(settings.jsonSchema()).toMatchObject({
            properties: {
                runRetentionDays: { title: 'Keep runs (days)', default: 90, type: 'integer', minimum: 1 },
                ledgerRetentionDays: { title: 'Keep changes (days)', default: null },
            },
        });
    });
});
