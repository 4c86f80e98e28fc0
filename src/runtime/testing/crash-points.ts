import { setImmediate as nextTurn } from 'node:timers/promises';

/** Stands for the end of the process: nothing that happens after it may leave a trace. */
export class CrashError extends Error {}

/** Called wherever a port would wait for the world. Lets a test interleave, slow down or kill a run at that point. */
export type CrashPoint = (name: string) => Promise<void>;

export const noCrash: CrashPoint = () => Promise.resolve();

/** Waits a random while at each point and dies at the `crashAt`-th one; once dead, every point throws. */
export function randomPoints(random: () => number, crashAt = Infinity): CrashPoint {
    let passed = 0;
    return async () => {
        if (passed++ >= crashAt) throw new CrashError('The process was killed.');
        for (let turns = Math.floor(random() * 4); turns > 0; turns--) await nextTurn();
        if (passed > crashAt) throw new CrashError('The process was killed.');
    };
}

/** A small seeded generator (mulberry32), so that a failing case can be repeated. */
export function seeded(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
}
