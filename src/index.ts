export { DataHubPlugin } from './data-hub.plugin';
export { skuIndex } from './catalog/sku-index';
export {
    ApproveDataHubGatePermission,
    DataHubConnectionPermission,
    DataHubPipelinePermission,
    DataHubRunPermission,
    DataHubSecretPermission,
    DataHubSettingsPermission,
    EditDataHubRecordErrorPermission,
    ReplayDataHubRecordErrorPermission,
    RunDataHubPipelinePermission,
    UpdateDataHubRecordErrorPermission,
    UploadDataHubFilePermission,
} from './services/permissions';
export {
    DataHubChangeSet,
    DataHubCheckpoint,
    DataHubConnection,
    DataHubGate,
    DataHubRecordError,
    DataHubRecordRetryAudit,
    DataHubSecret,
    DataHubSettings,
    Pipeline,
    PipelineLog,
    PipelineRevision,
    PipelineRun,
    type GateState,
    type RecordErrorState,
    type RunStatus,
    type SecretProvider,
} from './entities';
export type {
    CodeFirstConnection,
    CodeFirstPipeline,
    CodeFirstSecret,
    CustomAdapter,
    DataHubOptions,
    NotificationOptions,
} from './services/data-hub-options';
export { ConnectionService } from './services/connection.service';
export { DataHubRegistryService } from './services/data-hub-registry.service';
export { GateService } from './services/gates/gate.service';
export {
    FieldHistoryService,
    type FieldHistory,
    type FieldHistoryEntry,
    type FieldHistoryQuestion,
} from './services/field-history.service';
export { DataHubHookEvent } from './services/hooks/hook.event';
export type { HookScript, HookScriptCall } from './services/hooks/hook-script';
export { GateWaitingEvent } from './services/gates/gate-waiting.event';
export { PipelineLogService } from './services/pipeline-log.service';
export { PipelineRunnerService } from './services/pipeline-runner.service';
export { PipelineService } from './services/pipeline.service';
export { RecordEditService } from './services/quarantine/record-edit.service';
export { RecordReplayService } from './services/quarantine/record-replay.service';
export { RecordErrorService } from './services/record-error.service';
export { RecordErrorStateService } from './services/record-error-state.service';
export { RunHistoryService } from './services/run-history.service';
export { SecretService } from './services/secret.service';
export { SettingsService } from './services/settings/settings.service';
export { UploadService } from './services/upload.service';
export * from './public-sdk';
