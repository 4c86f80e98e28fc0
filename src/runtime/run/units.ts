import type { ParallelExecution } from '../../sdk/definition/definition';
import { LeaseLostError } from '../ports';
import type { Unit } from '../graph/stages';
import type { RunControl } from './run-control';

/**
 * COMPLETE: nothing of it is left. WAITING: somebody has to decide first. FAILED: it stopped at a fault of its own.
 * STOPPED: the run as a whole was stopped meanwhile.
 */
export type UnitEnd = 'COMPLETE' | 'WAITING' | 'FAILED' | 'STOPPED';

export interface UnitRunner {
    /** The unit's own: a fault in it does not stop others. */
    readonly control: RunControl;
    /** Never rejects; faults are in the control. */
    execute(): Promise<UnitEnd>;
    /** The run goes on without the rest of it. */
    giveUp(failure: unknown): Promise<void>;
}

export interface UnitsEnd {
    ends: ReadonlyMap<string, UnitEnd>;
    /** Of units that failed while others went on. */
    failures: unknown[];
}

/** Runs units as soon as what they need is complete; one after the other unless branches run side by side. */
export async function runUnits(
    units: readonly { unit: Unit; runner: UnitRunner }[],
    parallel: ParallelExecution | undefined,
    control: RunControl,
): Promise<UnitsEnd> {
    const limit = parallel?.enabled ? parallel.maxConcurrentSteps : 1;
    const policy = parallel?.errorPolicy ?? 'FAIL_FAST';
    const ends = new Map<string, UnitEnd>();
    const failures: unknown[] = [];
    const running = new Map<string, Promise<void>>();
    const mayFollow = (end: UnitEnd | undefined): boolean =>
        end === 'COMPLETE' || (end === 'FAILED' && policy === 'BEST_EFFORT');
    const isReady = ({ id, needs }: Unit): boolean =>
        !ends.has(id) && !running.has(id) && needs.every(need => mayFollow(ends.get(need)));

    const run = async ({ unit, runner }: (typeof units)[number]): Promise<void> => {
        let end = await runner.execute();
        const fault = runner.control.fault?.thrown;
        if (end === 'FAILED' && (policy === 'FAIL_FAST' || fault instanceof LeaseLostError)) {
            control.fail(fault);
            end = 'STOPPED';
        } else if (end === 'FAILED') {
            failures.push(fault);
            if (policy === 'BEST_EFFORT') await runner.giveUp(fault);
        }
        ends.set(unit.id, end);
    };

    for (;;) {
        for (const entry of units) {
            if (control.stopped || running.size >= limit) break;
            if (!isReady(entry.unit)) continue;
            const started = run(entry)
                .catch((thrown: unknown) => {
                    control.fail(thrown);
                    ends.set(entry.unit.id, 'STOPPED');
                })
                .finally(() => running.delete(entry.unit.id));
            running.set(entry.unit.id, started);
        }
        if (running.size === 0) return { ends, failures };
        await Promise.race(running.values());
    }
}
