import { FieldHistoryEntryResolver, FieldHistoryResolver } from './field-history.resolver';
import { GateFieldResolver, GateResolver } from './gate.resolver';
import { PipelineFieldResolver, PipelineResolver } from './pipeline.resolver';
import { RecordErrorAuditFieldResolver, RecordErrorResolver } from './record-error.resolver';
import { ChangeSetFieldResolver, RunFieldResolver } from './run-field.resolvers';
import { RunResolver } from './run.resolver';
import { AdapterResolver, ConnectionResolver, SecretResolver, SettingsResolver } from './settings.resolver';
import { UndoneRunFieldResolver, UndoResolver } from './undo.resolver';
import {
    CreatePipelineResultResolver,
    DeletePipelineResultResolver,
    RunPipelineResultResolver,
    UpdatePipelineResultResolver,
} from './union.resolvers';

export const adminApiResolvers = [
    PipelineResolver,
    PipelineFieldResolver,
    RunResolver,
    RunFieldResolver,
    ChangeSetFieldResolver,
    FieldHistoryResolver,
    FieldHistoryEntryResolver,
    UndoResolver,
    UndoneRunFieldResolver,
    GateResolver,
    GateFieldResolver,
    RecordErrorResolver,
    RecordErrorAuditFieldResolver,
    SettingsResolver,
    AdapterResolver,
    SecretResolver,
    ConnectionResolver,
    CreatePipelineResultResolver,
    UpdatePipelineResultResolver,
    DeletePipelineResultResolver,
    RunPipelineResultResolver,
];
