import type { CustomFieldConfig, StructFieldConfig } from '@vendure/core';
import { isJsonObject, JsonValue, textOf } from '../../../shared/json';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { EARLIEST_INSTANT, instantOf } from '../../sdk/instant';
import { shown } from './record-check';

type ScalarConfig = CustomFieldConfig | StructFieldConfig;

/** One custom field of an entity: what it accepts and how its values look as JSON. */
export class CustomFieldRule {
    readonly name: string;
    readonly list: boolean;
    readonly relation: boolean;
    /** Lives in the translations. */
    readonly localised: boolean;

    constructor(readonly config: CustomFieldConfig) {
        this.name = config.name;
        this.list = config.list === true;
        this.relation = config.type === 'relation';
        this.localised = config.type === 'localeString' || config.type === 'localeText';
    }

    /** Must be given when an entity is created, as the column takes neither null nor a default. */
    get required(): boolean {
        return this.config.nullable === false && this.config.defaultValue === undefined && !this.relation;
    }

    /** Whether a new entity has the value that it is told nothing about: null only without a default. */
    goesWithoutSaying(value: JsonValue): boolean {
        return value === null && (this.config.defaultValue ?? null) === null;
    }

    /** The value as it will be stored; throws a sentence if it cannot be. */
    accept(value: unknown, field: string): JsonValue {
        if (value === null) {
            if (this.config.nullable === false) {
                throw refused(
                    field,
                    value,
                    'cannot be cleared, as the field is not nullable',
                    'Give a value or leave it out.',
                );
            }
            return this.list && this.relation ? [] : null;
        }
        if (!this.list) return this.acceptOne(value, field);
        if (!Array.isArray(value)) throw refused(field, value, 'must be a list', 'Make one with split.');
        return value.map((item, i) => this.acceptOne(item, `${field}[${i}]`));
    }

    /** What the database holds, as JSON. */
    stored(value: unknown): JsonValue {
        if (value === undefined || value === null) return this.list && this.relation ? [] : null;
        if (value instanceof Date) return value.toISOString();
        if (this.relation) return Array.isArray(value) ? value.map(textOf) : textOf(value);
        // MySQL has no type for these and gives 1 or 0.
        if (this.config.type === 'boolean' && !this.list) return Boolean(value);
        return value as JsonValue;
    }

    private acceptOne(value: unknown, field: string): JsonValue {
        if (this.config.type === 'relation') return relationId(value, field);
        if (this.config.type !== 'struct') return acceptScalar(this.config, value, field);
        if (!isJsonObject(value)) throw refused(field, value, 'must be an object', 'Give its fields by name.');
        const fields = this.config.fields;
        const struct: Record<string, JsonValue> = {};
        for (const [name, item] of Object.entries(value)) {
            const config = fields.find(candidate => candidate.name === name);
            const path = `${field}.${name}`;
            if (!config) {
                const hint = didYouMean(
                    name,
                    fields.map(f => f.name),
                );
                throw new UserError('unknown-custom-field', `${path}: there is no such field.`, hint, { field: path });
            }
            if (item === null) struct[name] = null;
            else if (config.list !== true) struct[name] = acceptScalar(config, item, path);
            else if (!Array.isArray(item)) throw refused(path, item, 'must be a list', 'Make one with split.');
            else struct[name] = item.map((one, i) => acceptScalar(config, one, `${path}[${i}]`));
        }
        return struct;
    }
}

/** The custom fields of one entity. `mayWrite` decides about fields that require a permission. */
export class CustomFieldRules {
    readonly rules = new Map<string, CustomFieldRule>();

    constructor(
        configs: readonly CustomFieldConfig[],
        private readonly mayWrite: (config: CustomFieldConfig) => boolean,
    ) {
        for (const config of configs) this.rules.set(config.name, new CustomFieldRule(config));
    }

    get required(): CustomFieldRule[] {
        return [...this.rules.values()].filter(rule => rule.required);
    }

