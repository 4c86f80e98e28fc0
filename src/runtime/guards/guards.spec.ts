import { describe, expect, it } from 'vitest';
import type { ChangeAction, ChangeSet, EntityChange, FieldChange } from '../../sdk/change-set';
import { guardsSchema } from '../../sdk/definition/guards';
import { addMetrics } from '../batch/metrics';
import { guardCountsOf, noCounts } from './guard-counts';
import { guardReasons } from './guard-reasons';

const guards = guardsSchema.parse({ maxPriceChangePercent: 30 });
const entity = (action: ChangeAction, fields: FieldChange[]): EntityChange => ({
    entityType: 'ProductVariant',
    entityId: action === 'CREATE' ? null : '1',
    key: 'A',
    action,
    fields,
});
const record = (action: ChangeAction, ...entities: EntityChange[]): ChangeSet => ({ action, key: 'A', entities });
const update = (...fields: FieldChange[]) => record('UPDATE', entity('UPDATE', fields));
const price = (before: number | null | undefined, after: number | null | undefined, path = 'prices.default.USD') => ({
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
});
const countsOf = (...changeSets: ChangeSet[]) => guardCountsOf(changeSets, 0, changeSets.length, guards);

describe('guards count', () => {
    it('nothing where nothing changes, but the prices that are looked at', () => {
        const unchanged = record('UNCHANGED');
        expect(countsOf(unchanged, unchanged)).toEqual({ ...noCounts(), records: 2, prices: 2 });
    });

    it('records that would change something, new ones included, and those that are refused', () => {
        const changeSets = [update({ path: 'name', before: 'a', after: 'b' }), record('CREATE', entity('CREATE', []))];
        expect(guardCountsOf(changeSets, 3, 5, guards)).toMatchObject({ records: 5, changed: 2, rejected: 3 });
    });

    it.each([
        ['a rise beyond the limit', 1000, 1301, 1],
        ['a rise to the limit', 1000, 1300, 0],
        ['a fall beyond the limit', 1000, 699, 1],
        ['a fall to the limit', 1000, 700, 0],
        ['a price that is no longer nothing', 0, 1, 1],
        ['a price that becomes nothing', 1, 0, 1],
        ['a price that is taken away', 1000, undefined, 1],
        ['a price that there was not', undefined, 1000, 0],
        ['a price that was null', null, 1000, 0],
    ])('%s as so many jumps', (_what, before, after, jumps) => {
        expect(countsOf(update(price(before, after))).priceJumps).toBe(jumps);
    });

    it('each price of a record', () => {
        const changes = update(
            price(100, 200),
            price(100, 101, 'prices.default.EUR'),
            price(100, 300, 'prices.b2b.USD'),
        );
        expect(countsOf(changes, record('UNCHANGED'))).toMatchObject({ prices: 4, priceJumps: 2 });
    });

    it('no prices of what is new, so that new products do not hide the others', () => {
        const created = record('CREATE', entity('CREATE', [price(undefined, 500)]));
        expect(countsOf(created, created, update(price(1, 100)))).toMatchObject({ prices: 1, priceJumps: 1 });
        const grown = record('UPDATE', entity('CREATE', [price(undefined, 500)]));
        expect(countsOf(grown)).toMatchObject({ prices: 1, priceJumps: 0 });
    });

    it('no prices of what is deleted: that is counted as deleted', () => {
        const gone = record('DELETE', entity('DELETE', [price(1000, undefined)]));
        expect(countsOf(gone)).toMatchObject({ priceJumps: 0, deleted: 1 });
    });

    it('no jumps where no jump is defined', () => {
        expect(guardCountsOf([update(price(1, 100))], 0, 1, {})).toMatchObject({ prices: 1, priceJumps: 0 });
    });

    it('what would be disabled, deleted or sold out', () => {
        const counts = countsOf(
            update({ path: 'enabled', before: true, after: false }),
            update({ path: 'enabled', before: false, after: true }),
            record('CREATE', entity('CREATE', [{ path: 'enabled', after: false }])),
            record('DELETE', entity('DELETE', []), entity('DELETE', [])),
            update({ path: 'stock.Here', before: 5, after: 0 }, { path: 'stock.There', before: 5, after: 0 }),
            update({ path: 'stock.Here', before: 5, after: 1 }),
            update({ path: 'stock.Here', before: 0, after: -2 }),
            update({ path: 'stock.Here', after: 0 }),
        );
        expect(counts).toMatchObject({ disabled: 1, deleted: 2, stockToZero: 1 });
    });

    it('batch after batch', () => {
        const of = (step: string, ...changeSets: ChangeSet[]) => ({
            steps: {},
            guards: { [step]: countsOf(...changeSets) },
        });
        const sum = addMetrics(of('a', update(price(1, 9))), of('a', update(price(1, 9)), record('UNCHANGED')));
        expect(sum.guards).toEqual({ a: { ...noCounts(), records: 3, changed: 2, prices: 3, priceJumps: 2 } });
    });
});

