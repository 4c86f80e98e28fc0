import type { Clock } from '../ports';

/** Sleeps take no time and are remembered. */
export class FakeClock implements Clock {
    readonly slept: number[] = [];
    nowMs = 0;

    now(): number {
        return this.nowMs;
    }

    async sleep(ms: number): Promise<void> {
        this.slept.push(ms);
    }
}
