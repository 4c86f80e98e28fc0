import { describe, expect, it } from 'vitest';
import { assetReferenceId } from './asset-reference';

describe('assetReferenceId', () => {
    it('keeps a plain path readable', () => {
        expect(assetReferenceId('shoes/red-1.jpg')).toBe('shoes/red-1.jpg');
    });

    it('fits any key into the indexed column', () => {
        expect(assetReferenceId('https://example.com/' + 'a'.repeat(3000)).length).toBeLessThanOrEqual(190);
    });

    it('gives different ids to keys that a case-insensitive collation takes for one', () => {
        const keys = ['a.jpg', 'A.jpg', 'á.jpg', 'a.jpg '];
        expect(new Set(keys.map(key => assetReferenceId(key).toLowerCase())).size).toBe(4);
    });

    it('cannot be fooled by a key that looks like a hash', () => {
        const hash = assetReferenceId('A.jpg');
        expect(assetReferenceId(hash)).not.toBe(hash);
    });
});
