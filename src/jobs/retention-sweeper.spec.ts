import type { JobQueueService } from '@vendure/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RetentionService } from '../services/retention.service';
import { RetentionSweeper } from './retention-sweeper';

const minuteMs = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function sweeper({ started = true, deleteExpired = vi.fn(() => Promise.resolve({ runs: 0, rows: 0 })) } = {}) {
    const made = new RetentionSweeper({ started } as JobQueueService, { deleteExpired } as unknown as RetentionService);
    made.onApplicationBootstrap();
    return { made, deleteExpired };
}

it('sweeps soon after the start and then about once an hour', async () => {
    const { made, deleteExpired } = sweeper();
    await vi.advanceTimersByTimeAsync(50_000);
    expect(deleteExpired).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(deleteExpired).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(58 * minuteMs);
    expect(deleteExpired).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10 * minuteMs);
    expect(deleteExpired).toHaveBeenCalledTimes(2);
    await made.onModuleDestroy();
});

it('leaves it to processes that execute jobs', async () => {
    const { made, deleteExpired } = sweeper({ started: false });
    await vi.advanceTimersByTimeAsync(300 * minuteMs);
    expect(deleteExpired).not.toHaveBeenCalled();
    await made.onModuleDestroy();
});

it('tries again after a failure', async () => {
    const deleteExpired = vi.fn(() => Promise.reject(new Error('The database is away.')));
    const { made } = sweeper({ deleteExpired });
    await vi.advanceTimersByTimeAsync(70 * minuteMs);
    expect(deleteExpired).toHaveBeenCalledTimes(2);
    await made.onModuleDestroy();
});

it('stops what it is doing when the server shuts down, and waits for it', async () => {
    let ended = false;
    const deleteExpired = vi.fn(async (signal?: AbortSignal) => {
        await new Promise(resolve => signal!.addEventListener('abort', resolve));
        ended = true;
        return { runs: 0, rows: 0 };
    });
    const { made } = sweeper({ deleteExpired });
    await vi.advanceTimersByTimeAsync(2 * minuteMs);
    await made.onModuleDestroy();
    expect(ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
});
