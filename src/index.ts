export { DataHubPlugin } from './data-hub.plugin';
export {
    DataHubConnectionPermission,
    DataHubPipelinePermission,
    DataHubRunPermission,
    DataHubSecretPermission,
    DataHubSettingsPermission,
    RunDataHubPipelinePermission,
    UpdateDataHubRecordErrorPermission,
    UploadDataHubFilePermission,
} from './api/permissions';
export {
    DataHubChangeSet,
    DataHubCheckpoint,
    DataHubConnection,
    DataHubRecordError,
    DataHubRecordRetryAudit,
    DataHubSecret,
    DataHubSettings,
    Pipeline,
    PipelineLog,
    PipelineRevision,
    PipelineRun,
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
} from './services/data-hub-options';
export { ConnectionService } from './services/connection.service';
export { DataHubRegistryService } from './services/data-hub-registry.service';
export { PipelineLogService } from './services/pipeline-log.service';
export { PipelineRunnerService } from './services/pipeline-runner.service';
export { PipelineService } from './services/pipeline.service';
export { RecordErrorService } from './services/record-error.service';
export { RecordErrorStateService } from './services/record-error-state.service';
export { RunHistoryService } from './services/run-history.service';
export { SecretService } from './services/secret.service';
export { SettingsService } from './services/settings/settings.service';
export { UploadService } from './services/upload.service';
export * from './public-sdk';
