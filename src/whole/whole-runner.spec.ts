import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { JsonObject } from '../../shared/json';
import { JoinOperation, WholeOperation } from '../sdk/whole-operation';
import { MAX_COLLECTED } from './group-state';
import { Given, pages, runnerOn, runWhole, tempDirectory, Way } from './whole.fixture';
import { removeAbandonedWork } from './work-folder';

const ways: Way[] = ['in memory', 'through DuckDB'];
const range = (length: number) => Array.from({ length }, (_, i) => i);
const sortBySku: WholeOperation = { kind: 'SORT', by: [{ field: 'sku', direction: 'ASC' }] };
const orders = range(3_000).map(i => ({
    sku: `S${(i * 7_919) % 3_000}`,
    shop: `shop ${i % 7}`,
    price: `${i % 100}.10`,
}));

describe.each(ways)('whole operations %s', way => {
    afterEach(() => expect(existsSync(tempDirectory) ? readdirSync(tempDirectory) : []).toEqual([]));

    const dataOf = async (operation: WholeOperation, given: Omit<Given, 'way'>): Promise<JsonObject[]> =>
        (await runWhole(operation, { ...given, way })).map(({ data }) => data);

    it('sorts by several fields, and equal records keep their order', async () => {
        const by = [
            { field: 'size.rank', direction: 'DESC' as const },
            { field: 'sku', direction: 'ASC' as const },
        ];
        const main: JsonObject[] = [
            { sku: '10', size: { rank: 1 }, n: 1 },
            { sku: '9', size: { rank: '1' }, n: 2 },
            { sku: 'x', size: null, n: 3 },
            { sku: '10', size: { rank: 1.0 }, n: 4 },
            { sku: 'a', size: { rank: 12 }, n: 5 },
            { n: 6 },
        ];
        expect((await dataOf({ kind: 'SORT', by }, { main })).map(({ n }) => n)).toEqual([5, 2, 1, 4, 3, 6]);
    });

    it('keeps what a record is and where it came from', async () => {
        const main: JsonObject[] = [{ sku: 'b', zip: '00123', none: null, empty: '' }, { sku: 'a' }];
        expect(await runWhole(sortBySku, { main, way })).toEqual([
            { data: main[1], origin: { step: 'read', index: 1 } },
            { data: main[0], origin: { step: 'read', index: 0 } },
        ]);
    });

    it('groups in order of the first record, with every aggregate', async () => {
        const main: JsonObject[] = [
            { shop: 'Ulm', sku: 'A', price: '0.10', at: '2026-02-01' },
            { shop: 'Bonn', sku: 'B', price: 5 },
            { shop: 'Ulm', sku: 'A', price: '0.20', at: '2026-01-01' },
            { shop: 'Ulm', sku: 'C', price: '', at: null },
        ];
        const operation: WholeOperation = {
            kind: 'GROUP',
            by: ['shop'],
            aggregates: [
                { into: 'records', with: 'COUNT' },
                { into: 'prices', of: 'price', with: 'COUNT' },
                { into: 'sum', of: 'price', with: 'SUM' },
                { into: 'mean', of: 'price', with: 'AVG' },
                { into: 'from', of: 'at', with: 'MIN' },
                { into: 'to', of: 'at', with: 'MAX' },
                { into: 'first.sku', of: 'sku', with: 'FIRST' },
                { into: 'last', of: 'sku', with: 'LAST' },
                { into: 'skus', of: 'sku', with: 'COLLECT' },
                { into: 'articles', of: 'sku', with: 'COUNT_DISTINCT' },
            ],
        };
        expect(await runWhole(operation, { main, way })).toEqual([
            {
                origin: { step: 'read', index: 0 },
                data: {
                    ...{
                        shop: 'Ulm',
                        records: 3,
                        prices: 2,
                        sum: 0.3,
                        mean: 0.15,
                        from: '2026-01-01',
                        to: '2026-02-01',
                    },
                    ...{ first: { sku: 'A' }, last: 'C', skus: ['A', 'A', 'C'], articles: 2 },
                },
            },
            {
                origin: { step: 'read', index: 1 },
                // Of nothing there is no first date: the field is absent, so that no loader clears anything.
                data: {
                    ...{ shop: 'Bonn', records: 1, prices: 1, sum: 5, mean: 5 },
                    ...{ first: { sku: 'B' }, last: 'B', skus: ['B'], articles: 1 },
                },
            },
        ]);
    });

    it('keeps groups of absent, null and empty apart', async () => {
        const main: JsonObject[] = [{}, { k: null }, { k: '' }, { k: null }, {}];
        const aggregates = [{ into: 'n', with: 'COUNT' as const }];
        expect(await dataOf({ kind: 'GROUP', by: ['k'], aggregates }, { main })).toEqual([
            { n: 2 },
            { k: null, n: 2 },
            { k: '', n: 1 },
        ]);
    });

    it('refuses to add what is no number', async () => {
        const main: JsonObject[] = [
            { k: 1, price: '1' },
            { k: 1, price: '12,90' },
        ];
        const aggregates = [{ into: 'sum', of: 'price', with: 'SUM' as const }];
        await expect(dataOf({ kind: 'GROUP', by: ['k'], aggregates }, { main })).rejects.toMatchObject({
            code: 'not-a-number',
            place: { field: 'price', got: '12,90', index: 1 },
        });
    });

    it('refuses to collect more into one record than anybody can use', async () => {
        const main = range(MAX_COLLECTED + 1).map(n => ({ n }));
        const operation: WholeOperation = {
            kind: 'GROUP',
            by: ['k'],
            aggregates: [{ into: 'all', of: 'n', with: 'COLLECT' }],
        };
        await expect(dataOf(operation, { main })).rejects.toMatchObject({ code: 'group-too-large' });
        const large = range(200).map(() => ({ text: 'x'.repeat(100_000) }));
        const texts: WholeOperation = { ...operation, aggregates: [{ into: 'all', of: 'text', with: 'COLLECT' }] };
        const options = { maxBytesInMemory: 1e9 };
        await expect(dataOf(texts, { main: large, options })).rejects.toMatchObject({ code: 'group-too-large' });
    });

    it('counts distinct values beyond what it keeps exactly', async () => {
        const main = range(6_000).map(n => ({ n: n % 2_500 }));
        const aggregates = [{ into: 'count', of: 'n', with: 'COUNT_DISTINCT' as const }];
        expect(await dataOf({ kind: 'GROUP', by: ['k'], aggregates }, { main })).toEqual([{ count: 2_500 }]);
    });

    it.each(['FIRST', 'LAST'] as const)('keeps the %s of equal records where it stood', async keep => {
        const main: JsonObject[] = [
            { sku: 'A', n: 1 },
            { sku: 'B', n: 2 },
            { n: 3 },
            { sku: 'A', n: 4 },
            { sku: '', n: 5 },
            { sku: '007', n: 6 },
            { sku: 7, n: 7 },
            { sku: '7', n: 8 },
        ];
        const kept = (await dataOf({ kind: 'DISTINCT', by: ['sku'], keep }, { main })).map(({ n }) => n);
        expect(kept).toEqual(keep === 'FIRST' ? [1, 2, 3, 5, 6, 7] : [2, 3, 4, 5, 6, 8]);
    });

    describe('join', () => {
        const main: JsonObject[] = [
            { id: '1', name: 'pot' },
            { id: '2', name: 'pan' },
            { id: '', name: 'lid' },
            { id: 1, name: 'Pot' },
        ];
        const right: JsonObject[] = [
            { ref: 1, price: '9.99', tax: { rate: 19 } },
            { ref: '3', price: '5' },
            { ref: '1', price: '8' },
            { price: '0' },
            { ref: '', price: '1' },
        ];
        const joinOf = (settings: Partial<JoinOperation>): JoinOperation => ({
            ...{ kind: 'JOIN', type: 'INNER', leftKey: 'id', rightKey: 'ref', right: { step: 'other' }, prefix: 'p_' },
            ...settings,
        });
        const matched: JsonObject[] = [
            { id: '1', name: 'pot', p_ref: 1, p_price: '9.99', p_tax: { rate: 19 } },
            { id: '1', name: 'pot', p_ref: '1', p_price: '8' },
        ];
        const again = matched.map(one => ({ ...one, id: 1, name: 'Pot' }));
        const onlyRight: JsonObject[] = [{ p_ref: '3', p_price: '5' }, { p_price: '0' }, { p_ref: '', p_price: '1' }];

        it.each<[JoinOperation['type'], JsonObject[]]>([
            ['INNER', [...matched, ...again]],
            ['LEFT', [...matched, main[1]!, main[2]!, ...again]],
            ['RIGHT', [...matched, ...again, ...onlyRight]],
            ['FULL', [...matched, main[1]!, main[2]!, ...again, ...onlyRight]],
        ])('%s: by left record, then by right one; an empty key matches nothing', async (type, expected) => {
            expect(await dataOf(joinOf({ type }), { main, right })).toEqual(expected);
        });

        it('takes the origin of the left record, or of the right one that stands alone', async () => {
            const output = await runWhole(joinOf({ type: 'FULL' }), { main, right, way });
            expect(output[0]!.origin).toEqual({ step: 'read', index: 0 });
            expect(output.at(-1)!.origin).toEqual({ step: 'other', index: 4 });
        });

        it('takes selected fields only, from settings as well as from a step', async () => {
            const select = ['tax.rate', 'price'];
            const operation = joinOf({ select, prefix: '', right: { records: right } });
            expect((await dataOf(operation, { main }))[0]).toEqual({
                id: '1',
                name: 'pot',
                price: '9.99',
                tax: { rate: 19 },
            });
        });

        it('has no records of the other side when that gave none', async () => {
            expect(await dataOf(joinOf({ type: 'LEFT' }), { main })).toEqual(main);
            expect(await dataOf(joinOf({ type: 'RIGHT' }), { main: [], right })).toHaveLength(5);
        });
    });

    it('gives nothing for nothing', async () => {
        expect(await dataOf(sortBySku, { main: [] })).toEqual([]);
    });

    it('stops when it is told to, and the source is closed', async () => {
        const stop = new AbortController();
        let closed = 0;
        const source = async function* () {
            try {
                for await (const page of pages(orders, 'read')) {
                    yield page;
                    if (page[0]!.origin.index > 1_000) stop.abort(new Error('cancelled'));
                }
            } finally {
                closed++;
            }
        };
        const run = runnerOn(way).run(sortBySku, { main: source() }, { pageSize: 100, signal: stop.signal });
        await expect(run[Symbol.asyncIterator]().next()).rejects.toThrow('cancelled');
        expect(closed).toBe(1);
    });

    it('clears away when nobody reads on', async () => {
        const { signal } = new AbortController();
        for await (const page of runnerOn(way).run(
            sortBySku,
            { main: pages(orders, 'read') },
            { pageSize: 100, signal },
        )) {
            expect(page).toHaveLength(100);
            break;
        }
    });
});

