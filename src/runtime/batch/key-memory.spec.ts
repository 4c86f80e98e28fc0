import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyMemory } from './key-memory';

describe('KeyMemory', () => {
    it('remembers the first claim of each key, as a Map would', () => {
        const operation = fc.record({
            key: fc.string(),
            space: fc.nat(2),
            position: fc.nat(1_000_000),
            isLine: fc.boolean(),
        });
        fc.assert(
            fc.property(fc.array(operation, { maxLength: 200 }), operations => {
                const memory = new KeyMemory(2);
                const oracle = new Map<string, object>();
                for (const { key, space, position, isLine } of operations) {
                    const id = JSON.stringify([key, space]);
                    expect(memory.find(key, space)).toEqual(oracle.get(id));
                    const claim = { position, isLine, source: space };
                    memory.add(key, space, claim);
                    if (!oracle.has(id)) oracle.set(id, claim);
                }
                expect(memory.size).toBe(oracle.size);
            }),
        );
    });

    it('tells half a million similar keys apart and stays below 50 bytes for each', () => {
        const memory = new KeyMemory();
        const count = 500_000;
        for (let n = 0; n < count; n++) memory.add(`sku:ABC-${n}`, 0, { position: n, isLine: true, source: 0 });
        expect(memory.size).toBe(count);
        for (let n = 0; n < count; n += 997) expect(memory.find(`sku:ABC-${n}`, 0)?.position).toBe(n);
        expect(memory.find(`sku:ABC-${count}`, 0)).toBeUndefined();
        expect(memory.bytes / count).toBeLessThan(50);
    });
});
