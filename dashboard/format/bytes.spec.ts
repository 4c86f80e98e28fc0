import { describe, expect, it } from 'vitest';
import { formatBytes } from './bytes';

describe('sizes of files', () => {
    it('are told in the largest unit that leaves at least one', () => {
        const sizes = [0, 999, 1_000, 1_440_000, 52_300_000, 3_000_000_000_000];
        expect(sizes.map(size => formatBytes(size, 'en'))).toEqual([
            '0 bytes',
            '999 bytes',
            '1 kB',
            '1.4 MB',
            '52 MB',
            '3,000 GB',
        ]);
        expect(formatBytes(1_440_000, 'de')).toBe('1,4 MB');
    });
});
