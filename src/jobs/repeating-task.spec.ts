import { type JobQueueService, Logger } from '@vendure/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RepeatingTask } from './repeating-task';

const minuteMs = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function hourly(work: (signal: AbortSignal) => Promise<void>, { started = true } = {}): RepeatingTask {
    const timing = { firstPauseMs: minuteMs, pauseMs: 60 * minuteMs };
    const task = new RepeatingTask({ started } as JobQueueService, { name: 'Sweeping', ...timing, work });
    task.start();
    return task;
}

it('works soon after the start and then about once an hour', async () => {
    const work = vi.fn(() => Promise.resolve());
    const task = hourly(work);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(work).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(58 * minuteMs);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10 * minuteMs);
    expect(work).toHaveBeenCalledTimes(2);
    await task.stop();
});

it('leaves it to processes that execute jobs', async () => {
    const work = vi.fn(() => Promise.resolve());
    const task = hourly(work, { started: false });
    await vi.advanceTimersByTimeAsync(300 * minuteMs);
    expect(work).not.toHaveBeenCalled();
    await task.stop();
});

it('tries again after a failure, and tells of the same one once', async () => {
    const warned = vi.spyOn(Logger, 'warn').mockImplementation(() => undefined);
    const work = vi.fn(() => Promise.reject(new Error('The database is away.')));
    const task = hourly(work);
    await vi.advanceTimersByTimeAsync(70 * minuteMs);
    expect(work).toHaveBeenCalledTimes(2);
    expect(warned).toHaveBeenCalledTimes(1);
    await task.stop();
    warned.mockRestore();
});

it('does what is wanted soon behind what it is doing', async () => {
    const ends: (() => void)[] = [];
    const work = vi.fn(() => new Promise<void>(resolve => ends.push(resolve)));
    const task = hourly(work);
    task.soon();
    await vi.advanceTimersByTimeAsync(1);
    task.soon();
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(1);
    ends[0]!();
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(2);
    ends[1]!();
    await task.stop();
});

it('stops what it is doing when the server shuts down, and waits for it', async () => {
    let ended = false;
    const task = hourly(async signal => {
        await new Promise(resolve => signal.addEventListener('abort', resolve));
        ended = true;
    });
    await vi.advanceTimersByTimeAsync(2 * minuteMs);
    await task.stop();
    expect(ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
});
