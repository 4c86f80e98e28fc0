import type { ExportExecutor } from '../executors/export-executor';
import type { EnginePorts } from '../ports';
import type { RunErrors } from '../errors/run-errors';
import type { RetryBudget } from '../retry/transaction-retry';
import type { AfterCommit } from './after-commit';
import type { RunEvents } from './run-events';
import type { RunTracker } from './run-tracker';
import type { SettlementWriter } from './settlement-writer';
import type { SpoolView } from './spool-channel';

/** What all units of a run share. */
export interface RunParts<Scope> {
    ports: EnginePorts<Scope>;
    tracker: RunTracker;
    journal: SettlementWriter<Scope>;
    afterCommit: AfterCommit<Scope>;
    events: RunEvents;
    errors: RunErrors;
    spool: SpoolView;
    /** All that were opened, to be closed at the end. */
    exports: ExportExecutor[];
    /** Of a batch's transaction. */
    retry: RetryBudget;
    batchSize: number;
    concurrency: number;
    dryRun: boolean;
}