describe('guards have a reason', () => {
    const counts = {
        records: 1000,
        changed: 312,
        rejected: 12,
        prices: 800,
        priceJumps: 41,
        disabled: 101,
        deleted: 1,
        stockToZero: 7,
    };
    const reasonsOf = (given: object, previous?: { records: number }) =>
        guardReasons(counts, guardsSchema.parse(given), previous);

    it.each([
        [{ maxChangedPercent: 31 }, '312 of 1000 records (31.2 %) would change something; the limit is 31 %.'],
        [{ maxRejectedPercent: 1 }, '12 of 1000 records (1.2 %) would be refused; the limit is 1 %.'],
        [
            { maxPriceChangePercent: 30, maxPriceJumpsPercent: 5 },
            '41 of 800 prices (5.13 %) would change by more than 30 %; the limit is 5 %.',
        ],
        [{ maxPriceChangePercent: 30 }, '41 of 800 prices (5.13 %) would change by more than 30 %; the limit is 0 %.'],
        [{ maxDisabled: 100 }, '101 entities would be disabled; the limit is 100.'],
        [{ maxDeleted: 0 }, '1 entity would be deleted; the limit is 0.'],
        [{ maxStockToZero: 6 }, '7 variants would fall to a stock of zero; the limit is 6.'],
    ])('for going beyond %j', (given, reason) => {
        expect(reasonsOf(given)).toEqual([reason]);
    });

    it('for records that are missing, once there was a run to compare with', () => {
        expect(reasonsOf({ maxFewerRecordsPercent: 20 })).toEqual([]);
        expect(reasonsOf({ maxFewerRecordsPercent: 20 }, { records: 1250 })).toEqual([]);
        expect(reasonsOf({ maxFewerRecordsPercent: 20 }, { records: 1251 })).toEqual([
            'Only 1000 records reach the step, 20.06 % fewer than the 1251 of the last completed run; the limit is 20 %.',
        ]);
        expect(reasonsOf({ maxFewerRecordsPercent: 20 }, { records: 5 })).toEqual([]);
        expect(guardReasons(noCounts(), guardsSchema.parse({ maxFewerRecordsPercent: 99 }), { records: 3 })).toEqual([
            'Only 0 records reach the step, 100 % fewer than the 3 of the last completed run; the limit is 99 %.',
        ]);
    });

    it('with as many decimals as it takes to tell the share from the limit', () => {
        const barely = { ...noCounts(), records: 100_000, changed: 30_001 };
        expect(guardReasons(barely, guardsSchema.parse({ maxChangedPercent: 30 }))).toEqual([
            '30001 of 100000 records (30.001 %) would change something; the limit is 30 %.',
        ]);
    });

    it('for nothing at its limit, nor without limits', () => {
        const exactly = {
            maxChangedPercent: 31.2,
            maxRejectedPercent: 1.2,
            maxPriceChangePercent: 30,
            maxPriceJumpsPercent: 5.125,
            maxDisabled: 101,
            maxDeleted: 1,
            maxStockToZero: 7,
        };
        expect(reasonsOf(exactly)).toEqual([]);
        expect(reasonsOf({})).toEqual([]);
        expect(guardReasons(noCounts(), guardsSchema.parse({ maxChangedPercent: 0 }))).toEqual([]);
    });

    it('in the order of the limits, one each', () => {
        const all = { maxChangedPercent: 0, maxRejectedPercent: 0, maxDisabled: 0, maxDeleted: 0, maxStockToZero: 0 };
        expect(reasonsOf(all)).toHaveLength(5);
    });
});
