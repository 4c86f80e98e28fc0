import { describe, expect, it } from 'vitest';
import { fitOptionalText, fitText } from './stored-text';

describe('text that is stored', () => {
    it('stays as it is when it fits', () => {
        expect(fitText('abc', 3)).toBe('abc');
        expect(fitText('', 3)).toBe('');
    });

    it('is cut with a mark, never inside a character', () => {
        expect(fitText('abcdef', 4)).toBe('abc…');
        expect(fitText('a😀😀', 3)).toBe('a…');
        expect(fitText('ab😀😀', 5)).toBe('ab😀…');
    });

    it('loses NUL, which PostgreSQL refuses', () => {
        expect(fitText('a\0b\0', 4)).toBe('ab');
    });

    it('tells nothing from empty', () => {
        expect(fitOptionalText(undefined, 5)).toBeNull();
        expect(fitOptionalText(null, 5)).toBeNull();
        expect(fitOptionalText('', 5)).toBe('');
    });
});
