import { expect, it } from 'vitest';
import { RecordCheck } from '../product/record-check';
import { promotion } from './entities/promotion';

it.each(['12.05.2026', '03/04/2026', '2026-02-30', '5'])('refuses the instant %s, which is not ISO', startsAt => {
    const problem = new RecordCheck(promotion.record, 'Promotion').problemOf({ name: 'Autumn', startsAt });
    expect(problem?.message).toBe(
        `startsAt must be a date in ISO 8601, such as "2026-01-31T12:00:00Z", got "${startsAt}".`,
    );
});

it('refuses an instant before the year 1000, which MariaDB would give back as another', () => {
    const problem = new RecordCheck(promotion.record, 'Promotion').problemOf({ name: 'Autumn', endsAt: '0001-01-01' });
    expect(problem?.message).toBe('endsAt must be a date after the year 999, got "0001-01-01".');
});
