import type { JsonValue } from '../../../shared/json';
import type { ChangeAction, ChangeSet, EntityChange } from '../../sdk/change-set';
import type { DataHubError } from '../../sdk/errors';
import { cannotUndo, deletedForGood, editedSince, inUseSince } from './conflicts';
import { isThereByRun, NetChange } from './net-change';
import { deletionOf, editsOf } from './plan-creation';
import { EntityPlan, planRestore, planUpdate } from './plan-fields';
import { recreationOf } from './plan-return';
import { serviceFor } from './service-undo';
import type { UndoRecord } from './undo-record';
import { UndoState, viewOf } from './undo-state';

export type ColumnDefaults = (entityType: string) => ReadonlyMap<string, JsonValue>;

/** The change set that takes a record of the ledger back, with what must be left alone as refused parts. */
export function planUndo(record: UndoRecord, state: UndoState, defaults: ColumnDefaults): ChangeSet {
    const plans =
        record.entityType === 'Product'
            ? planProduct(record, state, defaults)
            : record.entityType === 'Customer'
              ? planCustomer(record, state, defaults)
              : record.changes.map(change => planOne(change, record.id, state, defaults));
    const entities = plans.flatMap(({ change }) => change ?? []);
    const refusedParts = plans.flatMap(({ conflicts }) => conflicts);
    for (const { action, entityType, entityId } of entities) {
        if (action === 'DELETE' && entityId !== null) state.memory.deletes(entityType, entityId);
    }
    const key = state.ownerKeys.get(record.id) ?? record.key;
    const changeSet: ChangeSet = {
        action: actionOf(entities),
        key: record.entityType === 'Product' ? key : record.key,
        entities,
    };
    return refusedParts.length > 0 ? { ...changeSet, refusedParts } : changeSet;
}

function actionOf(entities: readonly EntityChange[]): ChangeAction {
    const [first, ...others] = entities;
    if (!first) return 'UNCHANGED';
    return first.entityType === 'ProductVariant' && others.some(other => other.action !== first.action)
        ? 'UPDATE'
        : first.action;
}

function planProduct(record: UndoRecord, state: UndoState, defaults: ColumnDefaults): EntityPlan[] {
    const product = record.changes.find(({ entityType }) => entityType === 'Product');
    if (product && isThereByRun(product)) {
        return planCreatedProduct(product, record, state, defaults);
    }
    const plans = record.changes.map(change => planOne(change, record.id, state, defaults));
    if (product?.action === 'DELETE') plans.push(...variantsDeletedWith(product, record, state));
    return plans;
}

/** Addresses of a customer that the run created go or stay with it; a deleted customer keeps them, as in Vendure. */
function planCustomer(record: UndoRecord, state: UndoState, defaults: ColumnDefaults): EntityPlan[] {
    const customer = record.changes.find(({ entityType }) => entityType === 'Customer');
    if (!customer || !isThereByRun(customer)) {
        return record.changes.map(change => planOne(change, record.id, state, defaults));
    }
    const view = viewOf(state, 'Customer', customer.entityId, record.id);
    if (!view || view.entity.deletedAt !== null) return [];
    for (const { entityType, entityId } of record.changes) {
        if (entityType === 'Address') state.memory.releases(entityType, entityId, 'Customer', customer.entityId);
    }
    const stays = `The customer "${customer.key}" stays, with all its addresses.`;
    const conflicts = record.changes
        .filter(({ entityType, entityId }) => viewOf(state, entityType, entityId, record.id))
        .flatMap(change => goesOrStays(change, record.id, state, defaults, stays));
    if (conflicts.length > 0) return [{ conflicts }];
    return [{ change: deletionOf(customer, customer.key, view), conflicts: [] }];
}

