import { type JsonValue, textOf } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { CustomFieldRules } from '../product/custom-field-rules';

/** Custom fields of a record as they will be stored, each checked against its rule. */
export function acceptCustomFields(
    given: Record<string, unknown> | undefined,
    rules: CustomFieldRules,
    prefix: string,
    related: ReadonlyMap<string, ReadonlySet<string>>,
): Record<string, JsonValue> {
    const accepted: Record<string, JsonValue> = {};
    for (const name in given) {
        const field = `${prefix}.${name}`;
        const rule = rules.writable(name, field);
        const value = rule.accept(given[name], field);
        if (rule.config.type === 'relation' && value !== null) {
            const existing = related.get(rule.config.entity.name);
            const missing = [value].flat().find(id => !existing?.has(textOf(id)));
            if (missing !== undefined) {
                throw new UserError(
                    'unknown-related-entity',
                    `${field}: there is no ${rule.config.entity.name} with the id "${textOf(missing)}".`,
                    'Give the id of an entity that exists.',
                    { field, got: missing },
                );
            }
        }
        accepted[name] = value;
    }
    return accepted;
}

export function assertRequiredCustomFields(
    given: Record<string, unknown> | undefined,
    rules: CustomFieldRules,
    prefix: string,
): void {
    for (const { name } of rules.required) {
        if (given?.[name] !== undefined) continue;
        throw new UserError(
            'custom-field-required',
            `${prefix}.${name} is missing; it is needed to create this entity, as it cannot be null.`,
            'Give it a value, or the custom field a defaultValue.',
            { field: `${prefix}.${name}` },
        );
    }
}
