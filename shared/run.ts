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
}

/**
 * Where a resumed run goes on. Source batches are numbered from 0 in source order; batch formation is deterministic,
 * so a batch number means the same records after a restart.
 */
export interface Checkpoint {
    version: 1;
    /** Every batch below this number has settled: committed, or all its records rejected. */
    settledBatches: number;
    /** Batches above the watermark that have settled already. */
    settledAhead: number[];
    batchSize: number;
    /** By EXTRACT step key, see ExtractorAdapter.fingerprint. */
    sourceFingerprints: Record<string, string>;
    /** Metrics of exactly the settled batches. */
    metrics: RunMetrics;
}

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