    /** The field that a record names, unless it must not be written. */
    writable(name: string, field: string): CustomFieldRule {
        const rule = this.rules.get(name);
        if (!rule || rule.config.internal === true) {
            const known = [...this.rules.values()].filter(
                ({ config }) => config.internal !== true && config.readonly !== true,
            );
            const hint = rule
                ? 'It is internal; remove it from the record.'
                : didYouMean(
                      name,
                      known.map(r => r.name),
                  );
            throw new UserError('unknown-custom-field', `${field}: there is no such custom field.`, hint, { field });
        }
        if (rule.config.readonly === true) {
            throw new UserError('readonly-custom-field', `${field} is read-only.`, 'Remove it from the record.', {
                field,
            });
        }
        if (!this.mayWrite(rule.config)) {
            throw new UserError(
                'custom-field-permission',
                `${field} needs a permission that the user of this run does not have.`,
                'Remove it from the record, or run the pipeline as a user who may write it.',
                { field },
            );
        }
        return rule;
    }
}

function acceptScalar(config: ScalarConfig, value: unknown, field: string): JsonValue {
    switch (config.type) {
        case 'string':
        case 'localeString':
        case 'text':
        case 'localeText':
            return acceptText(config, value, field);
        case 'int':
        case 'float':
            return acceptNumber(config, value, field);
        case 'boolean':
            if (typeof value === 'boolean') return value;
            throw refused(field, value, 'must be true or false', 'Turn it into one with toBoolean.');
        case 'datetime':
            return acceptInstant(config, value, field);
        default:
            throw refused(field, value, 'has a type that cannot be loaded', 'Remove it from the record.');
    }
}

function acceptText(config: ScalarConfig, value: unknown, field: string): string {
    if (typeof value !== 'string') throw refused(field, value, 'must be text', 'Turn it into text with toText.');
    const { pattern, options, length } = config as { pattern?: string; options?: { value: string }[]; length?: number };
    if (pattern && !new RegExp(pattern).test(value)) {
        throw refused(
            field,
            value,
            `must match the pattern ${pattern}`,
            'Correct the value, or the pattern of the custom field.',
        );
    }
    if (options && options.length > 0 && !options.some(option => option.value === value)) {
        throw refused(
            field,
            value,
            'must be one of the options of the field',
            didYouMean(
                value,
                options.map(o => o.value),
            ),
        );
    }
    const isShort = config.type === 'string' || config.type === 'localeString';
    if (isShort && config.list !== true && value.length > (length || 255)) {
        throw refused(
            field,
            value,
            `must have at most ${length || 255} characters`,
            'Shorten it, or give the custom field a greater length.',
        );
    }
    return value;
}

function acceptNumber(config: ScalarConfig, value: unknown, field: string): number {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw refused(field, value, 'must be a number', 'Turn it into one with toNumber.');
    }
    if (config.type === 'int' && (!Number.isInteger(value) || Math.abs(value) > 2_147_483_647)) {
        throw refused(
            field,
            value,
            'must be a whole number of at most 2147483647',
            'Round it, or give it a custom field of type float.',
        );
    }
    const { min, max } = config as { min?: number | null; max?: number | null };
    if (min != null && value < min) throw refused(field, value, `must be at least ${min}`, 'Correct the value.');
    if (max != null && value > max) throw refused(field, value, `must be at most ${max}`, 'Correct the value.');
    return value;
}

function acceptInstant(config: ScalarConfig, value: unknown, field: string): string {
    const ms = typeof value === 'string' ? instantOf(value) : undefined;
    if (ms === undefined) {
        throw refused(
            field,
            value,
            'must be a date in ISO 8601, such as "2026-01-31T12:00:00Z"',
            'Turn it into one with toDate.',
        );
    }
    const instant = new Date(ms);
    if (ms < EARLIEST_INSTANT) {
        throw refused(field, value, 'must be a date after the year 999', 'Correct the date, or leave the field out.');
    }
    const { min, max } = config as { min?: string | null; max?: string | null };
    if (min != null && instant < new Date(min))
        throw refused(field, value, `must not be before ${min}`, 'Correct the value.');
    if (max != null && instant > new Date(max))
        throw refused(field, value, `must not be after ${max}`, 'Correct the value.');
    return instant.toISOString();
}

function relationId(value: unknown, field: string): string {
    const id = isJsonObject(value) ? value.id : value;
    if ((typeof id === 'string' && id !== '') || (typeof id === 'number' && Number.isInteger(id))) return String(id);
    throw refused(field, value, 'must be an id or { id }', 'Give the database id of the related entity.');
}

function refused(field: string, got: unknown, complaint: string, hint: string): UserError {
    return new UserError('invalid-custom-field', `${field} ${complaint}, got ${shown(got)}.`, hint, {
        field,
        got: (got ?? null) as JsonValue,
    });
}
