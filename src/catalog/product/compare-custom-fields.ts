import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import type { EntityId } from '../sql/sql-session';
import type { CustomFieldRule, CustomFieldRules } from './custom-field-rules';
import { EntityDraft } from './entity-draft';
import type { LiveTranslation } from './live-catalog';
import { sameJson } from './same-json';
import { joinPath } from './vocabulary';

interface Live {
    values: Record<string, unknown>;
    translations: Map<string, LiveTranslation>;
    relations: Map<string, EntityId[]>;
}

/** What a batch knows that custom fields need. */
export interface CustomFieldState {
    readonly run: { readonly languageCode: string };
    /** Ids of related entities that exist, by entity name. */
    readonly related: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Given {
    customFields?: Record<string, unknown>;
    translations?: readonly { languageCode: string; customFields?: Record<string, unknown> }[];
}

/**
 * Custom fields at the top level of a record; localised ones count for the language of the run, unless its translations
 * give them in that language.
 */
export function compareCustomFields(
    draft: EntityDraft,
    { customFields: given, translations = [] }: Given,
    live: Live | undefined,
    rules: CustomFieldRules,
    state: CustomFieldState,
): void {
    if (draft.creates) assertRequired(given, rules);
    const { languageCode } = state.run;
    const translated = translations.filter(each => each.languageCode === languageCode);
    for (const name in given) {
        const field = `customFields.${name}`;
        const rule = rules.writable(name, field);
        const after = rule.accept(given[name], field);
        if (rule.localised) {
            if (translated.some(({ customFields }) => customFields?.[name] !== undefined)) continue;
            compareLocalised(draft, languageCode, rule, after, live);
            continue;
        }
        if (rule.relation) assertRelated(rule, after, field, state);
        const before = live && rule.stored(rule.relation && rule.list ? live.relations.get(name) : live.values[field]);
        if (before !== undefined && rule.relation && rule.list && sameSet(before, after)) continue;
        if (before !== undefined && !sameJson(before, after))
            draft.change(joinPath('customFields', name), before, after);
        else if (before === undefined && !rule.goesWithoutSaying(after))
            draft.change(joinPath('customFields', name), undefined, after);
    }
}

/** Localised custom fields are part of a translation, and there is none without a name. */
export function assertNamed(
    { fields }: EntityDraft,
    live: Pick<Live, 'translations'> | undefined,
    languageCode: string,
    what: string,
): void {
    if (fields.length === 0 || live?.translations.has(languageCode)) return;
    const path = `translations.${languageCode}.`;
    const custom = fields.find(field => field.path.startsWith(`${path}customFields.`));
    if (!custom || fields.some(field => field.path === `${path}name`)) return;
    const field = custom.path.slice(path.length);
    throw new UserError(
        'name-missing',
        `${field} is a text in "${languageCode}", and the ${what} has no name in that language yet.`,
        `Give the name in "${languageCode}" too, or the custom field in translations.`,
        { field },
    );
}

/** Custom fields of one translation. */
export function compareTranslatedCustomFields(
    draft: EntityDraft,
    languageCode: string,
    given: Record<string, unknown> | undefined,
    live: Live | undefined,
    rules: CustomFieldRules,
): void {
    for (const name in given) {
        const field = `translations.${languageCode}.customFields.${name}`;
        const rule = rules.writable(name, field);
        if (!rule.localised) {
            const localised = [...rules.rules.values()].filter(r => r.localised).map(r => r.name);
            throw new UserError(
                'custom-field-not-localised',
                `${field}: this custom field has one value for all languages.`,
                `Give it in customFields. ${localised.length > 0 ? didYouMean(name, localised) : ''}`.trim(),
                { field },
            );
        }
        compareLocalised(draft, languageCode, rule, rule.accept(given[name], field), live);
    }
}

function compareLocalised(
    draft: EntityDraft,
    languageCode: string,
    rule: CustomFieldRule,
    after: ReturnType<CustomFieldRule['accept']>,
    live: Live | undefined,
): void {
    const translation = live?.translations.get(languageCode);
    const path = joinPath('translations', languageCode, 'customFields', rule.name);
    const before = translation && rule.stored(translation.values[`customFields.${rule.name}`]);
    if (before === undefined ? !rule.goesWithoutSaying(after) : !sameJson(before, after))
        draft.change(path, before, after);
}

function assertRequired(given: Record<string, unknown> | undefined, rules: CustomFieldRules): void {
    for (const rule of rules.required) {
        if (rule.localised || (given && given[rule.name] !== undefined)) continue;
        throw new UserError(
            'custom-field-required',
            `customFields.${rule.name} is missing; it is needed to create this entity, as it cannot be null.`,
            'Give it a value, or the custom field a defaultValue.',
            { field: `customFields.${rule.name}` },
        );
    }
}

export function assertRelated(
    rule: CustomFieldRule,
    after: unknown,
    field: string,
    state: Pick<CustomFieldState, 'related'>,
): void {
    if (rule.config.type !== 'relation' || after === null) return;
    const existing = state.related.get(rule.config.entity.name);
    for (const id of Array.isArray(after) ? after : [after]) {
        if (existing?.has(id as string)) continue;
        throw new UserError(
            'unknown-related-entity',
            `${field}: there is no ${rule.config.entity.name} with the id "${String(id)}".`,
            'Give the id of an entity that exists.',
            { field, got: id as string },
        );
    }
}

function sameSet(a: unknown, b: unknown): boolean {
    if (!Array.isArray(a) || !Array.isArray(b)) return false;
    const [left, right] = [new Set(a), new Set(b)];
    return left.size === right.size && [...left].every(item => right.has(item));
}
