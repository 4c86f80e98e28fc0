import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DataHubChangeSet, DataHubRecordError } from '../src/entities';
import { WaitingRecordsService } from '../src/services/quarantine/waiting-records.service';
import { actions, bootBrandShop, byCode } from './support/brand-shop';
import { describeOnEachDatabase } from './support/each-database';

describeOnEachDatabase('pipelines that load entities of plugins', database => {
    let shop: Awaited<ReturnType<typeof bootBrandShop>>;
    let tests = 0;
    let code = '';

    beforeAll(async () => {
        shop = await bootBrandShop(database, 'custom_entity_runs_e2e');
    });
    afterAll(() => shop?.close());
    beforeEach(() => {
        code = `b${++tests}`;
    });

    it('plans, loads, keeps its ledger, and is undone', async () => {
        const parent = `${code}p`;
        await shop.load([{ code: parent, name: 'Parent' }]);
        const first = await shop.run('brands', [
            { code, name: 'A', share: '1.5', founded: 1900, country: 'DE', parent },
        ]);
        expect(first).toMatchObject({ status: 'COMPLETED', created: 1 });
        const [created] = await shop.changes(first);
        expect(created).toMatchObject({
            entityType: 'Brand',
            entityKey: code,
            entityId: String((await shop.brand(code)).id),
        });
        const second = await shop.run('brands', [
            { code, name: 'B', share: '2', founded: null, parent: null, enabled: false },
        ]);
        expect(second).toMatchObject({ status: 'COMPLETED', updated: 1 });
        expect(await shop.errors(await shop.undo(second))).toEqual([]);
        expect(await shop.brand(code)).toMatchObject({ founded: 1900, enabled: true, parent: { code: parent } });
        expect(Number((await shop.brand(code)).share)).toBe(1.5);
        const third = await shop.run('brands', [{ code, founded: 1950, share: '9' }]);
        await shop.brands().update({ code }, { founded: 1960 });
        const partly = await shop.undo(third);
        expect((await shop.errors(partly)).map(({ field }) => field)).toEqual(['founded']);
        expect(await shop.brand(code)).toMatchObject({ founded: 1960 });
        await shop.brands().update({ code }, { founded: 1900 });
        const gone = await shop.undo(first);
        expect(await shop.errors(gone)).toEqual([]);
        expect(await shop.brands().countBy({ code })).toBe(0);
        expect(await shop.errors(await shop.undo(gone))).toEqual([]);
        expect((await shop.brand(code)).parent).toMatchObject({ code: parent });
    });

    it('does not undo what somebody has edited or uses since', async () => {
        const made = await shop.run('brands', [
            { code, name: 'A' },
            { code: `${code}u`, name: 'B' },
            { code: `${code}e`, name: 'C' },
        ]);
        const shelves = await shop.run('shelves', [{ label: code, brand: `${code}u`, position: 1 }]);
        await shop.brands().update({ code: `${code}e` }, { founded: 1 });
        const undone = await shop.undo(made);
        const messages = (await shop.errors(undone)).map(({ message }) => message).sort();
        expect(messages).toEqual([
            expect.stringMatching(`"${code}e" was created by the run; founded was null then and is 1 now`),
            expect.stringMatching(
                `"${code}u" was created by the run and is used by the BrandShelf with the id ${code} now`,
            ),
        ]);
        expect(await shop.brands().countBy({ code })).toBe(0);
        expect(await shop.errors(await shop.undo(shelves))).toEqual([]);
        // The deleted shelf is still a row that points to its brand.
        expect((await shop.errors(await shop.undo(made))).map(({ cause }) => cause).sort()).toEqual([
            'changed-since',
            'reference-missing',
        ]);
    });

    it('keeps what the shop has edited, and what it owns', async () => {
        const record = { code, name: 'A', founded: 1900, claim: 'first' };
        await shop.run('kept', [record]);
        await shop.brands().update({ code }, { founded: 2000 });
        expect(await shop.run('kept', [{ ...record, claim: 'second' }])).toMatchObject({ unchanged: 1 });
        expect(await shop.brand(code)).toMatchObject({ founded: 2000, translations: [{ claim: 'first' }] });
        expect(await shop.run('kept', [{ ...record, founded: 1901 }])).toMatchObject({ updated: 1 });
        expect(await shop.brand(code)).toMatchObject({ founded: 1901 });
    });

    it('disables what comes no more', async () => {
        const [one, two] = [
            { code, name: 'A' },
            { code: `${code}z`, name: 'B' },
        ];
        await shop.run('full', [one, two]);
        await shop.run('full', [one]);
        expect(await shop.brand(two.code)).toMatchObject({ enabled: false });
        await shop.run('full', [one, two]);
        expect(await shop.brand(two.code)).toMatchObject({ enabled: true });
    });

    it('takes back what points to one another, the last first', async () => {
        const family = [
            { code, name: 'A' },
            { code: `${code}c`, name: 'B', parent: code },
        ];
        const made = await shop.run('family', family);
        expect(made).toMatchObject({ created: 2 });
        expect(await shop.errors(await shop.undo(made))).toEqual([]);
        expect(await shop.brands().countBy({ code })).toBe(0);
    });

    it('takes relations to many, translations and channels back', async () => {
        const plain = { code, name: 'A', products: ['lamp'] };
        await shop.load([plain]);
        const more = {
            code,
            products: ['desk'],
            channels: ['b2b'],
            translations: [{ languageCode: 'de', name: 'Ah' }],
            customFields: { hint: 'Hint' },
        };
        const done = await shop.run('brands', [more]);
        expect(done).toMatchObject({ updated: 1 });
        expect(await shop.brand(code)).toMatchObject({
            products: [{}, {}],
            channels: [{}, {}],
            translations: [{}, {}],
        });
        expect(await shop.run('brands', [more])).toMatchObject({ unchanged: 1 });
        const [{ fields }] = (await shop.changes(done)) as [DataHubChangeSet];
        expect(fields.find(({ path }) => path === 'products')).toMatchObject({ before: ['1'], after: ['1', '2'] });
        expect(await shop.errors(await shop.undo(done))).toEqual([]);
        expect(await shop.brand(code)).toMatchObject({
            products: [{ id: 1 }],
            channels: [{}],
            translations: [{ name: 'A' }],
        });
        const removed = await shop.load([{ code, products: ['lamp'] }], { ...byCode, relationsMode: 'REMOVE' });
        expect(actions(removed)).toEqual(['UPDATE']);
        expect((await shop.brand(code)).products).toEqual([]);
    });

    it('finds a row by its id in the source, also when its key has changed', async () => {
        const settings = { ...byCode, source: 'pim', externalIdField: 'pimId' };
        await shop.load(
            [
                { pimId: 'P1', code, name: 'A' },
                { pimId: 'P2', code: `${code}2`, name: 'B' },
            ],
            settings,
        );
        const renamed = { pimId: 'P1', code: `${code}new` };
        expect(actions(await shop.load([renamed], settings))).toEqual(['UPDATE']);
        expect(await shop.brands().countBy({ code: `${code}new` })).toBe(1);
        expect((await shop.load([{ pimId: 'P1', code: `${code}2` }], settings)).rejected[0]).toMatch(
            /"P1" of "pim" belongs to the Brand with the id \d+, but by code the record fits the Brand with the id \d+/,
        );
    });

    it('tells keys apart as the database does', async () => {
        await shop.load([{ code: `${code}abc`, name: 'A' }]);
        const upper = { code: `${code}ABC`, name: 'B' };
        const isFolded = database.name === 'mariadb';
        expect(actions(await shop.load([upper]))).toEqual([isFolded ? 'UPDATE' : 'CREATE']);
        expect(actions(await shop.load([upper]))).toEqual(['UNCHANGED']);
    });

    it('refuses with the record what only the database can see', async () => {
        await shop.load([{ code, name: 'A' }]);
        const shelf = (label: string, position: number) => ({ label, brand: code, position });
        const done = await shop.run('shelves', [shelf(`${code}-1`, 1), shelf(`${code}-1`, 2), shelf(`${code}-3`, 3)]);
        expect(done).toMatchObject({ created: 2, rejected: 1 });
        expect((await shop.errors(done))[0]!.message).toMatch(/is taken already/);
    });

    it('lets a record wait for the row that it points to', async () => {
        const waiting = await shop.run('waiting', [{ code, name: 'A', parent: `${code}later` }]);
        expect(await shop.errors(waiting)).toMatchObject([{ waitsFor: `Brand.code:${code}later` }]);
        await shop.run('brands', [{ code: `${code}later`, name: 'B' }]);
        const records = shop.server.connection.rawConnection.getRepository(DataHubRecordError);
        const states = async () => (await records.findBy({ runId: waiting.id })).map(({ state }) => state);
        // The run that creates it wakes those who wait for it; what was created by hand is found by the next look.
        if ((await states())[0] === 'OPEN') await shop.server.app.get(WaitingRecordsService).wakeAll();
        expect(await states()).not.toEqual(['OPEN']);
    });
});
