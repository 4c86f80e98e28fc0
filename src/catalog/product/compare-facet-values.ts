import { UserError } from '../../sdk/errors';
import type { EntityId } from '../sql/sql-session';
import type { BatchState, SharedCreations } from './batch-state';
import { codeFor } from './codes';
import { EntityDraft } from './entity-draft';
import type { KnownFacet } from './facet-directory';
import { afterList } from './list-mode';
import type { FacetValueReference } from './product-record';

/** Facet and value of a reference as the record writes them. */
export function facetAndValue(reference: FacetValueReference): [facet: string, value: string] {
    if (typeof reference !== 'string') return [reference.facet.trim(), reference.value.trim()];
    const colon = reference.indexOf(':');
    return [reference.slice(0, colon).trim(), reference.slice(colon + 1).trim()];
}

export function compareFacetValues(
    draft: EntityDraft,
    given: readonly FacetValueReference[] | undefined,
    liveIds: readonly EntityId[],
    state: BatchState<unknown>,
    shared: SharedCreations,
): void {
    if (given === undefined) return;
    const { run } = state;
    const { facetValuesMode: mode } = run.options;
    const texts = given.map(facetAndValue);
    const known = texts.map(([facet, value]) => state.facets.value(facet, value));
    if (!draft.creates && known.every(value => value !== undefined)) {
        if (
            afterList(
                liveIds,
                known.map(value => value.id),
                mode,
                false,
            ) === liveIds
        )
            return;
    }
    const before = liveIds.map(id => {
        const code = state.facets.codeOf(id);
        state.references.set('FacetValue', code, id);
        return code;
    });
    const wanted: string[] = [];
    for (const [i, [facet, value]] of texts.entries()) {
        const found = known[i];
        if (found) {
            state.references.set('FacetValue', found.code, found.id);
            wanted.push(found.code);
            const facet = state.facets.facetOf(found);
            if (facet) bringIntoChannel('Facet', facet, state, shared);
            bringIntoChannel('FacetValue', found, state, shared);
        } else if (mode !== 'REMOVE') {
            wanted.push(needFacetValue(given[i]!, facet, value, state, shared));
        }
    }
    const after = afterList(before, wanted, draft.creates ? 'MERGE' : mode, false);
    if (after !== before) draft.change('facetValues', draft.creates ? undefined : [...before], [...after]);
}

/** Code of a facet value that will exist because this record, or an earlier one, creates it. */
function needFacetValue(
    reference: FacetValueReference,
    facetText: string,
    valueText: string,
    state: BatchState<unknown>,
    shared: SharedCreations,
): string {
    const { run } = state;
    const facet = state.facets.facet(facetText);
    const facetCode = facet?.code ?? codeFor(facetText);
    if (!run.options.createFacets) {
        throw new UserError(
            'unknown-facet-value',
            facet
                ? `facetValues: the facet "${facetText}" has no value "${valueText}".`
                : `facetValues: there is no facet "${facetText}".`,
            'Create it in the shop, or set createFacets to true.',
            { field: 'facetValues', got: `${facetText}:${valueText}` },
        );
    }
    const valueCode = state.facets.codeForNew(facetCode, valueText);
    const code = `${facetCode}:${valueCode}`;
    const translations = typeof reference === 'string' ? [] : (reference.translations ?? []);
    if (facet) {
        state.references.set('Facet', facet.code, facet.id);
        bringIntoChannel('Facet', facet, state, shared);
    } else {
        shared.need('Facet', `Facet ${facetCode}`, facetCode, () => {
            const draft = new EntityDraft('Facet', null, facetCode);
            draft.change('code', undefined, facetCode);
            draft.change('isPrivate', undefined, false);
            draft.change(`translations.${run.languageCode}.name`, undefined, facetText);
            for (const { languageCode, facet: name } of translations) {
                if (languageCode !== run.languageCode)
                    draft.change(`translations.${languageCode}.name`, undefined, name);
            }
            return draft.toChange();
        });
    }
    shared.need('FacetValue', `FacetValue ${code}`, code, () => {
        const draft = new EntityDraft('FacetValue', null, code);
        draft.change('code', undefined, valueCode);
        draft.change(`translations.${run.languageCode}.name`, undefined, valueText);
        for (const { languageCode, value: name } of translations) {
            if (languageCode !== run.languageCode) draft.change(`translations.${languageCode}.name`, undefined, name);
        }
        return draft.toChange();
    });
    return code;
}

/** Facets exist for all channels, but are only visible where they are assigned to. */
function bringIntoChannel(
    kind: 'Facet' | 'FacetValue',
    { id, code }: KnownFacet,
    { run, facetsElsewhere }: BatchState<unknown>,
    shared: SharedCreations,
): void {
    const channelIds = facetsElsewhere.get(`${kind} ${id}`);
    if (!channelIds) return;
    shared.need(kind, `${kind} ${code} in channel`, code, () => {
        const draft = new EntityDraft(kind, id, code);
        const before = channelIds.map(channelId => run.facts.channelOf(channelId)?.code).filter(c => c !== undefined);
        draft.change('channels', before, [...before, run.channel.code]);
        return draft.toChange();
    });
}
