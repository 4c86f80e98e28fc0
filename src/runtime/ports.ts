import { Checkpoint, LogLevel, RunMetrics } from '../../shared/run';
import { ChangeSet } from '../sdk/change-set';
import { DataHubError } from '../sdk/errors';
import { Origin, PipelineRecord } from '../sdk/record';

export type { Checkpoint, LogLevel, RunMetrics, StepCounts } from '../../shared/run';

/** What the engine needs of the world. It knows nothing of Vendure, NestJS or TypeORM. */
export interface EnginePorts<Scope = unknown> {
    clock: Clock;
    units: UnitOfWork<Scope>;
    journal: RunJournal<Scope>;
}

export interface Clock {
    now(): number;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Database transactions. `Scope` is opaque to the engine and goes to loaders and to the journal. */
export interface UnitOfWork<Scope> {
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
}

/** All that a batch leaves behind besides its catalog writes. */
export interface BatchSettlement {
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
    /** Live numbers for people; throttled by the implementation, never awaited by a batch's transaction. */
    progress(metrics: RunMetrics): void;
    log(level: LogLevel, message: string, place?: { step?: string }): void;
}

/** Another worker owns the run now; this one must stop without writing anything more. */
export class LeaseLostError extends Error {}
