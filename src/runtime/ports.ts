import { Checkpoint, LogLevel, RemoteSettlement, RunMetrics } from '../../shared/run';
import { ChangeSet } from '../sdk/change-set';
import { DataHubError } from '../sdk/errors';
import { HookStage } from '../sdk/definition/hooks';
import { Origin, PipelineRecord } from '../sdk/record';
import { WholeOperation } from '../sdk/whole-operation';
import { JsonObject } from '../../shared/json';

export type {
    ChannelCounts,
    Checkpoint,
    GuardCounts,
    LogLevel,
    RemoteSettlement,
    RunMetrics,
    StageProgress,
    StepCounts,
} from '../../shared/run';

/** What the engine needs of the world. It knows nothing of Vendure, NestJS or TypeORM. */
export interface EnginePorts<Scope = unknown> {
    clock: Clock;
    units: UnitOfWork<Scope>;
    journal: RunJournal<Scope>;
    spool: Spool;
    whole: WholeRunner;
    gates: GateKeeper<Scope>;
    hooks?: RunHooks;
    observer?: RunObserver;
    /** Given for runs that make a plan happen and nothing else. */
    plan?: PlanCheck<Scope>;
    /** Given for runs whose batches are written by all workers; absent: this process writes them. */
    remote?: RemoteBatches<Scope>;
}

