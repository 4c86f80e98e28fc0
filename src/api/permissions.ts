import { CrudPermissionDefinition, PermissionDefinition, RwPermissionDefinition } from '@vendure/core';

/** Seeing and changing pipelines and their revisions. */
export const DataHubPipelinePermission = new CrudPermissionDefinition(
    'DataHubPipeline',
    operation => `Grants permission to ${operation} DataHub pipelines`,
);

/** Starting, resuming and cancelling runs: it writes to the catalog, whoever drew the pipeline. */
export const RunDataHubPipelinePermission = new PermissionDefinition({
    name: 'RunDataHubPipeline',
    description:
        'Grants permission to start and cancel runs of DataHub pipelines, which write to the catalog of the channel whatever else the administrator may do there',
});

/** Apart from reading pipelines, because change sets and refused records hold the data itself. */
export const DataHubRunPermission = new PermissionDefinition({
    name: 'ReadDataHubRun',
    description: 'Grants permission to see DataHub runs with their changes, refused records and logs',
});

/** Apart from reading runs: it says for everybody that a refused record has been dealt with. */
export const UpdateDataHubRecordErrorPermission = new PermissionDefinition({
    name: 'UpdateDataHubRecordError',
    description: 'Grants permission to resolve, ignore and reopen refused records of DataHub runs',
});

/** How long runs, plans and logs are kept, for all pipelines. */
export const DataHubSettingsPermission = new RwPermissionDefinition(
    'DataHubSettings',
    operation => `Grants permission to ${operation} DataHub settings`,
);

/** Secret values are never readable; this covers their codes and providers. */
export const DataHubSecretPermission = new CrudPermissionDefinition(
    'DataHubSecret',
    operation => `Grants permission to ${operation} DataHub secrets (their values are never shown)`,
);

export const DataHubConnectionPermission = new CrudPermissionDefinition(
    'DataHubConnection',
    operation => `Grants permission to ${operation} DataHub connections`,
);

export const UploadDataHubFilePermission = new PermissionDefinition({
    name: 'UploadDataHubFile',
    description: 'Grants permission to upload files for DataHub pipelines',
});

export const dataHubPermissions = [
    DataHubPipelinePermission,
    RunDataHubPipelinePermission,
    DataHubRunPermission,
    UpdateDataHubRecordErrorPermission,
    DataHubSettingsPermission,
    DataHubSecretPermission,
    DataHubConnectionPermission,
    UploadDataHubFilePermission,
];
