import type { JsonValue } from '../../../shared/json';
import type { EntityChange, FieldChange } from '../../sdk/change-set';
import type { Edit } from './conflicts';
import type { LiveView } from './live-view';
import { changeFrom, NetChange } from './net-change';
import { addedTexts } from './plan-fields';

/**
 * What has been edited of an entity since the run created it: every value that is not what the run wrote, and every
 * value that is there although the run wrote none.
 */
export function editsOf({ fields }: NetChange, view: LiveView, defaults: ReadonlyMap<string, JsonValue>): Edit[] {
    const given = new Set(fields.map(({ path }) => path));
    const edits: Edit[] = [];
    const isAddress = view.entity.description.entityType === 'Address';
    const isLeftOut = (path: string) => isNotCompared(path, view) || (isAddress && path === 'customer');
    for (const { path, after } of fields) {
        if (isLeftOut(path) || path.startsWith('adjustments.')) continue;
        const now = view.valueAt(path);
        if (!view.equals(path, now, after)) edits.push({ path, wrote: after, now });
    }
    for (const [path, rule] of Object.entries(view.entity.description.paths)) {
        if (given.has(path) || isLeftOut(path)) continue;
        // Where there is no word on channels, the entity goes where the products go that use it.
        if (path === 'channels') continue;
        const now = view.valueAt(path);
        const wrote = rule.type === 'column' ? defaults.get(path) : undefined;
        if (rule.type === 'column' ? wrote !== undefined && now !== wrote : !isNothing(now)) {
            edits.push({ path, wrote, now });
        }
    }
    for (const [path, now] of view.entity.values) {
        const isAmount = path.startsWith('prices.') || path.startsWith('stock.');
        if (isAmount && !given.has(path) && now !== 0) edits.push({ path, wrote: undefined, now });
    }
    // Vendure names a new asset after its file.
    if (view.entity.description.kind !== 'Asset') edits.push(...addedTexts(view, fields));
    return edits;
}

/** Deletes what the run created, and says what must come back with it should this be undone too. */
export function deletionOf(change: NetChange, key: string, view: LiveView): EntityChange {
    const { entityType, entityId } = change;
    const isSoft = 'deletedAt' in view.entity.description.paths;
    const kept: FieldChange[] = change.fields.filter(({ path, after }) => {
        if (after === undefined || isNotCompared(path, view)) return path === 'source';
        // Of a soft-deleted entity only the links may get lost, when what they point to is deleted for good.
        return !isSoft || LOST_WITH_TARGET.has(path);
    });
    const fields = kept.map(({ path, after }) => changeFrom(path, after, undefined));
    if (isSoft) fields.unshift({ path: 'deletedAt', before: null });
    // Assets are put where their products are when they are made anew.
    else if (
        'channels' in view.entity.description.paths &&
        entityType !== 'Asset' &&
        !fields.some(({ path }) => path === 'channels')
    )
        fields.push(changeFrom('channels', view.valueAt('channels'), undefined));
    return { entityType, entityId, key, action: 'DELETE', fields };
}

/** Entities of plugins may have fields of any name. */
function isNotCompared(path: string, { entity: { description } }: LiveView): boolean {
    return description.custom ? path === 'deletedAt' : NOT_COMPARED.has(path);
}

const NOT_COMPARED = new Set(['product', 'source', 'deletedAt']);
const LOST_WITH_TARGET = new Set(['facetValues', 'assets', 'featuredAsset', 'optionGroups', 'groups']);

function isNothing(value: JsonValue | undefined): boolean {
    return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
