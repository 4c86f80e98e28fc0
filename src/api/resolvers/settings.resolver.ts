import { UseFilters } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, ListQueryOptions, PaginatedList, RequestContext, Transaction } from '@vendure/core';
import { Adapter } from '../../adapters/adapter-registry';
import { configJsonSchema, JsonSchema, toJsonSchema } from '../../adapters/json-schema';
import { DataHubConnection, DataHubSecret } from '../../entities';
import { AdapterType } from '../../sdk/adapter';
import { ConnectionInput, ConnectionService, ConnectionUpdate } from '../../services/connection.service';
import { DataHubRegistryService } from '../../services/data-hub-registry.service';
import { SecretInput, SecretService } from '../../services/secret.service';
import type { DataHubSettingValues } from '../../services/settings/settings-schema';
import { SettingsService } from '../../services/settings/settings.service';
import {
    DataHubConnectionPermission,
    DataHubPipelinePermission,
    DataHubSecretPermission,
    DataHubSettingsPermission,
} from '../../services/permissions';
import { UserErrorFilter } from '../user-error.filter';

type Described = 'type' | 'code' | 'name' | 'description' | 'category' | 'guarantees' | 'limits';

interface DescribedAdapter extends Pick<Adapter, Described> {
    schema: JsonSchema;
    recordSchema: JsonSchema | null;
    examples: readonly object[];
}

@Resolver()
export class AdapterResolver {
    constructor(private readonly adapters: DataHubRegistryService) {}

    @Query()
    @Allow(DataHubPipelinePermission.Read)
    dataHubAdapters(@Args() { type }: { type?: AdapterType | null }): DescribedAdapter[] {
        return this.adapters
            .all(type ?? undefined)
            .filter(({ internal }) => !internal)
            .map(describe);
    }
}

function describe(adapter: Adapter): DescribedAdapter {
    const { type, code, name, description, category, guarantees, limits, examples } = adapter;
    const recordSchema = adapter.type === 'LOADER' ? toJsonSchema(adapter.record) : null;
    return {
        type,
        code,
        name,
        description,
        category,
        guarantees,
        limits,
        schema: configJsonSchema(adapter),
        recordSchema,
        examples,
    };
}

@Resolver()
@UseFilters(UserErrorFilter)
export class SettingsResolver {
    constructor(private readonly settings: SettingsService) {}

    @Query()
    @Allow(DataHubSettingsPermission.Read)
    async dataHubSettings(@Ctx() ctx: RequestContext): Promise<DataHubSettingValues & { schema: JsonSchema }> {
        return { ...(await this.settings.get(ctx)), schema: this.settings.jsonSchema() };
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubSettingsPermission.Write)
    async updateDataHubSettings(
        @Ctx() ctx: RequestContext,
        @Args() { input }: { input: Partial<DataHubSettingValues> },
    ): Promise<DataHubSettingValues & { schema: JsonSchema }> {
        return { ...(await this.settings.update(ctx, input)), schema: this.settings.jsonSchema() };
    }
}

@Resolver()
@UseFilters(UserErrorFilter)
export class SecretResolver {
    constructor(private readonly secrets: SecretService) {}

    @Query()
    @Allow(DataHubSecretPermission.Read)
    dataHubSecrets(
        @Ctx() ctx: RequestContext,
        @Args() { options }: { options?: ListQueryOptions<DataHubSecret> },
    ): Promise<PaginatedList<DataHubSecret>> {
        return this.secrets.findAll(ctx, options);
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubSecretPermission.Create)
    createDataHubSecret(@Ctx() ctx: RequestContext, @Args() { input }: { input: SecretInput }): Promise<DataHubSecret> {
        return this.secrets.create(ctx, input);
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubSecretPermission.Update)
    updateDataHubSecret(
        @Ctx() ctx: RequestContext,
        @Args() { input }: { input: Omit<SecretInput, 'code'> & { id: ID } },
    ): Promise<DataHubSecret> {
        return this.secrets.update(ctx, input.id, input);
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubSecretPermission.Delete)
    async deleteDataHubSecret(@Ctx() ctx: RequestContext, @Args() { id }: { id: ID }): Promise<{ id: ID }> {
        await this.secrets.delete(ctx, id);
        return { id };
    }
}

@Resolver()
@UseFilters(UserErrorFilter)
export class ConnectionResolver {
    constructor(private readonly connections: ConnectionService) {}

    @Query()
    @Allow(DataHubConnectionPermission.Read)
    dataHubConnections(
        @Ctx() ctx: RequestContext,
        @Args() { options }: { options?: ListQueryOptions<DataHubConnection> },
    ): Promise<PaginatedList<DataHubConnection>> {
        return this.connections.findAll(ctx, options);
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubConnectionPermission.Create)
    createDataHubConnection(
        @Ctx() ctx: RequestContext,
        @Args() { input }: { input: ConnectionInput },
    ): Promise<DataHubConnection> {
        return this.connections.create(ctx, input);
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubConnectionPermission.Update)
    updateDataHubConnection(
        @Ctx() ctx: RequestContext,
        @Args() { input }: { input: ConnectionUpdate & { id: ID } },
    ): Promise<DataHubConnection> {
        return this.connections.update(ctx, input.id, input);
    }

    @Mutation()
    @Transaction()
    @Allow(DataHubConnectionPermission.Delete)
    async deleteDataHubConnection(@Ctx() ctx: RequestContext, @Args() { id }: { id: ID }): Promise<{ id: ID }> {
        await this.connections.delete(ctx, id);
        return { id };
    }
}