/** A product and its variants stand or fall together: a product that somebody goes on with needs its variants. */
function planCreatedProduct(
    product: NetChange,
    record: UndoRecord,
    state: UndoState,
    defaults: ColumnDefaults,
): EntityPlan[] {
    const view = viewOf(state, 'Product', product.entityId, record.id);
    if (!view || view.entity.deletedAt !== null) return [];
    const key = state.ownerKeys.get(record.id) ?? product.key;
    const own = new Map(record.changes.map(change => [`${change.entityType} ${change.entityId}`, change]));
    const stays = `The product "${key}" stays, with all its variants.`;
    const conflicts: DataHubError[] = [];
    const deletions: EntityChange[] = [];
    for (const change of record.changes) {
        const entity = viewOf(state, change.entityType, change.entityId, record.id);
        if (!entity || entity.entity.deletedAt !== null) continue;
        conflicts.push(...goesOrStays(change, record.id, state, defaults, stays));
        deletions.push(deletionOf(change, change === product ? key : change.key, entity));
    }
    for (const { id, sku, deletedAt } of state.variantsOf.get(record.id) ?? []) {
        if (deletedAt !== null || own.has(`ProductVariant ${id}`)) continue;
        conflicts.push(inUseSince(product, `the variant "${sku}" that was added to it`, stays));
    }
    return conflicts.length > 0 ? [{ conflicts }] : deletions.map(change => ({ change, conflicts: [] }));
}

function planOne(change: NetChange, owner: string, state: UndoState, defaults: ColumnDefaults): EntityPlan {
    // Said of what is gone for good although it may be described.
    const isGone = change.action === 'DELETE' && change.fields.some(({ path }) => path === 'id');
    if (isGone) return { conflicts: [deletedForGood(change)] };
    const service = serviceFor(change);
    if (service) return state.services.plan(change, service, state.memory);
    const description = state.descriptions.find(change.entityType);
    if (!description) return { conflicts: [cannotUndo(change)] };
    const view = viewOf(state, change.entityType, change.entityId, owner);
    if (isThereByRun(change)) {
        if (!view || view.entity.deletedAt !== null) return { conflicts: [] };
        const conflicts = goesOrStays(change, owner, state, defaults, 'It stays.');
        return conflicts.length > 0 ? { conflicts } : { change: deletionOf(change, change.key, view), conflicts };
    }
    if (change.action === 'UPDATE') return planUpdate(change, view, state);
    return 'deletedAt' in description.paths ? planRestore(change, view, state) : recreationOf(change, view, state);
}

/** Why something that the run created must stay; empty when it may go. */
function goesOrStays(
    change: NetChange,
    owner: string,
    state: UndoState,
    defaults: ColumnDefaults,
    stays: string,
): DataHubError[] {
    const { entityType, entityId } = change;
    const view = viewOf(state, entityType, entityId, owner)!;
    if (change.action === 'CREATE') {
        const edits = editsOf(change, view, defaults(entityType));
        if (edits.length > 0) return edits.map(edit => editedSince(change, edit, stays));
    }
    const uses = state.uses.get(`${entityType} ${entityId}`) ?? [];
    const use = uses.find(each => state.memory.isLeft(each, entityType, entityId));
    return use ? [inUseSince(change, `the ${use.ownerType} with the id ${use.ownerId}`, stays)] : [];
}

/** Variants that went in the same instant as their product went with it, whether the ledger names them or not. */
function variantsDeletedWith(product: NetChange, record: UndoRecord, state: UndoState): EntityPlan[] {
    const deletedAt = viewOf(state, 'Product', product.entityId, record.id)?.entity.deletedAt;
    const named = new Set(record.changes.map(({ entityId }) => entityId));
    const siblings = state.variantsOf.get(record.id) ?? [];
    return siblings
        .filter(variant => deletedAt && variant.deletedAt === deletedAt && !named.has(String(variant.id)))
        .map(({ id, sku }) => {
            const change: NetChange = {
                entityType: 'ProductVariant',
                entityId: String(id),
                key: sku,
                action: 'DELETE',
                fields: [{ path: 'deletedAt', before: null }],
            };
            return planRestore(change, viewOf(state, 'ProductVariant', String(id), record.id), state);
        });
}
