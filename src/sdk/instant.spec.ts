import { expect, it } from 'vitest';
import { instantOf } from './instant';

it.each([
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-01-31 10:00', Date.UTC(2026, 0, 31, 10)],
    ['2026-01-31T10:00:00.5+02:00', Date.UTC(2026, 0, 31, 8, 0, 0, 500)],
    ['2026-02-29', undefined],
    ['2026-02-30T12:00:00Z', undefined],
    ['12.05.2026', undefined],
    ['03/04/2026', undefined],
    ['5', undefined],
])('%s is the instant %s', (text, instant) => {
    expect(instantOf(text)).toBe(instant);
});
