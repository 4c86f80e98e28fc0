import type { DataHubError } from '../../sdk/errors';
import { splitPath } from '../product/vocabulary';
import { deletedForGood, targetGone, valueTaken } from './conflicts';
import { type EntityPlan, referTo } from './plan-fields';
import type { LiveView } from './live-view';
import { changeFrom, NetChange } from './net-change';
import { isSlug, slugKey, type UndoState } from './undo-state';

/** Makes an entity anew that was deleted for good, from what its deletion says it was; under another id. */
export function recreationOf(change: NetChange, view: LiveView | undefined, state: UndoState): EntityPlan {
    const { entityType, key } = change;
    // It has no key of its own by which it could be seen whether it has been made again already.
    if (entityType === 'Address') return { conflicts: [deletedForGood(change)] };
    const description = state.descriptions.find(entityType)!;
    const { kind, custom } = description;
    // Of others a unique key sees to it that there are not two.
    if (custom && !custom.hasUniqueKey) return { conflicts: [deletedForGood(change)] };
    if (view) return { conflicts: [] };
    const taken = takenSlugs(change, state);
    if (taken.length > 0) return { conflicts: taken };
    // Somebody has made it again already.
    if (state.keys.idOf(kind, key) !== undefined) return { conflicts: [] };
    const facetKey = facetKeyOf(change);
    const facet = facetKey === undefined ? undefined : state.keys.idOf('Facet', facetKey);
    if (facetKey !== undefined) {
        if (facet !== undefined) state.references.set('Facet', facetKey, facet);
        else if (!state.memory.willExist('Facet', facetKey))
            return { conflicts: [targetGone(change, 'facet', facetKey)] };
    }
    for (const { path, before } of change.fields) {
        const rule = description.paths[splitPath(path)[0]!];
        const gone = rule && referTo(rule, before, '', state);
        if (gone !== undefined) return { conflicts: [targetGone(change, path, gone)] };
    }
    state.memory.creates(kind, key);
    const fields = change.fields
        .filter(({ before }) => before !== undefined)
        .map(({ path, before }) => changeFrom(path, undefined, before));
    return { change: { entityType, entityId: null, key, action: 'CREATE', fields }, conflicts: [] };
}

/** Slugs that others have taken since it was deleted. */
function takenSlugs(change: NetChange, { slugOwners }: UndoState): DataHubError[] {
    return change.fields.flatMap(({ path, before }) => {
        if (!isSlug(path) || typeof before !== 'string') return [];
        const [other] = slugOwners.get(slugKey(change.entityType, splitPath(path)[1]!, before)) ?? [];
        const what = `the ${change.entityType.toLowerCase()} with the id ${other}`;
        return other === undefined ? [] : valueTaken(change, path, before, what);
    });
}

/** Of a facet value: the key without the code of the value. */
export function facetKeyOf({ entityType, key, fields }: NetChange): string | undefined {
    if (entityType !== 'FacetValue') return undefined;
    const code = fields.find(({ path }) => path === 'code')?.before;
    const end = `:${typeof code === 'string' ? code : ''}`;
    return key.endsWith(end) ? key.slice(0, -end.length) : key.slice(0, Math.max(0, key.indexOf(':')));
}
