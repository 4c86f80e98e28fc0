import type { JsonValue } from './json';

export interface StepCounts {
    /** Records that entered the step (EXTRACT: items read, malformed ones included). */
    in: number;
    /** Records that left it towards the next step. */
    out: number;
    dropped: number;
    rejected: number;
    created: number;
    updated: number;
    unchanged: number;
    deleted: number;
}

export interface RunMetrics {
    /** By step key. */
    steps: Record<string, StepCounts>;
    bytesRead?: number;
    bytesTotal?: number;
    /** What the plans of guarded LOAD steps have shown so far, by step key. */
    guards?: Record<string, GuardCounts>;
    /** Time that workers have spent on the run, waiting at gates not counted. */
    activeMs?: number;
}

/** How fast a run goes at one moment. Not part of its checkpoint: rates mean nothing later. */
export interface LiveNumbers {
    /** By the clock of the worker. */
    atMs: number;
    /** Batches that are being prepared or written, and the records in them. */
    batchesInFlight: number;
    recordsInFlight: number;
    /** Read by all sources, over the last seconds; null in the first second. */
    recordsPerSecond: number | null;
    /** Until all of the source is read; null where the source does not know its size. */
    etaSeconds: number | null;
    /** Records per second that enter each step, by step key. */
    steps: Record<string, number>;
}

/** Sums over the plan of one LOAD step; a guard compares them with its limits. */
export interface GuardCounts {
    records: number;
    changed: number;
    rejected: number;
    prices: number;
    priceJumps: number;
    disabled: number;
    deleted: number;
    stockToZero: number;
}

/** How far one stage of a run has come. */
export interface StageProgress {
    /** Every batch below this number has settled: committed, or all its records rejected. */
    settledBatches: number;
    /** Batches above the watermark that have settled already. */
    settledAhead: number[];
    /** All input of the stage has settled, and what it hands on to other stages is complete. */
    complete?: boolean;
    /** Why the stage gave up, where the run went on without the rest of it. */
    failed?: string;
    /** What settled batches put into the channels to other stages, by channel. */
    sent?: Record<string, ChannelCounts>;
    /** Where the output of each EXPORT step ended, by step key; see Exporter. */
    exported?: Record<string, JsonValue>;
}

export interface ChannelCounts {
    chunks: number;
    records: number;
}

/**
 * Where a resumed run goes on. Batches of a stage are numbered from 0 in the order of its input; batch formation is
 * deterministic, so a batch number means the same records after a restart.
 */
export interface Checkpoint {
    version: 2;
    /** By stage id, see planStages. A stage that is not here has not begun. */
    stages: Record<string, StageProgress>;
    batchSize: number;
    /** By EXTRACT step key, see ExtractorAdapter.fingerprint. */
    sourceFingerprints: Record<string, string>;
    /**
     * The outbox: committed batches of which it is not known yet whether what follows a commit (events, index jobs) was
     * done. Whoever goes on with the run does it first.
     */
    outbox?: { stage: string; batch: number }[];
    /** Metrics of exactly the settled batches. */
    metrics: RunMetrics;
}

/** What became of a batch that another worker has written. */
export interface RemoteSettlement {
    stage: string;
    batch: number;
    metrics: RunMetrics;
    /** By channel: what the batch put there behind its LOAD steps. */
    sent: Record<string, ChannelCounts>;
    /** Whether events and jobs are owed for it. */
    owesDelivery: boolean;
}

/** From the least to the most important. */
export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
