import type { FieldChange } from '../../sdk/change-set';
import { sameJson } from '../product/same-json';

/** What a run did to one entity, all its records and steps together. */
export interface NetChange {
    entityType: string;
    entityId: string;
    /** Natural key of the entity, as the run called it last. */
    key: string;
    action: 'CREATE' | 'UPDATE' | 'DELETE';
    fields: FieldChange[];
}

export type LedgerEntry = Omit<NetChange, 'action'> & { action: string };

/**
 * Folds the changes of one entity, oldest first: what it was before the first and what it was after the last.
 * Undefined when nothing is left to take back, as with an entity that came and went, or a value that was put back.
 */
export function netChangeOf(entries: readonly LedgerEntry[]): NetChange | undefined {
    const [first, last] = [entries[0], entries[entries.length - 1]];
    if (!first || !last) return undefined;
    const action = actionOf(first.action, last.action);
    if (!action) return undefined;
    const fields = foldFields(entries, action);
    if (action === 'UPDATE' && fields.length === 0) return undefined;
    return { entityType: first.entityType, entityId: first.entityId, key: last.key, action, fields };
}

function actionOf(first: string, last: string): NetChange['action'] | undefined {
    if (first === 'CREATE') return last === 'DELETE' ? undefined : 'CREATE';
    return last === 'DELETE' ? 'DELETE' : 'UPDATE';
}

function foldFields(entries: readonly LedgerEntry[], action: NetChange['action']): FieldChange[] {
    const byPath = new Map<string, FieldChange>();
    for (const { fields } of entries) {
        for (const field of fields) {
            const earlier = byPath.get(field.path);
            byPath.set(field.path, earlier ? changeFrom(field.path, earlier.before, field.after) : field);
        }
    }
    // A new entity had nothing before; a deletion says what there was, and nothing after.
    if (action !== 'UPDATE') return [...byPath.values()];
    return [...byPath.values()].filter(field => !sameJson(field.before, field.after) || field.path === 'product');
}

export function changeFrom(path: string, before: FieldChange['before'], after: FieldChange['after']): FieldChange {
    const change: FieldChange = { path };
    if (before !== undefined) change.before = before;
    if (after !== undefined) change.after = after;
    return change;
}

/** The run brought the entity back from a soft delete, which an undo of an undo does. */
export function isRestored({ action, fields }: NetChange): boolean {
    return action === 'UPDATE' && fields.some(({ path, after }) => path === 'deletedAt' && after === null);
}

/** The entity is there because of the run, so that an undo takes it away. */
export function isThereByRun(change: NetChange): boolean {
    return change.action === 'CREATE' || isRestored(change);
}
