import { expect, it } from 'vitest';
import { formatDuration } from './duration';

it.each([
    [0, '0 sec'],
    [340, '0.3 sec'],
    [9_940, '9.9 sec'],
    [59_600, '1 min'],
    [125_000, '2 min 5 sec'],
    [3_600_000, '1 hr'],
    [3_661_000, '1 hr 1 min'],
    [90_000_000, '1 day 1 hr'],
])('%i ms are %s', (durationMs, text) => {
    expect(formatDuration(durationMs, 'en')).toBe(text);
});

it('speaks the language of the reader', () => {
    expect(formatDuration(1_500, 'de')).toBe('1,5 Sek.');
});
