import { describe, expect, it } from 'vitest';
import { TransientError } from '../../sdk/errors';
import { FakeClock } from '../testing/fake-clock';
import { DEFAULT_RETRY, withRetry } from './transaction-retry';

const busy = new TransientError('busy', 'Busy.');
const budget = { attempts: 5, initialDelayMs: 100, maxDelayMs: 1_000 };

function failing(times: number, error: Error = busy, signal = new AbortController().signal) {
    const clock = new FakeClock();
    let calls = 0;
    const attempt = async (): Promise<string> => {
        if (calls++ < times) throw error;
        return 'done';
    };
    const announced: number[] = [];
    const run = (): Promise<string> =>
        withRetry(attempt, { budget, clock, signal, onRetry: (_error, next) => announced.push(next.attempt) });
    return { run, clock, announced, calls: () => calls };
}

describe('withRetry', () => {
    it('waits longer and longer, with jitter, never beyond the limit', async () => {
        const { run, clock, announced } = failing(4);
        expect(await run()).toBe('done');
        expect(announced).toEqual([2, 3, 4, 5]);
        expect(clock.slept).toHaveLength(4);
        expect(clock.slept.every(ms => ms >= 0 && ms <= 1_000)).toBe(true);
        const other = failing(4);
        await other.run();
        expect(other.clock.slept).not.toEqual(clock.slept);
    });

    it('gives up with the last error when the budget is spent', async () => {
        const { run, calls } = failing(5);
        await expect(run()).rejects.toBe(busy);
        expect(calls()).toBe(5);
    });

    it('outlasts a database that restarts, unless it is told otherwise', async () => {
        const clock = new FakeClock();
        const attempt = () => Promise.reject(busy);
        const { signal } = new AbortController();
        const run = withRetry(attempt, { budget: DEFAULT_RETRY, clock, signal, onRetry: () => undefined });
        await expect(run).rejects.toBe(busy);
        expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(20_000);
    });

    it('does not repeat what is not transient', async () => {
        const { run, calls } = failing(1, new Error('broken'));
        await expect(run()).rejects.toThrow('broken');
        expect(calls()).toBe(1);
    });

    it('does not wait any more once the run is stopping', async () => {
        const { run, calls } = failing(1, busy, AbortSignal.abort());
        await expect(run()).rejects.toBe(busy);
        expect(calls()).toBe(1);
    });
});
