import type { DataHubError } from '../../sdk/errors';
import type { RunMetrics } from '../ports';

export interface RunResult {
    status: 'COMPLETED' | 'COMPLETED_WITH_ERRORS' | 'FAILED' | 'CANCELLED';
    /** Of all settled batches, those before a resume included. */
    metrics: RunMetrics;
    /** Why the run is FAILED. */
    error?: DataHubError;
}
