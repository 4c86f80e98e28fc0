import { Inject, Injectable } from '@nestjs/common';
import {
    ID,
    ListQueryBuilder,
    ListQueryOptions,
    PaginatedList,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import { DataHubSecret, SecretProvider } from '../entities';
import { UserError } from '../sdk/errors';
import { listQuery } from './list-query';
import { decrypt, encrypt } from './secrets/cipher';
import { KeyRing, keyRingFrom, MASTER_KEY_VARIABLE, PREVIOUS_KEYS_VARIABLE } from './secrets/key-ring';
import { isUniqueViolation } from './unique-violation';

/** Where master keys and secrets of the provider ENV are looked up. */
export const SECRET_ENVIRONMENT = Symbol('SECRET_ENVIRONMENT');

export interface SecretInput {
    code: string;
    provider: SecretProvider;
    /** INLINE: the secret itself. ENV: the name of the environment variable that holds it. */
    value: string;
}

/** What is stored of a secret, besides its code. */
type StoredValue = Pick<DataHubSecret, 'provider' | 'encryptedValue' | 'keyId' | 'envName'>;

/** Credentials, encrypted at rest. A plain value leaves through `resolve` only and belongs in no log, error or answer. */
@Injectable()
export class SecretService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly listQueryBuilder: ListQueryBuilder,
        @Inject(SECRET_ENVIRONMENT) private readonly environment: NodeJS.ProcessEnv,
    ) {}

    async findAll(
        ctx: RequestContext,
        options?: ListQueryOptions<DataHubSecret>,
    ): Promise<PaginatedList<DataHubSecret>> {
        const [items, totalItems] = await listQuery(this.listQueryBuilder, DataHubSecret, options, {
            ctx,
        }).getManyAndCount();
        return { items, totalItems };
    }

    async create(ctx: RequestContext, input: SecretInput): Promise<DataHubSecret> {
        checkCode(input.code);
        const secret = new DataHubSecret({ code: input.code, ...this.storedValueOf(input) });
        try {
            return await this.connection.getRepository(ctx, DataHubSecret).save(secret);
        } catch (error) {
            if (!isUniqueViolation(error)) throw error;
            throw new UserError(
                'secret-code-taken',
                `There is a secret with the code "${input.code}" already.`,
                'Choose another code, or update that secret.',
            );
        }
    }

    /** The code stays, because pipelines and connections name it. */
    async update(ctx: RequestContext, id: ID, input: Omit<SecretInput, 'code'>): Promise<DataHubSecret> {
        const secret = await this.getWritable(ctx, id);
        Object.assign(secret, this.storedValueOf({ ...input, code: secret.code }));
        return this.connection.getRepository(ctx, DataHubSecret).save(secret);
    }

    async delete(ctx: RequestContext, id: ID): Promise<void> {
        const secret = await this.connection.getEntityOrThrow(ctx, DataHubSecret, id);
        if (!secret.disabledByCode) refuseCodeFirst(secret);
        await this.connection.getRepository(ctx, DataHubSecret).delete(secret.id);
    }

    /** The plain value, for the moment it is used. */
    async resolve(code: string): Promise<string> {
        const secret = await this.connection.rawConnection.getRepository(DataHubSecret).findOneBy({ code });
        if (!secret) {
            throw new UserError(
                'secret-unknown',
                `There is no secret with the code "${code}".`,
                'Create it, or correct the code.',
            );
        }
        if (secret.disabledByCode) {
            throw new UserError(
                'secret-disabled',
                `The secret "${code}" has been removed from the code and is disabled.`,
                'Add it to the plugin options again, or use another secret.',
            );
        }
        return secret.provider === 'ENV' ? this.fromEnvironment(secret) : this.plainValueOf(secret);
    }

    /** Encrypts an INLINE value; of an ENV secret only the variable's name is kept. */
    storedValueOf(input: SecretInput): StoredValue {
        if (input.value === '') {
            throw new UserError('secret-empty', `The secret "${input.code}" has an empty value.`, 'Enter the value.');
        }
        if (input.provider === 'ENV') {
            checkVariableName(input);
            return { provider: 'ENV', encryptedValue: null, keyId: null, envName: input.value };
        }
        const { cipherText, keyId } = encrypt(input.value, input.code, this.keys());
        return { provider: 'INLINE', encryptedValue: cipherText, keyId, envName: null };
    }

    /** Whether `secret` already holds what `input` says, under the current key. */
    holds(secret: DataHubSecret, input: SecretInput): boolean {
        if (secret.provider !== input.provider) return false;
        if (input.provider === 'ENV') return secret.envName === input.value;
        const keys = this.keys();
        if (!secret.keyId || secret.keyId !== keys.current.id) return false;
        try {
            return this.plainValueOf(secret) === input.value;
        } catch {
            return false;
        }
    }

    private async getWritable(ctx: RequestContext, id: ID): Promise<DataHubSecret> {
        const secret = await this.connection.getEntityOrThrow(ctx, DataHubSecret, id);
        refuseCodeFirst(secret);
        return secret;
    }

    private plainValueOf(secret: DataHubSecret): string {
        const { keyId, encryptedValue: cipherText } = secret;
        if (!keyId || !cipherText) {
            throw new UserError(
                'secret-damaged',
                `The secret "${secret.code}" has no stored value.`,
                'Enter the secret again.',
            );
        }
        return decrypt({ keyId, cipherText }, secret.code, this.keys());
    }

    private fromEnvironment(secret: DataHubSecret): string {
        const value = this.environment[secret.envName ?? ''];
        if (value !== undefined && value !== '') return value;
        throw new UserError(
            'secret-variable-missing',
            `The secret "${secret.code}" reads the environment variable ${secret.envName}, which is not set.`,
            'Set it for the server and for every worker.',
        );
    }

    /** Read at each use, so that a missing master key troubles only those who use INLINE secrets. */
    private keys(): KeyRing {
        return keyRingFrom(this.environment);
    }
}

function refuseCodeFirst(secret: DataHubSecret): void {
    if (!secret.isCodeFirst) return;
    throw new UserError(
        'secret-read-only',
        `The secret "${secret.code}" is defined in code and cannot be changed here.`,
        'Change it in the options of DataHubPlugin.',
    );
}

function checkCode(code: string): void {
    if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(code)) return;
    throw new UserError(
        'code-invalid',
        `"${code.slice(0, 100)}" cannot be the code of a secret.`,
        'Use up to 100 letters, digits, hyphens and underscores.',
    );
}

/** Refuses what looks like the secret itself, without repeating it: it would otherwise be stored as it is. */
function checkVariableName(input: SecretInput): void {
    if (input.value === MASTER_KEY_VARIABLE || input.value === PREVIOUS_KEYS_VARIABLE) {
        throw new UserError(
            'variable-name-refused',
            `The secret "${input.code}" cannot read ${input.value}, because that key opens every other secret.`,
            'Name the variable that holds the credential itself.',
        );
    }
    if (/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(input.value)) return;
    throw new UserError(
        'variable-name-invalid',
        `The value of the secret "${input.code}" must be the name of an environment variable, because its provider is ENV.`,
        'Write the name only, such as ERP_PASSWORD, or choose the provider INLINE.',
    );
}
