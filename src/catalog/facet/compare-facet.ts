import type { ChangeSet } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import type { Match } from '../product/batch-state';
import { assertNamed, compareCustomFields, compareTranslatedCustomFields } from '../product/compare-custom-fields';
import { EntityDraft } from '../product/entity-draft';
import { assertWithFacet, channelsOf, channelsOfNew, compareFacetChannels } from './facet-channels';
import { codeTaken, exists, facetMissing, notFound } from './facet-problems';
import type { FacetRecord } from './facet-record';
import type { FacetMatching, FacetState, LiveFacet, ParentFacet } from './facet-state';

/** The change set of a facet or facet value. Throws a UserError when the record is refused. */
export function compareFacet(match: Match<FacetRecord>, matching: FacetMatching, state: FacetState): ChangeSet {
    const { record } = match;
    const { run } = state;
    const live = state.live.get(match);
    const parent = state.parents.get(match);
    const isValue = matching.kind.entityType === 'FacetValue';
    const code = state.wantedCodes.get(match);
    const name = `"${[...(isValue ? [parent?.code ?? record.facet ?? ''] : []), code ?? live?.code ?? record.id ?? ''].join(':')}"`;
    if (live && run.options.strategy === 'CREATE') throw exists(name, live, matching);
    if (!live && run.options.strategy === 'UPDATE') throw notFound(name, matching, run);
    if (isValue) assertFacet(record, live, parent, state);
    const draft = new EntityDraft(
        matching.kind.entityType,
        live?.id ?? null,
        isValue ? `${parent!.code}:${live?.code ?? code}` : (live?.code ?? code ?? ''),
    );
    compareTexts(draft, record, live, matching, state);
    compareCode(draft, live ? record.code : code, live, parent, matching, state);
    if (!isValue && (record.isPrivate !== undefined || !live)) {
        draft.change('isPrivate', live?.values.isPrivate as boolean | undefined, record.isPrivate ?? false);
    }
    compareCustomFields(draft, record, live, run.rulesOf(matching.kind.entityType), state);
    assertNamed(draft, live, run.languageCode, matching.kind.what);
    const values = live ? followers(draft, record, live, parent, matching, state) : [];
    if (!live) {
        const channels = channelsOfNew(record, matching.channelsMode, run);
        if (parent && record.channels) assertWithFacet(channels, parent, run);
        draft.change(
            'channels',
            undefined,
            channels.map(channel => channel.code),
        );
    }
    const entities = [...(draft.changed ? [draft.toChange()] : []), ...values];
    if (entities.length === 0) return { action: 'UNCHANGED', key: draft.key, entities };
    if (parent) state.references.set('Facet', parent.code, parent.id);
    return { action: live ? 'UPDATE' : 'CREATE', key: draft.key, entities };
}

function assertFacet(
    record: FacetRecord,
    live: LiveFacet | undefined,
    parent: ParentFacet | undefined,
    { run }: FacetState,
): void {
    if (!parent) throw facetMissing(record, run);
    if (!live || record.facet === undefined || live.facetId === parent.id) return;
    throw new UserError(
        'facet-fixed',
        `facet: the value "${live.code}" belongs to another facet, and Vendure cannot move it to "${record.facet}".`,
        'Correct the facet, or create a value of that facet.',
        { field: 'facet', got: record.facet },
    );
}

function compareTexts(
    draft: EntityDraft,
    record: FacetRecord,
    live: LiveFacet | undefined,
    { kind }: FacetMatching,
    { run }: FacetState,
): void {
    const names = new Map<string, string | undefined>();
    const fields = new Map<string, string>();
    const rules = run.rulesOf(kind.entityType);
    if (record.name !== undefined) names.set(run.languageCode, record.name);
    for (const [i, { languageCode, name }] of (record.translations ?? []).entries()) {
        run.facts.assertLanguage(languageCode, `translations[${i}].languageCode`);
        names.set(languageCode, name ?? names.get(languageCode));
        fields.set(languageCode, `translations[${i}].name`);
    }
    if (!live && names.size === 0) names.set(run.languageCode, undefined);
    for (const [languageCode, name] of names) {
        const before = live?.translations.get(languageCode)?.values.name as string | undefined;
        if (name !== undefined) draft.change(`translations.${languageCode}.name`, before, name);
        else if (before === undefined) {
            const field = fields.get(languageCode) ?? 'name';
            throw new UserError(
                'name-missing',
                `${field} is missing, and the ${kind.what} has no name in "${languageCode}" yet.`,
                `Give the name in "${languageCode}".`,
                { field },
            );
        }
    }
    for (const { languageCode, customFields } of record.translations ?? []) {
        compareTranslatedCustomFields(draft, languageCode, customFields, live, rules);
    }
}

function compareCode(
    draft: EntityDraft,
    code: string | undefined,
    live: LiveFacet | undefined,
    parent: ParentFacet | undefined,
    matching: FacetMatching,
    state: FacetState,
): void {
    // Found by its code it has that code, if in another case: MySQL takes both for the same.
    if (code === undefined || code === live?.code || (live && matching.by === 'code')) return;
    const identity = state.codeIdentity(code, parent?.id);
    const owner = state.codes.get(identity);
    if (owner && owner.id !== live?.id) throw codeTaken(code, owner, matching);
    const announced = `${matching.kind.entityType} ${identity}`;
    if (state.announcedKey(announced) !== undefined) throw codeTaken(code, undefined, matching);
    state.announce(announced, draft.key);
    draft.change('code', live?.code, code);
}

/** Channels of the facet itself; what comes back are the changes of its values. */
function followers(
    draft: EntityDraft,
    record: FacetRecord,
    live: LiveFacet,
    parent: ParentFacet | undefined,
    { channelsMode }: FacetMatching,
    state: FacetState,
) {
    if (channelsMode === 'SKIP' || record.channels === undefined) return [];
    const channels = channelsOf(record, live, channelsMode, state.run);
    if (parent) {
        assertWithFacet(
            channels.after.filter(channel => !channels.before.includes(channel)),
            parent,
            state.run,
        );
    }
    return compareFacetChannels(draft, live, channels, state);
}
