import type { ObjectLiteral } from 'typeorm';
import { JsonObject, JsonValue, textOf } from '../../../shared/json';
import type { ChangeSet, EntityChange } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import { assertRelated } from '../product/compare-custom-fields';
import type { CustomFieldRule } from '../product/custom-field-rules';
import { EntityDraft } from '../product/entity-draft';
import { afterList, ListMode } from '../product/list-mode';
import { joinPath } from '../product/vocabulary';
import { fieldsOf } from './live';
import { matchValue, ServiceState } from './resolve-service';
import type { Attribute, ServiceEntity } from './service-entity';
import type { ServiceRun } from './service-run';

/** What a record asks for, against what is there. Throws a UserError for a record that cannot be. */
export function compareService(
    entity: ServiceEntity,
    data: JsonObject,
    run: ServiceRun,
    state: ServiceState,
): ChangeSet {
    const live = matchOf(entity, data, run, state);
    const before = live && fieldsOf(entity, live, run.rules.rules);
    const key = nameOf(entity, data, before);
    const draft = new EntityDraft(entity.entityType, live ? (live.id as string | number) : null, key);
    const after = new Map<string, JsonValue>();
    for (const [name, attribute] of Object.entries(entity.attributes)) {
        const value = wanted(name, attribute, data, before?.get(name), run, state);
        if (value !== undefined) after.set(name, value);
    }
    entity.agree?.(after, before);
    for (const [name, value] of after) draft.change(name, before?.get(name), value);
    compareTexts(draft, entity, data, before, run);
    compareCustomFields(draft, data, before, run, state);
    const entities = draft.changed ? [draft.toChange()] : [];
    if (entity.onlyOne !== undefined && after.get(entity.onlyOne) === true) {
        entities.push(...takenFrom(entity, entity.onlyOne, draft, state));
    }
    return { action: entities.length > 0 ? draft.action : 'UNCHANGED', key, entities };
}

/** Vendure takes the flag from those that have it without a word. */
function takenFrom(entity: ServiceEntity, flag: string, draft: EntityDraft, state: ServiceState): EntityChange[] {
    const { claimedBy, holders } = state.flag;
    if (claimedBy !== undefined) {
        throw new UserError(
            'several-defaults',
            `${flag}: "${claimedBy}" is to have it already, and only one ${entity.entityType} can.`,
            'Give it to one record only.',
            { field: flag, got: true },
        );
    }
    state.flag.claimedBy = draft.key;
    return holders
        .filter(({ id }) => id !== draft.entityId)
        .map(holder => {
            const key = textOf(entity.attributes[entity.keys[0]]!.read(holder));
            const former = new EntityDraft(entity.entityType, holder.id as string | number, key);
            former.change(flag, true, false);
            return former.toChange();
        });
}

