import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LeaseLostError, ObservedWork } from '../ports';
import { textOf } from '../batch/adapter-error';
import { inBatches } from '../batch/batcher';
import { Semaphore } from '../batch/semaphore';
import type { GraphNode } from '../graph/graph';
import { Channel, nodesOf, Stage } from '../graph/stages';
import type { RunControl } from './run-control';
import type { RunParts } from './run-parts';
import { withTotalBytes } from './source-bytes';
import { isEmpty } from './stage-flow';
import { sourcesOf, StageMachine } from './stage-machine';
import { storeProgress } from './store-progress';
import type { UnitEnd, UnitRunner } from './units';

export interface StageRunnerOptions {
    /** False for channels behind a gate that was rejected. */
    isOpen: (channel: Channel) => boolean;
    /** Whether the end must be stored, because the stage cannot be repeated or others go on from it. */
    mustStoreEnd: boolean;
    /** Fails the run when too many records are refused. */
    checkTolerance: (ending?: string) => void;
    /** Takes fingerprints of sources that could not be looked at before. */
    begin: () => Promise<void>;
}

/** Takes all batches of one stage from its inputs to their commit. */
export class StageRunner<Scope> implements UnitRunner {
    constructor(
        private readonly stage: Stage,
        private readonly machine: StageMachine<Scope>,
        private readonly run: RunParts<Scope>,
        readonly control: RunControl,
        private readonly options: StageRunnerOptions,
    ) {}

    execute(): Promise<UnitEnd> {
        return this.observed({ kind: 'STAGE', stage: this.machine.id }, () => this.runToEnd());
    }

    private async runToEnd(): Promise<UnitEnd> {
        const { tracker } = this.run;
        const progress = tracker.stage(this.machine.id);
        if (progress.isComplete) return 'COMPLETE';
        let complete = false;
        try {
            await this.options.begin();
            if (progress.lastSettled >= 0) await this.machine.writes.checkSpool();
            for (const node of this.nodes().filter(node => node.isFirst)) await this.run.events.stepBegins(node.step);
            complete = await this.pump();
        } catch (thrown) {
            this.control.fail(thrown);
        }
        try {
            // Also after a fault or a cancel: what has been done should not be done again on resume.
            await this.saveRest();
            if (!this.leaseLost) await this.machine.settler.close();
            if (complete) await this.finish();
        } catch (thrown) {
            complete = false;
            this.control.fail(thrown);
        }
        for (const exporter of this.machine.exports) await exporter.close().catch(() => undefined);
        if (complete) return 'COMPLETE';
        return this.control.fault ? 'FAILED' : 'STOPPED';
    }

    async giveUp(failure: unknown): Promise<void> {
        this.run.tracker.stage(this.machine.id).complete(textOf(failure));
        await this.store();
    }

    /**
     * Prepares batches one after the other and writes up to `concurrency` of them at once; while those wait for the
     * database the next one is prepared. Resolves with true when all batches have settled.
     */
    private async pump(): Promise<boolean> {
        const { machine, control, run } = this;
        const progress = run.tracker.stage(machine.id);
        const lanes = new Semaphore(this.lanes);
        const inFlight = new Set<Promise<void>>();
        let complete = true;
        const stop = (thrown: unknown): void => {
            complete = false;
            const known = control.stopped && thrown === control.signal.reason;
            if (control.stopped && !known) {
                run.ports.journal.log('WARN', `While the run was stopping: ${textOf(thrown)}`);
            }
            control.fail(thrown);
        };
        try {
            const sources = [...sourcesOf(this.stage, machine, run, this.options.isOpen)];
            for await (const source of inBatches(withTotalBytes(sources), run.batchSize)) {
                // Sources and operators that never wait would keep timers, heartbeats and signals from running.
                await nextTurn();
                control.signal.throwIfAborted();
                const piece = { stage: machine.id, batch: source.number, records: source.items.length };
                const batch = await this.observed({ kind: 'PREPARE', ...piece }, () => machine.flow.prepare(source));
                if (progress.isSettled(batch.number)) {
                    await machine.settler.restore(batch);
                    continue;
                }
                if (source.final && isEmpty(batch)) continue;
                while (!progress.mayBegin(batch.number) && inFlight.size > 0) await Promise.race(inFlight);
                const leaveLane = await lanes.acquire();
                control.signal.throwIfAborted();
                const settled: Promise<void> = this.observed({ kind: 'COMMIT', ...piece }, () =>
                    machine.settler.settle(batch),
                )
                    .then(() => this.options.checkTolerance())
                    .catch(stop)
                    .finally(() => {
                        leaveLane();
                        inFlight.delete(settled);
                    });
                inFlight.add(settled);
            }
        } catch (thrown) {
            stop(thrown);
        }
        await Promise.all(inFlight);
        return complete;
    }

    private get lanes(): number {
        const { machine, run } = this;
        // Exports are written in order, each batch behind the one before.
        if (machine.exports.length > 0) return 1;
        return run.ports.units.oneAtATime && !run.ports.remote ? 1 : run.concurrency;
    }

    /** Finds out what became of batches that gave up on a commit whose answer was lost, and stores what is in memory only. */
    private async saveRest(): Promise<void> {
        const { journal, tracker } = this.run;
        if (!(tracker.unsaved || journal.hasUntold) || this.leaseLost) return;
        await this.store();
        if (!this.machine.writes.isReal) return;
        for (const { place, writing } of journal.takeUntold(this.machine.id)) {
            await this.run.afterCommit.deliver(place, writing.changeSets);
        }
    }

    private async finish(): Promise<void> {
        this.options.checkTolerance(this.machine.id);
        const progress = this.run.tracker.stage(this.machine.id);
        const { steps } = this.run.tracker.metrics;
        const rejected = Object.values(steps).reduce((sum, counts) => sum + counts.rejected, 0);
        for (const exporter of this.machine.exports) {
            // A broken source must not replace the good output of the run before by an empty one.
            if (rejected > 0 && !steps[exporter.key]?.out) this.warnOfNoOutput(exporter.key, rejected);
            else await exporter.finish(progress.exported[exporter.key]);
        }
        if (this.machine.mode === 'RUN') {
            for (const load of this.machine.loads) {
                if (rejected > 0 && !steps[load.key]?.out) this.warnOfNoOutput(load.key, rejected);
                else await load.finish();
            }
        }
        progress.complete();
        if (this.options.mustStoreEnd) await this.store();
        if (this.machine.mode === 'PLAN') return;
        for (const { kind, isLast, step } of this.nodes()) {
            const counts = steps[step.key];
            if (kind === 'ROUTE' && counts && counts.dropped > 0) {
                const message = `${counts.dropped} records fit no branch of "${step.key}" and went nowhere.`;
                this.run.ports.journal.log('WARN', message, { step: step.key });
            }
            if (isLast) await this.run.events.stepEnded(step, counts);
        }
    }

    private warnOfNoOutput(step: string, rejected: number): void {
        const message = `${rejected} records were rejected and none reached "${step}": its output stays as it was before.`;
        this.run.ports.journal.log('WARN', message, { step });
    }

    private observed<T>(piece: ObservedWork, work: () => Promise<T>): Promise<T> {
        const { observer } = this.run.ports;
        return observer ? observer.observe(piece, work) : work();
    }

    private nodes(): GraphNode[] {
        if (this.machine.mode === 'PLAN') return [];
        return nodesOf(this.stage);
    }

    private get leaseLost(): LeaseLostError | undefined {
        return this.control.leaseLost;
    }

    private store(): Promise<void> {
        return storeProgress(this.run, this.control);
    }
}
