import { itemText } from './value';

/** What became of the items of a list; equal ones are told apart by how often they occur. */
export interface ListDiff {
    added: string[];
    removed: string[];
    kept: string[];
    /** What was kept stands in another order. */
    isReordered: boolean;
}

export function diffLists(before: readonly unknown[], after: readonly unknown[]): ListDiff {
    const old = before.map(itemText);
    const now = after.map(itemText);
    const kept = common(now, old);
    const keptAsBefore = common(old, now);
    return {
        added: without(now, kept),
        removed: without(old, keptAsBefore),
        kept,
        isReordered: kept.some((item, index) => item !== keptAsBefore[index]),
    };
}

/** The items of `list` that are in `other` too, in the order of `list`. */
function common(list: readonly string[], other: readonly string[]): string[] {
    const left = countsOf(other);
    return list.filter(item => take(left, item));
}

function without(list: readonly string[], taken: readonly string[]): string[] {
    const left = countsOf(taken);
    return list.filter(item => !take(left, item));
}

function countsOf(list: readonly string[]): Map<string, number> {
    const counts = new Map<string, number>();
    for (const item of list) counts.set(item, (counts.get(item) ?? 0) + 1);
    return counts;
}

function take(counts: Map<string, number>, item: string): boolean {
    const count = counts.get(item) ?? 0;
    if (count > 0) counts.set(item, count - 1);
    return count > 0;
}