function matchOf(
    { entityType }: ServiceEntity,
    data: JsonObject,
    run: ServiceRun,
    state: ServiceState,
): ObjectLiteral | undefined {
    const { strategy } = run.settings;
    const value = matchValue(data, run);
    const isGiven = value !== undefined && value !== null && value !== '';
    const place = { field: run.matchBy, ...(isGiven ? { got: value } : {}) };
    if (!isGiven) {
        throw new UserError(
            'match-field-missing',
            `${run.matchBy} is missing: records are found by it.`,
            'Map it.',
            place,
        );
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const [found, second] = state.live.get(text) ?? [];
    if (second) {
        const message = `${run.matchBy}: several of the type ${entityType} have ${text}.`;
        throw new UserError('ambiguous-match', message, 'Match by id, or give them different values.', place);
    }
    if (found && strategy === 'CREATE') {
        const message = `The ${entityType} with the ${run.matchBy} ${text} exists already, and the strategy is CREATE.`;
        throw new UserError('already-exists', message, 'Use UPSERT, or leave the record out.', place);
    }
    if (!found && (strategy === 'UPDATE' || run.matchBy === 'id')) {
        const message = `There is no ${entityType} with the ${run.matchBy} ${text}.`;
        const hint =
            run.matchBy === 'id'
                ? 'Ids are given by the database; match new ones by another field.'
                : 'Use UPSERT, or create it first.';
        throw new UserError('does-not-exist', message, hint, place);
    }
    return found;
}

/** By its natural key, as it will be known from now on. */
function nameOf({ keys: [key], texts }: ServiceEntity, data: JsonObject, before?: Map<string, JsonValue>): string {
    const text = Object.keys(texts ?? {}).includes(key)
        ? [...(before ?? [])].find(([path]) => path.startsWith('translations.') && path.endsWith(`.${key}`))?.[1]
        : before?.get(key);
    return textOf(data[key] ?? text ?? data.id ?? '');
}

function wanted(
    name: string,
    attribute: Attribute,
    data: JsonObject,
    before: JsonValue | undefined,
    { settings }: ServiceRun,
    state: ServiceState,
): JsonValue | undefined {
    const creates = before === undefined;
    const { mode, accept = (value: JsonValue) => value } = attribute;
    const asked = mode === undefined ? undefined : (settings[mode] as ListMode);
    // There is no list yet to leave alone, and none can be created without one.
    const setting = asked === 'SKIP' && creates && attribute.required ? 'MERGE' : asked;
    const given = setting === 'SKIP' ? undefined : data[name];
    if (given === undefined) {
        if (!creates) return undefined;
        if (attribute.required) throw missing(name);
        return attribute.initial;
    }
    if (creates && given === null && attribute.required) throw missing(name);
    const accepted = accept(given, name, state);
    if (setting === undefined) return accepted;
    const list = afterList((before ?? []) as JsonValue[], accepted as JsonValue[], setting, false);
    const always = attribute.always?.(state.ctx, creates) ?? [];
    // What the run does not see, such as customers of other channels, it takes away no more than Vendure does.
    const isUnseen = (key: JsonValue) => !state.book.has(attribute.refersTo!, key as string);
    const unseen = ((before ?? []) as JsonValue[]).filter(key => attribute.refersTo !== undefined && isUnseen(key));
    const after = [...new Set([...list, ...unseen, ...always])].sort();
    for (const key of (before ?? []) as string[]) if (!after.includes(key)) attribute.assertMayMove?.(key, name, state);
    return after;
}

function compareTexts(
    draft: EntityDraft,
    { texts: initials = {} }: ServiceEntity,
    data: JsonObject,
    before: Map<string, JsonValue> | undefined,
    { languageCode, rules }: ServiceRun,
): void {
    const names = Object.keys(initials);
    const others = (data.translations ?? []) as JsonObject[];
    const own: JsonObject[] = names.some(name => data[name] !== undefined)
        ? [{ ...pick(data, names), languageCode }]
        : [];
    if (names.length > 0 && draft.creates && own.length + others.length === 0) throw missing(names[0]!);
    const texts = new Map<string, JsonObject>();
    for (const each of [...own, ...others]) {
        const language = each.languageCode as string;
        texts.set(language, { ...texts.get(language), ...each });
    }
    for (const [language, given] of texts) {
        const isNew = !before?.has(joinPath('translations', language, names[0]!));
        for (const [name, initial] of Object.entries(initials)) {
            const value = given[name] === null ? '' : (given[name] ?? (isNew ? initial : undefined));
            const path = joinPath('translations', language, name);
            if (value === undefined && isNew) throw missing(own.length > 0 && language === languageCode ? name : path);
            if (value !== undefined) draft.change(path, before?.get(path), value);
        }
        for (const [name, value] of Object.entries((given.customFields ?? {}) as JsonObject)) {
            const path = joinPath('translations', language, 'customFields', name);
            const rule = rules.writable(name, path);
            change(draft, rule, path, before?.get(path), rule.accept(value, path));
        }
    }
}

function compareCustomFields(
    draft: EntityDraft,
    data: JsonObject,
    before: Map<string, JsonValue> | undefined,
    { rules, languageCode }: ServiceRun,
    state: ServiceState,
): void {
    const given = (data.customFields ?? {}) as JsonObject;
    // As for texts: what stands in the translations wins.
    const translated = ((data.translations ?? []) as JsonObject[]).filter(each => each.languageCode === languageCode);
    for (const rule of draft.creates ? rules.required : []) {
        if (!rule.localised && given[rule.name] === undefined) throw missing(`customFields.${rule.name}`);
    }
    for (const [name, value] of Object.entries(given)) {
        const field = `customFields.${name}`;
        const rule = rules.writable(name, field);
        const after = rule.accept(value, field);
        assertRelated(rule, after, field, state);
        const path = rule.localised
            ? joinPath('translations', languageCode, 'customFields', name)
            : joinPath('customFields', name);
        if (rule.localised && translated.some(each => name in ((each.customFields ?? {}) as JsonObject))) continue;
        const isSet = rule.relation && rule.list;
        change(draft, rule, path, sortedIf(isSet, before?.get(path)), sortedIf(isSet, after));
    }
}

/** Nothing that stays nothing is no change. */
function change(
    draft: EntityDraft,
    rule: CustomFieldRule,
    path: string,
    before: JsonValue | undefined,
    after: JsonValue | undefined,
): void {
    if (after === undefined || (before === undefined && rule.goesWithoutSaying(after))) return;
    draft.change(path, before, after);
}

function sortedIf(isSet: boolean, value: JsonValue | undefined): JsonValue | undefined {
    return isSet && Array.isArray(value) ? [...new Set(value)].sort() : value;
}

function pick(data: JsonObject, names: readonly string[]): JsonObject {
    return Object.fromEntries(names.flatMap(name => (data[name] === undefined ? [] : [[name, data[name]]])));
}

function missing(field: string): UserError {
    return new UserError(
        'required-to-create',
        `${field} is missing; it is needed to create this entity.`,
        'Give it a value, or only update what exists with the strategy UPDATE.',
        { field },
    );
}
