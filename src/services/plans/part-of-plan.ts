import { isDeepStrictEqual } from 'node:util';
import type { EntityChange, FieldChange } from '../../sdk/change-set';

type Change = Pick<EntityChange, 'fields'> & { identity: string };

/**
 * Whether `changes` do nothing that `planned` does not do too. A plan fetches no assets, so what cannot be had is missed
 * only when it is applied: a list of assets may then lack some, and the first that is left stands in for the featured one.
 */
export function isPartOf(changes: readonly Change[], planned: readonly Change[]): boolean {
    return changes.every(({ identity, fields }) =>
        planned.some(plan => plan.identity === identity && fields.every(field => isFieldPartOf(field, plan.fields))),
    );
}

function isFieldPartOf({ path, before, after }: FieldChange, planned: readonly FieldChange[]): boolean {
    const assets = listOf(planned.find(plan => plan.path === 'assets')?.after);
    if (path === 'featuredAsset' && assets.includes(after)) return true;
    const plan = planned.find(field => field.path === path);
    if (!plan || !isDeepStrictEqual(plan.before, before)) return false;
    if (path === 'assets') return listOf(after).every(asset => assets.includes(asset));
    return isDeepStrictEqual(plan.after, after);
}

function listOf(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}
