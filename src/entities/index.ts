import { DataHubChangeSet } from './data-hub-change-set.entity';
import { DataHubCheckpoint } from './data-hub-checkpoint.entity';
import { DataHubConnection } from './data-hub-connection.entity';
import { DataHubRecordError } from './data-hub-record-error.entity';
import { DataHubReference } from './data-hub-reference.entity';
import { DataHubSecret } from './data-hub-secret.entity';
import { PipelineLog } from './pipeline-log.entity';
import { PipelineRevision } from './pipeline-revision.entity';
import { PipelineRun } from './pipeline-run.entity';
import { Pipeline } from './pipeline.entity';

export {
    DataHubChangeSet,
    DataHubCheckpoint,
    DataHubConnection,
    DataHubRecordError,
    DataHubReference,
    DataHubSecret,
    Pipeline,
    PipelineLog,
    PipelineRevision,
    PipelineRun,
};
export { RUN_STATUSES, type RunStatus } from './pipeline-run.entity';
export { SECRET_PROVIDERS, type SecretProvider } from './data-hub-secret.entity';
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
    DataHubReference,
    DataHubChangeSet,
];
