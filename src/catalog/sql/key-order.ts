import type { EntityId } from './sql-session';

/** Order in which rows are locked; the same everywhere, so that two transactions wait instead of deadlocking. */
export function compareIds(a: EntityId, b: EntityId): number {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    const [textA, textB] = [String(a), String(b)];
    return textA < textB ? -1 : textA > textB ? 1 : 0;
}
