import { DataHubChangeSet } from './data-hub-change-set.entity';
import { DataHubCheckpoint } from './data-hub-checkpoint.entity';
import { DataHubConnection } from './data-hub-connection.entity';
import { DataHubDrift } from './data-hub-drift.entity';
import { DataHubGate } from './data-hub-gate.entity';
import { DataHubRecordError } from './data-hub-record-error.entity';
import { DataHubRecordRetryAudit } from './data-hub-record-retry-audit.entity';
import { DataHubReference } from './data-hub-reference.entity';
import { DataHubRunBatch } from './data-hub-run-batch.entity';
import { DataHubSecret } from './data-hub-secret.entity';
import { DataHubSettings } from './data-hub-settings.entity';
import { DataHubSpoolChunk } from './data-hub-spool-chunk.entity';
import { PipelineLog } from './pipeline-log.entity';
import { PipelineRevision } from './pipeline-revision.entity';
import { PipelineRun } from './pipeline-run.entity';
import { Pipeline } from './pipeline.entity';

export {
    DataHubChangeSet,
    DataHubCheckpoint,
    DataHubConnection,
    DataHubDrift,
    DataHubGate,
    DataHubRecordError,
    DataHubRecordRetryAudit,
    DataHubRunBatch,
    DataHubSecret,
    DataHubSettings,
    DataHubSpoolChunk,
    Pipeline,
    PipelineLog,
    PipelineRevision,
    PipelineRun,
};
export { ENDED_RUN_STATUSES, type RunConcurrency, type RunKind, type RunStatus } from './pipeline-run.entity';
export type { GateKind, GateState, NotificationState } from './data-hub-gate.entity';
export type { RecordErrorState } from './data-hub-record-error.entity';
export type { RecordEdit, RecordErrorAction } from './data-hub-record-retry-audit.entity';
export { type SecretProvider } from './data-hub-secret.entity';
export { setLongJsonType, widenLongJsonColumns } from './long-json';

/** Every entity of the plugin. */
export const dataHubEntities = [
    Pipeline,
    PipelineRevision,
    PipelineRun,
    PipelineLog,
    DataHubConnection,
    DataHubSecret,
    DataHubCheckpoint,
    DataHubRecordError,
    DataHubRecordRetryAudit,
    DataHubReference,
    DataHubChangeSet,
    DataHubDrift,
    DataHubRunBatch,
    DataHubGate,
    DataHubSettings,
    DataHubSpoolChunk,
];
