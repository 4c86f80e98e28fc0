import type { Clock } from '../ports';

/** Sleeps take no time and are remembered. */
export class FakeClock implements Clock {
    readonly slept: number[] = [];

    now(): number {
        return 0;
    }

    async sleep(ms: number): Promise<void> {
        this.slept.push(ms);
    }
}
