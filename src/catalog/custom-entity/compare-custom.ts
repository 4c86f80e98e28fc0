import { type JsonObject, type JsonValue, textOf } from '../../../shared/json';
import type { ChangeSet } from '../../sdk/change-set';
import { compareChannels } from '../product/compare-channels';
import { compareCustomFields, compareTranslatedCustomFields } from '../product/compare-custom-fields';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { EntityDraft } from '../product/entity-draft';
import { afterList } from '../product/list-mode';
import { sameJson } from '../product/same-json';
import { joinPath } from '../product/vocabulary';
import type { ColumnRule } from './column-rule';
import { alreadyExists, doesNotExist, fixed, missing } from './custom-problems';
import type { RelationShape } from './custom-shape';
import type { CustomMatch, CustomMatching, CustomState, LiveCustom } from './custom-state';
import { refused } from './value-refusal';

/** The change set of one row. Throws a UserError when the record is refused. */
export function compareCustom(
    match: CustomMatch,
    matching: CustomMatching,
    rules: CustomFieldRules,
    state: CustomState,
): ChangeSet {
    const { shape, matchBy, channelsMode } = matching;
    const { record } = match;
    const { run } = state;
    const { strategy } = run.options;
    const live = state.live.get(match);
    const key = nameOf(match, matching, live, state);
    const isById = matchBy.includes(shape.id.path) && shape.id.whyNot !== undefined;
    if (live && strategy === 'CREATE') throw alreadyExists(key, live, shape);
    if (!live && (strategy === 'UPDATE' || isById)) throw doesNotExist(key, shape, isById && strategy !== 'UPDATE');
    const draft = new EntityDraft(shape.name, live?.id ?? null, key);
    for (const rule of shape.columns.values()) compareColumn(draft, rule, record[rule.path], live, matching);
    for (const relation of shape.relations.values()) {
        compareRelation(draft, relation, record[relation.name], live, matching, state);
    }
    compareTexts(draft, match, live, matching, rules, state);
    compareCustomFields(draft, record, live, rules, state);
    if (shape.isChannelAware) {
        const codes = channelsMode === 'SKIP' ? undefined : record.channels;
        compareChannels(draft, codes, live, channelsMode, run, shape.name);
    }
    if (!draft.changed) return { action: 'UNCHANGED', key, entities: [] };
    return { action: draft.action, key, entities: [draft.toChange()] };
}

/** What it is matched by. */
function nameOf(match: CustomMatch, { matchBy }: CustomMatching, live: LiveCustom | undefined, state: CustomState) {
    const key = state.keys.get(match);
    if (!key) return live ? `id:${live.id}` : '';
    const given = matchBy.map((name, i) => {
        const value = match.record[name];
        return textOf(typeof value === 'string' || typeof value === 'number' ? value : key[i]);
    });
    return given.join(' ');
}

function compareColumn(
    draft: EntityDraft,
    rule: ColumnRule,
    given: JsonValue | undefined,
    live: LiveCustom | undefined,
    { shape }: CustomMatching,
): void {
    const { path, metadata, isRequired } = rule;
    if (given === undefined) {
        if (draft.creates && isRequired) throw missing(path, shape);
        return;
    }
    const after = rule.accept(given, path);
    const before = live?.values[path];
    // Relations, external ids and the ledger know a row by its id.
    const isFixed = metadata.isPrimary || !metadata.isUpdate;
    if (before !== undefined && isFixed && !sameJson(before, after)) throw fixed(path, before, shape);
    draft.change(joinPath(path), before, after);
}

function compareRelation(
    draft: EntityDraft,
    relation: RelationShape,
    given: JsonValue | undefined,
    live: LiveCustom | undefined,
    { shape, relationsMode }: CustomMatching,
    { targets }: CustomState,
): void {
    const { name, list, isRequired, isNullable } = relation;
    if (given === undefined || (list && relationsMode === 'SKIP')) {
        if (draft.creates && isRequired) throw missing(name, shape);
        return;
    }
    if (!list) {
        if (given === null && !isNullable) {
            throw refused(name, null, 'must not be null, as the relation takes none', 'Give a value or leave it out.');
        }
        const after = given === null ? null : targets.idOf(relation, given, name);
        draft.change(joinPath(name), live?.values[name], after);
        return;
    }
    const values = given === null ? [] : given;
    if (!Array.isArray(values)) throw refused(name, given, 'must be a list', 'Make one with split.');
    const ids = [...new Set(values.map((value, i) => targets.idOf(relation, value, `${name}[${i}]`)))];
    const before = live?.links.get(name);
    const after = afterList(before ?? [], ids, given === null ? 'REPLACE_ALL' : relationsMode, false);
    if (before ? after !== before : after.length > 0) draft.change(joinPath(name), before, [...after]);
}

function compareTexts(
    draft: EntityDraft,
    { record }: CustomMatch,
    live: LiveCustom | undefined,
    { shape }: CustomMatching,
    rules: CustomFieldRules,
    { run }: CustomState,
): void {
    const names = [...shape.texts.keys()];
    if (names.length === 0) return;
    const own: JsonObject = Object.fromEntries(names.flatMap(name => (name in record ? [[name, record[name]!]] : [])));
    const given = new Map<string, { texts: JsonObject; prefix: string }>();
    if (Object.keys(own).length > 0 || (draft.creates && !record.translations?.length)) {
        given.set(run.languageCode, { texts: own, prefix: '' });
    }
    for (const [i, texts] of (record.translations ?? []).entries()) {
        run.facts.assertLanguage(texts.languageCode, `translations[${i}].languageCode`);
        const known = given.get(texts.languageCode)?.texts;
        given.set(texts.languageCode, { texts: { ...known, ...texts }, prefix: `translations[${i}].` });
    }
    for (const [language, { texts, prefix }] of given) {
        const before = live?.translations.get(language);
        for (const rule of shape.texts.values()) {
            const value = texts[rule.path];
            const field = `${prefix}${rule.path}`;
            if (value === undefined) {
                if (!before && rule.isRequired) throw missing(field, shape);
                continue;
            }
            const path = joinPath('translations', language, rule.path);
            draft.change(path, before && rule.stored(before.values[rule.path]), rule.accept(value, field));
        }
        const customFields = texts['customFields'] as JsonObject | undefined;
        if (prefix !== '') compareTranslatedCustomFields(draft, language, customFields, live, rules);
    }
}
