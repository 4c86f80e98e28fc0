import { expect, it } from 'vitest';
import { hashKey } from './key-hash';

it('spreads similar keys: neither half nor the whole collides more than chance allows', () => {
    const whole = new Set<string>();
    const high = new Set<number>();
    const low = new Set<number>();
    const count = 200_000;
    for (let n = 0; n < count; n++) {
        const hash = hashKey(`sku:${String(n).padStart(6, '0')}`, n & 1);
        whole.add(`${hash.high}:${hash.low}`);
        high.add(hash.high);
        low.add(hash.low);
    }
    expect(whole.size).toBe(count);
    // Among 200 000 random 32-bit values about five collide.
    expect(high.size).toBeGreaterThan(count - 30);
    expect(low.size).toBeGreaterThan(count - 30);
});

it('is another hash for another seed and for the same letters in another order', () => {
    const hashes = [hashKey('ab', 0), hashKey('ba', 0), hashKey('ab', 1), hashKey('', 0), hashKey('\0', 0)];
    expect(new Set(hashes.map(({ high, low }) => `${high}:${low}`)).size).toBe(5);
});
