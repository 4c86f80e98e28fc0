import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eachWithinStepTime, withinStepTime } from './step-time';

const step = { key: 'read', timeoutMs: 300 };
const never = new AbortController().signal;

describe('the time of a step', () => {
    it('passes on what the work comes to, whether it succeeds or fails', async () => {
        expect(await withinStepTime(step, never, async () => 'done')).toBe('done');
        await expect(withinStepTime(step, never, () => Promise.reject(new Error('torn')))).rejects.toThrow('torn');
    });

    it('aborts the signal of work that is late', async () => {
        let given: AbortSignal | undefined;
        const work = (signal: AbortSignal | undefined): Promise<never> => {
            given = signal;
            return new Promise(() => undefined);
        };
        await expect(withinStepTime(step, never, work)).rejects.toMatchObject({ code: 'step-timeout' });
        expect(given?.aborted).toBe(true);
    });

    it('counts for each page of a source, and not while nobody asks for one', async () => {
        let closed = 0;
        async function* source(slowAt: number): AsyncGenerator<number, void, undefined> {
            try {
                for (let page = 0; page < 4; page++) {
                    await sleep(page === slowAt ? 2_000 : 1);
                    yield page;
                }
            } finally {
                closed++;
            }
        }
        const read = async (slowAt: number): Promise<number[]> => {
            const pages: number[] = [];
            for await (const page of eachWithinStepTime(step, never, source(slowAt))) {
                pages.push(page);
                if (page < 2) await sleep(350);
            }
            return pages;
        };
        expect(await read(9)).toEqual([0, 1, 2, 3]);
        expect(closed).toBe(1);
        await expect(read(2)).rejects.toMatchObject({ code: 'step-timeout', place: { step: 'read' } });
    });

    it('closes a source that is left early', async () => {
        let closed = false;
        async function* endless(): AsyncGenerator<number, void, undefined> {
            try {
                for (;;) yield 1;
            } finally {
                closed = true;
            }
        }
        for await (const page of eachWithinStepTime(step, never, endless())) if (page) break;
        expect(closed).toBe(true);
    });
});
