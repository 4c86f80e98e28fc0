import { Injectable } from '@nestjs/common';
import {
    ID,
    ListQueryBuilder,
    ListQueryOptions,
    PaginatedList,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import { isJsonObject, JsonObject, JsonValue } from '../../shared/json';
import { checkConnectionConfig } from '../databases/connection-kinds';
import { DataHubConnection } from '../entities';
import { UserError } from '../sdk/errors';
import { listQuery } from './list-query';
import { SecretService } from './secret.service';
import { isUniqueViolation } from './unique-violation';

export interface ConnectionInput {
    code: string;
    name?: string | null;
    type: string;
    config: JsonObject;
}

/** The code stays, because pipelines name it. */
export type ConnectionUpdate = { [name in 'name' | 'type' | 'config']?: ConnectionInput[name] | null };

interface ResolvedConnection {
    code: string;
    type: string;
    /** With the secrets' plain values in it: for use, never for logs or answers. */
    config: JsonObject;
}

/** How other systems are reached. In a stored config a secret is `{ "secret": "<code>" }`, never a value. */
@Injectable()
export class ConnectionService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly listQueryBuilder: ListQueryBuilder,
        private readonly secrets: SecretService,
    ) {}

    async findAll(
        ctx: RequestContext,
        options?: ListQueryOptions<DataHubConnection>,
    ): Promise<PaginatedList<DataHubConnection>> {
        const [items, totalItems] = await listQuery(this.listQueryBuilder, DataHubConnection, options, {
            ctx,
        }).getManyAndCount();
        return { items, totalItems };
    }

    async create(ctx: RequestContext, input: ConnectionInput): Promise<DataHubConnection> {
        checkConnection(input);
        const entity = Object.assign(new DataHubConnection(), { ...input, name: input.name ?? input.code });
        try {
            return await this.connection.getRepository(ctx, DataHubConnection).save(entity);
        } catch (error) {
            if (!isUniqueViolation(error)) throw error;
            throw new UserError(
                'connection-code-taken',
                `There is a connection with the code "${input.code}" already.`,
                'Choose another code, or update that connection.',
            );
        }
    }

    async update(ctx: RequestContext, id: ID, input: ConnectionUpdate): Promise<DataHubConnection> {
        const entity = await this.connection.getEntityOrThrow(ctx, DataHubConnection, id);
        refuseCodeFirst(entity);
        // Clients send null for what they leave out.
        entity.name = input.name ?? entity.name;
        entity.type = input.type ?? entity.type;
        entity.config = input.config ?? entity.config;
        checkConnection(entity);
        return this.connection.getRepository(ctx, DataHubConnection).save(entity);
    }

    async delete(ctx: RequestContext, id: ID): Promise<void> {
        const entity = await this.connection.getEntityOrThrow(ctx, DataHubConnection, id);
        if (!entity.disabledByCode) refuseCodeFirst(entity);
        await this.connection.getRepository(ctx, DataHubConnection).delete(entity.id);
    }

    /** The connection with its secrets filled in, for the moment it is used. */
    async resolve(code: string): Promise<ResolvedConnection> {
        const entity = await this.connection.rawConnection.getRepository(DataHubConnection).findOneBy({ code });
        if (!entity) {
            throw new UserError(
                'connection-unknown',
                `There is no connection with the code "${code}".`,
                'Create it, or correct the code.',
            );
        }
        if (entity.disabledByCode) {
            throw new UserError(
                'connection-disabled',
                `The connection "${code}" has been removed from the code and is disabled.`,
                'Add it to the plugin options again, or use another connection.',
            );
        }
        return { code, type: entity.type, config: (await this.withSecrets(entity.config)) as JsonObject };
    }

    private async withSecrets(value: JsonValue): Promise<JsonValue> {
        if (Array.isArray(value)) return Promise.all(value.map(item => this.withSecrets(item)));
        if (!isJsonObject(value)) return value;
        const code = secretReference(value);
        if (code !== undefined) return this.secrets.resolve(code);
        const entries = await Promise.all(
            Object.entries(value).map(async ([key, item]) => [key, await this.withSecrets(item)] as const),
        );
        return Object.fromEntries(entries);
    }
}

/** Characters that there is room for. */
const LONGEST = { name: 255, type: 50 };

/** Throws when code, name or type cannot be used or when a credential stands in the config as plain text. */
export function checkConnection(input: ConnectionInput): void {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(input.code)) {
        throw new UserError(
            'code-invalid',
            `"${input.code.slice(0, 100)}" cannot be the code of a connection.`,
            'Use up to 100 letters, digits, hyphens and underscores.',
        );
    }
    for (const [field, longest] of Object.entries(LONGEST) as [keyof typeof LONGEST, number][]) {
        const text = input[field] ?? undefined;
        if (text === undefined || (text.trim() !== '' && text.length <= longest)) continue;
        throw new UserError(
            `connection-${field}-invalid`,
            `The ${field} of connection "${input.code}" must have between 1 and ${longest} characters.`,
            `Choose another ${field}.`,
            { field },
        );
    }
    if (!isJsonObject(input.config)) {
        throw new UserError(
            'connection-config-invalid',
            `The config of connection "${input.code}" is not an object.`,
            'Write { … }.',
        );
    }
    const path = plainCredential(input.config, 'config');
    if (!path) return checkConnectionConfig(input.code, input.type, input.config);
    throw new UserError(
        'connection-holds-credential',
        `The connection "${input.code}" holds a credential as plain text at ${path}.`,
        'Store the value as a secret and write { "secret": "<code of the secret>" } here.',
        { field: path },
    );
}

function refuseCodeFirst(entity: DataHubConnection): void {
    if (!entity.isCodeFirst) return;
    throw new UserError(
        'connection-read-only',
        `The connection "${entity.code}" is defined in code and cannot be changed here.`,
        'Change it in the options of DataHubPlugin.',
    );
}

function secretReference(value: JsonObject): string | undefined {
    const { secret, ...others } = value;
    return typeof secret === 'string' && Object.keys(others).length === 0 ? secret : undefined;
}

const CREDENTIAL_KEY =
    /(password|passwd|pwd|passphrase|secret|token|(api|private|secret|access|account|shared)[-_]?key|credential|authorization)s?$/i;
/** `https://user:password@host`; the user holds no colon, so that no text takes more than linear time. */
const CREDENTIAL_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:[^/?#@]+@/i;

function plainCredential(value: JsonValue, path: string, isCredential = false): string | undefined {
    if (typeof value === 'string')
        return value !== '' && (isCredential || CREDENTIAL_URL.test(value)) ? path : undefined;
    if (typeof value === 'number') return isCredential ? path : undefined;
    if (value === null || typeof value !== 'object') return undefined;
    if (isJsonObject(value) && secretReference(value) !== undefined) return undefined;
    for (const [key, item] of Object.entries(value)) {
        const where = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
        // What stands in a list is called as the list is; what stands in an object has a name of its own.
        const named = Array.isArray(value) ? isCredential : CREDENTIAL_KEY.test(key);
        const inside = plainCredential(item, where, named);
        if (inside) return inside;
    }
    return undefined;
}
