import { setTimeout as sleep } from 'node:timers/promises';
import type { Lock } from './lock';

const firstPauseMs = 50;
const longestPauseMs = 500;

/** Tries at once, then in growing pauses, and a last time when the wait is over. */
export async function tryUntil(waitMs: number, attempt: () => Promise<Lock | undefined>): Promise<Lock | undefined> {
    const giveUpAt = performance.now() + waitMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        const lock = await attempt();
        const leftMs = giveUpAt - performance.now();
        if (lock || leftMs <= 0) return lock;
        // Not all who wait for the same lock at the same moment.
        await sleep(Math.min(leftMs, pauseMs * (0.5 + Math.random() / 2)));
    }
}
