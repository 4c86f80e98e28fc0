import { describe, expect, it } from 'vitest';
import { KeyMemory } from './key-memory';

describe('KeyMemory', () => {
    it('tells new keys from known ones through many growths', () => {
        const memory = new KeyMemory();
        const keys = Array.from({ length: 200_000 }, (_, i) => `product-${i}`);
        expect(keys.filter(key => !memory.add(key))).toEqual([]);
        expect(keys.filter(key => memory.add(key))).toEqual([]);
        expect(memory.size).toBe(200_000);
    });

    it('keeps keys apart that differ in order, length or one letter', () => {
        const memory = new KeyMemory();
        const keys = [
            '',
            'a',
            'b',
            'ab',
            'ba',
            'aa',
            'aaa',
            ' a',
            'a ',
            'A',
            '0',
            '00',
            'ä',
            'a\u0308',
            '\u0000',
            '\u0000\u0000',
        ];
        expect(keys.map(key => memory.add(key))).toEqual(keys.map(() => true));
    });

    it('needs at most 32 bytes per key', () => {
        const memory = new KeyMemory();
        const before = process.memoryUsage().arrayBuffers;
        for (let i = 0; i < 600_000; i++) memory.add(`https://shop.example/a/rather/long/product/address/${i}`);
        const grown = process.memoryUsage().arrayBuffers - before;
        // While it grows, the old half stands beside the new one until the collector comes by.
        expect(grown / 600_000).toBeLessThan(64);
        expect(grown).toBeGreaterThan(0);
    });
});
