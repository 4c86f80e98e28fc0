import type { ChangeAction, ChangeSet, EntityChange } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { SharedCreations } from '../product/batch-state';
import { compareChannels } from '../product/compare-channels';
import { assertNamed, compareCustomFields, compareTranslatedCustomFields } from '../product/compare-custom-fields';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { EntityDraft } from '../product/entity-draft';
import { afterList, type ListMode } from '../product/list-mode';
import { textOwner } from '../product/live-texts';
import type { AssetRecord } from './asset-record';
import type { AssetState, AssetTarget } from './asset-resolver';

export interface AssetSettings {
    tagsMode: ListMode;
    channelsMode: ListMode;
    rules: CustomFieldRules;
}

/** The change set of one record: one asset, or all files of a folder or archive. Throws a UserError when it is refused. */
export function compareAsset(record: PipelineRecord, settings: AssetSettings, state: AssetState): ChangeSet {
    const { record: given } = state.matches.get(record)!;
    const targets = state.targets.get(record)!;
    const shared = new SharedCreations(state, record.origin);
    const drafts = targets.map(target => draftOf(target, given, settings, state, shared));
    const changed = drafts.filter(draft => draft.changed).map(draft => draft.toChange());
    const key = given.source ?? targets[0]!.key;
    const tags = shared.accept();
    if (changed.length === 0) return { action: 'UNCHANGED', key, entities: [] };
    return { action: actionOf(changed), key, entities: [...tags, ...changed] };
}

function actionOf(changes: readonly EntityChange[]): ChangeAction {
    return changes.every(({ action }) => action === 'CREATE') ? 'CREATE' : 'UPDATE';
}

function draftOf(
    { key, live }: AssetTarget,
    record: AssetRecord,
    { tagsMode, channelsMode, rules }: AssetSettings,
    state: AssetState,
    shared: SharedCreations,
): EntityDraft {
    const { run } = state;
    if (live && run.options.strategy === 'CREATE') throw assetExists(key, String(live.id));
    if (!live && run.options.strategy === 'UPDATE') throw missingAsset(key);
    if (!live && record.source === undefined) throw sourceMissing();
    const draft = new EntityDraft('Asset', live?.id ?? null, key);
    const texts = live && textOwner(live);
    if (!live) draft.change('source', undefined, key);
    const names = new Map<string, string>();
    if (record.name !== undefined) names.set(run.languageCode, record.name);
    for (const [i, { languageCode, name, customFields }] of (record.translations ?? []).entries()) {
        run.facts.assertLanguage(languageCode, `translations[${i}].languageCode`);
        if (name !== undefined) names.set(languageCode, name);
        else if (!live || !live.languages.has(languageCode)) throw nameMissing(i, languageCode);
        compareTranslatedCustomFields(draft, languageCode, customFields, texts, rules);
    }
    for (const [languageCode, name] of names) {
        const path = `translations.${languageCode}.name`;
        draft.change(path, live?.values.get(path), name);
    }
    if (record.focalPoint !== undefined) comparePoint(draft, record.focalPoint, live);
    compareTags(draft, record, live, tagsMode, state, shared);
    compareCustomFields(draft, record, texts, rules, state);
    // A new one is called after its file, in the language of the user.
    if (live || run.languageCode !== String(run.ctx.languageCode)) assertNamed(draft, texts, run.languageCode, 'asset');
    const channels = live && { channelIds: live.links.get('channels') ?? [] };
    compareChannels(draft, record.channels, channels, channelsMode, run, 'asset');
    return draft;
}

/** Vendure keeps three decimals. */
function comparePoint(
    draft: EntityDraft,
    point: NonNullable<AssetRecord['focalPoint']> | null,
    live: AssetTarget['live'],
) {
    const rounded = (part: number) => Number(part.toFixed(3));
    const after = point && { x: rounded(point.x), y: rounded(point.y) };
    if (live || after) draft.change('focalPoint', live && (live.values.get('focalPoint') ?? null), after);
}

function compareTags(
    draft: EntityDraft,
    { tags }: AssetRecord,
    live: AssetTarget['live'],
    mode: ListMode,
    state: AssetState,
    shared: SharedCreations,
): void {
    if (tags === undefined || mode === 'SKIP') return;
    const before = (live?.links.get('tags') ?? []).map(id => state.tagValues.get(id) ?? `id:${id}`).sort();
    const after = afterList(before, tags, live ? mode : 'MERGE', false);
    if (after === before || (!live && after.length === 0)) return;
    for (const value of after) {
        if (state.tagIds.has(value)) continue;
        shared.need('Tag', `Tag ${value}`, value, () => {
            const tag = new EntityDraft('Tag', null, value);
            tag.change('value', undefined, value);
            return tag.toChange();
        });
    }
    draft.change('tags', live && [...before], [...after].sort());
}

function assetExists(key: string, id: string): UserError {
    return new UserError(
        'asset-exists',
        `The asset "${key}" exists already (id ${id}), and the strategy CREATE only creates.`,
        'Choose the strategy UPSERT to update it as well.',
    );
}

function missingAsset(key: string): UserError {
    return new UserError(
        'asset-not-found',
        `There is no asset "${key}", and the strategy UPDATE does not create one.`,
        'Choose the strategy UPSERT to create it, or correct the field that the asset is matched by.',
    );
}

function sourceMissing(): UserError {
    return new UserError(
        'source-missing',
        'source is missing; an asset cannot be created without a file.',
        'Give the path or URL of a file, or correct the field that the asset is matched by.',
        { field: 'source' },
    );
}

function nameMissing(i: number, languageCode: string): UserError {
    return new UserError(
        'name-missing',
        `translations[${i}].name is missing, and the asset has no name in "${languageCode}" yet.`,
        'Give the name in that language.',
        { field: `translations[${i}].name` },
    );
}
