import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PipelineDefinition } from '../sdk/definition/definition';
import { asDataHubError } from '../sdk/errors';
import type { FileAccess } from '../sdk/extractor';
import { isDirect } from '../sdk/loader';
import type { AdapterLookup } from './adapter-lookup';
import { textOf } from './batch/adapter-error';
import { inBatches } from './batch/batcher';
import { emptyMetrics } from './batch/metrics';
import { Semaphore } from './batch/semaphore';
import type { LoadExecutor } from './executors/load-executor';
import type { Checkpoint, EnginePorts, RunJournal } from './ports';
import { DEFAULT_RETRY, RetryBudget } from './retry/transaction-retry';
import { assemble, Assembly, StageRun } from './run/assembly';
import { RunControl } from './run/run-control';
import type { RunResult } from './run/run-result';
import { finalStatus } from './run/run-status';
import { withTotalBytes } from './run/source-bytes';
import { isEmpty } from './run/stage-flow';

export interface RunSetup<Scope = unknown> {
    definition: PipelineDefinition;
    registry: AdapterLookup;
    ports: EnginePorts<Scope>;
    /** What the host application offers to loaders; the engine never looks inside. */
    host: unknown;
    files: FileAccess;
    /** Stops at the change sets: nothing is written but the journal. */
    dryRun?: boolean;
    resumeFrom?: Checkpoint;
    /** Cancels the run at the next batch boundary. Aborted with a LeaseLostError it stops without writing anything more. */
    signal?: AbortSignal;
    /** Of a batch's transaction. */
    retry?: Partial<RetryBudget>;
}

/**
 * Runs a pipeline to its end. Every failure is told by the result; the promise rejects only with a LeaseLostError,
 * because then the run belongs to another worker and its status is not ours to tell.
 */
export async function runPipeline<Scope>(setup: RunSetup<Scope>): Promise<RunResult> {
    const control = new RunControl(setup.signal ?? new AbortController().signal);
    const { journal } = setup.ports;
    let run: Assembly<Scope> | undefined;
    let complete = false;
    try {
        run = await assemble(setup, control, { ...DEFAULT_RETRY, ...setup.retry });
        for (const stage of run.stages) {
            complete = await runStage(stage, run, setup, control);
            // Also after a fault or a cancel: what has been done should not be done again on resume.
            await stage.settler.saveRest();
            if (!complete) break;
        }
    } catch (thrown) {
        control.fail(thrown);
    }
    await runAfterRun(run?.loads ?? [], journal);
    control.throwIfLeaseLost();
    const metrics = run?.tracker.metrics ?? setup.resumeFrom?.metrics ?? emptyMetrics();
    if (control.fault) return { status: 'FAILED', metrics, error: asDataHubError(control.fault.thrown) };
    if (!run || !complete) return { status: 'CANCELLED', metrics };
    return finalStatus(run.graph, metrics);
}

/**
 * Prepares batches one after the other and writes up to `concurrency` of them at once; while those wait for the
 * database the next one is prepared. Resolves with true when all batches have settled.
 */
async function runStage<Scope>(
    stage: StageRun<Scope>,
    { tracker, batchSize }: Assembly<Scope>,
    { definition, ports }: RunSetup<Scope>,
    control: RunControl,
): Promise<boolean> {
    const lanes = new Semaphore(definition.context.throughput.concurrency);
    const inFlight = new Set<Promise<void>>();
    let complete = true;
    const stop = (thrown: unknown): void => {
        complete = false;
        const known = control.stopped && thrown === control.signal.reason;
        if (control.stopped && !known) ports.journal.log('WARN', `While the run was stopping: ${textOf(thrown)}`);
        control.fail(thrown);
    };
    try {
        const pages = withTotalBytes(stage.sources.map(source => source.pages()));
        for await (const source of inBatches(pages, batchSize)) {
            // Sources and operators that never wait would keep timers, heartbeats and signals from running.
            await nextTurn();
            control.signal.throwIfAborted();
            const batch = await stage.flow.prepare(source);
            if (tracker.isSettled(batch.number) || (source.final && isEmpty(batch))) continue;
            while (!tracker.mayBegin(batch.number) && inFlight.size > 0) await Promise.race(inFlight);
            const leaveLane = await lanes.acquire();
            control.signal.throwIfAborted();
            const settled: Promise<void> = stage.settler
                .settle(batch)
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

/** Whatever became of the run: batches that did commit may have left work for the end. */
async function runAfterRun<Scope>(loads: readonly LoadExecutor<Scope>[], journal: RunJournal<Scope>): Promise<void> {
    for (const { key, loader } of loads) {
        if (isDirect(loader)) continue;
        try {
            await loader.afterRun?.();
        } catch (thrown) {
            journal.log('ERROR', `What follows the end of the run failed: ${textOf(thrown)}`, { step: key });
        }
    }
}
