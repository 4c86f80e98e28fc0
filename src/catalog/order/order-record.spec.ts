import { expect, it } from 'vitest';
import { RecordCheck } from '../product/record-check';
import { orderRecord } from './order-record';

it('refuses a coupon code that Vendure would read back as two', () => {
    const problem = new RecordCheck(orderRecord, 'order').problemOf({ code: 'OLD-1', couponCodes: ['A,B'] });
    expect(problem?.message).toBe(
        'couponCodes[0] must not hold a comma, as Vendure keeps the codes with commas, got "A,B".',
    );
});

it.each(['12.05.2020', '03/04/2021', '2021-02-30'])('refuses the time %s, which is not ISO', orderPlacedAt => {
    const problem = new RecordCheck(orderRecord, 'order').problemOf({ code: 'OLD-1', orderPlacedAt });
    expect(problem?.message).toBe(
        `orderPlacedAt must be a date in ISO 8601, such as "2026-01-31T12:00:00Z", got "${orderPlacedAt}".`,
    );
});

it('refuses times before the year 1000, which MariaDB would give back as others', () => {
    const check = new RecordCheck(orderRecord, 'order');
    const empty = '0001-01-01T00:00:00Z';
    expect(check.problemOf({ code: 'OLD-1', orderPlacedAt: empty })?.message).toBe(
        `orderPlacedAt must be a date after the year 999, got "${empty}".`,
    );
    expect(check.problemOf({ code: 'OLD-1', orderPlacedAt: '1000-01-01' })).toBeUndefined();
});

it('refuses a quantity that Vendure could not show any more', () => {
    const lines = [{ sku: 'SHIRT', unitPrice: 0, quantity: 3_000_000_000 }];
    const problem = new RecordCheck(orderRecord, 'order').problemOf({ code: 'OLD-1', lines });
    expect(problem?.message).toBe('lines[0].quantity must be a whole number of at most 2147483647, got 3000000000.');
});
