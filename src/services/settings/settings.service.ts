import { Injectable } from '@nestjs/common';
import { RequestContext, TransactionalConnection } from '@vendure/core';
import type { JsonValue } from '../../../shared/json';
import { type JsonSchema, toJsonSchema } from '../../adapters/json-schema';
import { DataHubSettings } from '../../entities';
import { UserError } from '../../sdk/errors';
import { schemaProblems } from '../../validation/schema-problems';
import { type DataHubSettingValues, SETTING_KEYS, settingsSchema } from './settings-schema';

/** Settings that may be changed while the server runs; what needs a restart stands in the plugin's options. */
@Injectable()
export class SettingsService {
    constructor(private readonly connection: TransactionalConnection) {}

    /**
     * Complete, with defaults. A stored value that cannot be used is told and not replaced by its default: a default
     * may delete what the value was set to keep. Rows of settings that this version does not know are left alone.
     */
    async get(ctx?: RequestContext): Promise<DataHubSettingValues> {
        const known = new Set<string>(SETTING_KEYS);
        const rows = (await this.repository(ctx).find()).filter(({ key }) => known.has(key));
        return check(
            Object.fromEntries(rows.map(({ key, value }) => [key, value])),
            'The stored settings of DataHub cannot be used:',
        );
    }

    /** Changes the given settings and leaves the others as they are; one statement. */
    async update(ctx: RequestContext, input: Partial<DataHubSettingValues>): Promise<DataHubSettingValues> {
        const given = Object.entries(input).filter(([, value]) => value !== undefined);
        const checked: Record<string, JsonValue> = check(
            Object.fromEntries(given),
            'The settings of DataHub stay as they were:',
        );
        const rows = given.map(([key]) => ({ key, value: checked[key] ?? null }));
        if (rows.length > 0) {
            await this.repository(ctx)
                .createQueryBuilder()
                .insert()
                .values(rows as object[])
                .orUpdate(['value', 'updatedAt'], ['key'])
                .updateEntity(false)
                .execute();
        }
        return this.get(ctx);
    }

    /** JSON Schema with labels and descriptions, for forms. */
    jsonSchema(): JsonSchema {
        return toJsonSchema(settingsSchema);
    }

    private repository(ctx: RequestContext | undefined) {
        return ctx
            ? this.connection.getRepository(ctx, DataHubSettings)
            : this.connection.rawConnection.getRepository(DataHubSettings);
    }
}

function check(values: object, beginning: string): DataHubSettingValues {
    const problems = schemaProblems(settingsSchema, values, []);
    if (problems.length === 0) return settingsSchema.parse(values);
    const sentences = problems.map(({ message }) => (/[.!?]$/.test(message) ? message : `${message}.`));
    throw new UserError(
        'settings-invalid',
        `${beginning} ${sentences.join(' ')}`,
        'Write a whole number of days between 1 and 36500.',
    );
}
