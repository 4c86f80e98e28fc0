import { ChangeResolver } from './change.resolver';
import { EntityOriginResolver } from './entity-origin.resolver';
import { FieldHistoryEntryResolver, FieldHistoryResolver } from './field-history.resolver';
import { SentenceFieldResolver } from './sentence.resolver';
import { FilePreviewFieldResolver, FileResolver } from './file.resolver';
import { GateFieldResolver, GateResolver } from './gate.resolver';
import { InsightsResolver } from './insights.resolver';
import { PipelineFieldResolver, PipelineResolver } from './pipeline.resolver';
import { AppliedPlanFieldResolver, PlanResolver } from './plan.resolver';
import { RecordErrorAuditFieldResolver, RecordErrorResolver } from './record-error.resolver';
import { ChangeSetFieldResolver, DriftFieldResolver, RunFieldResolver } from './run-field.resolvers';
import { RunResolver } from './run.resolver';
import { AdapterResolver, ConnectionResolver, SecretResolver, SettingsResolver } from './settings.resolver';
import { ReplayedRunFieldResolver } from './replayed-run.resolver';
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
    DriftFieldResolver,
    FieldHistoryResolver,
    FieldHistoryEntryResolver,
    ChangeResolver,
    PlanResolver,
    AppliedPlanFieldResolver,
    EntityOriginResolver,
    InsightsResolver,
    FileResolver,
    FilePreviewFieldResolver,
    SentenceFieldResolver,
    UndoResolver,
    UndoneRunFieldResolver,
    ReplayedRunFieldResolver,
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
