import { PipelineFieldResolver, PipelineResolver } from './pipeline.resolver';
import { ChangeSetFieldResolver, RunFieldResolver } from './run-field.resolvers';
import { RunResolver } from './run.resolver';
import { AdapterResolver, ConnectionResolver, SecretResolver } from './settings.resolver';
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
    AdapterResolver,
    SecretResolver,
    ConnectionResolver,
    CreatePipelineResultResolver,
    UpdatePipelineResultResolver,
    DeletePipelineResultResolver,
    RunPipelineResultResolver,
];