describe('whole operations', () => {
    afterAll(() => rmSync(tempDirectory, { recursive: true, force: true }));

    it('go both ways alike over many pages of many rows', async () => {
        const group: WholeOperation = {
            kind: 'GROUP',
            by: ['shop'],
            aggregates: [{ into: 'sum', of: 'price', with: 'SUM' }],
        };
        const join: WholeOperation = {
            ...{ kind: 'JOIN', type: 'FULL', leftKey: 'sku', rightKey: 'shop', prefix: '', right: { step: 'other' } },
        };
        const distinct: WholeOperation = { kind: 'DISTINCT', by: ['sku'], keep: 'LAST' };
        const main = range(3).flatMap(() => orders);
        for (const operation of [sortBySku, group, distinct, join]) {
            const given = { main, right: orders, pageSize: 500 };
            const memory = await runWhole(operation, { ...given, way: 'in memory' });
            expect(await runWhole(operation, { ...given, way: 'through DuckDB' })).toEqual(memory);
            expect(memory.length).toBeGreaterThan(6);
        }
    });

    it('need DuckDB only when the data does not fit, by rows or by size, and then say what to install', async () => {
        const options = {
            maxRowsInMemory: 10,
            maxBytesInMemory: 10_000,
            loadDuckDb: () => Promise.reject(new Error("Cannot find module '@duckdb/node-api'")),
        };
        const sort = (main: JsonObject[]) => runWhole(sortBySku, { main, options });
        expect(await sort(orders.slice(0, 10))).toHaveLength(10);
        await expect(sort(orders.slice(0, 11))).rejects.toThrow('the package @duckdb/node-api is not installed');
        await expect(sort([{ sku: 'x'.repeat(10_000) }])).rejects.toThrow('is not installed');
    });

    it('say which option to raise when the memory is too little', async () => {
        const main = range(40).map(i => ({ sku: String(i), text: 'x'.repeat(2_000_000) }));
        const sorted = runWhole(sortBySku, { main, way: 'through DuckDB', options: { memoryLimitMb: 2 } });
        await expect(sorted).rejects.toThrow('DuckDB needs more than 2 MB');
        expect(readdirSync(tempDirectory)).toEqual([]);
    });

    it('can be interrupted while DuckDB works', async () => {
        const stop = new AbortController();
        const main = range(20_000).map(() => ({ k: 'same' }));
        const operation: WholeOperation = {
            ...{ kind: 'JOIN', type: 'INNER', leftKey: 'k', rightKey: 'k', prefix: 'r_', right: { step: 'other' } },
        };
        const cross = runWhole(operation, {
            main,
            right: main,
            way: 'through DuckDB',
            signal: stop.signal,
            pageSize: 1e9,
        });
        setTimeout(() => stop.abort(new Error('cancelled')), 1_500);
        const began = Date.now();
        await expect(cross).rejects.toThrow('cancelled');
        expect(Date.now() - began).toBeLessThan(8_000);
    });

    it('lets nobody else look at temporary files, and clears away what a killed worker left', async () => {
        const { signal } = new AbortController();
        for await (const page of runnerOn('through DuckDB').run(
            sortBySku,
            { main: pages(orders, 'read') },
            { pageSize: 9, signal },
        )) {
            const [folder] = readdirSync(tempDirectory);
            expect(statSync(join(tempDirectory, folder!)).mode & 0o777).toBe(0o700);
            // Somebody works there.
            expect(await removeAbandonedWork(tempDirectory)).toBe(0);
            expect(page).toHaveLength(9);
            break;
        }
        const old = join(tempDirectory, 'whole-old');
        mkdirSync(old);
        utimesSync(old, new Date(0), new Date(0));
        expect(await removeAbandonedWork(tempDirectory)).toBe(1);
        expect(readdirSync(tempDirectory)).toEqual([]);
        expect(await removeAbandonedWork(join(tempDirectory, 'nowhere'))).toBe(0);
    });
});
