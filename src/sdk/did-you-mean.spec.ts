import { describe, expect, it } from 'vitest';
import { didYouMean } from './did-you-mean';

describe('did you mean', () => {
    it('names what is near, else what there is', () => {
        expect(didYouMean('renmae', ['rename', 'set'])).toBe('Did you mean "rename"?');
        expect(didYouMean('xyz', ['rename', 'set'])).toBe('Known are: rename, set.');
        expect(didYouMean('xyz', [])).toBe('None are known here.');
    });

    it('stays short where many names are known', () => {
        const names = Array.from({ length: 60 }, (_, i) => `name${String(i).padStart(3, '0')}`);
        expect(didYouMean('x', names)).toMatch(/name049 and 10 more\.$/);
    });

    it('does not compare texts of any length, which would take the square of it', () => {
        const begin = performance.now();
        expect(didYouMean('a'.repeat(50_000), ['b'.repeat(50_000)])).toContain('Known are');
        expect(didYouMean('ab', ['b'.repeat(10_000_000)])).toContain('Known are');
        expect(performance.now() - begin).toBeLessThan(2_000);
    });
});
