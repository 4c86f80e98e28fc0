import { describe, expect, it } from 'vitest';
import { abortable } from './abortable';

async function* counting(onEnd: () => void): AsyncGenerator<number> {
    try {
        for (let n = 0; ; n++) yield n;
    } finally {
        onEnd();
    }
}

describe('abortable', () => {
    it('closes the source when the reader stops early', async () => {
        let closed = 0;
        for await (const n of abortable(
            counting(() => closed++),
            new AbortController().signal,
        ))
            if (n === 2) break;
        expect(closed).toBe(1);
    });

    it('throws the reason of the abort while the source hangs', async () => {
        const stop = new AbortController();
        const hanging = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
        const read = abortable(hanging, stop.signal).next();
        stop.abort(new Error('enough'));
        await expect(read).rejects.toThrow('enough');
    });

    it('passes on what the source throws', async () => {
        const broken = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('torn file')) }) };
        await expect(abortable(broken, new AbortController().signal).next()).rejects.toThrow('torn file');
    });
});
