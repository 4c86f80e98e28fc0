import type { JsonValue } from '../../../shared/json';
import type { ChangeSet } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { SharedCreations } from '../product/batch-state';
import { compareAssets } from '../product/compare-assets';
import { compareChannels } from '../product/compare-channels';
import { assertNamed, compareCustomFields } from '../product/compare-custom-fields';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { EntityDraft } from '../product/entity-draft';
import type { ListMode } from '../product/list-mode';
import { compareTexts, mainName } from '../product/product-texts';
import type { CollectionRecord } from './collection-record';
import { ambiguousFilterTarget, collectionExists, filterTargetMissing, missingCollection } from './collection-problems';
import { CollectionMatch, CollectionState, LiveCollection } from './collection-state';
import type { FilterRules } from './filter-rules';
import { placeOf } from './place';

export interface CollectionSettings {
    channelsMode: ListMode;
    rules: CustomFieldRules;
    filterRules: FilterRules;
}

/** The change set of one collection record. Throws a UserError when the record is refused. */
export function compareCollection(
    record: PipelineRecord,
    settings: CollectionSettings,
    state: CollectionState,
): ChangeSet {
    const outcome = outcomeOf(record, settings, state);
    if (outcome instanceof UserError) throw outcome;
    return outcome;
}

/** What becomes of a record, decided once: those below it in the tree want to know too. */
function outcomeOf(
    record: PipelineRecord,
    settings: CollectionSettings,
    state: CollectionState,
): ChangeSet | UserError {
    const known = state.outcomes.get(record) ?? state.matches.get(record)?.problem;
    if (known) return known;
    let outcome: ChangeSet | UserError;
    state.underway.add(record);
    try {
        outcome = decide(record, state.matches.get(record)!, settings, state);
    } catch (refusal) {
        if (!(refusal instanceof UserError)) throw refusal;
        outcome = refusal;
    } finally {
        state.underway.delete(record);
    }
    state.outcomes.set(record, outcome);
    return outcome;
}

function decide(
    pipelineRecord: PipelineRecord,
    match: CollectionMatch,
    settings: CollectionSettings,
    state: CollectionState,
): ChangeSet {
    const { record, collection: live } = match;
    const { origin } = pipelineRecord;
    const { run } = state;
    if (live && run.options.strategy === 'CREATE') throw collectionExists(record, live.id);
    if (!live && run.options.strategy === 'UPDATE') throw missingCollection(record, run);
    if (!live && mainName(record, run.languageCode) === undefined) {
        throw new UserError(
            'name-missing',
            'name is missing; a collection cannot be created without a name.',
            'Give a name, or correct the field that the collection is matched by.',
            { field: 'name' },
        );
    }
    const place = placeOf(pipelineRecord, match, state, other => outcomeOf(other, settings, state));
    const shared = new SharedCreations(state, origin);
    const claimant = live ? `collection-${live.id}` : `${origin.step}-${origin.index}`;
    const texts = new EntityDraft('Collection', live?.id ?? null, '');
    compareTexts(texts, record, live, claimant, name => run.makeSlugNow(name), state, {
        what: 'collection',
        rules: settings.rules,
    });
    const key = live ? state.keyOfNode(live.id) : slugIn(texts, run.languageCode);
    const draft = new EntityDraft('Collection', live?.id ?? null, key);
    draft.fields.push(...texts.fields);
    for (const name of ['isPrivate', 'inheritFilters'] as const) {
        if (record[name] !== undefined) draft.change(name, live?.values[name] as boolean | undefined, record[name]);
    }
    if (place.parent !== undefined) draft.change('parent', place.parent.before, place.parent.after);
    if (place.position !== undefined)
        draft.change('position', live?.values.position as number | undefined, place.position);
    compareFilters(draft, record, live, settings.filterRules, state);
    compareCustomFields(draft, record, live, settings.rules, state);
    assertNamed(draft, live, run.languageCode, 'collection');
    compareChannels(draft, record.channels, live, settings.channelsMode, run, 'collection');
    compareAssets(draft, record, live, state, shared);

    const created = shared.accept();
    if (!live) run.memory.plan(`Collection ${key}`, `${origin.step}-${origin.index}`);
    if (!draft.changed && created.length === 0) return shared.complete({ action: 'UNCHANGED', key, entities: [] });
    return shared.complete({
        action: live ? 'UPDATE' : 'CREATE',
        key,
        entities: [...created, ...(draft.changed ? [draft.toChange()] : [])],
    });
}

/** The slug in the language of the run, or in any. */
function slugIn(texts: EntityDraft, languageCode: string): string {
    const slugs = texts.fields.filter(field => field.path.endsWith('.slug'));
    const own = slugs.find(field => field.path === `translations.${languageCode}.slug`) ?? slugs[0];
    return typeof own?.after === 'string' ? own.after : '';
}

function compareFilters(
    draft: EntityDraft,
    record: CollectionRecord,
    live: LiveCollection | undefined,
    rules: FilterRules,
    state: CollectionState,
): void {
    if (record.filters === undefined) return;
    const before: JsonValue | undefined =
        live && rules.read(live.filters, (pointer, id) => state.keyOfFilterId(pointer, id));
    const after = rules.accept(record.filters, (pointer, text, field) => {
        const [target, ...others] = state.filterTargets.get(`${pointer} ${text}`) ?? [];
        if (!target) throw filterTargetMissing(pointer, text, field);
        if (others.length > 0) throw ambiguousFilterTarget(pointer, text, field);
        return target.key;
    });
    draft.change('filters', before, after);
}
