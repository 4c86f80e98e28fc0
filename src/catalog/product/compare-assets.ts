import type { EntityId } from '../sql/sql-session';
import type { BatchState, SharedCreations } from './batch-state';
import { EntityDraft } from './entity-draft';
import { afterList } from './list-mode';

interface Given {
    assets?: readonly string[];
    featuredAsset?: string | null;
}

interface Live {
    assetIds: readonly EntityId[];
    featuredAssetId: EntityId | null;
}

const NONE: Live = { assetIds: [], featuredAssetId: null };

/**
 * Assets in order, and the featured one. Where the record does not name a featured asset, the first asset takes that place
 * when it is vacant: on creation, when there were no assets, or when the featured one is taken away.
 */
export function compareAssets(
    draft: EntityDraft,
    given: Given,
    live: Live = NONE,
    state: BatchState<unknown>,
    shared: SharedCreations,
): void {
    if (given.assets === undefined && given.featuredAsset === undefined) return;
    const before = live.assetIds.map(id => assetKey(id, state));
    const featuredBefore = live.featuredAssetId === null ? null : assetKey(live.featuredAssetId, state);
    let after: readonly string[] = before;
    if (given.assets !== undefined) {
        const { assetsMode: mode } = state.run.options;
        const wanted = given.assets
            .map(key => keyOfAsset(key, live, state, mode === 'REMOVE' ? undefined : shared))
            .filter(key => key !== undefined);
        after = afterList(before, wanted, draft.creates ? 'MERGE' : mode, true);
        if (after !== before) draft.change('assets', draft.creates ? undefined : [...before], [...after]);
    }
    const featured = featuredAfter(given, before, after, featuredBefore, live, state, shared);
    if (featured === featuredBefore) return;
    draft.change('featuredAsset', draft.creates ? undefined : featuredBefore, featured);
}

function featuredAfter(
    given: Given,
    before: readonly string[],
    after: readonly string[],
    featuredBefore: string | null,
    live: Live,
    state: BatchState<unknown>,
    shared: SharedCreations,
): string | null {
    if (given.featuredAsset === null) return null;
    if (given.featuredAsset !== undefined) {
        return keyOfAsset(given.featuredAsset, live, state, shared) ?? firstAfter(before, after, featuredBefore);
    }
    return firstAfter(before, after, featuredBefore);
}

/** The featured asset when the record names none, or one that cannot be had. */
function firstAfter(before: readonly string[], after: readonly string[], featuredBefore: string | null): string | null {
    if (after === before) return featuredBefore;
    const wasVacant = featuredBefore === null && before.length === 0;
    const isTakenAway = featuredBefore !== null && before.includes(featuredBefore) && !after.includes(featuredBefore);
    return wasVacant || isTakenAway ? (after[0] ?? null) : featuredBefore;
}

/** Undefined when there is no such asset and none is to be created, or none can be. */
function keyOfAsset(
    path: string,
    live: Live,
    state: BatchState<unknown>,
    shared: SharedCreations | undefined,
): string | undefined {
    const id = state.assets.find(path, live.assetIds);
    if (id !== undefined) return assetKey(id, state);
    if (shared && state.run.assetFailures.isLeftOut(path)) {
        shared.doWithoutAsset(path);
        return undefined;
    }
    shared?.need('Asset', `Asset ${path}`, path, () => {
        const draft = new EntityDraft('Asset', null, path);
        draft.change('source', undefined, path);
        return draft.toChange();
    });
    return shared && path;
}

function assetKey(id: EntityId, state: BatchState<unknown>): string {
    const key = state.assets.keyOf(id);
    state.references.set('Asset', key, id);
    return key;
}