export interface Clock {
    now(): number;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Database transactions. `Scope` is opaque to the engine and goes to loaders and to the journal. */
export interface UnitOfWork<Scope> {
    /** Transactions queue for the only connection: batches in flight beside the one that is written only take memory. */
    readonly oneAtATime?: boolean;
    /**
     * Runs `work` in a transaction of its own; commits when it resolves, rolls back when it throws.
     * Driver errors arrive classified: deadlock, serialisation failure, busy and lost connection as TransientError.
     */
    transaction<T>(work: (scope: Scope) => Promise<T>): Promise<T>;
    /** Runs `work` inside `scope` under a savepoint; rolls back to it when `work` throws. */
    savepoint<T>(scope: Scope, work: () => Promise<T>): Promise<T>;
    /** Runs `work` with a scope that is rolled back whatever happens: for dry runs. */
    readOnly<T>(work: (scope: Scope) => Promise<T>): Promise<T>;
}

/**
 * Where records of one run wait between two stages. A channel holds numbered chunks. A chunk is there whole or not at
 * all, writing it again replaces it, and it survives the process that wrote it.
 */
export interface Spool {
    /** `scope` when the call comes from inside the transaction of a batch: a spool in the same database writes in it. */
    put(channel: string, chunk: number, records: readonly PipelineRecord[], scope?: unknown): Promise<void>;
    /** Numbers of the chunks that are there, ascending; empty chunks need not be stored. */
    chunks(channel: string): Promise<number[]>;
    read(channel: string, chunk: number): Promise<PipelineRecord[]>;
    removeChannel(channel: string): Promise<void>;
    /** Everything of the run. */
    remove(): Promise<void>;
}

export type RecordPages = AsyncIterable<readonly PipelineRecord[]>;

/** Carries out operations that need all their input, in bounded memory. */
export interface WholeRunner {
    /** Deterministic: the same input in the same order gives the same output in the same order. */
    run(
        operation: WholeOperation,
        input: { main: RecordPages; right?: RecordPages },
        options: { pageSize: number; signal: AbortSignal },
    ): RecordPages;
}

export type GateDecision = 'WAITING' | 'APPROVED' | 'REJECTED';

/** So few records are handed to the {@link GateKeeper} itself. */
export const MAX_RECORDS_KEPT_AT_GATE = 100;

/** A gate that begins to wait. */
export interface OpenedGate {
    step: string;
    /** A GATE step, or the guards of a LOAD step. */
    kind: 'GATE' | 'GUARD';
    /** Records behind it. */
    waiting: number;
    /** The first few of them. */
    preview: PipelineRecord['data'][];
    /** Channels of the spool in which they wait. */
    channels?: string[];
    /** All of them, when there are at most {@link MAX_RECORDS_KEPT_AT_GATE}: the gate then outlives a lost spool. */
    records?: readonly PipelineRecord[];
    /** Why somebody has to look, a sentence each. */
    reasons: string[];
    timeoutSeconds?: number;
    onTimeout?: 'APPROVE' | 'REJECT';
    notifyWebhook?: string;
    notifyEmail?: string;
}

/** Remembers gates and what people decided. */
export interface GateKeeper<Scope> {
    /** Undefined when the gate has never been opened in this run. */
    decision(step: string): Promise<GateDecision | undefined>;
    /** In the transaction that stores the run's checkpoint; a gate that is open already stays as it is. */
    open(scope: Scope, gate: OpenedGate): Promise<void>;
    /** The records that were handed over with the gate; undefined when they were too many or too large to be kept. */
    records?(step: string): Promise<PipelineRecord[] | undefined>;
    /** What guards counted in the last completed run of the pipeline at this LOAD step; undefined when there is none. */
    previousCounts(step: string): Promise<{ records: number } | undefined>;
}

/** Holds a run to what an earlier dry run of the same definition has shown. */
export interface PlanCheck<Scope> {
    /** Of the sources when the plan was made, by EXTRACT step. */
    sourceFingerprints: Readonly<Record<string, string>>;
    /**
     * Those of the change sets that the plan does not hold as they are, each with why. In the transaction that would write
     * them; a number of statements that does not grow with the batch.
     */
    outdated(
        step: string,
        changeSets: readonly ChangeSet[],
        scope: Scope,
    ): Promise<ReadonlyMap<ChangeSet, DataHubError>>;
}

/** Batches that wait on the spool for any worker to write them. */
export interface RemoteBatches<Scope> {
    /**
     * Resolves when a worker has committed the batch, once, however often it was tried. Rejects with the error that the
     * last worker gave up with. After an abort a batch that nobody has begun is taken back; one that somebody has begun is
     * waited for.
     */
    settle(place: { stage: string; batch: number }, signal: AbortSignal): Promise<RemoteSettlement>;
    /** Batches that were committed for an earlier owner of the run and that {@link forget} has not heard of. */
    settledBefore(): Promise<RemoteSettlement[]>;
    /** In the transaction that stores a checkpoint which counts these batches. */
    forget(scope: Scope, places: readonly { stage: string; batch: number }[]): Promise<void>;
}

/** What a hook is told; conditions of hooks and `{{path}}` of their texts read it. */
export interface HookEvent {
    stage: HookStage;
    step?: string;
    payload: JsonObject;
}

/** Calls the hooks of the definition. Nothing that a hook does can fail the run, except that INTERCEPTORs stand in the way of records. */
export interface RunHooks {
    /** Whether any hook listens at this stage and step, so that unused stages cost nothing. */
    listensTo(stage: HookStage, step?: string): boolean;
    /** Runs the actions of the stage, INTERCEPTORs excluded. */
    fire(event: HookEvent): Promise<void>;
    /** Whether INTERCEPTORs change the records at this stage and step. */
    intercepts(stage: HookStage, step: string): boolean;
    /** What INTERCEPTORs make of the records. Rejects when one of them fails, and then the run fails. */
    intercept(stage: HookStage, step: string, records: PipelineRecord[]): Promise<Intercepted>;
}

/** What became of records at INTERCEPTORs. */
export interface Intercepted {
    /** Go on instead of the given ones, each with the origin of the one it was made of. */
    records: PipelineRecord[];
    dropped: number;
    /** Records as they were given. */
    rejected: { record: PipelineRecord; error: DataHubError }[];
}

/** A piece of the engine's work. */
export interface ObservedWork {
    kind: 'STAGE' | 'PREPARE' | 'COMMIT';
    stage: string;
    /** Of a batch, to prepare it or to write it. */
    batch?: number;
    /** That the batch held when it came from its source. */
    records?: number;
}

/** Watches the engine at work, for tracing and live numbers. Changes nothing and never fails. */
export interface RunObserver {
    /** Resolves and rejects as `work` does. */
    observe<T>(piece: ObservedWork, work: () => Promise<T>): Promise<T>;
    /** Something is tried again. */
    retried(what: { step?: string; code: string }): void;
}

/** A record that was refused, as it stood when it entered the step. */
export interface RejectedRecord {
    step: string;
    origin: Origin;
    /** Null when nothing could be parsed; `raw` then holds the beginning of the text. */
    record: PipelineRecord['data'] | null;
    raw?: string;
    key?: string;
    error: DataHubError;
}

/** A change set with where its record came from and which LOAD step made it. */
export interface JournaledChangeSet {
    step: string;
    origin: Origin;
    changeSet: ChangeSet;
    /** Made for people who decide at a gate; nothing of it has been written. */
    planned?: boolean;
}

/** All that a batch leaves behind besides its catalog writes. */
export interface BatchSettlement {
    stage: string;
    batch: number;
    changeSets: JournaledChangeSet[];
    rejects: RejectedRecord[];
    checkpoint: Checkpoint;
    /**
     * False when nothing but counters changed (every record unchanged): the journal may then skip the write
     * and let a later settlement carry it, since repeating such a batch changes nothing.
     */
    mustPersist: boolean;
}

/** The run's memory. Implementations fence every write by the run's lease and throw {@link LeaseLostError}. */
export interface RunJournal<Scope> {
    /** Writes ledger rows, quarantine rows and the checkpoint in the batch's own transaction. */
    settle(scope: Scope, settlement: BatchSettlement): Promise<void>;
    /**
     * The checkpoint that is stored now, once no other transaction is writing it. Asked for only after a commit whose answer
     * was lost, to find out whether it happened.
     */
    stored(scope: Scope): Promise<Checkpoint | undefined>;
    /** What a committed batch has changed, read back from the ledger: for what follows a commit, after a crash in between. */
    changeSetsOf(stage: string, batch: number): Promise<JournaledChangeSet[]>;
    /** Live numbers for people; throttled by the implementation, never awaited by a batch's transaction. */
    progress(metrics: RunMetrics): void;
    log(level: LogLevel, message: string, place?: { step?: string }): void;
}

/** Another worker owns the run now; this one must stop without writing anything more. */
export class LeaseLostError extends Error {}
