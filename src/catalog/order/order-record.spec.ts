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
