import { PipelineFieldResolver, PipelineResolver } from './pipeline.resolver';
import { RecordErrorResolver } from './record-error.resolver';
import { ChangeSetFieldResolver, RunFieldResolver } from './run-field.resolvers';
import { RunResolver } from './run.resolver';
import { AdapterResolver, ConnectionResolver, SecretResolver, SettingsResolver } from './settings.resolver';
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
    RecordErrorResolver,
    SettingsResolver,
    AdapterResolver,
    SecretResolver,
    ConnectionResolver,
    CreatePipelineResultResolver,
    UpdatePipelineResultResolver,
    DeletePipelineResultResolver,
    RunPipelineResultResolver,
];
