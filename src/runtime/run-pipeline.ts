import type { PipelineDefinition } from '../sdk/definition/definition';
import type { OutputFileAccess } from '../sdk/exporter';
import type { FileAccess } from '../sdk/extractor';
import type { AdapterLookup } from './adapter-lookup';
import { textOf } from './batch/adapter-error';
import { emptyMetrics } from './batch/metrics';
import { runTimeout } from './errors/timeout-error';
import type { Checkpoint, EnginePorts } from './ports';
import { DEFAULT_RETRY, RetryBudget } from './retry/transaction-retry';
import { assemble, Assembly } from './run/assembly';
import { RunControl } from './run/run-control';
import type { RunResult } from './run/run-result';
import type { RunParts } from './run/run-parts';
import { failed, resultOf } from './run/run-status';
import { countWhatWorkersWrote } from './run/remote-settler';
import { runUnits, UnitsEnd } from './run/units';

export interface RunSetup<Scope = unknown> {
    runId: string;
    definition: PipelineDefinition;
    registry: AdapterLookup;
    ports: EnginePorts<Scope>;
    /** What the host application offers to extractors and loaders; the engine never looks inside. */
    host: unknown;
    /** The same for loaders that only plan: nothing that they prepare will be written. */
    planHost: unknown;
    files: FileAccess;
    outputs: OutputFileAccess;
    /** Stops at the change sets: nothing is written but the journal. */
    dryRun?: boolean;
    resumeFrom?: Checkpoint;
    /** Cancels the run at the next batch boundary. Aborted with a LeaseLostError it stops without writing anything more. */
    signal?: AbortSignal;
    /** Of a batch's transaction. */
    retry?: Partial<RetryBudget>;
}

/**
 * Runs a pipeline to its end, or to gates at which somebody has to decide. Every failure is told by the result; the promise
 * rejects only with a LeaseLostError, because then the run belongs to another worker and its status is not ours to tell.
 */
export async function runPipeline<Scope>(setup: RunSetup<Scope>): Promise<RunResult> {
    const control = new RunControl(setup.signal ?? new AbortController().signal);
    const stopClock = startClock(setup, control);
    let parts: RunParts<Scope> | undefined;
    let run: Assembly<Scope> | undefined;
    let end: UnitsEnd | undefined;
    try {
        // Before sources are looked at: what is owed for committed batches is owed whether the run can go on or not.
        const takeOver = async (made: RunParts<Scope>): Promise<void> => {
            parts = made;
            await countWhatWorkersWrote(made, control);
            if (!setup.dryRun) await made.afterCommit.deliverLeftOvers();
        };
        run = await assemble(setup, control, { ...DEFAULT_RETRY, ...setup.retry }, takeOver);
        await run.run.events.pipelineStarted(setup.resumeFrom !== undefined);
        end = await runUnits(run.units, setup.definition.context.parallelExecution, control);
    } catch (thrown) {
        control.fail(thrown);
    }
    stopClock();
    for (const exporter of parts?.exports ?? []) await exporter.close().catch(() => undefined);
    await parts?.afterCommit.endOfRun();
    control.throwIfLeaseLost();
    const result = run && end ? resultOf(setup.definition, run, end, control) : notBegun(setup, parts, control);
    if (result.status === 'PAUSED') return result;
    if (!setup.dryRun && (result.status === 'FAILED' || result.status === 'TIMEOUT'))
        await parts?.afterCommit.abandon();
    await run?.run.events.pipelineEnded(result.status, result.metrics, result.error);
    if (result.status === 'COMPLETED' || result.status === 'COMPLETED_WITH_ERRORS') await clearSpool(setup);
    return result;
}

function notBegun<Scope>(setup: RunSetup<Scope>, parts: RunParts<Scope> | undefined, control: RunControl): RunResult {
    const metrics = parts?.tracker.metrics ?? setup.resumeFrom?.metrics ?? emptyMetrics();
    return control.fault ? failed(control.fault.thrown, metrics) : { status: 'CANCELLED', metrics };
}

/** Ends the run when its time is up, counting what earlier owners of the run have spent. */
function startClock<Scope>({ definition, resumeFrom }: RunSetup<Scope>, control: RunControl): () => void {
    const { timeoutMs } = definition.context;
    if (timeoutMs === undefined) return () => undefined;
    const leftMs = timeoutMs - (resumeFrom?.metrics.activeMs ?? 0);
    // Timers hold no more than that, which is 24 days; no run of one process lasts so long.
    const waitMs = Math.min(Math.max(0, leftMs), 2 ** 31 - 1);
    const timer = setTimeout(() => control.fail(runTimeout(timeoutMs)), waitMs);
    return () => clearTimeout(timer);
}

/** What is left behind is found by a sweeper later. */
async function clearSpool<Scope>({ ports }: RunSetup<Scope>): Promise<void> {
    try {
        await ports.spool.remove();
    } catch (thrown) {
        ports.journal.log('WARN', `The spool of the run could not be removed yet: ${textOf(thrown)}`);
    }
}
