import type { DataHubError } from '../../sdk/errors';
import type { RunMetrics } from '../ports';

export interface RunResult {
    /** PAUSED: somebody has to decide at a gate before the rest can run. */
    status: 'COMPLETED' | 'COMPLETED_WITH_ERRORS' | 'FAILED' | 'CANCELLED' | 'TIMEOUT' | 'PAUSED';
    /** Of all settled batches, those before a resume included. */
    metrics: RunMetrics;
    /** Why the run is FAILED or timed out, or why a branch of it gave up. */
    error?: DataHubError;
    /** Gates that a PAUSED run waits at, by step key. */
    waitsAt?: string[];
}
