import { describe, expect, it } from 'vitest';
import type { TypeName } from './column-type';
import { keyText } from './key-text';

describe('the text of a key', () => {
    it.each<[TypeName, string[], string]>([
        ['decimal', ['1.50', '1.5', '+1.5', '01.500', '15e-1', '0.15E1'], '1.5'],
        ['decimal', ['100', '1e2', '100.00', '100.'], '100'],
        ['decimal', ['-0.5', '-.5', '-5e-1'], '-0.5'],
        ['decimal', ['0', '-0', '0.00', '.0'], '0'],
        ['float', ['1e21', '1000000000000000000000'], '1000000000000000000000'],
        ['uuid', ['ABCDEF00-0000-4000-8000-000000000000'], 'abcdef00-0000-4000-8000-000000000000'],
        ['time', ['10:00', '10:00:00', '10:00:00.000'], '10:00:00'],
        ['timestamp', ['2026-01-31 10:00:00.120', '2026-01-31 10:00:00.12'], '2026-01-31 10:00:00.12'],
        ['text', ['1.50'], '1.50'],
        ['integer', ['100'], '100'],
    ])('of type %s is the same for %j', (type, spellings, text) => {
        expect(spellings.map(spelling => keyText(spelling, type))).toEqual(spellings.map(() => text));
    });
});
