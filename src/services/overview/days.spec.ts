import { describe, expect, it } from 'vitest';
import { lastDays } from './days';

describe('the last days', () => {
    it('begin at midnight of the time zone, also where clocks change', () => {
        expect(lastDays(3, 'Europe/Berlin', new Date('2026-03-30T10:00:00Z'))).toEqual([
            { date: '2026-03-28', begin: new Date('2026-03-27T23:00:00Z') },
            { date: '2026-03-29', begin: new Date('2026-03-28T23:00:00Z') },
            { date: '2026-03-30', begin: new Date('2026-03-29T22:00:00Z') },
        ]);
        expect(lastDays(2, 'UTC', new Date('2026-01-01T00:00:00Z'))).toEqual([
            { date: '2025-12-31', begin: new Date('2025-12-31T00:00:00Z') },
            { date: '2026-01-01', begin: new Date('2026-01-01T00:00:00Z') },
        ]);
    });

    it.each([
        ['Pacific/Kiritimati', '2026-06-01T10:00:00Z', '2026-06-02', '2026-06-01T10:00:00Z'],
        ['Pacific/Pago_Pago', '2026-06-01T10:00:00Z', '2026-05-31', '2026-05-31T11:00:00Z'],
        ['Asia/Kolkata', '2026-06-01T18:30:00Z', '2026-06-02', '2026-06-01T18:30:00Z'],
        // Midnight does not exist there on this day.
        ['America/Asuncion', '2023-10-01T12:00:00Z', '2023-10-01', '2023-10-01T04:00:00Z'],
    ])('are right in %s', (zone, now, date, begin) => {
        expect(lastDays(1, zone, new Date(now))).toEqual([{ date, begin: new Date(begin) }]);
    });

    it('need a zone that exists', () => {
        expect(() => lastDays(1, 'Mars/Base', new Date())).toThrow('There is no time zone "Mars/Base".');
    });
});
