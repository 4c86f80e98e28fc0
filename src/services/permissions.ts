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

/** Apart from starting runs: it deletes what a run created. */
export const UndoDataHubRunPermission = new PermissionDefinition({
    name: 'UndoDataHubRun',
    description:
        'Grants permission to undo DataHub runs, which puts back what they changed and deletes what they created',
});

/** Apart from reading pipelines, because change sets and refused records hold the data itself. */
export const DataHubRunPermission = new PermissionDefinition({
    name: 'ReadDataHubRun',
    description: 'Grants permission to see DataHub runs with their changes, refused records and logs',
});

/** Apart from starting runs, so that whoever starts one need not be the one who lets it go on. */
export const ApproveDataHubGatePermission = new PermissionDefinition({
    name: 'ApproveDataHubGate',
    description: 'Grants permission to see, approve and reject what waits at gates of DataHub runs',
});

/** Apart from reading runs: it says for everybody that a refused record has been dealt with. */
export const UpdateDataHubRecordErrorPermission = new PermissionDefinition({
    name: 'UpdateDataHubRecordError',
    description: 'Grants permission to resolve, ignore and reopen refused records of DataHub runs',
});

/** Apart from the above: what is edited here is loaded into the shop when it is sent again. */
export const EditDataHubRecordErrorPermission = new PermissionDefinition({
    name: 'EditDataHubRecordError',
    description: 'Grants permission to change the data of refused records, one by one, in bulk or as a spreadsheet',
});

/** Apart from starting runs: it sends known records, not whatever the source holds by now. */
export const ReplayDataHubRecordErrorPermission = new PermissionDefinition({
    name: 'ReplayDataHubRecordError',
    description: 'Grants permission to send refused records into their pipeline again, which writes to the catalog',
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
    UndoDataHubRunPermission,
    DataHubRunPermission,
    ApproveDataHubGatePermission,
    UpdateDataHubRecordErrorPermission,
    EditDataHubRecordErrorPermission,
    ReplayDataHubRecordErrorPermission,
    DataHubSettingsPermission,
    DataHubSecretPermission,
    DataHubConnectionPermission,
    UploadDataHubFilePermission,
];
